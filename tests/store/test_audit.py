"""One entry for each action, no content, and what verification says."""

import pytest

from store import InstrumentFiles, NewPerson, NotAllowed, Role, StoreError
from store.trust import manifest
from tests.store.made import DOCUMENT, Made, add_case, answer, passphrase


def trail(made: Made) -> list[str]:
    with made.sql() as sql:
        return [row[0] for row in sql.execute("SELECT action FROM audit ORDER BY seq")]


def test_each_action_leaves_exactly_one_entry(made: Made) -> None:
    seen = trail(made)

    def added() -> list[str]:
        new = trail(made)[len(seen) :]
        seen.extend(new)
        return new

    with made.unlocked("ada", "dan", "ina") as (ada, dan, ina):
        assert added() == []
        ada.add_person(NewPerson("new", frozenset({Role.INTERVIEWER}), passphrase("new")))
        assert added() == ["person added"]
        ada.add_instrument(InstrumentFiles("jobs", "1", "d" * 64, {"a.yaml": b""}))
        assert added() == ["instrument added"]
        ina.change_passphrase(passphrase("ina"), passphrase("ina"))
        assert added() == ["passphrase changed"]
        case_id = add_case(dan, "Household 9", "ina")
        assert added() == ["case added"]
        case = ina.open_case(case_id)
        assert added() == ["case begun"]
        case.append(answer(1))
        assert added() == []  # the journal is its own record
        case.release()
        assert added() == ["case released"]
        case = ina.open_case(case_id)
        assert added() == ["case resumed"]
        case.submit(DOCUMENT)
        assert added() == ["case submitted"]
        dan.read_submitted(case_id)
        assert added() == ["submitted case read"]
        list(dan.submitted())
        assert added() == ["submitted cases read"]
        for harmless in (dan.cases, dan.verify, ina.cases):
            harmless()
        with pytest.raises(NotAllowed):
            ina.read_submitted(case_id)
        with pytest.raises(StoreError):
            ina.open_case(case_id)
        assert added() == []
        assert dan.verify().ok


def test_verification_says_what_it_checked_and_what_it_could_not(made: Made) -> None:
    with made.unlocked("dan", "ina", "sue") as (dan, ina, sue):
        everything = dan.verify()
        assert (everything.cases, everything.journals, everything.sealed) == (5, 2, 1)
        assert everything.problems == everything.unchecked == ()
        own = ina.verify()
        assert (own.journals, own.sealed) == (2, 0)
        assert len(own.unchecked) == 2
        least = sue.verify()
        assert (least.journals, least.sealed, least.ok) == (0, 0, True)
        assert least.unchecked == (
            "Not checked: the contact data of 5 cases, for want of a key.",
            "Not checked: the journal of 2 cases, for want of a key.",
            "Not checked: the sealed document of 1 case, for want of a key.",
        )


def test_a_manifest_that_the_audit_does_not_know_is_reported(made: Made) -> None:
    """An administrator signs it around the program, and so without an entry."""
    with made.unlocked("ada", "dan") as (ada, dan):
        body = ada.study.body
        later = body.model_copy(update={"title": "Other", "version": body.version + 1})
        signed = manifest.sign(later, ada.entry.id, ada.keys.signing)
        (made.folder / "study.yaml").write_bytes(manifest.write(signed))
        assert dan.verify().problems == (
            "The manifest in place is not the one that the audit knows as the newest.",
        )


def test_changed_instrument_files_are_reported(made: Made) -> None:
    next((made.folder / "instruments").rglob("people.yaml")).write_bytes(b"changed")
    with made.unlocked("sue") as (sue,):
        assert any("households 1.0" in line for line in sue.verify().problems)


def test_a_failed_change_of_the_manifest_leaves_neither_entry_nor_person(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.trust import pending

    before = trail(made)

    def fail(*_: object) -> None:
        raise StoreError("The disk reported an error.")

    with made.unlocked("ada", "dan") as (ada, dan):
        monkeypatch.setattr(pending, "write_file", fail)
        with pytest.raises(StoreError):
            ada.add_person(NewPerson("new", frozenset({Role.INTERVIEWER}), passphrase("new")))
        monkeypatch.undo()
        assert trail(made) == before
        assert all(person.name != "new" for person in ada.study.people)
        ada.add_person(NewPerson("new", frozenset({Role.INTERVIEWER}), passphrase("new")))
        assert dan.verify().ok
