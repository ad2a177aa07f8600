"""Who could do what when, by the audit: each rule by an entry that breaks it and one that keeps it.

Pure functions over a manifest and entries, so every rule is tried without a database.
"""

from typing import Any

import pytest

from store.record.audit import Deed, Entry
from store.trust import tenure
from store.trust.entries import FORMAT_1, RECOVERY, Body, GivenKey, PersonEntry, pack
from store.trust.roles import Role

ADA, DAN, INA, SUE, NEW = (letter * 32 for letter in "adc5e")
NAMES = {ADA: "ada", DAN: "dan", INA: "ina", SUE: "sue", NEW: "new"}
ROLES = {
    ADA: (Role.ADMINISTRATOR,),
    DAN: (Role.DATA_MANAGER,),
    INA: (Role.INTERVIEWER,),
    SUE: (Role.SUPERVISOR,),
    NEW: (Role.DATA_MANAGER,),
}
OFFICE = (ADA, DAN, INA, SUE)
ROLE_MISSING = "who had not the role for it then"
OUT = "who was suspended or removed before"
OVER = "whose last day was over"

Line = tuple[Deed, str, str] | tuple[Deed, str, str, str]
"""Deed, actor, what it is about, and who confirmed it."""
_person: Any = PersonEntry.model_construct
_body: Any = Body.model_construct
_given: Any = GivenKey.model_construct


def person(one: str, by: str | None = None, roles: tuple[Role, ...] | None = None) -> PersonEntry:
    keys = () if by is None else (_given(key="data", wrap="", by=by, signature=""),)
    made: PersonEntry = _person(
        id=one,
        name=NAMES[one],
        roles=ROLES[one] if roles is None else roles,
        sealing=pack(one.encode()),
        signing=pack(b"signs"),
        keys=keys,
    )
    return made


def keys(one: str) -> str:
    return person(one).public.fingerprint


def body(*people: PersonEntry) -> Body:
    made: Body = _body(id="5" * 32, founder=ADA, people=people or tuple(map(person, OFFICE)))
    return made


def chain(*lines: Line, day: str = "2026-11-22", people: tuple[str, ...] = OFFICE) -> list[Entry]:
    """Entries behind that of the founding."""
    founded: Line = (Deed.FOUNDED, ADA, f"{'5' * 32}:{'+'.join(people)}" if people else "5" * 32)
    return [
        Entry(seq, f"{day}T09:00:00Z", who, deed.value, about, b"", b"", "".join(second))
        for seq, (deed, who, about, *second) in enumerate((founded, *lines), start=1)
    ]


def said(number: int, who: str, why: str) -> str:
    name = NAMES.get(who, "someone unknown")
    return f"Entry {number} of the audit is signed by {name}, {why}."


TAKES = {
    ADA: {
        Deed.PERSON_ADDED,
        Deed.PERSON_SUSPENDED,
        Deed.PERSON_RESUMED,
        Deed.PERSON_REMOVED,
        Deed.PERSON_REENROLLED,
        Deed.ROLES_CHANGED,
        Deed.EXPIRY_SET,
        Deed.POLICY_CHANGED,
        Deed.INSTRUMENT_ADDED,
        Deed.DATA_KEY_CHANGED,
        Deed.SHEETS_MADE,
        Deed.SHEETS_REHEARSED,
        Deed.BACKUP_RESTORED,
    },
    DAN: {
        Deed.CASE_ADDED,
        Deed.CASE_REASSIGNED,
        Deed.CONTACT_CORRECTED,
        Deed.CASE_LENT,
        Deed.CASE_REOPENED,
        Deed.CASE_READ,
        Deed.CASES_READ,
        Deed.CASE_ACCEPTED,
        Deed.CASE_RETURNED,
        Deed.CASE_ERASED,
        Deed.IDENTITIES_ERASED,
        Deed.CASES_REWRAPPED,
        Deed.EXPORTED,
        Deed.NOTICE_PUBLISHED,
    },
    SUE: {Deed.CASE_READ, Deed.CASE_ACCEPTED, Deed.CASE_RETURNED},
}
TAKEN = TAKES[ADA] | TAKES[DAN]


@pytest.mark.parametrize("who", OFFICE, ids=NAMES.get)
def test_what_takes_a_role_is_done_by_who_had_it(who: str) -> None:
    for deed in Deed:
        may = deed not in TAKEN or deed in TAKES.get(who, set())
        found = tenure.problems(body(), chain((deed, who, "f" * 32)))
        assert found == ([] if may else [said(2, who, ROLE_MISSING)]), deed
    noted = f"{'f' * 32} manifest {'0' * 64}"
    found = tenure.problems(body(), chain((Deed.CASE_BEGUN, who, noted)))
    assert found == ([] if who == ADA else [said(2, who, ROLE_MISSING)])


MANAGER_THEN = f"{INA}:interviewer>data_manager+interviewer"
MANAGER_NO_MORE = f"{DAN}:data_manager>interviewer"
ADDED = (Deed.CASE_ADDED, DAN, "f" * 32)
BY_INA = (Deed.CASE_ADDED, INA, "f" * 32)
OTHER = "0" * 64
OTHER_KEYS = "{} has other keys in the manifest than those of the audit."
STORIES: dict[str, tuple[Body, list[Entry], list[str]]] = {
    "suspended": (
        body(),
        chain((Deed.PERSON_SUSPENDED, ADA, DAN), ADDED),
        [said(3, DAN, OUT)],
    ),
    "suspended and back": (
        body(),
        chain((Deed.PERSON_SUSPENDED, ADA, DAN), (Deed.PERSON_RESUMED, ADA, DAN), ADDED),
        [],
    ),
    "someone else is back": (
        body(),
        chain((Deed.PERSON_SUSPENDED, ADA, DAN), (Deed.PERSON_RESUMED, ADA, INA), ADDED),
        [said(4, DAN, OUT)],
    ),
    "removed, and confirms": (
        body(),
        chain((Deed.PERSON_REMOVED, ADA, DAN), (Deed.POLICY_CHANGED, ADA, "x", DAN)),
        [said(3, DAN, OUT)],
    ),
    "enrolled again, with the roles of before": (
        body(*map(person, (ADA, NEW, INA))),
        chain(
            (Deed.PERSON_REENROLLED, ADA, f"{DAN}/{NEW}"),
            (Deed.CASE_ADDED, NEW, "f" * 32),
            people=(ADA, INA),
        ),
        [said(3, NEW, ROLE_MISSING), "new is data manager without an entry in the audit."],
    ),
    "enrolled again, and goes on as before": (
        body(*map(person, (ADA, DAN, NEW))),
        chain(
            (Deed.PERSON_REENROLLED, ADA, f"{DAN}/{NEW}"), (Deed.CASE_ADDED, NEW, "f" * 32), ADDED
        ),
        [said(4, DAN, OUT)],
    ),
    "the last day": (
        body(),
        chain((Deed.EXPIRY_SET, ADA, f"{DAN}:2026-11-22"), ADDED),
        [],
    ),
    "after the last day": (
        body(),
        chain((Deed.EXPIRY_SET, ADA, f"{DAN}:2026-11-21"), ADDED),
        [said(3, DAN, OVER)],
    ),
    "no last day any more": (
        body(),
        chain(
            (Deed.EXPIRY_SET, ADA, f"{DAN}:2026-11-21"), (Deed.EXPIRY_SET, ADA, f"{DAN}:"), ADDED
        ),
        [],
    ),
    "a role before it was given": (
        body(person(ADA), person(INA, roles=(Role.DATA_MANAGER, Role.INTERVIEWER))),
        chain(BY_INA, (Deed.ROLES_CHANGED, ADA, MANAGER_THEN), BY_INA),
        [said(2, INA, ROLE_MISSING)],
    ),
    "a role after it was taken": (
        body(person(ADA), person(DAN, roles=(Role.INTERVIEWER,))),
        chain(ADDED, (Deed.ROLES_CHANGED, ADA, MANAGER_NO_MORE), ADDED),
        [said(4, DAN, ROLE_MISSING)],
    ),
    "a role without an entry": (
        body(person(ADA), person(NEW)),
        chain((Deed.PERSON_ADDED, ADA, f"{NEW}:>interviewer")),
        ["new is data manager without an entry in the audit."],
    ),
    "someone without an entry": (
        body(person(ADA), person(NEW, roles=(Role.ADMINISTRATOR, Role.DATA_MANAGER))),
        chain(),
        ["new is administrator and data manager without an entry in the audit."],
    ),
    "keys as they were at the founding, and other ones": (
        body(person(ADA), person(INA)),
        chain(people=(ADA, f"{INA}:{keys(ADA)}+{OTHER}")),
        [OTHER_KEYS.format("ina")],
    ),
    "who signs a change has other keys": (
        body(person(ADA)),
        chain((Deed.POLICY_CHANGED, ADA, "x"), people=(f"{ADA}:{OTHER}",)),
        [said(2, ADA, "whose keys are others than those appointed then"), OTHER_KEYS.format("ada")],
    ),
    "added with other keys": (
        body(person(ADA), person(NEW)),
        chain((Deed.PERSON_ADDED, ADA, f"{NEW}:>data_manager:{OTHER}")),
        [OTHER_KEYS.format("new")],
    ),
    "enrolled again with other keys": (
        body(*map(person, (ADA, DAN, NEW))),
        chain((Deed.PERSON_REENROLLED, ADA, f"{DAN}/{NEW}::{OTHER}")),
        [OTHER_KEYS.format("new")],
    ),
    "let in with sheets, with other keys": (
        body(person(ADA), person(NEW, by=RECOVERY)),
        chain((Deed.SHEETS_USED, NEW, f"{NEW}:>data_manager:{OTHER}")),
        [OTHER_KEYS.format("new")],
    ),
    "restored, with other keys": (
        body(person(ADA), person(NEW)),
        chain((Deed.BACKUP_RESTORED, ADA, f"b:{ADA}+{NEW}:{keys(ADA)}+{OTHER}")),
        [OTHER_KEYS.format("new")],
    ),
    "what an entry says of keys later does not change them": (
        body(person(ADA), person(NEW)),
        chain(
            (Deed.PERSON_ADDED, ADA, f"{NEW}:>data_manager:{keys(NEW)}"),
            (Deed.PERSON_ADDED, ADA, f"{NEW}:>data_manager:{OTHER}"),
            (Deed.BACKUP_RESTORED, ADA, f"b:{ADA}+{NEW}:{keys(ADA)}+{OTHER}"),
        ),
        [],
    ),
    "a change of roles says nothing of keys": (
        body(person(ADA), person(INA, roles=(Role.DATA_MANAGER, Role.INTERVIEWER))),
        chain((Deed.ROLES_CHANGED, ADA, f"{MANAGER_THEN}:{OTHER}")),
        [],
    ),
    "someone added": (
        body(person(ADA), person(NEW)),
        chain((Deed.PERSON_ADDED, ADA, f"{NEW}:>data_manager"), (Deed.CASE_ADDED, NEW, "f" * 32)),
        [],
    ),
    "let in with sheets": (
        body(person(ADA), person(NEW, by=RECOVERY)),
        chain((Deed.SHEETS_USED, NEW, f"{NEW}:>data_manager"), (Deed.CASE_ADDED, NEW, "f" * 32)),
        [],
    ),
    "let in with sheets that nobody used": (
        body(person(ADA), person(NEW, by=ADA)),
        chain((Deed.SHEETS_USED, NEW, f"{NEW}:>data_manager")),
        ["new is data manager without an entry in the audit."],
    ),
    "whose place was taken with sheets": (
        body(),
        chain((Deed.SHEETS_USED, NEW, f"{ADA}/{NEW}:>"), (Deed.POLICY_CHANGED, ADA, "x")),
        [said(3, ADA, OUT)],
    ),
    "unknown": (body(), chain((Deed.CASE_ADDED, "9" * 32, "f" * 32)), [said(2, "", ROLE_MISSING)]),
    "restored, with who was added after the backup": (
        body(person(ADA), person(NEW)),
        chain((Deed.BACKUP_RESTORED, ADA, f"b:{ADA}+{NEW}"), (Deed.CASE_ADDED, NEW, "f" * 32)),
        [],
    ),
    "restored, without saying so": (
        body(person(ADA), person(NEW)),
        chain((Deed.BACKUP_RESTORED, ADA, "b")),
        ["new is data manager without an entry in the audit."],
    ),
    "founded by the first release": (
        body(person(ADA), person(DAN)),
        chain(ADDED, people=()),
        [],
    ),
    "came later, and by the word of format 1": (
        body(person(ADA), person(NEW, by=FORMAT_1)),
        chain((Deed.PERSON_ADDED, ADA, f"{NEW}:>data_manager")),
        ["new was made a data manager by an administrator alone."],
    ),
    "on a laptop": (
        body(person(INA)),
        [Entry(1, "2026-11-22T09:00:00Z", INA, Deed.PACKET_RECEIVED.value, "p", b"", b"")],
        [],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_people_did_holds_while_they_could(name: str) -> None:
    manifest, entries, expected = STORIES[name]
    assert tenure.problems(manifest, entries) == expected


def test_what_entries_are_about_names_everyone() -> None:
    everyone = f"{ADA}+{DAN}:{keys(ADA)}+{keys(DAN)}"
    assert tenure.about_founding("s", map(person, (ADA, DAN))) == f"s:{everyone}"
    changed = tenure.about_roles(INA, [Role.SUPERVISOR, Role.INTERVIEWER], [Role.DATA_MANAGER])
    assert changed == f"{INA}:interviewer+supervisor>data_manager"
    let_in = tenure.about_roles(NEW, [], [Role.DATA_MANAGER], person(NEW))
    assert let_in == f"{NEW}:>data_manager:{keys(NEW)}"
    assert tenure.about_reenrolled(DAN, person(NEW)) == f"{DAN}/{NEW}::{keys(NEW)}"
    assert tenure.about_restored("b", body(person(ADA), person(DAN))) == f"b:{everyone}"
