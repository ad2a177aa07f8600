"""To where a case moves, and when a second person is needed: each rule with what breaks it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from store import JSON, InvalidInput, NotAllowed
from store.casework import moves
from store.crypto.keys import SigningSecret, Unopenable
from store.team.second import require_second, require_second_of
from store.trust.entries import Body, PersonEntry
from store.trust.roles import Role
from tests.store.made import Clock

_body: Any = Body.model_construct
_person: Any = PersonEntry.model_construct
BODY: Body = _body(
    instruments=tuple(
        SimpleNamespace(name=name, fingerprint=version)
        for name, version in [("homes", "h1"), ("homes", "h2"), ("homes", "h3"), ("cars", "c1")]
    )
)


def move(old: JSON, new: JSON) -> dict[str, JSON]:
    return {"e": "move", "old": old, "new": new}


@pytest.mark.parametrize(
    ("version", "event", "to"),
    [
        ("h1", move("h1", "h2"), "h2"),
        ("h2", move("h2", "h1"), "h1"),
        ("h2", move("h1", "h3"), None),
        ("h1", move("h1", "h1"), None),
        ("h1", move("h1", "c1"), None),
        ("h1", move("h1", "h9"), None),
        ("h1", move("h1", 2), None),
        ("h1", move("h1", None), None),
        ("h1", {"e": "move", "new": "h2"}, None),
        ("h1", {"e": "move", "old": "h1"}, None),
        ("x9", move("x9", "h1"), None),
        ("x9", move("x9", "y9"), None),
    ],
)
def test_a_move_leads_to_another_approved_version_or_is_none(
    version: str, event: dict[str, JSON], to: str | None
) -> None:
    assert moves.is_move(event)
    if to is not None:
        assert moves.require_move(BODY, version, event) == to
        assert moves.version_in_use(BODY, version, [event]) == to
        return
    with pytest.raises(InvalidInput, match="another approved version of the same instrument"):
        moves.require_move(BODY, version, event)
    with pytest.raises(Unopenable):
        moves.version_in_use(BODY, version, [event])


def test_a_journal_ends_in_the_version_of_its_last_move() -> None:
    events: list[dict[str, JSON]] = [
        {"e": "set", "old": "h1", "new": "c1"},
        move("h1", "h3"),
        {"new": "h1"},
        move("h3", "h2"),
    ]
    assert moves.version_in_use(BODY, "h1", events) == "h2"
    assert moves.version_in_use(BODY, "h1", events[:3]) == "h3"
    assert moves.version_in_use(BODY, "h1", events[:1]) == "h1"
    assert moves.is_version_of(BODY, "h1", "h1")
    assert not moves.is_version_of(BODY, "h9", "h8")


ADMINISTRATOR, MANAGER = Role.ADMINISTRATOR, Role.DATA_MANAGER


def _study(*people: tuple[str, Role, str, str | None]) -> Any:
    entries = tuple(
        _person(id=name, name=name, roles=(role,), status=status, expires=last)
        for name, role, status, last in people
    )
    return SimpleNamespace(body=_body(people=entries), now=Clock(), today=Clock().time.date)


def _access(study: Any, name: str) -> Any:
    return SimpleNamespace(
        study=study,
        entry=study.body.person_by_id(name),
        keys=SimpleNamespace(signing=SigningSecret(bytes(32))),
    )


ADA = ("ada", ADMINISTRATOR, "active", None)
CASES: dict[str, tuple[Any, str | None, Callable[[Any, Any], object], bool | None]] = {
    "nobody else": (_study(ADA), None, lambda a, b: require_second(a, b, ADMINISTRATOR), None),
    "somebody else, who is away": (
        _study(ADA, ("abe", ADMINISTRATOR, "active", None)),
        None,
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        False,
    ),
    "somebody else, who is there": (
        _study(ADA, ("abe", ADMINISTRATOR, "active", None)),
        "abe",
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        True,
    ),
    "oneself": (
        _study(ADA, ("abe", ADMINISTRATOR, "active", None)),
        "ada",
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        False,
    ),
    "of another role": (
        _study(ADA, ("abe", ADMINISTRATOR, "active", None), ("dan", MANAGER, "active", None)),
        "dan",
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        False,
    ),
    "of either role": (
        _study(ADA, ("dan", MANAGER, "active", None)),
        "dan",
        lambda a, b: require_second_of(a, b, (ADMINISTRATOR, MANAGER)),
        True,
    ),
    "suspended": (
        _study(ADA, ("abe", ADMINISTRATOR, "suspended", None)),
        None,
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        None,
    ),
    "whose last day is over": (
        _study(ADA, ("abe", ADMINISTRATOR, "active", "2026-11-20")),
        None,
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        None,
    ),
    "on the last day": (
        _study(ADA, ("abe", ADMINISTRATOR, "active", "2026-11-21")),
        None,
        lambda a, b: require_second(a, b, ADMINISTRATOR),
        False,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_second_person_is_needed_where_there_is_one(name: str) -> None:
    study, second, ask, expected = CASES[name]
    ada = _access(study, "ada")
    with_ = None if second is None else _access(study, second)
    if expected is False:
        with pytest.raises(NotAllowed, match=r"two people: another person who is an? "):
            ask(ada, with_)
        return
    confirmed = None if with_ is None else (second, with_.keys.signing)
    assert ask(ada, with_) == (confirmed if expected else None)


def test_the_second_person_unlocked_the_same_study() -> None:
    study = _study(ADA, ("abe", ADMINISTRATOR, "active", None))
    other = _study(ADA, ("abe", ADMINISTRATOR, "active", None))
    with pytest.raises(NotAllowed):
        require_second(_access(study, "ada"), _access(other, "abe"), ADMINISTRATOR)
