"""Findings as text, JSON and SARIF."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft7Validator

from cati.checking.as_json import document
from cati.checking.excerpts import Excerpts
from cati.checking.outcome import Outcome
from cati.checking.sarif import log
from cati.checking.text import finding_lines, last_line
from instrument import read_instrument
from instrument.problems import Problem
from instrument.source import Source
from skips.proof.check import Report
from skips.proof.findings import Severity
from tests.cati.checking.reports import report_on, written

SHAPE: Final = Draft7Validator(
    yaml.safe_load(Path(__file__).with_name("sarif_shape.yaml").read_text("utf-8"))
)


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(tmp_path)
    return report_on(tmp_path / "my files")


def lines(report: Report, at: int, reason: str | None = None) -> list[str]:
    folder = Path("my files")
    one = (*report.findings, *(one for one, _ in report.acknowledged))[at]
    return list(finding_lines(one, report, folder, Excerpts(folder, 80), reason))


# --- text ----------------------------------------------------------------------------------------


def test_a_finding_as_text(report: Report) -> None:
    assert lines(report, 0) == [
        (
            "my files/home.yaml:9:13: error: 'cars' (Cars) is asked of nobody: people > 9. "
            "[item-unreachable]"
        ),
        "     9 |     ask_if: people > 9 # nobody",
        "       |             ^",
        "    my files/home.yaml:5:16: 'people' takes 1 to 9.",
        "    Correct the condition, or leave the question out.",
    ]
    assert lines(report, 1) == [
        "my files/home.yaml:5:16: warning: The text of 'people' can have a gap. [fill-empty]",
        "     5 | … {question: people, kind: integer, label: People, ask: How many peopl…",
        "       |              ^",
        "    Only in: Case record.",
        "    It shows with: people is 9; cars: not sure.",
        "    It reads “How many”.",
        "    Give the fill a fallback.",
    ]
    assert lines(report, 2, "Kept.")[-1] == "    Acknowledged: Kept."


def test_the_last_line_counts(report: Report, tmp_path: Path) -> None:
    read = report.instrument
    ends = f"Fingerprint {read.fingerprint[:16]}."
    whole = Outcome(tmp_path, read=read, report=report)
    assert last_line(whole) == (
        "household 1.0: 1 error, 1 warning, 1 acknowledged in 2 items of 1 section, 2 modes; "
        f"1.3 s. {ends}"
    )
    unproved = Outcome(tmp_path, read=read)
    assert last_line(unproved) == f"household 1.0: no problems in 2 items of 1 section. {ends}"
    unfit = Outcome(tmp_path, read=read, unfit=("Two columns have one name.",))
    assert "1 problem in 2 items" in last_line(unfit)
    assert not unfit.is_sound(strict=False)


def test_what_is_not_shown_is_counted_and_told(report: Report, tmp_path: Path) -> None:
    outcome = Outcome(
        tmp_path, read=report.instrument, report=report, only=frozenset({"fill-empty"})
    )
    assert [one.code for one in outcome.findings] == ["fill-empty"]
    assert "1 warning (and not shown: 1 error) in 2 items" in last_line(outcome)
    assert not outcome.is_sound(strict=False), "the error is still there"
    none = replace(outcome, only=frozenset({"trap"}))
    assert "no trap (and not shown: 1 error, 1 warning) in" in last_line(none)
    assert [one["code"] for one in document(outcome)["proof"]["findings"]] == ["fill-empty"]
    assert {one["ruleId"] for one in log(outcome)["runs"][0]["results"]} == {"fill-empty"}


def test_a_finding_is_as_bad_as_it_is_and_not_as_its_code(report: Report, tmp_path: Path) -> None:
    milder = replace(
        report, findings=tuple(replace(one, severity=Severity.NOTE) for one in report.findings)
    )
    run = log(Outcome(tmp_path, read=report.instrument, report=milder))["runs"][0]
    assert {one["level"] for one in run["results"]} == {"note"}


EXCERPTS: Final = [
    ("    ask_if: a > 1", 13, 40, "    ask_if: a > 1", 12),
    ("x" * 60, 1, 20, "x" * 10 + "…", 0),
    ("x" * 30 + "y" * 30, 31, 36, "…" + "x" * 12 + "y" * 13 + "…", 13),
    ("“人人” == b", 8, 40, "“人人” == b", 9),
    ("a\x1b[31mred\x1b[0m\tb", 15, 40, "ared    b", 8),
]


@pytest.mark.parametrize(("line", "column", "width", "shown", "mark"), EXCERPTS)
def test_an_excerpt_fits_and_its_mark_stands_under_the_place(
    line: str, column: int, width: int, shown: str, mark: int, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(f"{line}\n", "utf-8")
    first, second = Excerpts(tmp_path, width).at(Source("a.yaml", 1, column))
    assert first == f"     1 | {shown}"
    assert second == f"       | {' ' * mark}^"


def test_a_line_that_is_gone_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("one\n", "utf-8")
    excerpts = Excerpts(tmp_path, 80)
    assert excerpts.at(Source("a.yaml", 2, 1)) == []
    assert excerpts.at(Source("b.yaml", 1, 1)) == []


# --- JSON ----------------------------------------------------------------------------------------


def test_a_check_as_json(report: Report, tmp_path: Path) -> None:
    found = document(Outcome(tmp_path, read=report.instrument, report=report))
    assert list(found) == [
        "problems", "name", "version", "fingerprint", "sections", "items", "proof",
    ]  # fmt: skip
    proof = found["proof"]
    assert proof["counts"] == {"error": 1, "warning": 1, "note": 0, "acknowledged": 1}
    first, second = proof["findings"]
    assert first == {
        "file": "home.yaml",
        "line": 9,
        "column": 13,
        "code": "item-unreachable",
        "severity": "error",
        "place": "cars",
        "text": "'cars' (Cars) is asked of nobody: people > 9.",
        "hint": "Correct the condition, or leave the question out.",
        "modes": [],
        "witness": None,
        "shows": "",
        "related": [
            {"file": "home.yaml", "line": 5, "column": 16, "text": "'people' takes 1 to 9."}
        ],
    }
    assert second["witness"] == {
        "mode": "record",
        "answers": {"people": 9, "cars": {"missing": "not_sure"}},
    }
    assert proof["acknowledged"][0]["reason"] == "Kept for the next wave."
    assert json.loads(json.dumps(found)) == found


def test_every_key_of_the_document_is_described(report: Report, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "checking.md").read_text("utf-8")

    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value))
        if not isinstance(value, dict):
            return set()
        return set(value).union(*(keys(one) for key, one in value.items() if key != "witness"))

    found = document(Outcome(tmp_path, read=report.instrument, report=report))
    assert {key for key in keys(found) if f"`{key}`" not in page} == set()


# --- SARIF ---------------------------------------------------------------------------------------


def test_a_check_as_sarif(report: Report) -> None:
    found = log(Outcome(Path("my files"), read=report.instrument, report=report))
    SHAPE.validate(found)
    (run,) = found["runs"]
    rules = run["tool"]["driver"]["rules"]
    error, warning, meant = run["results"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        "item-unreachable", "fill-empty", "check-never",
    ]  # fmt: skip
    assert [one["level"] for one in run["results"]] == ["error", "warning", "note"]
    assert all("## " in one["help"]["markdown"] for one in rules)
    assert error["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20files/home.yaml"},
        "region": {"startLine": 9, "startColumn": 13},
    }
    assert error["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "cars"
    assert error["relatedLocations"][0]["message"]["text"] == "'people' takes 1 to 9."
    assert warning["properties"]["witness"]["answers"]["people"] == 9
    assert meant["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "Kept for the next wave."}
    ]
    assert "suppressions" not in error


def test_problems_of_reading_are_results_too(tmp_path: Path) -> None:
    problem = Problem("key-missing", Source("home.yaml", 7, 5), "it needs a label", "write one")
    found = log(Outcome(tmp_path, problems=(problem, problem)))
    SHAPE.validate(found)
    one, other = found["runs"][0]["results"]
    assert one["message"]["text"] == "it needs a label\nwrite one"
    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        (tmp_path / "home.yaml").as_uri()
    )
    assert one["partialFingerprints"] != other["partialFingerprints"]
    read = read_instrument(written(tmp_path))
    unfit = log(Outcome(tmp_path, read=read, unfit=("Two columns have one name.",)))
    SHAPE.validate(unfit)
    assert unfit["runs"][0]["results"][0]["ruleId"] == "export"


def test_a_result_stays_the_same_when_lines_and_words_change(report: Report) -> None:
    from dataclasses import replace

    folder, read = Path("my files"), report.instrument
    moved = replace(
        report,
        findings=tuple(
            replace(one, text="other words", source=Source("home.yaml", 99, 1))
            for one in report.findings
        ),
    )
    before, after = (
        [one["partialFingerprints"] for one in log(found)["runs"][0]["results"]]
        for found in (
            Outcome(folder, read=read, report=report),
            Outcome(folder, read=read, report=moved),
        )
    )
    assert before == after
    assert len({json.dumps(one) for one in before}) == 3


SPOILED: Final[list[tuple[str, Any]]] = [
    ("version", "2.0"),
    ("runs/0/tool", {}),
    ("runs/0/results/0/level", "fatal"),
    ("runs/0/results/0/locations/0/physicalLocation/region/startLine", 0),
    ("runs/0/results/0/suppression", []),
    ("runs/0/results/2/suppressions/0/kind", "inYaml"),
    ("runs/0/tool/driver/rules/0/help", {"markdown": "no text"}),
]


@pytest.mark.parametrize(("path", "value"), SPOILED)
def test_control_a_log_of_another_shape_is_refused(path: str, value: Any, report: Report) -> None:
    found = log(Outcome(Path("my files"), read=report.instrument, report=report))
    *steps, last = path.split("/")
    at: Any = found
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    at[last] = value
    assert list(SHAPE.iter_errors(found))
