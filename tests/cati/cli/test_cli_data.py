"""Commands that make and hand out data: demo, simulate, export, preview."""

import io
import json
import sys
from pathlib import Path

import pytest

from cati.demo import DATA_MANAGER, PASSPHRASE
from tests.cati.cli.conftest import Keys, Run
from tests.cati.travel import TRAVEL

# --- demo, simulation, export --------------------------------------------------------------------


def test_the_demo_is_made_ready_and_says_what_next(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = run("demo", "--folder", folder, "--prepare")
    assert done.code == 0, done.err
    assert PASSPHRASE in done.out
    assert f"cati export --study {folder}" in done.out
    assert run("demo", "--folder", folder, "--prepare").code == 0


def test_the_demo_keeps_away_from_a_live_study(run: Run, tmp_path: Path) -> None:
    from store import KdfCost, NewPerson, Role, create_study

    roles = frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER})
    person = NewPerson("alex", roles, PASSPHRASE)
    folder = tmp_path / "live"
    create_study(folder, title="L", kind="live", people=[person], cost=KdfCost.FLOOR).close()
    done = run("demo", "--folder", folder, "--prepare")
    assert done.code == 2
    assert "live study" in done.err
    done = run("simulate", "--study", folder)
    assert done.code == 2
    assert "live study" in done.err


def test_simulated_cases_go_to_a_file(run: Run, tmp_path: Path) -> None:
    words = ["--instrument", "njov4", "--cases", "3", "--seed", "5", "--to"]
    assert run("simulate", *words, tmp_path / "a.jsonl").code == 0
    assert run("simulate", *words, tmp_path / "b.jsonl").code == 0
    first = (tmp_path / "a.jsonl").read_text()
    assert first == (tmp_path / "b.jsonl").read_text()
    assert len(first.splitlines()) == 3
    done = run("simulate", *words, tmp_path / "a.jsonl")
    assert done.code == 2
    assert "a.jsonl" in done.err


def test_simulated_cases_are_submitted_and_exported(
    run: Run, study: Path, tmp_path: Path, keys: Keys
) -> None:
    file = tmp_path / "two.txt"
    file.write_text(f"{PASSPHRASE}\n{PASSPHRASE}\n")
    done = run("simulate", "--study", study, "--cases", "2", "--passphrase-file", file)
    assert done.code == 0, done.err
    cases = json.loads(run("case", "list", "--study", study, "--json", *keys(DATA_MANAGER)).out)
    assert sorted(one["state"] for one in cases) == ["fresh"] * 3 + ["submitted"] * 2
    out = tmp_path / "out"
    done = run("export", "--study", study, "--to", out, "--json", *keys(DATA_MANAGER))
    assert done.code == 0, done.err
    assert json.loads(done.out)["cases"] == 2
    assert {path.suffix for path in out.iterdir()} >= {".csv", ".sav", ".json"}
    again = run("export", "--study", study, "--to", out, *keys(DATA_MANAGER))
    assert again.code == 2
    assert again.err.count("\n") == 1
    assert "--force" in again.err
    inside = run("export", "--study", study, "--to", study / "out", *keys(DATA_MANAGER))
    assert (inside.code, "must not lie in the study's folder" in inside.err) == (2, True)
    assert not (study / "out").exists()


def test_an_export_without_submitted_cases_says_so(
    run: Run, study: Path, tmp_path: Path, keys: Keys
) -> None:
    done = run("export", "--study", study, "--to", tmp_path / "out", *keys(DATA_MANAGER))
    assert done.code == 2
    assert "submitted" in done.err


# --- codebook ----------------------------------------------------------------------------------


def test_a_codebook_of_an_instrument_of_a_study(run: Run, study: Path, tmp_path: Path) -> None:
    place = tmp_path / "book.html"
    done = run("codebook", "--study", study, "--output", place)
    assert done.code == 0, done.err
    assert "N-JOV4" in place.read_text(encoding="utf-8")


# --- preview -----------------------------------------------------------------------------------


def test_an_instrument_is_walked_through(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "\n".join(["", "?", "1", "<", "", "maybe", "-not_sure", "q"]) + "\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    done = run("preview", "njov4")
    assert done.code == 0
    assert "[Preliminary] elig_minor" in done.out
    assert "younger than 18" in done.out


def test_an_instrument_is_walked_through_in_another_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "travel"
    folder.mkdir()
    for name, text in TRAVEL.items():
        (folder / name).write_text(text, encoding="utf-8")
    lines = ["2,3", "1", "@en", "6", "2", "1 h 10 min", "B22", "B-22", "2019", "4", "q"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    done = run("preview", folder, "--language", "es")
    assert done.code == 0
    told = " ".join(done.out.split())
    for words in (
        "Encuesta de viajes 1.0.0",
        "@ goes on in a language: @en, @es",
        "[Desplazamientos] means ¿Cómo se desplaza?",
        "8 Todos por igual (do not read)",
        "That choice is not offered now.",  # the bicycle, which is not among the means
        "Which of these do you use most?",
        "That is not one of the choices.",
        "Write it in the form A-12.",
        "when you choose how to travel? (1 of 4) The price?",
        "4 It depends (do not read)",
        "(2 of 4) The time it takes?",
    ):
        assert words in told, words


def test_a_language_that_is_not_there_is_refused(run: Run) -> None:
    done = run("preview", "njov4", "--language", "xx")
    assert done.code == 2
    assert "xx is no language of this instrument: choose from en." in done.err
