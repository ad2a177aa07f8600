"""What the commands say of exports: before an instrument is fielded, and when one breaks off."""

import json
from pathlib import Path

import pytest

from cati.demo import ADMINISTRATOR
from tests.cati.cli.conftest import Keys, Run
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
    done = run("instrument", "check", unfit)
    assert done.code == 1
    assert done.out.count("\n") == 2
    assert f"{unfit}: The label of item has_job is longer than 256 bytes" in done.out
    assert "both need the column cati_mode" in done.out
    assert "2 problems" in done.err
    as_json = run("instrument", "check", unfit, "--json")
    assert as_json.code == 1
    assert [one["code"] for one in json.loads(as_json.out)["problems"]] == ["export"] * 2


def test_an_instrument_that_could_not_be_exported_is_not_taken_in(
    run: Run, unfit: Path, study: Path, keys: Keys
) -> None:
    done = run("instrument", "add", unfit, "--study", study, *keys(ADMINISTRATOR))
    assert done.code == 2
    assert "could not be exported. The label of item has_job is longer" in done.err
    assert "(1 more: see cati instrument check)" in done.err
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
