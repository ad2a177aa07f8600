"""The permission matrix (A1), cell by cell: `python -m tests.campaigns.matrix`.

Every role x action x relation to the case x state is tried at the door of the services: what is
allowed must succeed, with just the entries in the audit that it has to leave (A2), no content in
them, and a sound study afterwards; what is denied must be refused and change nothing. So must
everything that people try who were suspended, removed or whose time is over, with keys that they
had opened before, and everything from another study. Besides, all wrapped keys and envelopes are
tried with all keys that each person holds. Controls: a grant by mistake has to be found, and an
action that a role was given by mistake has to be noticed.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from store import Access, Kind, Study
from store.trust import roles
from store.trust.roles import Action, Role
from tests.campaigns.support import tell
from tests.store.cells import ALONE, IN_STATE, PEOPLE, WITH_CASES, Cell, cells
from tests.store.made import found
from tests.store.matrix import (
    World,
    audited,
    end,
    grant_by_mistake,
    is_refused,
    make_world,
    readable,
    succeeds,
    unlocked,
)
from tests.store.reach import Opened, reach

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass
class Tried:
    """What was tried, by kind, and what is not as it must be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    turned: int = 0
    """Keys turned in locks."""

    def cell(self, kind: str, holds: bool, what: object) -> None:
        """Count one, and keep it when it does not hold."""
        self.counts[kind] += 1
        if not holds:
            self.wrong.append(f"{kind}: {what}")

    def reach(self, kind: str, study: Study, file: Path, who: Access, must: set[Opened]) -> None:
        """Turn everything that someone holds against everything that is in a study."""
        found_open = reach(file, study.body, [secret for _, secret in who.holders()])
        self.turned += found_open.tried
        self.cell(kind, found_open.opened == must, who.person.name)


def run(world: World, place: Path, every: int = 1) -> Tried:
    """Try every `every`-th cell."""
    tried = Tried()
    chosen = [cell for number, cell in enumerate(cells()) if number % every == 0]
    _denied(world.copy(place / "shared"), [cell for cell in chosen if not cell.allowed], tried)
    for number, cell in enumerate(cell for cell in chosen if cell.allowed):
        why = succeeds(world.copy(place / str(number)), cell, verified=True)
        tried.cell("allowed, with its entries in the audit", why is None, f"{cell}: {why}")
    for status in ("suspended", "removed", "expired"):
        _no_longer(world.copy(place / status), status, tried)
    for kind in KINDS:
        _from_elsewhere(world, place / f"other {kind}", kind, tried)
    return tried


def _denied(world: World, denied: list[Cell], tried: Tried) -> None:
    with world.opened() as study:
        who = {name: unlocked(study, name) for name in PEOPLE}
        for name in (*WITH_CASES.values(), "ivo"):
            who[name].open_case(world.ids[name, "open"])
        before = audited(study)
        for cell in denied:
            refused = is_refused(world, study, cell, who[cell.person])
            tried.cell("denied at the door", refused, cell)
        tried.cell("no trace of what was denied", audited(study) == before, "the audit grew")
        for name, person in who.items():
            must = readable(world, name)
            tried.reach("what keys open", study, study.folder / "study.db", person, must)


def _no_longer(world: World, status: str, tried: Tried) -> None:
    """Every cell, by people who no longer take part and whose keys are in memory still."""
    now = datetime.now(UTC)
    with world.opened(lambda: now) as study:
        people = {name: unlocked(study, name) for name in set(ALONE.values())}
        end(study, status, ALONE.values())
        if status == "expired":
            now += timedelta(days=2)
        for cell in cells(()):
            tried.cell(status, is_refused(world, study, cell, people[cell.person]), cell)


def _from_elsewhere(world: World, folder: Path, kind: Kind, tried: Tried) -> None:
    """Every cell about a case, by people of another study, and their keys."""
    other = found(folder, kind, rehearsed=False)
    for role, name in ALONE.items():
        person = unlocked(other, name)
        for cell in cells():
            if cell.role == role and cell.state:
                refused = is_refused(world, other, cell, person)
                tried.cell(f"another study, {kind}", refused, cell)
        with world.opened() as study:
            file = study.folder / "study.db"
            tried.reach(f"keys of another study, {kind}", study, file, person, set())
    other.close()


def controls(world: World, place: Path) -> list[str]:
    """What was not noticed although it had to be."""
    missed = []
    copy = world.copy(place / "control")
    with copy.opened() as study:
        if not _finds_a_grant(copy, study):
            missed.append("a grant by mistake")
        for action, role, letter in (
            (Action.REQUEST_REOPENING, Role.ADMINISTRATOR, "A"),
            (Action.ADD_CASE, Role.SUPERVISOR, "S"),
        ):
            cell = Cell(action, letter, *(("other's", "accepted") if action in IN_STATE else ()))
            with _allowed_by_mistake(action, role):
                if is_refused(copy, study, cell, unlocked(study, cell.person)):
                    missed.append(f"{role} may {action} by mistake")
    return missed


@contextmanager
def _allowed_by_mistake(action: Action, role: Role) -> Iterator[None]:
    rule, allowed = roles.RULES[action], roles.ALLOWED[action]
    roles.RULES[action] = replace(rule, roles=rule.roles | {role})
    roles.ALLOWED[action] = allowed | {role}
    try:
        yield
    finally:
        roles.RULES[action], roles.ALLOWED[action] = rule, allowed


def _finds_a_grant(world: World, study: Study) -> bool:
    case_id = world.ids["ivo", "open"]
    keys = grant_by_mistake(study, case_id)
    found_open = reach(world.folder / "study.db", study.body, keys).opened
    return found_open == {(case_id, "journal")} and not unlocked(study, "dan").verify().ok


def main() -> int:
    """Run it and print the figures; 0 when every cell is as it must be and the controls fail."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="try every n-th cell (default: all)")
    chosen = parser.parse_args()
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        world = make_world(place / "world")
        tried = run(world, place, chosen.every)
        missed = controls(world, place)
    for kind, count in tried.counts.items():
        tell(f"{count:8,} {kind}")
    total = tried.counts.total()
    tell(f"{total:8,} cells tried, {total - len(tried.wrong):,} as they must be")
    tell(f"{tried.turned:8,} keys turned in locks")
    for line in tried.wrong[:20]:
        tell(f"wrong: {line}")
    for line in missed:
        tell(f"control not noticed: {line}")
    tell(
        f"{total:,} cells tried, {len(tried.wrong)} wrong, {len(missed)} controls not noticed, "
        f"{time.process_time() - start:.0f} s of processor time"
    )
    return int(bool(tried.wrong or missed))


if __name__ == "__main__":
    sys.exit(main())
