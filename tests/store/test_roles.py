"""The permission matrix, at the door and by the keys."""

from collections.abc import Callable

import pytest

from store import Access, InstrumentFiles, InvalidInput, NewPerson, NotAllowed, Role, StoreError
from store.grants import What
from store.roles import ALLOWED, Action, require
from tests.store.made import INSTRUMENT, Made, add_case, passphrase

WHATS: tuple[What, ...] = ("identity", "answers")
NEW = NewPerson("new", frozenset({Role.INTERVIEWER}), passphrase("new"))
EVERYONE = {"ada", "dan", "ina", "ivo", "sue"}

MATRIX: dict[Action, tuple[Callable[[Access, Made], object], set[str]]] = {
    Action.LIST_CASES: (lambda who, made: who.cases(), EVERYONE),
    Action.VERIFY: (lambda who, made: who.verify(), EVERYONE),
    Action.CHANGE_OWN_PASSPHRASE: (
        lambda who, made: who.change_passphrase(passphrase(who.person.name), "another quiet park"),
        EVERYONE,
    ),
    Action.ADD_PERSON: (lambda who, made: who.add_person(NEW), {"ada"}),
    Action.ADD_INSTRUMENT: (
        lambda who, made: who.add_instrument(
            InstrumentFiles("jobs", "1", "a" * 64, {"instrument.yaml": b"name: jobs"})
        ),
        {"ada"},
    ),
    Action.ADD_CASE: (lambda who, made: add_case(who, "Household 9", "ina"), {"dan"}),
    Action.OPEN_CASE: (lambda who, made: who.open_case(made.begun), {"ina"}),
    Action.READ_SUBMITTED: (lambda who, made: who.read_submitted(made.submitted), {"dan"}),
    Action.PUBLISH: (lambda who, made: who.publish("pace", {"seconds": 4}), {"dan"}),
}


def test_the_matrix_covers_every_action_that_exists() -> None:
    assert set(MATRIX) == set(Action) == set(ALLOWED)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("name", sorted(EVERYONE))
def test_each_person_may_do_just_what_the_matrix_says(
    made: Made, name: str, action: Action
) -> None:
    do, allowed = MATRIX[action]
    with made.unlocked(name) as (who,):
        if name in allowed:
            do(who, made)
        else:
            with pytest.raises(NotAllowed):
                do(who, made)


@pytest.mark.parametrize("name", sorted(EVERYONE))
def test_the_keys_reach_no_further_than_the_matrix(made: Made, name: str) -> None:
    """What can be decrypted, asked without the table of permissions."""
    from store import cases, grants
    from store.reading import read_submitted

    with made.unlocked(name) as (who,):
        body = who.study.body
        opened: set[tuple[str, str]] = set()
        for label, case_id in (
            ("begun", made.begun),
            ("of_ivo", made.of_ivo),
            ("submitted", made.submitted),
        ):
            with who.study.database.read() as connection:
                case = cases.find(connection, case_id)
                for what in WHATS:
                    if grants.case_key(connection, body, case, what, who.holders()) is not None:
                        opened.add((label, what))
        try:
            read_submitted(who, made.submitted)
            opened.add(("submitted", "document"))
        except StoreError:
            pass
    assert (
        opened
        == {
            "ada": set(),
            "sue": set(),
            "ina": {("begun", "identity"), ("begun", "answers")},
            "ivo": {("of_ivo", "identity")},
            "dan": {
                ("begun", "identity"),
                ("begun", "answers"),
                ("of_ivo", "identity"),
                ("submitted", "identity"),
                ("submitted", "document"),
            },
        }[name]
    )


@pytest.mark.parametrize("name", sorted(EVERYONE))
def test_the_list_shows_names_only_to_those_who_hold_the_key(made: Made, name: str) -> None:
    with made.unlocked(name) as (who,):
        shown = {card.id for card in who.cases() if card.label is not None}
        assert all(not card.damaged for card in who.cases())
    assert (
        shown
        == {
            "ada": set(),
            "sue": set(),
            "ina": {made.begun, made.other, made.fresh},
            "ivo": {made.of_ivo},
            "dan": {made.begun, made.other, made.fresh, made.of_ivo, made.submitted},
        }[name]
    )


def test_submitted_cases_are_streamed_to_data_managers_only(made: Made) -> None:
    with made.unlocked("sue") as (sue,), pytest.raises(NotAllowed):
        sue.submitted()


def test_an_administrator_cannot_make_a_data_manager_without_holding_the_data_key(
    made: Made,
) -> None:
    manager = NewPerson("dot", frozenset({Role.DATA_MANAGER}), passphrase("dot"))
    with made.unlocked("ada", "dan") as (ada, dan):
        with pytest.raises(NotAllowed, match="pass on the data key"):
            ada.add_person(manager)
        both = NewPerson(
            "bea", frozenset({Role.ADMINISTRATOR, Role.INTERVIEWER}), passphrase("bea")
        )
        ada.add_person(both)
        assert not (made.folder / "keys/dot.key").exists()
        assert dan.verify().ok
        bea = ada.study.unlock("bea", passphrase("bea"))
        bea.add_person(NEW)  # appointed by the founder, so her signature counts too
        assert [person.name for person in ada.study.people][-2:] == ["bea", "new"]
        assert dan.verify().ok
        case_id = add_case(dan, "Household 9", "new")
    with made.unlocked("dan") as (dan,):
        new = dan.study.unlock("new", passphrase("new"))
        assert new.open_case(case_id).identity["contact"] == "Alex Example"


def test_a_data_manager_who_is_administrator_passes_the_data_key_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from store import KdfCost, create_study
    from tests.store.made import DOCUMENT

    study = create_study(
        tmp_path_factory.mktemp("two") / "study",
        title="Two managers",
        kind="live",
        people=[NewPerson("solo", frozenset(Role), passphrase("solo"))],
        cost=KdfCost.FLOOR,
    )
    solo = study.unlock("solo", passphrase("solo"))
    solo.add_instrument(INSTRUMENT)
    case_id = add_case(solo, "Household 1", "solo")
    solo.open_case(case_id).submit(DOCUMENT)
    solo.add_person(NewPerson("dot", frozenset({Role.DATA_MANAGER}), passphrase("dot")))
    assert study.unlock("dot", passphrase("dot")).read_submitted(case_id).document == DOCUMENT
    study.close()


@pytest.mark.parametrize(
    "name", ["x", "Ina", "1na", "ina ", "ina/../ada", "i" * 33, "", "ina\n", "\u0456na"]
)
def test_names_that_cannot_be_used_are_refused(made: Made, name: str) -> None:
    with made.unlocked("ada") as (ada,), pytest.raises(InvalidInput):
        ada.add_person(NewPerson(name, frozenset({Role.INTERVIEWER}), passphrase("x")))


def test_a_name_that_is_taken_and_a_person_without_roles_are_refused(made: Made) -> None:
    with made.unlocked("ada") as (ada,):
        before = (made.folder / "keys/ina.key").read_bytes()
        with pytest.raises(InvalidInput, match="already"):
            ada.add_person(NewPerson("ina", frozenset({Role.INTERVIEWER}), passphrase("x")))
        assert (made.folder / "keys/ina.key").read_bytes() == before
        with pytest.raises(InvalidInput, match="role"):
            ada.add_person(NewPerson("nemo", frozenset(), passphrase("x")))


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(NotAllowed, match="You may not add cases: that takes a data manager"):
        require(Action.ADD_CASE, {Role.ADMINISTRATOR})
