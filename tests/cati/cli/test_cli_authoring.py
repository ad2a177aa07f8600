"""Commands for authors of instruments: what is untranslated, and pages about problems."""

import json
from pathlib import Path

import pytest

from instrument import catalog, findings_catalog
from tests.cati.cli.conftest import Run

HEADER = """\
instrument: bilingual
title: {en: Household survey, es: Encuesta de hogares}
version: "1"
languages: {en: English, es: Español, tl: Tagalog}
sections: [home]
"""
HOME = """\
section: home
title: {en: Home, es: Hogar, tl: Tahanan}
items:
  - {question: own, kind: yes_no, label: Own, ask: Do you own this home?}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bilingual"
    made.mkdir()
    (made / "instrument.yaml").write_text(HEADER, "utf-8")
    (made / "home.yaml").write_text(HOME, "utf-8")
    return made


def test_what_is_untranslated_is_listed_by_place_and_counted(run: Run, folder: Path) -> None:
    done = run("instrument", "translations", folder)
    assert done.code == 0
    assert done.out.splitlines() == [
        f"{folder}/home.yaml:4:52: 'ask' of question 'own': Do you own this home? [es]",
        f"{folder}/instrument.yaml:1:1: 'title' of the instrument: Household survey [tl]",
        f"{folder}/instrument.yaml:1:1: 'yes' under 'words': Yes [tl]",
        f"{folder}/instrument.yaml:1:1: 'no' under 'words': No [tl]",
        f"{folder}/home.yaml:4:52: 'ask' of question 'own': Do you own this home? [tl]",
    ]
    assert done.err.splitlines() == [
        "Español (es): 1 of 5 texts are not translated.",
        "Tagalog (tl): 4 of 5 texts are not translated.",
    ]


def test_one_language_as_json(run: Run, folder: Path) -> None:
    done = run("instrument", "translations", folder, "--language", "es", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "texts": 5,
        "languages": {
            "es": [
                {
                    "file": "home.yaml",
                    "line": 4,
                    "column": 52,
                    "what": "'ask' of question 'own'",
                    "text": "Do you own this home?",
                }
            ]
        },
    }


def test_a_language_that_is_not_there_is_refused(run: Run, folder: Path) -> None:
    done = run("instrument", "translations", folder, "--language", "fr")
    assert (done.code, done.out) == (2, "")
    assert done.err == "fr is no language to translate to: choose from es, tl.\n"


def test_an_instrument_of_one_language_has_nothing_to_translate(run: Run, folder: Path) -> None:
    header = HEADER.replace(", es: Español, tl: Tagalog", "")
    header = header.replace(", es: Encuesta de hogares", "")
    (folder / "instrument.yaml").write_text(header, "utf-8")
    (folder / "home.yaml").write_text(HOME.replace(", es: Hogar, tl: Tahanan", ""), "utf-8")
    done = run("instrument", "translations", folder)
    assert (done.code, done.err) == (0, "")
    assert done.out == "bilingual has one language, English: there is nothing to translate.\n"
    as_json = json.loads(run("instrument", "translations", folder, "--json").out)
    assert as_json == {"texts": 5, "languages": {}}


def test_an_instrument_with_problems_says_them_instead(run: Run, folder: Path) -> None:
    (folder / "home.yaml").write_text(HOME.replace("es: Hogar", "ex: Hogar"), "utf-8")
    done = run("instrument", "translations", folder)
    assert done.code == 2
    assert "[language-unknown]" in done.err


def test_the_page_of_a_code_is_printed_plain(run: Run) -> None:
    done = run("explain", "[key-unknown]")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"key-unknown: {catalog.TITLES['key-unknown']}"
    assert "    section: home" in lines
    assert "    # home.yaml" in lines
    assert not any(line.startswith(("#", "```")) for line in lines)


def test_the_code_of_what_cannot_be_exported_is_explained_too(run: Run) -> None:
    done = run("explain", "export")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("export: Answers that could not be exported\n=====")


def test_all_codes_are_listed(run: Run) -> None:
    problems, _, findings = run("explain").out.partition("\nProof\n\n")
    for listed, titles in ((problems, catalog.TITLES), (findings, findings_catalog.TITLES)):
        lines = [line for line in listed.splitlines() if line.startswith("  ")]
        assert lines == [f"  {code:<24}{title}" for code, title in titles.items()]


@pytest.mark.parametrize("code", findings_catalog.TITLES)
def test_the_page_of_a_finding_is_printed_plain(run: Run, code: str) -> None:
    done = run("explain", f"[{code}]")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{code}: {findings_catalog.TITLES[code]}\n=====")
    assert "\nWhat to do\n----------\n" in done.out


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("key-unknwon", "did you mean 'key-unknown'?"),
        ("item-unreachabel", "did you mean 'item-unreachable'?"),
        ("nonsense", "`cati explain` alone lists them."),
        ("../catalog", "`cati explain` alone lists them."),
    ],
)
def test_a_misspelt_code_gets_a_suggestion(run: Run, said: str, hint: str) -> None:
    done = run("explain", said)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{said}: there is no such code; {hint}\n"


def test_one_section_is_counted_as_one(run: Run, folder: Path) -> None:
    done = run("check", folder, "--quick")
    assert done.code == 0
    assert "bilingual 1: no problems in 1 item of 1 section. Fingerprint " in done.out
    (folder / "home.yaml").write_text(HOME + HOME[HOME.index("  -") :].replace("own", "old"))
    assert "in 2 items of 1 section." in run("check", folder, "--quick").out
