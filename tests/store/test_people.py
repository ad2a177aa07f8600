"""The life of people in a study: let in, suspended, removed, enrolled again; what takes two."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import (
    Access,
    DamagedKeyFile,
    DamagedStudy,
    DiskFull,
    InvalidInput,
    KdfCost,
    LeaseLost,
    NewPerson,
    NotAllowed,
    People,
    Role,
    StoreError,
    UnknownPerson,
    WrongPassphrase,
    create_study,
    open_study,
)
from store.crypto import keystore
from store.record import audit
from store.record.audit import Deed
from tests.store.made import DOCUMENT, INSTRUMENT, Clock, Made, add_case, answer, passphrase

WORDS = "a garden that was never seen"
DOT = NewPerson("dot", frozenset({Role.DATA_MANAGER}), passphrase("dot"))
SAM = NewPerson("sam", frozenset({Role.SUPERVISOR}), passphrase("sam"))
BEA = NewPerson("bea", frozenset({Role.ADMINISTRATOR}), passphrase("bea"))


class Cheap:
    """Instead of Argon2id for people who are let in here; what it costs is tried elsewhere."""

    def __init__(self, *, salt: bytes, ad: bytes, **_: object) -> None:
        self._salt = salt + ad

    def derive_into(self, secret: bytes, target: bytearray) -> None:
        target[:] = hashlib.sha256(self._salt + secret).digest()


@pytest.fixture(scope="module", autouse=True)
def _cheap_keys(original: Made) -> Iterator[None]:
    """The keys of the study that is copied are known by now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keystore, "Argon2id", Cheap)
        yield


def short(*ids: str) -> tuple[str, ...]:
    """How people call the cases, in the order of their ids."""
    return tuple(sorted(one[:8] for one in ids))


def test_who_is_suspended_is_out_at_once_and_back_when_resumed(made: Made) -> None:
    with made.unlocked("ada", "ina") as (ada, ina):
        case = ina.open_case(made.begun)
        left = ada.people.suspend("ina")
        assert left.cases == short(made.begun, made.other, made.fresh)
        with pytest.raises(LeaseLost):
            case.append(answer(9))
        for refused in (ina.cases, lambda: ina.open_case(made.other)):
            with pytest.raises(NotAllowed, match="take part"):
                refused()
        with pytest.raises(NotAllowed, match="ina is suspended"):
            ada.study.unlock("ina", passphrase("ina"))
        with pytest.raises(InvalidInput, match="not suspended"):
            ada.people.resume("ivo")
        for twice in (ada.people.suspend, lambda name: ada.people.enroll_again(name, WORDS)):
            with pytest.raises(InvalidInput, match="resume them first"):
                twice("ina")
        ada.people.resume("ina")
        with pytest.raises(StoreError):
            case.append(answer(9))
        ada.people.suspend("ivo")
        with pytest.raises(WrongPassphrase):  # who does not know it, learns nothing
            ada.study.unlock("ivo", "not a passphrase at all")
    with made.unlocked("ina", "dan") as (ina, dan):
        assert len(ina.open_case(made.begun).events) == 8
        assert dan.verify().problems == ()


def test_who_is_removed_is_out_for_good_and_what_they_did_goes_on_counting(made: Made) -> None:
    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        left = ada.people.remove("ina")
        assert left.cases == short(made.begun, made.other, made.fresh)
        assert (left.data_key, left.review_key, left.key_file) == (False, False, "keys/ina.key")
        assert len(left.sentences) == 2
        with pytest.raises(NotAllowed, match="ina was removed"):
            ada.study.unlock("ina", passphrase("ina"))
        with pytest.raises(NotAllowed, match="removed"):
            add_case(dan, "Household 9", "ina")
        for again in (ada.people.remove, ada.people.suspend, ada.people.resume):
            with pytest.raises(NotAllowed, match="removed"):
                again("ina")
        ina.lock()
        assert dan.read_submitted(made.submitted).submitted_by == "ina"
        assert dan.verify().problems == ()
        # The name is free now, for somebody else.
        ada.people.add(NewPerson("ina", frozenset({Role.INTERVIEWER}), "another ina altogether"))
        case_id = add_case(dan, "Household 9", "ina")
    study = open_study(made.folder)
    new = study.unlock("ina", "another ina altogether")
    assert {card.id for card in new.cases() if card.mine} == {case_id}
    assert {card.id for card in new.cases() if card.label is not None} == {case_id}
    with pytest.raises(NotAllowed):
        new.open_case(made.begun)
    with pytest.raises(WrongPassphrase):
        study.unlock("ina", passphrase("ina"))
    study.close()


def test_who_is_enrolled_again_keeps_the_name_and_not_what_was_sealed_to_them(made: Made) -> None:
    old_key = (made.folder / "keys/ina.key").read_bytes()
    with made.unlocked("ada", "dan") as (ada, dan):
        before = ada.study.body.person("ina")
        ada.people.set_expiry("ina", "2099-12-31")
        left = ada.people.enroll_again("ina", WORDS)
        assert left.cases == short(made.begun, made.other, made.fresh)
        after = ada.study.body.person("ina")
        assert (after.roles, after.expires) == (before.roles, "2099-12-31")
        assert after.id != before.id
        assert dan.verify().problems == ()
        ina = ada.study.unlock("ina", WORDS)
        assert [card.id for card in ina.cases() if card.mine or card.label is not None] == []
        dan.assignments.reassign(made.begun, "ina")
        case = ina.open_case(made.begun)
        case.append(answer(9))
        case.submit(DOCUMENT)
        assert dan.read_submitted(made.begun).submitted_by == "ina"
        assert dan.verify().problems == ()
    (made.folder / "keys/ina.key").write_bytes(old_key)
    with pytest.raises(DamagedKeyFile), made.unlocked("ina"):
        pass


def fail(*_: object) -> None:
    raise DiskFull("The disk is full.")


def test_a_key_file_in_place_stays_when_enrolling_fails(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = (made.folder / "keys/ina.key").read_bytes()
    with made.unlocked("ada", "dan") as (ada, _):
        before = {path.name for path in (made.folder / "keys").iterdir()}
        with pytest.raises(InvalidInput, match="weak"):
            ada.people.enroll_again("ina", "short")
        with pytest.raises(NotAllowed, match="two people"):
            ada.people.enroll_again("dan", WORDS)
        monkeypatch.setattr(audit, "record", fail)
        for attempt in (
            lambda: ada.people.enroll_again("ina", WORDS),
            lambda: ada.people.add(SAM),
        ):
            with pytest.raises(DiskFull):
                attempt()
        monkeypatch.undo()
        after = {path.name for path in (made.folder / "keys").iterdir()}
    assert (made.folder / "keys/ina.key").read_bytes() == key
    assert after - before <= {"sam.key"}  # of no use without an entry


def test_a_last_day_ends_and_can_be_moved(made: Made, clock: Clock) -> None:
    study = open_study(made.folder, now=clock)
    ada = study.unlock("ada", passphrase("ada"))
    ina = study.unlock("ina", passphrase("ina"))
    for day in ("2026-02-30", "21.11.2026", "2026-1-2", "20261121"):
        with pytest.raises(InvalidInput, match="date"):
            ada.people.set_expiry("ina", day)
    ada.people.set_expiry("ina", "2026-11-21")
    ina.cases()
    clock.pass_seconds(10 * 3600)
    with pytest.raises(NotAllowed):
        ina.cases()
    with pytest.raises(NotAllowed, match="last day of ina was 2026-11-21"):
        study.unlock("ina", passphrase("ina"))
    ada.people.set_expiry("ina", None)
    assert len(ina.cases()) == 5
    study.close()


ONESELF: dict[str, Callable[[Access], object]] = {
    "suspended": lambda ada: ada.people.suspend("ada"),
    "removed": lambda ada: ada.people.remove("ada"),
    "enrolled again": lambda ada: ada.people.enroll_again("ada", WORDS),
    "given a last day": lambda ada: ada.people.set_expiry("ada", "2099-01-01"),
    "no administrator": lambda ada: ada.people.change_roles("ada", frozenset({Role.SUPERVISOR})),
}


@pytest.mark.parametrize("what", ONESELF)
def test_nobody_ends_their_own_part(made: Made, what: str) -> None:
    with made.unlocked("ada") as (ada,), pytest.raises(NotAllowed, match="Another administrator"):
        ONESELF[what](ada)


ATTEMPTS: tuple[Callable[[People, Access], object], ...] = (
    lambda people, ada: people.add(SAM, ada),
    lambda people, _: people.suspend("ina"),
    lambda people, _: people.resume("ina"),
    lambda people, _: people.remove("ina"),
    lambda people, ada: people.enroll_again("ina", passphrase("new"), ada),
    lambda people, ada: people.change_roles("ina", frozenset(Role), ada),
    lambda people, _: people.set_expiry("ina", None),
    lambda people, _: people.change_policy(lock_after_minutes=9),
)


def test_only_administrators_do_any_of_this(made: Made) -> None:
    with made.unlocked("ada", "dan", "sue") as (ada, dan, sue):
        for who in (dan, sue):
            for attempt in ATTEMPTS:
                with pytest.raises(NotAllowed, match="administrator"):
                    attempt(who.people, ada)
        with pytest.raises(UnknownPerson):
            ada.people.remove("nobody")


def test_a_data_manager_is_let_in_by_two_people(made: Made) -> None:
    with made.unlocked("ada", "dan", "sue", "ina") as (ada, dan, sue, ina):
        other = open_study(made.folder)
        elsewhere = other.unlock("dan", passphrase("dan"))
        for with_ in (None, ada, sue, ina, elsewhere):
            with pytest.raises(NotAllowed, match="two people"):
                ada.people.add(DOT, with_)
            with pytest.raises(NotAllowed, match="two people"):
                ada.people.change_roles("sue", frozenset({Role.DATA_MANAGER}), with_)
        other.close()
        ada.people.add(DOT, dan)
        with ada.study.database.read() as connection:
            last = list(audit.entries(connection))[-1]
        assert (last.action, last.actor, last.second) == (
            Deed.PERSON_ADDED.value,
            ada.entry.id,
            dan.entry.id,
        )
        dot = ada.study.unlock("dot", DOT.passphrase)
        assert dot.read_submitted(made.submitted).document == DOCUMENT
        assert dot.verify().problems == ()
        # Now one of two leaves: what she did counts, and the key she held should be changed.
        case_id = add_case(dot, "Household 9", "ina")
        left = ada.people.remove("dot")
        assert (left.data_key, left.last_manager) == (True, False)
        with pytest.raises(NotAllowed, match="take part"):
            dot.read_submitted(made.submitted)
        ina.open_case(case_id).release()
        assert dan.verify().problems == ()
        assert ada.people.remove("dan").last_manager
        with pytest.raises(NotAllowed, match="Only a data manager"):
            ada.people.add(NewPerson("dor", DOT.roles, DOT.passphrase))


def test_a_removed_second_confirms_nothing(made: Made) -> None:
    with made.unlocked("ada", "dan") as (ada, dan):
        ada.people.add(DOT, dan)
        dot = ada.study.unlock("dot", DOT.passphrase)
        ada.people.suspend("dot")
        new = NewPerson("dor", DOT.roles, DOT.passphrase)
        with pytest.raises(NotAllowed, match="two people"):
            ada.people.add(new, dot)
        ada.people.add(new, dan)


def test_one_person_alone_needs_no_second(tmp_path: Path) -> None:
    solo_person = NewPerson("solo", frozenset(Role), passphrase("solo"))
    study = create_study(
        tmp_path / "s", title="T", kind="practice", people=[solo_person], cost=KdfCost.FLOOR
    )
    solo = study.unlock("solo", passphrase("solo"))
    solo.add_instrument(INSTRUMENT)
    solo.people.change_policy(review="all")
    solo.people.add(DOT)
    dot = study.unlock("dot", DOT.passphrase)
    assert set(dot.secrets) == set(solo.secrets) == {"data", "review"}
    with pytest.raises(NotAllowed, match="two people"):  # from now on there is another
        solo.people.add(NewPerson("dor", DOT.roles, DOT.passphrase))
    solo.people.add(NewPerson("dor", DOT.roles, DOT.passphrase), dot)
    assert dot.verify().problems == ()
    study.close()


def test_roles_change_and_what_was_signed_under_the_old_ones_goes_on_counting(made: Made) -> None:
    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        ada.people.add(DOT, dan)
        with pytest.raises(InvalidInput, match="role"):
            ada.people.change_roles("dan", frozenset())
        left = ada.people.change_roles("dan", frozenset({Role.SUPERVISOR}))
        assert left.data_key
        assert (dan.roles, dan.secrets) == (frozenset({Role.SUPERVISOR}), {})
        dot = ada.study.unlock("dot", DOT.passphrase)
        assert dot.verify().problems == ()
        assert dot.read_submitted(made.submitted).document == DOCUMENT
        with pytest.raises(NotAllowed):
            dan.read_submitted(made.submitted)
        dan_again = ada.study.unlock("dan", passphrase("dan"))
        assert dan_again.secrets == {}
        # An administrator who is made one can sign, and cannot any more afterwards.
        ada.people.change_roles("ivo", frozenset({Role.ADMINISTRATOR, Role.INTERVIEWER}))
        bea = ada.study.unlock("ivo", passphrase("ivo"))
        bea.people.add(SAM)
        left = ada.people.change_roles("ivo", frozenset({Role.SUPERVISOR}))
        assert left.cases == short(made.of_ivo)
        with pytest.raises(NotAllowed, match="administrator"):
            bea.people.suspend("sam")
        assert dot.verify().problems == ()
        assert ina.open_case(made.begun).identity["agency"] == "Example Town Hall"


def test_review_makes_a_key_that_supervisors_and_data_managers_are_given(made: Made) -> None:
    with made.unlocked("ada", "dan", "sue", "ina") as (ada, dan, sue, ina):
        with pytest.raises(NotAllowed, match="two people"):
            ada.people.change_policy(review="all")
        with pytest.raises(InvalidInput, match="no review"):
            ada.people.change_policy(dan, review="some")
        with pytest.raises(InvalidInput, match="no colour"):
            ada.people.change_policy(colour="blue")
        with pytest.raises(InvalidInput, match="cost"):
            ada.people.change_policy(memory_kib=1024)
        with pytest.raises(InvalidInput, match="lock_after"):
            ada.people.change_policy(lock_after_minutes=16)
        ada.people.change_policy(dan, review="all", lock_after_minutes=10)
        assert (ada.study.body.policy.review, ada.study.lock_after_minutes) == ("all", 10)
        held = {one.entry.name: set(one.secrets) for one in (ada, dan, sue, ina)}
        assert held == {"ada": set(), "dan": {"data", "review"}, "sue": {"review"}, "ina": set()}
        with pytest.raises(NotAllowed, match="Only a data manager"):
            ada.people.add(SAM)
        ada.people.add(SAM, dan)
        sam = ada.study.unlock("sam", SAM.passphrase)
        assert sam.secrets["review"].raw == sue.secrets["review"].raw
        left = ada.people.remove("sue")
        assert (left.review_key, left.data_key) == (True, False)
        # Off and on again is no second key.
        ada.people.change_policy(review="none")
        ada.people.change_policy(review="all")
        assert ada.study.body.key_names("review") == ("review",)
        assert dan.verify().problems == ()


def test_an_undertaking_is_accepted_once_by_each_person_and_text(made: Made) -> None:
    words = "I keep what I read to myself.\n\nWhat I hear as well: “everything”."
    with made.unlocked("ada", "ina", "dan") as (ada, ina, dan):
        assert ina.people.undertaking() is None
        for unusable in ("", "\x1b]0;title\x07", "x" * 8001):
            with pytest.raises(InvalidInput):
                ada.people.change_policy(undertaking=unusable)
        ada.people.change_policy(undertaking=words)
        for who in (ada, ina):
            assert who.people.undertaking() == words
        ina.people.accept_undertaking(words)
        assert (ina.people.undertaking(), ada.people.undertaking()) == (None, words)
        ada.people.change_policy(undertaking="Another text.")
        assert ina.people.undertaking() == "Another text."
        ada.people.change_policy(undertaking=words)
        assert ina.people.undertaking() is None
        assert dan.verify().problems == ()
    with made.unlocked("ina", "dan") as (ina, dan):
        assert (ina.people.undertaking(), dan.people.undertaking()) == (None, words)


def test_lock_destroys_every_key(made: Made) -> None:
    with made.unlocked("ada", "dan") as (ada, dan):
        ada.people.change_policy(dan, review="all")
        buffers = [secret.raw for _, secret in dan.holders()] + [dan.keys.signing.raw]
        assert len(buffers) == 4
        assert all(map(any, buffers))
        dan.lock()
        assert not any(map(any, buffers))
        assert (dan.secrets, dan.data_key) == ({}, None)


def test_what_the_removed_sign_afterwards_is_a_problem(made: Made) -> None:
    """They write around the program, with the keys that they had; the chain itself is sound."""
    with made.unlocked("ada", "ina", "dan") as (ada, ina, dan):
        keys, body = ina.keys, ada.study.body
        ada.people.suspend("ina")
        ada.people.resume("ina")
        ina._note(Deed.BACKUP_MADE, "")
        assert dan.verify().problems == ()
        ada.people.remove("ina")
        with ada.study.database.write() as connection:
            at = ada.study.now()
            audit.record(connection, body, ina.entry.id, keys.signing, Deed.BACKUP_MADE, "", at)
        (problem,) = dan.verify().problems
        assert "signed by ina, who was suspended or removed" in problem


def test_a_founder_who_is_no_data_manager_cannot_make_one_later(made: Made) -> None:
    """With a tampered program the founder alone signs that dot was given the data key."""
    from store.crypto.keys import SealingSecret
    from store.trust import giving

    with made.unlocked("ada", "dan") as (ada, dan):
        ada.people.add(DOT, dan)
        assert dan.verify().problems == ()
        body, dot = ada.study.body, ada.study.body.person("dot")
        signer = (ada.entry.id, ada.keys.signing)
        fake = SealingSecret.generate()
        fake_of = type("Fake", (), {"raw": fake.raw, "public": body.public_key("data")})()
        key = giving.give(body.id, body.kind, "data", fake_of, dot.id, dot.public, signer)
        forged = dot.model_copy(update={"keys": (key,)})
        people = tuple(forged if one.id == dot.id else one for one in body.people)
        with pytest.raises(DamagedStudy, match="made dot a data manager"):
            ada.study.change(
                lambda old: old.model_copy(update={"people": people}),
                *signer,
                Deed.ROLES_CHANGED,
                dot.id,
            )
        assert dan.verify().problems == ()
