"""What refusals and reminders name: the numbers, the people, the commands, and nothing besides."""

from datetime import date
from typing import Any

import pytest

from store import NotAllowed, StoreError
from store.errors import (
    AuditAltered,
    CaseAway,
    CaseErased,
    CaseInUse,
    LeaseLost,
    Locked,
    OlderFormat,
    PutBack,
    Suspended,
    TooSoon,
)
from store.trust import roles
from store.trust.entries import PersonEntry
from store.trust.leaving import LeftToDo, may_hold, require_active
from store.trust.roles import RULES, Action, Role

_person: Any = PersonEntry.model_construct


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (PutBack(None), ("others than those that you saw.", "`cati user accept-restored`")),
        (PutBack(1), ("1 entry of its audit that you have seen is missing.",)),
        (PutBack(7), ("7 entries of its audit that you have seen are missing.",)),
        (AuditAltered(7), ("Entry 7 of the audit was altered", "backup")),
        (OlderFormat(), ("`cati upgrade`", "makes a backup first.")),
        (TooSoon(0.0), ("try again in 1 second.",)),
        (TooSoon(1.2), ("try again in 2 seconds.",)),
        (Locked(), ("unlock it with your passphrase",)),
        (CaseInUse("c0ffee00", "ina", "09:00"), ("Case c0ffee00", "by ina since 09:00:")),
        (CaseAway("c0ffee00"), ("Case c0ffee00", "another computer", "`cati send --take-back`")),
        (LeaseLost("c0ffee00"), ("Case c0ffee00", "not saved", "open the case again.")),
        (Suspended("c0ffee00"), ("c0ffee00", "not saved", "ask the administrator.")),
        (CaseErased("c0ffee00"), ("Case c0ffee00 was erased",)),
    ],
)
def test_an_error_names_what_it_is_about(error: StoreError, parts: tuple[str, ...]) -> None:
    assert [part for part in parts if part not in str(error)] == []


def test_what_an_error_is_about_is_kept_for_programs() -> None:
    assert (PutBack(3).missing, PutBack(None).missing, AuditAltered(7).entry) == (3, None, 7)
    assert (TooSoon(-1.0).seconds, TooSoon(3.0).seconds, TooSoon(3.1).seconds) == (1, 3, 4)
    in_use = CaseInUse("c0ffee00", "ina", "09:00")
    assert (in_use.by, in_use.since) == ("ina", "09:00")


REMINDERS: list[tuple[LeftToDo, list[str]]] = [
    (LeftToDo(), []),
    (LeftToDo(cases=("1a", "2b")), ["Reassign 2 open cases: 1a, 2b (`cati case reassign"]),
    (LeftToDo(cases=("1a",)), ["Reassign 1 open case: 1a (`cati case reassign CASE --to NAME`)."]),
    (LeftToDo(data_key=True), ["Change the data key"]),
    (LeftToDo(review_key=True), ["Change the review key"]),
    (LeftToDo(key_file="ina.key"), ["Delete ina.key wherever"]),
    (LeftToDo(last_manager=True), ["No data manager is left"]),
    (
        LeftToDo(("1a",), data_key=True, review_key=True, key_file="ina.key", last_manager=True),
        ["Reassign 1", "Change the data", "Change the review", "Delete ina", "No data manager"],
    ),
]


@pytest.mark.parametrize(("left", "begin"), REMINDERS)
def test_what_is_left_to_do_is_said_where_there_is_something(
    left: LeftToDo, begin: list[str]
) -> None:
    said = left.sentences
    assert len(said) == len(begin)
    assert all(map(str.startswith, said, begin))
    assert all(one.endswith(".") for one in said)


@pytest.mark.parametrize(
    ("status", "expires", "why"),
    [
        ("active", None, None),
        ("active", "2026-11-22", None),
        ("active", "2026-11-21", "The last day of ina was 2026-11-21"),
        ("suspended", None, "ina is suspended"),
        ("removed", None, "ina was removed"),
        ("replaced", "2026-11-21", "ina was enrolled again"),
    ],
)
def test_who_takes_no_part_is_told_why(status: str, expires: str | None, why: str | None) -> None:
    ina = _person(name="ina", status=status, expires=expires)
    if why is None:
        require_active(ina, date(2026, 11, 22))
        return
    with pytest.raises(NotAllowed, match=f"^{why}"):
        require_active(ina, date(2026, 11, 22))


def test_data_managers_hold_every_key_and_supervisors_review_keys() -> None:
    holds = {
        role: [key for key in ("data", "data.2", "review", "review.2") if may_hold(_of(role), key)]
        for role in Role
    }
    assert holds == {
        Role.INTERVIEWER: [],
        Role.SUPERVISOR: ["review", "review.2"],
        Role.DATA_MANAGER: ["data", "data.2", "review", "review.2"],
        Role.ADMINISTRATOR: [],
    }


def _of(role: Role) -> PersonEntry:
    made: PersonEntry = _person(roles=(role,))
    return made


SAID = {
    "fresh": "was not begun yet",
    "open": "is open and not submitted",
    "submitted": "was submitted and is not accepted yet",
    "accepted": "was accepted already",
    "erased": "was erased, nothing of it is left",
}


@pytest.mark.parametrize("action", [one for one in Action if RULES.get(one) and RULES[one].states])
def test_a_refusal_says_what_stands_against_it(action: Action) -> None:
    rule = RULES[action]
    for role in Role:
        for state, about in SAID.items():
            for own in (False, True):
                reaches = role in rule.roles or (role in rule.own and own)
                try:
                    roles.require_case(action, [role], short_id="1a", own=own, state=state)
                    said = ""
                except NotAllowed as error:
                    said = str(error)
                if role not in rule.everybody:
                    assert said.startswith(f"You may not {action.value}: that takes a")
                elif not reaches and not own:
                    assert said.startswith("Case 1a is assigned to someone else: you may not")
                elif state in rule.states:
                    assert said == ""
                elif action is Action.END_LEASE:
                    assert said == f"Case 1a {about}, so no program holds it."
                else:
                    assert said.startswith(f"Case 1a {about}, so you cannot ")
                    # Its state was said: nothing is said of cases in another one.
                    assert not {"submitted", "accepted", "begun"} & set(
                        said.partition(", so")[2].split()
                    )


def test_roles_are_told_with_their_articles() -> None:
    assert [roles.with_article(role) for role in Role] == [
        "an interviewer",
        "a supervisor",
        "a data manager",
        "an administrator",
    ]
    with pytest.raises(NotAllowed, match=r"that takes a data manager or a supervisor\.$"):
        roles.require(Action.RETURN, [Role.INTERVIEWER])
