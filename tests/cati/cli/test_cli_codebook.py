"""`cati codebook` on the command line."""

from pathlib import Path

import pytest

from tests.cati.cli.conftest import Run
from tests.cati.codebook_survey import HEADER, PEOPLE, TRIPS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "travel"
    made.mkdir()
    for name, text in (("instrument", HEADER), ("trips", TRIPS), ("people", PEOPLE)):
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


def test_a_codebook_is_written_under_a_name_that_tells_its_version(run: Run, folder: Path) -> None:
    done = run("codebook", folder)
    assert (done.code, done.err) == (0, "")
    assert done.out == "18 variables of travel 2.1: travel-2.1-codebook.html\n"
    assert (
        Path("travel-2.1-codebook.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    )
    assert [one.name for one in Path().iterdir()] == ["travel-2.1-codebook.html"]


def test_ddi_in_one_language(run: Run, folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "book.xml"
    done = run("codebook", folder, "--format", "ddi", "--language", "es", "--output", place)
    assert done.code == 0
    text = place.read_text(encoding="utf-8")
    assert '<codeBook xmlns="ddi:codebook:2_5" version="2.5" xml:lang="es">' in text
    assert "¿Cómo viajó usted?" in text
    assert "How did you travel?" not in text


def test_a_file_is_replaced_only_when_told(run: Run, folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "book.html"
    place.write_text("mine")
    done = run("codebook", folder, "--output", place)
    assert done.code == 2
    assert done.err == f"{place} is there already: name another file, or replace it with --force.\n"
    assert place.read_text() == "mine"
    assert run("codebook", folder, "--output", place, "--force").code == 0
    assert place.read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--format", "pdf"], "pdf is no format: choose from html, ddi.\n"),
        (["--language", "fr"], "fr is no language of travel: choose from en, es.\n"),
        (
            ["--output", "no/such/book.html"],
            "no/such: no such folder; make it, or name another file.\n",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, folder: Path, words: list[str], sentence: str
) -> None:
    done = run("codebook", folder, *words)
    assert done.code == 2
    assert sentence in done.err
    assert list(Path().iterdir()) == []


def test_an_instrument_must_be_named_and_sound(run: Run, folder: Path) -> None:
    assert run("codebook").err.startswith("Say which instrument")
    (folder / "trips.yaml").write_text("section: trips\n", encoding="utf-8")
    done = run("codebook", folder)
    assert done.code == 2
    assert "trips.yaml:" in done.err
