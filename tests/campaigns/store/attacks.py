"""Everything that someone with the files and no key does, and who notices: a table with figures.

    python -m tests.campaigns.store.attacks [--control]

The attacks stand in `tests/store/test_attacks.py` (journals, grants, sealed cases, audit) and in
`forged_rows.py` (reviews, lending, erasures, leases, people, whole files put back). The control is
the same look at studies that nobody touched: it must find nothing.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.campaigns.store import forged_rows
from tests.campaigns.store.support import a_study, cheap_keys, options, scratch, tell
from tests.store import test_attacks
from tests.store.made import Made, make


def plain(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each attack on the plain study, and what was told."""
    made, other = a_study(folder / "plain"), make(folder / "other", "live")
    for number, attack in enumerate(test_attacks.ATTACKS):
        copy = made.copy(folder / f"plain-{number}")
        with copy.sql() as sql:
            sql.execute("PRAGMA foreign_keys = OFF")
            attack(sql, copy, other)
        yield attack.__name__.strip("_").replace("_", " "), test_attacks.noticed(copy)


def lived_in(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each attack on the study that was worked in, and what was told."""
    (folder / "lived").mkdir()
    lived = forged_rows.live_in(a_study(folder / "lived" / "study"), folder / "lived")
    for number, (name, attack) in enumerate(forged_rows.ATTACKS.items()):
        copy = lived.copy(folder / f"lived-{number}")
        attack(copy)
        yield name, forged_rows.noticed(copy)


def untouched(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The control: the same look, and no attack."""
    made: Made = a_study(folder / "plain")
    yield "plain study", test_attacks.noticed(made)
    (folder / "lived").mkdir()
    lived = forged_rows.live_in(a_study(folder / "lived" / "study"), folder / "lived")
    yield "study that was worked in", forged_rows.noticed(lived)


def main() -> int:
    """Run all; 1 when one was not noticed, or the control noticed something."""
    given = options(__doc__, 1)
    with scratch() as folder, cheap_keys():
        attacks = [untouched] if given.control else [plain, lived_in]
        found = [one for attack in attacks for one in attack(folder)]
    for name, told in found:
        tell(f"{name:56} {len(told)} told  {told[0] if told else '-'}")
    noticed = sum(bool(told) for _, told in found)
    tell(f"{noticed} of {len(found)} noticed")
    return int(noticed != (0 if given.control else len(found)))


if __name__ == "__main__":
    raise SystemExit(main())
