"""The sample of mutants is drawn and counted as it says."""

from random import Random

import pytest

from tests.campaigns.mutants import counts, drawn, interval

NAMES = {
    "large.py": [f"large.{number}" for number in range(900)],
    "small.py": [f"small.{number}" for number in range(90)],
    "tiny.py": ["tiny.0"],
}


def test_every_file_gives_its_share_and_a_seed_gives_the_same_again() -> None:
    sample = drawn(NAMES, 110, Random(1))
    assert {file: len(names) for file, names in sample.items()} == {
        "large.py": 100,
        "small.py": 10,
        "tiny.py": 1,
    }
    assert all(len(set(names)) == len(names) for names in sample.values())
    assert drawn(NAMES, 110, Random(1)) == sample != drawn(NAMES, 110, Random(2))
    assert drawn(NAMES, 10_000, Random(1)) == {file: sorted(names) for file, names in NAMES.items()}


def test_what_fails_or_hangs_is_found_and_nothing_else() -> None:
    found: dict[str, dict[str, int | None]] = {
        "a.py": {"killed": 1, "hanging": 36, "alive": 0, "untried": None, "not drawn": 1},
        "b.py": {"no tests": 33, "no code": 37, "crashed": 3},
    }
    sample = {file: [one for one in codes if one != "not drawn"] for file, codes in found.items()}
    first, second, whole = counts(found, sample)
    assert (first.mutants, first.tried, first.killed, first.out_of_time) == (5, 4, 1, 1)
    assert (second.mutants, second.tried, second.found) == (3, 2, 1)
    assert (whole.file, whole.mutants, whole.tried, whole.found) == ("all", 8, 6, 3)
    assert "50.0%" in whole.row()


def test_the_interval_is_wilsons() -> None:
    assert interval(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    low, high = interval(10, 10)
    assert low == pytest.approx(0.7225, abs=1e-4)
    assert high == pytest.approx(1.0)
