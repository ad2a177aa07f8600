"""A check joins what detectors find, and proves again only what was touched since the last one."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from instrument import Instrument, read_files
from instrument.values import Instance, Missing
from skips.errors import RouteError
from skips.proof import plan
from skips.proof.check import Report, check
from skips.proof.detectors import Scope
from skips.proof.findings import Finding, Severity
from skips.proof.kept import MOST_OLD, Cache, Page
from skips.proof.proving import Progress, Step
from skips.proof.section_keys import SectionKeys
from skips.proof.witness import Witness
from skips.proof.workers import is_worth_it, shares
from tests.skips.proof.pretended import Watched, pretend

HEADER = """
instrument: towns
title: Towns
version: "1"
modes: {interview: Telephone interview, record: Case record}
record_modes: [record]
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
sections: [home, work, limits, travel, garden]
"""
SECTIONS: Mapping[str, str] = {
    "home": """
section: home
title: Home
items:
  - {question: people, kind: integer, label: BAD people, ask: How many?, range: 1..9}
  - {question: cars, kind: integer, label: Cars, ask: How many cars?, range: 0..9}
""",
    "work": """
section: work
title: Work
items:
  - question: job
    kind: yes_no
    label: BAD job
    ask_if: people > 1
    ask: Do you work?
""",
    "limits": """
section: limits
title: Limits
items:
  - question: adults
    kind: integer
    label: Adults
    ask: How many adults?
    range: 0..9
    checks:
      - {hard: adults <= cars, say: Too many.}
""",
    "travel": """
section: travel
title: Travel
ask_if: cars >= 1
items:
  - {question: trips, kind: yes_no, label: BAD trips, modes: [interview], ask: Do you travel?}
""",
    "garden": """
section: garden
title: Garden
items:
  - {question: trees, kind: yes_no, label: Trees, ask: Are there trees?}
""",
}


def towns(**changed: tuple[str, str]) -> Instrument:
    """The instrument with one text of some files replaced; `header` is instrument.yaml."""
    files = {"header": HEADER, **SECTIONS}
    for name, (old, new) in changed.items():
        assert files[name].count(old) == 1
        files[name] = files[name].replace(old, new)
    names = {name: f"{name}.yaml" for name in files} | {"header": "instrument.yaml"}
    return read_files({names[name]: text.encode() for name, text in files.items()})


@dataclass
class Told:
    """One check, and what it asked its detectors."""

    report: Report
    asked: set[str]

    @property
    def lines(self) -> list[str]:
        return [f"{one.source} {one.place}" for one in self.report.findings]


def told(
    read: Instrument,
    scope: Scope = Scope.SECTION,
    through: tuple[str, ...] = (),
    **options: Any,
) -> Told:
    watched = Watched(scope, through=through)
    report = check(read, detectors=[watched.detector], make_settler=pretend, **options)
    return Told(report, watched.asked)


# --- what it says ----------------------------------------------------------------------------


def test_findings_come_in_the_order_of_the_instrument_with_their_modes() -> None:
    report = told(towns()).report
    assert [(one.place, one.modes) for one in report.findings] == [
        ("people", ()),
        ("job", ()),
        ("trips", ("interview",)),
    ]
    assert (report.modes, report.items) == (("interview", "record"), 6)
    assert report.sections == ("home", "work", "limits", "travel", "garden")


def test_one_mode_and_some_sections() -> None:
    one = told(towns(), modes=["record"], sections=["work", "travel"])
    assert [(found.place, found.modes) for found in one.report.findings] == [("job", ("record",))]
    assert one.asked == {"work", "travel"}
    assert one.report.items == 2
    with pytest.raises(RouteError):
        told(towns(), modes=["walk"])


def test_progress_names_the_section_and_counts() -> None:
    seen: list[Progress] = []
    told(towns(), modes=["interview"], on_progress=seen.append)
    assert seen[0] == Progress("interview", "Home", 1, 5, 0, 0)
    assert seen[-1] == Progress("interview", "Home", 1, 5, 1, 1)


@dataclass(frozen=True)
class Doubt:
    instance: Instance

    def before(self, program: object) -> int:
        return 2


def test_what_could_not_be_decided_is_noted_once_an_item() -> None:
    doubts = frozenset({Doubt(Instance("trees")), Doubt(Instance("trees", 0))})
    watched = Watched(undecided=doubts)
    report = check(towns(), detectors=[watched.detector], make_settler=pretend)
    (one,) = (found for found in report.findings if found.code == "undecided")
    assert (one.place, one.severity, one.modes) == ("trees", "note", ())
    assert one.text == "not everything about 'trees' could be decided within the limits"


# --- what is known from before -----------------------------------------------------------------

CHANGES = [
    ({}, set()),
    ({"home": ("section: home", "# a remark\n\nsection: home")}, set()),
    ({"header": ('version: "1"', 'version: "2"')}, set()),
    ({"garden": ("Are there", "Do you have")}, {"garden"}),
    ({"work": ("people > 1", "people > 2")}, {"work"}),
    ({"work": ("people > 1", "people  >  1")}, set()),
    ({"travel": ("cars >= 1", "cars >= 2")}, {"travel"}),
    ({"limits": ("adults <= cars", "adults < cars")}, {"limits", "travel"}),
    ({"limits": ("hard: adults", "soft: adults")}, {"limits", "travel"}),
    ({"home": ("How many cars?", "How many cars are there?")}, {"home"}),
    ({"limits": ("say: Too many.", "say: That is too many.")}, {"limits"}),
    ({"home": ("label: Cars", "label: Motor cars")}, {"home", "work", "limits", "travel"}),
    ({"home": ("1..9", "1..8")}, {"home", "work", "limits", "travel"}),
    ({"header": ("label: Not sure, ", "label: Unsure, ")}, set(SECTIONS)),
    ({"header": (", garden]", "]"), "garden": (SECTIONS["garden"], "")}, set()),
]


@pytest.mark.parametrize(("changed", "again"), CHANGES)
def test_only_what_was_touched_is_proved_again(
    changed: dict[str, tuple[str, str]], again: set[str], tmp_path: Path
) -> None:
    cache = Cache(tmp_path / "kept")
    assert told(towns(), cache=cache).asked == set(SECTIONS)
    if "garden" in changed and not changed["garden"][1]:
        files = {name: text for name, text in SECTIONS.items() if name != "garden"}
        header = HEADER.replace(*changed["header"])
        after = read_files(
            {"instrument.yaml": header.encode()}
            | {f"{name}.yaml": text.encode() for name, text in files.items()}
        )
    else:
        after = towns(**changed)
    second = told(after, cache=cache)
    assert second.asked == again
    assert second.report.proved == 2 * len(again)
    fresh = told(after)
    assert second.report.findings == fresh.report.findings
    assert told(after, cache=cache).asked == set()


def test_what_looks_ahead_is_proved_again_when_a_later_section_is_touched(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    told(towns(), Scope.AHEAD, cache=cache)
    later = towns(travel=("cars >= 1", "cars >= 2"))
    assert told(later, Scope.AHEAD, cache=cache).asked == {"home", "limits", "travel"}
    alone = towns(travel=("cars >= 1", "cars >= 2"), garden=("Are there", "Do you have"))
    assert told(alone, Scope.AHEAD, cache=cache).asked == {"garden"}


def test_what_looks_at_everything_is_proved_again_whatever_is_touched(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    first = told(towns(), Scope.INSTRUMENT, cache=cache)
    assert first.asked == {"everything"}
    assert told(towns(), Scope.INSTRUMENT, cache=cache).asked == set()
    assert told(towns(garden=("Are", "Were")), Scope.INSTRUMENT, cache=cache).asked == set()
    again = told(towns(garden=("yes_no", "integer")), Scope.INSTRUMENT, cache=cache)
    assert again.asked == {"everything"}
    assert again.lines == first.lines


def test_lines_that_moved_are_printed_where_they_are_now(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    assert told(towns(), cache=cache).lines[1:] == [
        "work.yaml:5:15 job",
        "travel.yaml:6:16 trips",
    ]
    moved = towns(
        work=("items:\n", "items:\n  # a remark\n\n"),
        travel=("title: Travel\n", "\n\n\ntitle: Travel\n"),
    )
    second = told(moved, cache=cache)
    assert second.asked == set()
    assert second.lines[1:] == ["work.yaml:7:15 job", "travel.yaml:9:16 trips"]
    (place, says) = second.report.findings[1].related[0]
    assert (str(place), says) == ("work.yaml:10:13", "the condition")


def test_every_part_of_a_finding_is_kept() -> None:
    read = towns()
    question = read.items["job"]
    whole = Finding(
        "bounds-unmet",
        Severity.NOTE,
        question.source,
        "job",
        "a sentence",
        "a hint",
        ("interview",),
        Witness("interview", ((Instance("job"), Missing("not_sure")),)),
        "what to look at",
        ((read.section_of["job"].source, "its section"),),
    )
    assert all(getattr(whole, one.name) for one in fields(Finding)), "nothing left at its default"
    page = Page(read, SectionKeys(read, "interview"))
    written = page.write([whole], "work")
    assert written is not None
    assert page.read(json.loads(json.dumps(written))) == (whole,)


def test_a_witness_through_a_section_that_was_touched_holds_no_longer(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    first = told(towns(), cache=cache, through=("trees",))
    again = told(towns(), cache=cache, through=("trees",))
    assert (again.asked, again.lines) == (set(), first.lines)
    reworded = towns(garden=("Are there", "Do you have"))
    assert told(reworded, cache=cache, through=("trees",)).asked == {"garden"}
    garden = towns(garden=("label: Trees", "label: Trees there"))
    with_findings = {"home", "work", "travel"}
    assert told(garden, cache=cache, through=("trees",)).asked == with_findings | {"garden"}


@pytest.mark.parametrize("spoil", ["cut", "other", "empty", "mode"])
def test_a_spoiled_cache_is_only_slower(spoil: str, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    first = told(towns(), cache=cache)
    files = sorted((tmp_path / "kept").iterdir())
    assert len(files) == 2
    for file in files:
        content = file.read_bytes()
        if spoil == "cut":
            file.write_bytes(content[:-9])
        elif spoil == "other":
            file.write_bytes(content.replace(b"people", b"peoplx"))
        elif spoil == "empty":
            file.write_bytes(b"")
    if spoil == "mode" and hasattr(os, "geteuid"):
        (tmp_path / "kept").chmod(0o777)
    second = told(towns(), cache=cache)
    assert second.asked == set(SECTIONS)
    assert second.report.findings == first.report.findings


def test_other_detectors_and_other_modes_share_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    told(towns(), cache=cache, modes=["interview"])
    assert told(towns(), cache=cache, modes=["record"]).asked == set(SECTIONS)
    watched = Watched()
    renamed = type(watched.detector)("other", watched.find)
    check(towns(), detectors=[renamed], make_settler=pretend, cache=cache)
    assert watched.asked == set(SECTIONS)


def test_what_is_kept_of_former_versions_has_a_limit(tmp_path: Path) -> None:
    cache, read = Cache(tmp_path / "kept"), towns()
    old: dict[str, Any] = {f"key{at}": {} for at in range(MOST_OLD + 5)}
    cache.put(read, "interview", {"now": {"findings": [], "needs": {}}}, old)
    kept = cache.take(read, "interview")
    assert len(kept) == MOST_OLD + 1
    assert "now" in kept


class Stopped(BaseException):
    """Somebody pressed Ctrl-C."""


def test_what_was_proved_before_a_break_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "STEP_ITEMS", 1)
    cache = Cache(tmp_path / "kept")

    def stop(progress: Progress) -> None:
        if progress.section == "Limits":
            raise Stopped

    with pytest.raises(Stopped):
        told(towns(), cache=cache, modes=["interview"], on_progress=stop)
    assert told(towns(), cache=cache, modes=["interview"]).asked == {"limits", "travel", "garden"}


# --- several processes -----------------------------------------------------------------------


def step(mode: str, name: str) -> Step:
    return Step(mode, ((Scope.SECTION, (name,)),))


def test_processes_take_whole_modes_or_every_other_step() -> None:
    both = [step("interview", "home"), step("interview", "work"), step("record", "home")]
    assert shares(both, 2) == [both[:2], both[2:]]
    one = [step("interview", name) for name in SECTIONS]
    assert shares(one, 2) == [one[::2], one[1::2]]
    assert shares(one[:1], 2) == [one[:1]]


def test_small_instruments_are_proved_in_one_process() -> None:
    assert not is_worth_it(towns(), [step("interview", "home"), step("record", "home")], 2)
