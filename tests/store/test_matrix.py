"""The permission matrix, tried cell by cell at the door and against the keys that people hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import NotAllowed, StoreError, Study
from store.trust.roles import ALLOWED, RULES, Action, Role, require
from tests.store.cells import ALONE, ANYWHERE, IN_STATE, LETTERS, STATES, cells
from tests.store.made import Made
from tests.store.matrix import (
    ATTEMPTS,
    World,
    audited,
    do,
    end,
    entries,
    grant_by_mistake,
    is_refused,
    make_world,
    readable,
    succeeds,
    unlocked,
)
from tests.store.reach import reach

OWNERS = ("ina",)
"""Only interviewers have cases here; the campaign adds those with two roles."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world") / "study", OWNERS)


@pytest.fixture(scope="module")
def opened(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """A copy that nothing may change, in which programs hold the open cases."""
    with world.copy(tmp_path_factory.mktemp("shared") / "study").opened() as study:
        for name in (*OWNERS, "ivo"):
            unlocked(study, name).open_case(world.ids[name, "open"])
        before = audited(study)
        yield study
        assert audited(study)[: len(before)] == before
        assert {row[2] for row in audited(study)[len(before) :]} <= {
            "submitted case read",
            "submitted cases read",
            "backup made",
        }


def test_the_table_of_the_program_says_what_the_rules_say() -> None:
    said = {
        action: ("".join(sorted(letter for letter in LETTERS if LETTERS[letter] in rule.roles)))
        for action, rule in RULES.items()
    }
    assert said == {
        **{action: "".join(sorted(roles)) for action, roles in ANYWHERE.items()},
        **{action: "".join(sorted(roles)) for action, (roles, _, _) in IN_STATE.items()},
    }
    for action, (roles, own, states) in IN_STATE.items():
        assert RULES[action].own == {LETTERS[letter] for letter in own}, action
        assert RULES[action].states == {one for one in STATES if one[0] in states}, action
        assert ALLOWED[action] == {LETTERS[letter] for letter in roles + own}, action


def test_every_action_is_tried() -> None:
    assert set(ATTEMPTS) == set(Action)


@pytest.mark.parametrize("role", LETTERS)
def test_what_is_denied_is_refused_and_changes_nothing(
    world: World, opened: Study, role: str
) -> None:
    denied = [one for one in cells(OWNERS) if not one.allowed]
    who = unlocked(opened, ALONE[role])
    before = audited(opened)
    tried = 0
    for cell in denied:
        if cell.role == role:
            assert is_refused(world, opened, cell, who), cell
            tried += 1
    assert tried > 60
    assert audited(opened) == before


@pytest.mark.parametrize("role", LETTERS)
def test_what_is_allowed_succeeds_with_one_entry_in_the_audit(
    world: World, opened: Study, role: str, tmp_path: Path
) -> None:
    allowed = [one for one in cells(OWNERS) if one.allowed and one.role == role]
    # One state of each action that changes something; the campaign tries all.
    allowed = list({one.action: one for one in reversed(allowed)}.values())
    for number, cell in enumerate(allowed):
        if ATTEMPTS[cell.action].changes:
            assert succeeds(world.copy(tmp_path / str(number)), cell) is None, cell
        else:
            count = len(audited(opened))
            do(world, opened, cell, unlocked(opened, cell.person))
            assert len(audited(opened)) == count + entries(opened, cell), cell


@pytest.mark.parametrize(("part", "status"), [(0, "suspended"), (1, "removed"), (2, "expired")])
def test_who_no_longer_takes_part_may_do_nothing(
    world: World, tmp_path: Path, part: int, status: str
) -> None:
    """Not even with keys that were opened before. A third of the cells each; the campaign all."""
    copy, now = world.copy(tmp_path / "study"), datetime.now(UTC)
    with copy.opened(lambda: now) as study:
        people = {role: unlocked(study, name) for role, name in ALONE.items()}
        end(study, status, ALONE.values())
        if status == "expired":
            now += timedelta(days=2)
        before = audited(study)
        for cell in list(cells(OWNERS))[part::3]:
            assert is_refused(copy, study, cell, people[cell.role]), cell
        for name in ALONE.values():
            with pytest.raises(StoreError):
                unlocked(study, name)
        assert audited(study) == before


def test_the_keys_of_another_study_open_nothing_and_are_refused(
    world: World, other_study: Made
) -> None:
    """Another study with the same people by name, and live where this one is practice."""
    with other_study.unlocked(*ALONE.values()) as people:
        for role, who in zip(ALONE, people, strict=True):
            for cell in cells(OWNERS):
                if cell.state and cell.role == role:
                    assert is_refused(world, who.study, cell, who), cell
            with world.opened() as study:
                held = [secret for _, secret in who.holders()]
                tried = reach(world.folder / "study.db", study.body, held)
            assert not tried.opened
            assert tried.tried > 50


@pytest.mark.parametrize("name", ["ada", "dan", "ina", "ivo", "sue"])
def test_the_keys_open_what_the_roles_say_and_nothing_else(
    world: World, opened: Study, name: str
) -> None:
    who = unlocked(opened, name)
    secrets = [secret for _, secret in who.holders()]
    tried = reach(opened.folder / "study.db", opened.body, secrets)
    assert tried.opened == readable(world, name)


def test_the_list_shows_names_only_to_those_who_hold_the_key(world: World, opened: Study) -> None:
    for name in [person.name for person in opened.people]:
        listed = unlocked(opened, name).cases()
        shown = {card.id for card in listed if card.label is not None}
        assert shown == {one for one, part in readable(world, name) if part == "identity"}
        assert all(not card.damaged for card in listed)
        own = unlocked(opened, name).cases(mine_only=True)
        assert own == [card for card in listed if card.mine]


def test_control_a_grant_by_mistake_is_found(world: World, tmp_path: Path) -> None:
    """The search has to find what a wrong grant opens."""
    copy = world.copy(tmp_path / "study")
    case_id = copy.ids["ivo", "open"]
    with copy.opened() as study:
        secrets = grant_by_mistake(study, case_id)
        assert reach(copy.folder / "study.db", study.body, secrets).opened == {(case_id, "journal")}
        assert not unlocked(study, "dan").verify().ok


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(NotAllowed, match="You may not add cases: that takes a data manager"):
        require(Action.ADD_CASE, {Role.ADMINISTRATOR})
