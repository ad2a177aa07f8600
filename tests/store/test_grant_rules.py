"""Whose word counts for a case and its keys: every giver, for every key, held against a table."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from store.casework import grants
from store.casework.grants import CaseRecord, Grant
from store.crypto.keys import SigningSecret, Unopenable
from store.trust.entries import Body, GivenKey, PersonEntry, pack
from store.trust.roles import Role

S, K, C = "5" * 32, "live", "c" * 32
INA, IVO, SUE, DAN, OLD, ADA, NOBODY = (letter * 32 for letter in "1234567")
KEYS = {
    one: SigningSecret(bytes([at]) * 32)
    for at, one in enumerate((INA, IVO, SUE, DAN, OLD, ADA, NOBODY))
}
_person: Any = PersonEntry.model_construct
_given: Any = GivenKey.model_construct
_body: Any = Body.model_construct


def _entry(one: str, role: Role, *keys: str, before: tuple[Role, ...] = ()) -> PersonEntry:
    made: PersonEntry = _person(
        id=one,
        roles=(role,),
        former_roles=before,
        sealing="",
        signing=pack(KEYS[one].public),
        keys=tuple(_given(key=key) for key in keys),
    )
    return made


PEOPLE = {
    INA: _entry(INA, Role.INTERVIEWER),
    IVO: _entry(IVO, Role.INTERVIEWER),
    SUE: _entry(SUE, Role.SUPERVISOR, "review"),
    DAN: _entry(DAN, Role.DATA_MANAGER, "review", "data.2"),
    # Was a data manager once: what they signed then goes on counting.
    OLD: _entry(OLD, Role.INTERVIEWER, "data", before=(Role.DATA_MANAGER,)),
    # Names themselves a data manager, and nobody gave them a data key.
    ADA: _entry(ADA, Role.DATA_MANAGER, "review"),
}
BODY: Body = _body(id=S, kind=K, people=tuple(PEOPLE.values()))
CASE = CaseRecord(C, "open", "5f", "interview", INA, DAN, b"", 2, b"head", 0)
IDENTITY = b"an envelope"


def signed(case: CaseRecord, by: str) -> CaseRecord:
    return replace(case, signature=KEYS[by].sign(grants.record_message(BODY, case, IDENTITY)))


def given(by: str, what: str, recipient: str, expires: str = "") -> Grant:
    made = Grant(what, recipient, b"wrap", by, b"", expires)
    return replace(made, signature=KEYS[by].sign(grants._message(BODY, C, made)))


@pytest.mark.parametrize("state", [*grants.STATES, "erased", "", "OPEN"])
def test_the_record_of_a_case_is_signed_by_who_is_or_was_a_data_manager(state: str) -> None:
    for who in KEYS:
        case = signed(replace(CASE, state=state, created_by=who), who)
        counts = who in (DAN, OLD) and state in grants.STATES
        assert _holds(lambda case=case: grants.require_record(BODY, case, IDENTITY)) == counts, who


@pytest.mark.parametrize(
    "altered",
    [
        {"instrument": "6f"},
        {"mode": "mock"},
        {"assignee": IVO},
        {"created_by": OLD},
        {"id": "d" * 32},
        {"signature": b""},
    ],
)
def test_a_record_that_says_anything_else_is_not_signed(altered: dict[str, Any]) -> None:
    case = replace(signed(CASE, DAN), **altered)
    assert not _holds(lambda: grants.require_record(BODY, case, IDENTITY))
    assert not _holds(lambda: grants.require_record(BODY, signed(CASE, DAN), b"another envelope"))


MANAGERS = {DAN, OLD}
GIVE: dict[tuple[str, str, str], set[str]] = {
    ("identity", INA, ""): MANAGERS,
    ("identity", "data", ""): MANAGERS,
    ("answers", INA, ""): MANAGERS | {INA},
    ("answers", "data.2", ""): MANAGERS | {INA},
    ("submission", "review", ""): MANAGERS | {INA},
    ("submission", "review.2", ""): MANAGERS | {INA},
    ("submission", SUE, "2026-12-01T00:00:00Z"): MANAGERS,
    ("submission", SUE, ""): set(),
    ("submission", "review", "2026-12-01T00:00:00Z"): set(),
    ("identity", INA, "2026-12-01T00:00:00Z"): set(),
    ("answers", INA, "2026-12-01T00:00:00Z"): set(),
    ("contact", INA, ""): set(),
}


@pytest.mark.parametrize("about", GIVE)
def test_a_key_is_given_by_who_may(about: tuple[str, str, str]) -> None:
    for who, returned in itertools.product(KEYS, ("", SUE, INA, ADA)):
        grant = given(who, *about)
        found = _holds(lambda: grants.require_granter(BODY, CASE, grant, returned))  # noqa: B023
        by_return = about[0] == "answers" and not about[2] and who == returned == SUE
        assert found == (who in GIVE[about] or by_return), (who, returned)


def test_a_grant_that_says_anything_else_is_not_signed() -> None:
    grant = given(DAN, "submission", SUE, "2026-12-01T00:00:00Z")
    grants.require_granter(BODY, CASE, grant)
    for altered in (
        replace(grant, recipient=IVO),
        replace(grant, wrap=b"other"),
        replace(grant, granted_by=OLD),
        replace(grant, expires="2027-12-01T00:00:00Z"),
        replace(grant, signature=b""),
    ):
        assert not _holds(lambda one=altered: grants.require_granter(BODY, CASE, one)), altered


def _holds(check: Any) -> bool:
    try:
        check()
    except Unopenable:
        return False
    return True
