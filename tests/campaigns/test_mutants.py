"""The sample of mutants is drawn and counted as it says."""

import tomllib
from configparser import ConfigParser
from pathlib import Path
from random import Random

import pytest

from tests.campaigns.mutants import STORE, counts, drawn, enter_store, interval

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
        "b.py": {"no tests": 33, "no code": 37, "crashed": 3, "late": 24, "never began": 255},
    }
    sample = {file: [one for one in codes if one != "not drawn"] for file, codes in found.items()}
    first, second, whole = counts(found, sample)
    assert (first.mutants, first.tried, first.killed, first.out_of_time) == (5, 4, 1, 1)
    assert (second.mutants, second.tried, second.found) == (5, 3, 1)
    assert (whole.file, whole.mutants, whole.tried, whole.found) == ("all", 10, 7, 3)
    assert "42.9%" in whole.row()


def test_the_interval_is_wilsons() -> None:
    assert interval(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    low, high = interval(10, 10)
    assert low == pytest.approx(0.7225, abs=1e-4)
    assert high == pytest.approx(1.0)


def test_the_store_is_mutated_in_a_copy_with_settings_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*STORE["source_paths"], *STORE["also_copy"], "tests"):
        (tmp_path / name).mkdir()
    (tmp_path / "store" / "clock.py").write_text("now = 1\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.mutmut]\nsource_paths = ["skips"]\n\n# --- more\n\n[tool.pytest]\nquiet = true\n'
    )
    enter_store()
    assert (Path.cwd() / "store" / "clock.py").read_text() == "now = 1\n"
    assert tomllib.loads(Path("pyproject.toml").read_text()) == {
        "tool": {"pytest": {"quiet": True}}
    }
    settings = ConfigParser()
    settings.read("setup.cfg")
    assert settings["mutmut"]["source_paths"].split() == ["store"]
    assert settings["mutmut"]["process_isolation"] == "forkserver"
    assert "\nnot postgres and not " in settings["mutmut"]["pytest_add_cli_args"]
