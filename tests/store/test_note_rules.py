"""Who may sign which note about a case, behind which other: all of them, held against a table.

No database is asked: whether the study began with a packet, a stand-in says.
"""

import itertools
from typing import Any, cast
from unittest import mock

import pytest
from sqlalchemy import Connection

from store.casework import progress
from store.casework.grants import CaseRecord
from store.casework.journal import Place
from store.casework.progress import Noted
from store.crypto.keys import Unopenable
from store.record.audit import Deed, Entry
from store.trust.entries import DATA, Body, GivenKey, PersonEntry
from store.trust.roles import Role

S, K, C = "5" * 32, "live", "c" * 32
INA, IVO, SUE, DAN, ADA, GONE = (letter * 32 for letter in "1234ab")
ROLES = {
    INA: Role.INTERVIEWER,
    IVO: Role.INTERVIEWER,
    SUE: Role.SUPERVISOR,
    DAN: Role.DATA_MANAGER,
    ADA: Role.ADMINISTRATOR,
}
_person: Any = PersonEntry.model_construct
_given: Any = GivenKey.model_construct
_body: Any = Body.model_construct
BODY: Body = _body(
    id=S,
    kind=K,
    people=tuple(
        _person(id=one, roles=(role,), keys=(_given(key=DATA),) if one == DAN else ())
        for one, role in ROLES.items()
    ),
)
CASE = CaseRecord(C, "open", "5f", "interview", INA, DAN, b"", 0, b"", 0)
PLACE = Place(S, K, C, "5f")
NOWHERE = cast(Connection, None)
OWN = {
    Deed.CASE_BEGUN,
    Deed.CASE_RESUMED,
    Deed.CASE_TAKEN_OVER,
    Deed.CASE_RELEASED,
    Deed.CASE_SUBMITTED,
}
SIGN = {
    Deed.CASE_ACCEPTED: {SUE, DAN},
    Deed.CASE_RETURNED: {SUE, DAN},
    Deed.CASE_REOPENED: {DAN},
    Deed.CASE_REASSIGNED: {DAN},
    Deed.CASE_BROUGHT: {INA},
    Deed.JOURNAL_RECEIVED: {INA, DAN},
    Deed.CASE_RECEIVED: {INA, DAN},
}
"""Besides: notes about one's own case."""
WAYS = {
    Deed.CASE_BEGUN: {("fresh", "open")},
    Deed.CASE_RESUMED: {("open", "open")},
    Deed.CASE_TAKEN_OVER: {("open", "open")},
    Deed.CASE_RELEASED: {("open", "open")},
    Deed.CASE_SUBMITTED: {("open", "submitted")},
    Deed.CASE_ACCEPTED: {("submitted", "accepted")},
    Deed.CASE_RETURNED: {("submitted", "open")},
    Deed.CASE_REOPENED: {("accepted", "open")},
    Deed.CASE_REASSIGNED: {("fresh", "fresh"), ("open", "open")},
    Deed.CASE_BROUGHT: set(itertools.product(("fresh", "open", "submitted"), ("fresh", "open"))),
    Deed.JOURNAL_RECEIVED: {("fresh", "open"), ("open", "open")},
    Deed.CASE_RECEIVED: {("fresh", "submitted"), ("open", "submitted")},
}
FRESH = progress.state(PLACE, 0, b"")
BEGUN = progress.state(PLACE, 1, b"link")
BEFORE = {
    "fresh": None,
    "fresh, given": Noted(1, Deed.CASE_REASSIGNED, DAN, FRESH, True, INA),
    "open": Noted(1, Deed.CASE_RELEASED, INA, BEGUN, False, INA),
    "submitted": Noted(1, Deed.CASE_SUBMITTED, INA, BEGUN, False, INA),
    "accepted": Noted(1, Deed.CASE_ACCEPTED, DAN, BEGUN, False, INA),
}


def about(digest: str, *people: str) -> str:
    return " ".join((f"{C} journal {digest}", *people))


def follows(
    before: Noted | None, deed: str, actor: str, text: str, *, packet: bool = True
) -> Noted | None:
    """What the note says where it may follow; None where it may not."""
    entry = Entry(2, "2026-11-22T09:00:00Z", actor, deed, text, b"", b"")
    with mock.patch.object(progress, "_began_with_a_packet", return_value=packet):
        try:
            return progress._follow(NOWHERE, BODY, CASE, before, entry)
        except Unopenable:
            return None


@pytest.mark.parametrize("deed", WAYS, ids=lambda deed: deed.value.replace(" ", "_"))
def test_a_note_counts_by_whom_and_behind_what_the_table_says(deed: Deed) -> None:
    for was, actor, digest in itertools.product(BEFORE, (*ROLES, GONE), (FRESH, BEGUN)):
        state = _after(deed, digest)
        found = follows(BEFORE[was], deed, actor, about(digest, *([] if deed in OWN else [INA])))
        # Whoever begins a case says whose it is; that the row names them as well is seen later.
        own = {INA} if BEFORE[was] else set(ROLES)
        may = actor in (own if deed in OWN else SIGN[deed])
        fits = (was.partition(",")[0], state) in WAYS[deed]
        assert (found is not None) == (may and fits), (was, actor, state)
        if found is not None:
            assert progress.state_of_case(found) == state
            assert (found.deed, found.actor, found.assignee) == (
                deed,
                actor,
                actor if deed in OWN else INA,
            )


def _after(deed: Deed, digest: str) -> str:
    if digest == FRESH:
        return "fresh"
    done = {Deed.CASE_ACCEPTED: "accepted"}
    done |= dict.fromkeys((Deed.CASE_SUBMITTED, Deed.CASE_RECEIVED), "submitted")
    return done.get(deed, "open")


@pytest.mark.parametrize(
    ("before", "deed", "actor", "text"),
    [
        ("open", "case moved", INA, about(BEGUN)),
        ("open", Deed.CASE_READ, INA, about(BEGUN)),
        ("open", Deed.CASE_RELEASED, INA, about(BEGUN, INA)),
        ("submitted", Deed.CASE_RETURNED, DAN, about(BEGUN)),
        ("submitted", Deed.CASE_RETURNED, DAN, about(BEGUN, INA, SUE)),
        ("submitted", Deed.CASE_RETURNED, SUE, about(BEGUN, IVO)),
        ("submitted", Deed.CASE_ACCEPTED, DAN, about(progress.state(PLACE, 2, b"link"), INA)),
        ("fresh, given", Deed.CASE_REASSIGNED, DAN, about(BEGUN, IVO)),
        ("open", Deed.CASE_REASSIGNED, DAN, about(FRESH, IVO)),
        ("open", Deed.CASE_RELEASED, IVO, about(BEGUN)),
    ],
)
def test_nothing_else_follows(before: str, deed: str, actor: str, text: str) -> None:
    assert follows(BEFORE[before], deed, actor, text) is None


def test_a_data_manager_or_a_packet_gives_a_case_to_someone_else() -> None:
    submitted = BEFORE["submitted"]
    returned = follows(submitted, Deed.CASE_RETURNED, DAN, about(BEGUN, IVO))
    assert returned is not None
    assert (returned.assignee, returned.returned_by, returned.at_rest) == (IVO, DAN, True)
    brought = follows(submitted, Deed.CASE_BROUGHT, IVO, about(BEGUN, IVO, SUE))
    assert brought is not None
    assert (brought.assignee, brought.returned_by) == (IVO, SUE)
    resumed = follows(brought, Deed.CASE_RESUMED, IVO, about(BEGUN))
    assert resumed is not None
    assert (resumed.returned_by, resumed.at_rest) == ("", False)


def test_in_an_office_no_packet_is_taken_for_where_a_case_comes_from() -> None:
    assert follows(None, Deed.CASE_BROUGHT, INA, about(FRESH, INA), packet=False) is None


def test_a_journal_holds_all_that_was_noted_and_no_more_than_could_be_added() -> None:
    links = [b"0", b"1", b"2"]
    for deed, count, kept in [
        (Deed.CASE_RELEASED, 2, True),
        (Deed.CASE_RELEASED, 1, False),
        (Deed.CASE_RESUMED, 1, True),
        (Deed.CASE_RESUMED, 0, True),
        (Deed.CASE_BEGUN, 2, True),
        (Deed.CASE_TAKEN_OVER, 3, False),
    ]:
        link = links[count] if count < len(links) else b"3"
        noted = Noted(1, deed, INA, progress.state(PLACE, count, link), False, INA)
        assert progress.is_kept(noted, PLACE, links) is kept, (deed, count)
    assert progress.place_of(BODY, CASE) == PLACE


def test_notes_are_sorted_by_case() -> None:
    objects = [about("a"), f"{'d' * 32} journal b", "a study", about("c", INA), C]
    chain = [Entry(n, "", "", "", text, b"", b"") for n, text in enumerate(objects, start=1)]
    found = progress.by_case(chain)
    assert {case: [one.seq for one in notes] for case, notes in found.items()} == {
        C: [1, 4],
        "d" * 32: [2],
    }
