"""What the commands say of exports: before an instrument is fielded, and when one breaks off."""

import json
from pathlib import Path

import pytest

from cati.demo import ADMINISTRATOR, DATA_MANAGER, PASSPHRASE
from tests.cati.cli.conftest import Done, Keys, Run
from tests.cati.export.jobs import JOBS


@pytest.fixture
def unfit(tmp_path: Path) -> Path:
    """An instrument that can be read, and two things of it that no data file can hold."""
    folder = tmp_path / "unfit"
    folder.mkdir()
    for name, text in JOBS.items():
        changed = text.replace("label: Has a job", f"label: {'L' * 300}")
        (folder / name).write_text(changed.replace("question: rises,", "question: cati_mode,"))
    return folder


def test_the_check_of_an_instrument_tells_what_could_not_be_exported(run: Run, unfit: Path) -> None:
    done = run("check", unfit, "--quick")
    assert done.code == 1
    assert done.out.count("\n") == 3
    assert f"{unfit}: The label of item has_job is longer than 256 bytes" in done.out
    assert "both need the column cati_mode" in done.out
    assert ": 2 problems in " in done.out
    as_json = run("check", unfit, "--quick", "--json")
    assert as_json.code == 1
    assert [one["code"] for one in json.loads(as_json.out)["problems"]] == ["export"] * 2


def test_an_instrument_that_could_not_be_exported_is_not_taken_in(
    run: Run, unfit: Path, study: Path, keys: Keys
) -> None:
    done = run("instrument", "add", unfit, "--study", study, *keys(ADMINISTRATOR))
    assert done.code == 2
    assert "could not be exported. The label of item has_job is longer" in done.err
    assert "(1 more: see cati check)" in done.err
    (listed,) = json.loads(run("instrument", "list", "--study", study, "--json").out)
    assert listed["name"] == "njov4_case"


@pytest.mark.parametrize("words", [["check"], ["add"]])
def test_control_a_fit_instrument_passes(
    run: Run, tmp_path: Path, study: Path, keys: Keys, words: list[str]
) -> None:
    folder = tmp_path / "fit"
    folder.mkdir()
    for name, text in JOBS.items():
        (folder / name).write_text(text)
    by = ["--study", study, *keys(ADMINISTRATOR)] if words == ["add"] else []
    assert run("instrument", *words, folder, *by).code == 0


@pytest.fixture
def two_versions(run: Run, study: Path, tmp_path: Path, keys: Keys) -> Path:
    """A practice study with submitted cases of two versions of one instrument."""
    for version in ("2.1", "2.2"):
        folder = tmp_path / f"jobs-{version}"
        folder.mkdir()
        for name, text in JOBS.items():
            (folder / name).write_text(text.replace('version: "2.1"', f'version: "{version}"'))
        added = run("instrument", "add", folder, "--study", study, *keys(ADMINISTRATOR))
        assert added.code == 0, added.err
    cards = json.loads(run("instrument", "list", "--study", study, "--json").out)
    file = tmp_path / "two.txt"
    file.write_text(f"{PASSPHRASE}\n{PASSPHRASE}\n")
    for card in cards:
        if card["name"] == "jobs":
            words = ["--cases", "1", "--instrument", card["fingerprint"]]
            done = run("simulate", "--study", study, *words, "--passphrase-file", file)
            assert done.code == 0, done.err
    return study


def test_an_export_that_breaks_off_says_which_versions_are_there(
    run: Run, two_versions: Path, tmp_path: Path, keys: Keys
) -> None:
    def export(folder: Path) -> Done:
        who = keys(DATA_MANAGER)
        return run("export", "--study", two_versions, "--to", folder, "--format", "csv", *who)

    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = export(whole)
    assert done.code == 0, done.err
    names = sorted(file.name for file in whole.iterdir())
    assert len(names) == 6
    assert all(name.startswith("PRACTICE-jobs-2.") for name in names)
    stems = sorted({name.split("-analysis")[0] for name in names}, key=lambda one: one[-8:])
    first, last = stems

    broken.mkdir()
    (broken / f"{last}-analysis.csv").touch()
    done = export(broken)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert f"{last}-analysis.csv is already in" in done.err
    assert f"Complete in {broken}: jobs {first[14:17]} ({first[-8:]})." in done.err
    assert f"Not exported: jobs {last[14:17]} ({last[-8:]})." in done.err
    assert sorted(file.name for file in broken.iterdir() if file.stat().st_size) == [
        name for name in names if name.startswith(first)
    ]

    nothing = tmp_path / "nothing"
    nothing.mkdir()
    (nothing / f"{first}-analysis.csv").touch()
    done = export(nothing)
    assert done.code == 2
    assert f"Nothing was written to {nothing}. Not exported: jobs 2." in done.err
    assert done.err.count("jobs 2.") == 2
