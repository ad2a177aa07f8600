"""`cati check`: what it prints, and how it ends."""

import json
from importlib import util
from pathlib import Path

import pytest

from skips.proof import check as checking
from skips.proof import proving
from tests.cati.checking.reports import FILES, written
from tests.cati.cli.conftest import Run
from tests.skips.proof.pretended import Watched, pretend


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return written(tmp_path / "household")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """One detector that finds questions whose label begins with BAD, in place of all others."""
    watched = Watched()
    monkeypatch.setattr(checking, "load_detectors", lambda: (watched.detector,))
    monkeypatch.setattr(proving, "settler_of", pretend)
    return watched


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def spoil(folder: Path) -> None:
    """A question that the detector finds."""
    change(folder, "home.yaml", "label: Cars", "label: BAD cars")


def acknowledge(folder: Path, at: str) -> None:
    line = f"acknowledged:\n  - {{finding: item-unreachable, at: {at}, reason: Meant.}}\n"
    change(folder, "instrument.yaml", "sections: [home]\n", f"sections: [home]\n{line}")


def test_a_sound_instrument(run: Run, folder: Path, watched: Watched) -> None:
    done = run("check", folder)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("household 1.0: no problems in 2 items of 1 section, 2 modes; 0.")
    quick = run("check", folder, "--quick")
    assert quick.out.startswith("household 1.0: no problems in 2 items of 1 section. Fingerprint ")
    assert run("instrument", "check", folder, "--quick").out == quick.out


def test_an_error_is_shown_with_its_line(run: Run, folder: Path, watched: Watched) -> None:
    spoil(folder)
    done = run("check", folder)
    assert done.code == 1
    home = folder / "home.yaml"
    assert done.out.splitlines()[:4] == [
        f"{home}:6:15: error: 'cars' (BAD cars) is asked of nobody. [item-unreachable]",
        "     6 |   - question: cars",
        "       |               ^",
        f"    {home}:9:13: The condition.",
    ]
    assert "household 1.0: 1 error in 2 items of 1 section, 2 modes; " in done.out
    assert done.err == "`cati explain item-unreachable` says more about it.\n"


def test_what_is_acknowledged_is_counted_and_listed_when_asked(
    run: Run, folder: Path, watched: Watched
) -> None:
    spoil(folder)
    acknowledge(folder, "cars")
    done = run("check", folder)
    assert done.code == 0
    assert done.out.startswith("household 1.0: no problems, 1 acknowledged in 2 items")
    listed = run("check", folder, "--all")
    assert listed.code == 0
    assert "    Acknowledged: Meant." in listed.out.splitlines()


def test_an_acknowledgement_of_nothing_is_a_warning(
    run: Run, folder: Path, watched: Watched
) -> None:
    acknowledge(folder, "cars")
    done = run("check", folder)
    assert done.code == 0
    assert "[acknowledged-not-found]" in done.out
    assert run("check", folder, "--strict").code == 1
    assert run("check", folder, "--strict", "--only", "item-unreachable").code == 1, "it counts"
    one_mode = run("check", folder, "--mode", "record")
    assert "no problems" in one_mode.out


def test_json_and_sarif_go_where_they_are_wanted(
    run: Run, folder: Path, watched: Watched, tmp_path: Path
) -> None:
    spoil(folder)
    file = tmp_path / "check.sarif"
    done = run("check", folder, "--json", "--sarif", file)
    assert (done.code, done.err) == (1, "")
    found = json.loads(done.out)
    assert [one["place"] for one in found["proof"]["findings"]] == ["cars"]
    assert found["proof"]["counts"]["error"] == 1
    written_there = json.loads(file.read_text("utf-8"))
    printed = run("check", folder, "--format", "sarif")
    assert printed.code == 1
    assert json.loads(printed.out) == written_there
    assert written_there["runs"][0]["results"][0]["ruleId"] == "item-unreachable"


def test_sections_and_fresh(run: Run, folder: Path, watched: Watched) -> None:
    change(folder, "instrument.yaml", "[home]", "[home, garden]")
    garden = FILES["home.yaml"].replace("home", "garden").replace("people", "trees")
    (folder / "garden.yaml").write_text(garden.replace("cars", "bees"), "utf-8")
    assert run("check", folder, "--section", "garden").code == 0
    assert watched.asked == {"garden"}
    assert run("check", folder).code == 0
    assert watched.asked == {"garden", "home"}
    watched.calls.clear()
    assert run("check", folder).code == 0
    assert watched.asked == set()
    assert run("check", folder, "--fresh", "--mode", "record").code == 0
    assert watched.calls == [("record", frozenset({"home", "garden"}))]


WRONG = [
    (["--mode", "walk"], "walk is no mode of this instrument: choose from interview, record."),
    (["--section", "attic"], "attic is no section of this instrument: choose from home."),
    (["--only", "item-unreachabel"], "item-unreachabel is no code of a finding; "),
    (["--json", "--format", "sarif"], "--json and --format sarif exclude each other"),
]


@pytest.mark.parametrize(("words", "says"), WRONG)
def test_what_there_is_not_is_refused(
    words: list[str], says: str, run: Run, folder: Path, watched: Watched
) -> None:
    done = run("check", folder, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(says)
    assert watched.calls == []


def test_without_the_solver_one_sentence_says_how_to_get_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = util.find_spec
    monkeypatch.setattr(
        "cati.commands.check.find_spec", lambda name: None if name == "z3" else found(name)
    )
    done = run("check", folder)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "pip install 'cati[prove]'" in done.err
    assert "--quick" in done.err
    assert run("check", folder, "--quick").code == 0


def test_problems_of_reading_come_in_every_form(run: Run, folder: Path, tmp_path: Path) -> None:
    change(folder, "home.yaml", "kind: yes_no", "kind: yesno")
    done = run("check", folder)
    assert done.code == 1
    assert done.out.startswith(f"{folder / 'home.yaml'}:7:11: ")
    assert done.err.startswith("1 problem.\n")
    assert [one["line"] for one in json.loads(run("check", folder, "--json").out)["problems"]] == [
        7
    ]
    found = json.loads(run("check", folder, "--format", "sarif").out)
    region = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == 7
