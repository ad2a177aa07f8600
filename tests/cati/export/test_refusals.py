"""What cannot be exported is refused in one sentence, and the folder stays as it was."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cati.export import ExportError, Profile, export_cases, export_problems
from cati.export.columns import Column, Storage
from cati.export.fields import field_of
from cati.export.names import composed, indicator, problems, stem
from instrument import Instrument, read_files
from instrument.models import Measure, Question
from instrument.values import Instance
from tests.cati.export.jobs import JOBS, case, cases, jobs


def find(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in document["answers"] if entry["q"] == name)


def put(name: str, **entry: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        found = find(document, name)
        found.pop("v", None)
        found.pop("m", None)
        found.update(entry)

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d["instrument"].update(fingerprint="0" * 64), "export each version on its own"),
        (lambda d: d["instrument"].clear(), "export each version on its own"),
        (lambda d: d.pop("answers"), "not a case document"),
        (lambda d: d.update(answers={}), "not a case document"),
        (lambda d: d["answers"].append(d["answers"][0]), "not a case document"),
        (lambda d: d["answers"].append("hours"), "not a case document"),
        (lambda d: d.update(mode="other"), "not a case document"),
        (lambda d: d.update(minutes=None), "not a case document"),
        (lambda d: d.update(language="xx"), "not a case document"),
        (lambda d: d.update(interview_date="soon"), "not a case document"),
        (lambda d: d.update(seed=7), "not a case document"),
        (lambda d: d["answers"].pop(0), "says nothing about has_job"),
        (lambda d: d["answers"].append({"q": "odd", "r": 0, "s": "parked"}), "an entry for odd"),
        (
            lambda d: d["answers"].append({"q": "leg_minutes", "r": 4, "s": "parked"}),
            r"an entry for leg_minutes\[4\]",
        ),
        (put("hours", s="asleep"), "at hours that its kind"),
        (put("hours", s="missing", m="lost"), "at hours that its kind"),
        (put("hours", s="answered", v="many"), "at hours that its kind"),
        (put("hours", s="answered", v=True), "at hours that its kind"),
        (put("sector", s="answered", v="mine"), "at sector that its kind"),
        (put("tools", s="answered", v=["hands", "spoon"]), "at tools that its kind"),
        (put("started", s="answered", v="2019-02-31"), "at started that its kind"),
        (put("pay", s="answered", v="NaN"), "at pay that its kind"),
        (put("commute", s="answered", v="90"), "at commute that its kind"),
        (put("commute", s="answered", v="-1 hours"), "at commute that its kind"),
        (put("left", s="missing", m="not_sure"), "at left that its kind"),
        (lambda d: d.update(interviewer="é" * 16_384), "a text in cati_interviewer of more than"),
    ],
)
def test_a_document_that_does_not_fit_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any], sentence: str
) -> None:
    some = cases(3)
    change(some[1].document)
    with pytest.raises(ExportError, match=sentence) as caught:
        export_cases(jobs(), some, tmp_path / "new", profile=Profile.FULL)
    assert str(caught.value).startswith("Case case-000")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("value", ["planted", "many words planted"])
def test_a_refusal_never_quotes_an_answer(tmp_path: Path, value: str) -> None:
    some = cases(1)
    put("hours", s="answered", v=value)(some[0].document)
    with pytest.raises(ExportError) as caught:
        export_cases(jobs(), some, tmp_path)
    assert "planted" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no case has been submitted"):
        export_cases(jobs(), [], tmp_path)


def test_one_case_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there twice"):
        export_cases(jobs(), [case(1), replace(case(2), case_id="case-00001")], tmp_path)


def test_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="at least one format"):
        export_cases(jobs(), cases(1), tmp_path, formats=[])


def test_files_are_replaced_only_when_asked(tmp_path: Path) -> None:
    first = export_cases(jobs(), cases(2), tmp_path)
    before = {file: file.read_bytes() for file in first.files}
    with pytest.raises(ExportError, match=r"analysis\.csv is already in"):
        export_cases(jobs(), cases(3), tmp_path)
    assert {file: file.read_bytes() for file in first.files} == before
    assert export_cases(jobs(), cases(3), tmp_path, force=True).rows == 3
    assert sorted(tmp_path.iterdir()) == sorted(first.files)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ExportError, match="could not be written to"):
        export_cases(jobs(), cases(1), blocked / "folder")


def test_what_a_killed_export_left_is_told(tmp_path: Path) -> None:
    (tmp_path / ".cati-export-abc").mkdir()
    assert export_cases(jobs(), cases(1), tmp_path).left_behind == (tmp_path / ".cati-export-abc",)


def changed(old: str, new: str) -> Instrument:
    assert any(old in text for text in JOBS.values())
    return read_files({name: text.replace(old, new).encode() for name, text in JOBS.items()})


def test_the_instrument_has_no_problems() -> None:
    assert export_problems(jobs()) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("label: Has a job", f"label: {'L' * 257}", "label of item has_job is longer than 256"),
        ("label: Has a job", f"label: {'é' * 129}", "label of item has_job is longer than 256"),
        ("label: Farm", f"label: {'L' * 121}", "label of code 1 of item sector is longer"),
        ("label: Has a job", 'label: "\\u00a0"', "label of item has_job says nothing"),
        ("label: Farm", 'label: "\\u00a0"', "label of code 1 of item sector says nothing"),
        ("question: rises,", "question: title_status,", "item title_status and item title both"),
        (
            "question: rises,",
            "question: leg_minutes_2,",
            r"leg_minutes_2 and item leg_minutes\[2\]",
        ),
        ("question: rises,", "question: cati_mode,", "both need the column cati_mode"),
        ("ask: What is the job?}", "ask: What is the job?, max_length: 9000}", "up to 9000"),
    ],
)
def test_what_no_file_could_hold_is_told_before_fielding(old: str, new: str, sentence: str) -> None:
    assert any(re.search(sentence, problem) for problem in export_problems(changed(old, new)))


def test_a_choice_with_a_code_kept_for_missing_values_is_refused() -> None:
    """The reader refuses it, too; an instrument that was made otherwise must not slip through."""
    sector = jobs().items["sector"]
    assert isinstance(sector, Question)
    for code, refused in [(-100, False), (-99, True), (-60, True), (-1, True), (0, False)]:
        choices = (sector.choices[0].model_copy(update={"code": code}),)
        with pytest.raises(ExportError, match="kept for missing") if refused else nullcontext():
            field_of(sector.model_copy(update={"choices": choices}), 0, jobs(), Profile.FULL)


def test_a_long_label_is_cut_where_a_choice_follows_and_whole_otherwise() -> None:
    label = composed("é" * 128, ": Chosen thing")
    assert len(label.encode()) <= 256
    assert label.endswith("…: Chosen thing")
    assert composed("Short", ": Chosen") == "Short: Chosen"


def test_words_that_spss_keeps_get_another_name() -> None:
    assert stem(Instance("with")) == "item_with"
    assert stem(Instance("with", 2)) == "with_2"
    assert stem(Instance("within")) == "within"


def test_an_indicator_with_too_long_a_name_goes_by_its_code() -> None:
    begin = "a" * 32 + "_3"
    assert indicator(begin, "b" * 28, 7) == f"{begin}__{'b' * 28}"
    assert indicator(begin, "b" * 29, 7) == f"{begin}__7"


@pytest.mark.parametrize("name", ["1a", "a b", "", "a" * 65, "é", "a-b", "_a"])
def test_control_a_name_against_the_rules_is_found(name: str) -> None:
    def column(name: str) -> Column:
        return Column(name, "Label", Storage.NUMBER, Measure.SCALE)

    assert len(problems([column(name)])) == 1
    assert problems([column("a" * 64)]) == []
    assert len(problems([column("Twice"), column("twice")])) == 1
