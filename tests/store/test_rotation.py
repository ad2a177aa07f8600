from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Access, DamagedStudy, NewPerson, NotAllowed, Role, Study, open_study
from store.crypto.keys import SealingSecret
from store.record.audit import Deed
from store.trust import giving
from store.trust.entries import Body
from tests.campaigns import rotation_kills
from tests.campaigns.rotation_kills import opened_by
from tests.store.made import DOCUMENT, BorrowedSecret, Made, add_case, answer, passphrase

Ground = rotation_kills.Ground


@pytest.fixture(scope="session")
def ground(original: Made, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Dan, a data manager, has been removed; dora is one too."""
    return rotation_kills.prepare(tmp_path_factory.mktemp("ground") / "study", original)


@pytest.fixture
def left(ground: Ground, tmp_path: Path) -> Made:
    return ground.made.copy(tmp_path / "study")


@pytest.fixture
def study(left: Made) -> Iterator[Study]:
    opened = open_study(left.folder)
    yield opened
    opened.close()


def unlock(study: Study, *names: str) -> list[Access]:
    return [study.unlock(name, passphrase(name)) for name in names]


def deeds(study: Study, deed: Deed) -> list[tuple[str, str, str]]:
    """Actor, second and object of each entry about a deed."""
    from store.record import audit

    with study.database.read() as connection:
        return [
            (entry.actor, entry.second, entry.object)
            for entry in audit.entries(connection)
            if entry.action == deed.value
        ]


def test_a_key_made_without_the_one_before_is_refused(study: Study) -> None:
    """By whoever holds a data manager's signing key alone; an upgraded study knows others."""
    ada, dora = unlock(study, "ada", "dora")
    me = (ada.entry.id, ada.keys.signing)

    def change(body: Body) -> Body:
        borrowed = BorrowedSecret(body.public_key("data"))
        public, manager = SealingSecret.generate().public, (dora.entry.id, dora.keys.signing)
        made = giving.make_key(body, "data.2", public, me, manager, borrowed)
        return body.model_copy(update={"keys": (made,)})

    assert dora.data_key is not None, "control: nothing is wrong before"
    study.change(change, *me, Deed.DATA_KEY_CHANGED, "data.2")
    assert study.body.data_key_name == "data.2", "control: by its signatures the manifest holds"
    with pytest.raises(DamagedStudy, match="no data manager made"):
        _ = dora.data_key
    with pytest.raises(DamagedStudy, match="no data manager made"):
        unlock(study, "dora")


def test_after_a_change_of_key_the_one_who_left_opens_nothing(
    ground: Ground, left: Made, study: Study
) -> None:
    taken = ground.secrets()
    before, _ = opened_by(left, taken)
    assert before == 5 + 2 + 1, "control: identities, journals and the sealed case"
    ada, dora, ina = unlock(study, "ada", "dora", "ina")
    opened = ina.open_case(left.begun)  # open all the while
    assert dora.study_keys.rotate(ada) == "data.2"
    assert opened_by(left, taken)[0] == before, "control: nothing is moved yet"
    opened.append(answer(9))
    opened.submit(DOCUMENT)
    seen = []
    while True:
        progress = dora.study_keys.rewrap(3)
        seen.append((progress.done, progress.left))
        if not progress.done:
            break
    assert seen == [(3, 4), (3, 1), (1, 0), (0, 0)]
    added = add_case(dora, "Added afterwards", "ina")
    ina.open_case(added).release()
    found, tried = opened_by(left, taken)
    assert found == 0
    assert tried > 100
    assert opened_by(left, dict(dora.holders()))[0] > 8
    for case_id in (left.begun, left.submitted):
        assert dora.read_submitted(case_id).document == DOCUMENT
    report = dora.verify()
    assert (report.problems, report.unchecked) == ((), ())
    assert ina.open_case(left.other).events == [answer(number) for number in range(1, 6)]
    assert deeds(study, Deed.DATA_KEY_CHANGED)[0][:2] == (ada.entry.id, dora.entry.id)
    assert [one[0] for one in deeds(study, Deed.CASES_REWRAPPED)] == [dora.entry.id] * 3


def test_all_cases_move_to_a_new_key_a_few_at_a_time(made: Made) -> None:
    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        opened = ina.open_case(made.other)
        dan.study_keys.rotate(ada)
        assert [dan.study_keys.rewrap(5).left for _ in range(3)] == [3, 0, 0]
        assert opened.append(answer(6)).seq == 6
        opened.submit(DOCUMENT)
        for case_id in (made.other, made.submitted):
            assert dan.read_submitted(case_id).document == DOCUMENT
        assert dan.study_keys.status().left == 0
        assert dan.verify().problems == ()
        assert len(ina.open_case(made.begun).events) == 8


def test_a_new_key_takes_both_an_administrator_and_a_data_manager(study: Study) -> None:
    ada, dora, ina, sue = unlock(study, "ada", "dora", "ina", "sue")
    for who, other in ((dora, None), (dora, sue), (ada, dora), (ina, ada), (sue, ada)):
        with pytest.raises(NotAllowed):
            who.study_keys.rotate(other)
    for who in (ada, ina, sue):
        with pytest.raises(NotAllowed):
            who.study_keys.rewrap()
    assert study.body.data_key_name == "data"
    assert deeds(study, Deed.DATA_KEY_CHANGED) == []
    both = frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER})
    ada.people.change_roles("dora", both, dora)
    with pytest.raises(NotAllowed, match="two people"):
        dora.study_keys.rotate()  # both roles, and yet not alone in the study
    dora.study_keys.rotate(ada)
    ((actor, second, _),) = deeds(study, Deed.DATA_KEY_CHANGED)
    assert (actor, second) == (ada.entry.id, dora.entry.id)


def test_keys_may_change_again_before_all_cases_are_moved(left: Made, study: Study) -> None:
    ada, dora, ina = unlock(study, "ada", "dora", "ina")
    dora.study_keys.rotate(ada)
    assert dora.study_keys.rewrap(2).left == 6
    assert dora.study_keys.rotate(ada) == "data.3"
    status = dora.study_keys.status()
    assert status.left == 8
    assert (
        "8 wrapped keys of cases are still under an older key: a data manager goes on with "
        "`cati keys rewrap`."
    ) in status.to_do
    ada.people.add(NewPerson("drew", frozenset({Role.DATA_MANAGER}), passphrase("drew")), dora)
    (drew,) = unlock(study, "drew")
    assert drew.study_keys.rewrap().left == 0
    assert drew.verify().problems == ()
    assert drew.read_submitted(left.submitted).document == DOCUMENT
    assert len(ina.open_case(left.begun).events) == 8


def test_a_wrapped_key_that_does_not_open_is_left_and_counted(left: Made, study: Study) -> None:
    ada, dora = unlock(study, "ada", "dora")
    dora.study_keys.rotate(ada)
    with left.sql() as connection:
        connection.execute(
            'UPDATE "grant" SET wrap = zeroblob(length(wrap)) WHERE case_id = ? AND recipient = ?',
            (left.begun, "data"),
        )
        connection.execute("UPDATE sealed SET wrap = zeroblob(length(wrap))")
    progress = dora.study_keys.rewrap()
    assert (progress.done, progress.left, progress.unopenable) == (5, 3, 3)
    assert dora.study_keys.rewrap().done == 0
    assert any(left.begun[:8] in one for one in dora.verify().problems)


def test_the_review_key_changes_when_a_supervisor_leaves(left: Made, study: Study) -> None:
    ada, dora, ina, sue = unlock(study, "ada", "dora", "ina", "sue")
    with pytest.raises(NotAllowed, match="no review key"):
        dora.study_keys.rotate(ada, "review")
    ada.people.change_policy(dora, review="all")
    ina.open_case(left.begun).submit(DOCUMENT)
    sid = frozenset({Role.SUPERVISOR})
    ada.people.add(NewPerson("sid", sid, passphrase("sid")), dora)
    assert sue.reviews.read(left.begun).document == DOCUMENT
    taken = dict(sue.holders())
    assert opened_by(left, taken)[0] == 1
    taken = {name: SealingSecret(bytes(one.raw)) for name, one in taken.items()}
    ada.people.remove("sue")
    assert dora.study_keys.rotate(ada, "review") == "review.2"
    assert dora.study_keys.rewrap().left == 0
    assert opened_by(left, taken)[0] == 0
    (sid_access,) = unlock(study, "sid")
    assert sid_access.reviews.read(left.begun).document == DOCUMENT
    assert dora.verify().problems == ()


def test_a_change_of_key_that_is_killed_is_finished_by_another_run(
    original: Made, tmp_path: Path
) -> None:
    figures = rotation_kills.campaign(tmp_path, randoms=1, every=47, like=original)
    assert rotation_kills.passed(figures), figures
    assert figures.steps > 60
    assert figures.halfway


def test_control_moving_without_a_transaction_is_found_out(original: Made, tmp_path: Path) -> None:
    figures = rotation_kills.campaign(tmp_path, randoms=0, every=4, control=True, like=original)
    assert rotation_kills.noticed(figures), figures
    assert not rotation_kills.passed(figures)
