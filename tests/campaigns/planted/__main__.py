"""What the proof finds of the planted defects, and what it says of sound instruments.

    python -m tests.campaigns.planted                   # all of it
    python -m tests.campaigns.planted --kind trap --of budget
    python -m tests.campaigns.planted --sample --near   # one of each kind, quickly
    python -m tests.campaigns.planted --control         # a check that says nothing finds nothing

Fails when a defect is missed or a sound instrument is not left in peace.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from instrument import Instrument
from skips.proof.findings import Finding
from tests.campaigns.planted.bases import sound_names
from tests.campaigns.planted.catalog import Defect, catalog
from tests.campaigns.planted.run import Checker, Outcome, Silence, listen, plant, proof


def silent(_: Instrument, __: Collection[str] | None = None) -> Sequence[Finding]:
    """The control: a check that says nothing."""
    return ()


def main() -> int:
    """Run what was asked for; 1 when anything was missed, or said of a sound instrument."""
    options = _options()
    checker: Checker = silent if options.control else proof
    chosen = [defect for defect in catalog() if _wanted(defect, options)]
    if options.list:
        for defect in chosen:
            print(f"{defect} (in {defect.of}): {defect.because}")
        return 0
    with ProcessPoolExecutor(options.workers) as pool:
        # Defects of one base lie together, so that a worker checks the base itself only once.
        chosen.sort(key=lambda one: one.of)
        planted = list(
            pool.map(partial(plant, checker=checker, near=options.near), chosen, chunksize=4)
        )
        names = [] if options.kind or options.of or options.only else sound_names()
        heard = list(pool.map(partial(listen, checker=checker), names))
    _tell_defects(planted)
    _tell_sound(heard)
    found = sum(one.found for one in planted)
    alarms = sum(len(one.alarms) + bool(one.trouble) for one in heard)
    print(f"\nplanted {len(planted)}, found {found}; false alarms on {len(heard)} sound: {alarms}")
    if options.control:
        return 0 if found == 0 else 1
    return 0 if found == len(planted) and not alarms else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kind", action="append", help="only defects of this kind")
    parser.add_argument("--of", action="append", help="only defects of this base")
    parser.add_argument("--only", action="append", help="only the defect of this name")
    parser.add_argument("--sample", action="store_true", help="only one of each kind")
    parser.add_argument("--near", action="store_true", help="only the sections it must be found in")
    parser.add_argument("--list", action="store_true", help="say what is planted and why")
    parser.add_argument("--control", action="store_true", help="with a check that says nothing")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def _wanted(defect: Defect, options: argparse.Namespace) -> bool:
    return (
        (not options.kind or defect.kind in options.kind)
        and (not options.of or defect.of in options.of)
        and (not options.only or defect.name in options.only)
        and (not options.sample or defect.sample)
    )


def _tell_defects(outcomes: Iterable[Outcome]) -> None:
    by_kind = defaultdict(list)
    for outcome in outcomes:
        by_kind[outcome.defect.kind].append(outcome)
    print(f"{'kind':24}{'planted':>8}{'found':>7}{'extra':>7}{'seconds each':>16}")
    for kind, of_kind in sorted(by_kind.items()):
        seconds = [one.seconds for one in of_kind]
        extra = sum(len(one.extra) for one in of_kind)
        times = f"{sum(seconds) / len(seconds):.1f} to {max(seconds):.1f}"
        found = sum(one.found for one in of_kind)
        print(f"{kind:24}{len(of_kind):8}{found:7}{extra:7}{times:>16}")
    for outcome in (one for of_kind in by_kind.values() for one in of_kind):
        if outcome.trouble:
            print(f"\nBROKEN {outcome.defect}: {outcome.trouble}")
            continue
        for expected in outcome.missed:
            print(f"\nMISSED {outcome.defect} in {outcome.defect.of}: {expected}")
            print(f"  {outcome.defect.because}")
        if outcome.extra:
            print(f"\nextra of {outcome.defect} in {outcome.defect.of}:")
        for one in outcome.extra:
            print(f"  {_line(one)}")


def _tell_sound(heard: Iterable[Silence]) -> None:
    for one in heard:
        said = f"{len(one.alarms)} false, {len(one.notes)} notes"
        print(f"\nsound {one.name}: {said}, {one.seconds:.1f} s")
        if one.trouble:
            print(f"  BROKEN {one.trouble}")
        for finding in (*one.alarms, *one.notes):
            print(f"  {_line(finding)}")


def _line(finding: Finding) -> str:
    modes = f" [{', '.join(finding.modes)}]" if finding.modes else ""
    return f"{finding.severity.value} {finding.code} at {finding.place}{modes}: {finding.text}"


if __name__ == "__main__":
    sys.exit(main())
