"""A part of the summary that a case does not call for is not applicable, and not just missing."""

import csv
from pathlib import Path
from typing import Any

import pytest

from cati.export import Profile, export_cases
from instrument import read_files
from tests.cati.export.jobs import JOBS, case, jobs


@pytest.mark.parametrize(
    ("has_job", "summary", "status"),
    [
        ({"s": "answered", "v": "yes"}, {"way": "On foot."}, "0"),
        ({"s": "answered", "v": "yes"}, {}, "-92"),
        ({"s": "answered", "v": "no"}, {}, "-90"),
        ({"s": "missing", "m": "not_sure"}, {}, "-90"),
        ({"s": "not_reached"}, {}, "-90"),
    ],
)
def test_a_part_has_the_status_that_its_condition_gives(
    tmp_path: Path, has_job: dict[str, str], summary: dict[str, str], status: str
) -> None:
    old = "{part: way, label: The way to work,"
    files = {name: text.replace(old, f"{old} ask_if: has_job,") for name, text in JOBS.items()}
    instrument = read_files({name: text.encode() for name, text in files.items()})
    assert instrument.fingerprint != jobs().fingerprint
    one = case(1)
    document: Any = one.document
    document["instrument"]["fingerprint"] = instrument.fingerprint
    document["summary"] = summary
    document["answers"][0] = {"q": "has_job", "r": 0, **has_job}
    report = export_cases(instrument, [one], tmp_path, profile=Profile.FULL)
    with report.files[0].open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["summary_way_status"] == status
    assert row["summary_way"] == summary.get("way", "")
    assert row["summary_work_status"] == "-92"
