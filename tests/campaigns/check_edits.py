"""Checks instruments with one condition edited at random: a check may find much, but never breaks.

A witness that the engine does not take, for instance, is a fault of ours, and breaks the check.
Says also how many edits the check alone notices, by findings that the instrument had not before.

    python -m tests.campaigns.check_edits --size 10      # edits of each small instrument
"""

import argparse
import sys
import time
from collections import Counter

from skips.proof.findings import Finding
from tests.campaigns.condition_edits import ConditionEdit, condition_edits
from tests.campaigns.planted.bases import base, base_files, read_texts, sound_names
from tests.campaigns.planted.run import UNDECIDED, proof

SLOW = 90.0
"""Seconds of processor time that no small instrument may take."""


def main() -> int:
    """Check all of them; 1 when a check broke or took too long."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=4, help="edits of each instrument")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    begun = time.process_time()
    for name in sound_names():
        before = {(one.code, one.place) for one in proof(read_texts(base(name)))}
        for edit in condition_edits(base_files(name), options.size, options.seed):
            counts["edits"] += 1
            counts[_judged(name, edit, before)] += 1
    print(f"{dict(counts)}, {time.process_time() - begun:.0f} s")
    return 1 if counts["broken"] or counts["slow"] else 0


def _judged(name: str, edit: ConditionEdit, before: set[tuple[str, str]]) -> str:
    begun = time.process_time()
    try:
        said: list[Finding] = list(proof(edit.instrument))
    except Exception as error:  # noqa: BLE001  (whatever breaks a check is what is looked for)
        print(f"BROKEN {name}: {edit}\n  {type(error).__name__}: {error}")
        return "broken"
    seconds = time.process_time() - begun
    if seconds > SLOW:
        print(f"SLOW, {seconds:.0f} s {name}: {edit}")
        return "slow"
    new = [one for one in said if (one.code, one.place) not in before]
    if any(one.code == UNDECIDED for one in new):
        return "undecided"
    return "noticed" if new else "not noticed"


if __name__ == "__main__":
    sys.exit(main())
