"""Ten pairs of versions, each with all that is to be said of them.

A status is of an item that is not the same: what it has become, then what else differs. `rewritten`
are items (and sections) whose conditions are written otherwise and ask the same cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instrument import Instrument, instrument_files, read_files
from skips.proof.compare_universes import Relation
from tests.cati.travel import TRAVEL
from tests.instrument.household import files as household_files
from tests.instrument.njov4 import FOLDER, SCREENER

Files = Mapping[str, bytes]
WIDER, NARROWER, OTHER = Relation.WIDER, Relation.NARROWER, Relation.OTHER

JOBS = {
    "instrument.yaml": b"""
instrument: jobs
title: Jobs survey
version: "1.0.0"
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
sections: [work, pay]
""",
    "work.yaml": b"""
section: work
title: Work
items:
  - {question: born, kind: date, range: 1930-01-01..2010-12-31, label: Birth, ask: When born?}
  - compute: adult
    kind: yes_no
    as: years_between(born, interview_date) >= 18
    label: Adult
  - {question: working, kind: yes_no, label: In work, ask: Are you in paid work?}
  - question: hours
    kind: integer
    range: 0..90
    label: Hours
    ask: How many hours a week?
    ask_if: working
    checks: [{hard: hours > 0, say: Nobody works no hours.}]
  - {question: looking, kind: yes_no, label: Looking, ask: Do you look for work?,
     ask_if: not working}
  - roster: jobs
    title: Jobs
    at_most: 4
    row_label: Job {row}
    ask_if: working
    items:
      - {question: commute, kind: integer, range: 0..300, unit: minutes, label: Way,
         ask: How long is the way?}
      - {question: by_car, kind: yes_no, label: By car, ask: Do you drive?, ask_if: commute > 10}
""",
    "pay.yaml": b"""
section: pay
title: Pay
ask_if: working and adult
items:
  - {question: wage, kind: integer, range: 0..9999, unit: dollars, label: Wage, ask: What pay?}
  - {question: second, kind: yes_no, label: Second job, ask: Is it for several jobs?,
     ask_if: count(jobs) > 1}
  - {question: raise, kind: yes_no, label: Raise, ask: Did you get a raise?, ask_if: wage > 0}
""",
}


@dataclass(frozen=True)
class Two:
    """A version, what was edited in it, and all that is to be said."""

    files: Files
    edits: tuple[tuple[str, str], ...]
    """Each piece of text that was replaced; it stands exactly once in the files."""
    status: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    rewritten: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    likely: tuple[tuple[str, str], ...] = ()

    def versions(self) -> tuple[Instrument, Instrument]:
        """The version before, and the one after."""
        after = dict(self.files)
        for old, new in self.edits:
            there = [name for name, content in after.items() if old.encode() in content]
            assert len(there) == 1, f"{old!r} stands in {there}"
            assert after[there[0]].count(old.encode()) == 1, old
            after[there[0]] = after[there[0]].replace(old.encode(), new.encode())
        return read_files(self.files), read_files(after)


def _travel() -> Files:
    return {name: text.encode() for name, text in TRAVEL.items()}


_UNIVERSE = ("new universe",)

PAIRS: Mapping[str, Two] = {
    "household: every condition written otherwise": Two(
        household_files(),
        (
            ("ask_if: size >= 2", "ask_if: size > 1"),
            ("ask_if: age >= 16", "ask_if: not age < 16"),
            ("ask_if: any(people where age >= 18 and works)",
             "ask_if: any(people where works and not age <= 17)"),
            ("ask_if: tenure == rented", "ask_if: tenure not in (owned, other)"),
        ),
        rewritten=frozenset({"people", "works", "moved", "rent"}),
    ),
    "household: words, codes and answers": Two(
        household_files(),
        (
            ("How many people live here?", "How many persons live here?"),
            ("{name: cat, code: 2, label: Cat}", "{name: cat, code: 4, label: Cats}"),
            ("range: 0..120", "range: 0..110"),
            ("{hard: size >= 1, say: Somebody must live here.}", "{soft: size >= 1, say: Nobody?}"),
            ("max_length: 500", "max_length: 100"),
            ("label: Rent\n", "label: Monthly rent\n"),
        ),
        {
            "size": ("reworded", "other checks"),
            "pets": ("recoded", "reworded"),
            "age": ("recoded",),
            "story": ("recoded",),
            "rent": ("same", "documented otherwise"),
        },
    ),
    "household: another name, a new question, one that is gone": Two(
        household_files(),
        (
            ("question: street", "question: road"),
            (("  - {question: home_by, kind: time, label: Home by, ask: Home by when?, "
             "modes: [interview]}\n"), ""),
            ("  - {question: story,", ("  - {question: pages, kind: integer, label: Pages, "
             "ask: How many?}\n  - {question: story,")),
        ),
        {"road": ("renamed",), "home_by": ("dropped",), "pages": ("new",)},
        renamed={"street": "road"},
    ),
    "household: a section's gate": Two(
        household_files(),
        (("ask_if: size >= 2", "ask_if: size >= 3"),),
        dict.fromkeys(
            ("people", "age", "works", "moved", "rent", "home_by", "street", "story"), _UNIVERSE
        ),
        dict.fromkeys(
            ("people", "age", "works", "moved", "rent", "home_by", "street", "story"), NARROWER
        ),
    ),
    "household: one more row": Two(
        household_files(),
        (("at_most: 5", "at_most: 6"),),
        {"people": ("recoded",), "moved": _UNIVERSE},
        {"moved": WIDER},
    ),
    "jobs: what a missing answer opens": Two(
        JOBS,
        (
            ("ask_if: not working}", "ask_if: not working or missing(working)}"),
            ("ask_if: commute > 10}", "ask_if: commute >= 10}"),
        ),
        {"looking": _UNIVERSE, "by_car": _UNIVERSE},
        {"looking": WIDER, "by_car": WIDER},
    ),
    "jobs: a value that others read": Two(
        JOBS,
        (
            ("as: years_between(born, interview_date) >= 18",
             "as: years_between(born, interview_date) >= 16"),
            ("ask_if: count(jobs) > 1}", "ask_if: not count(jobs) <= 1}"),
        ),
        {"adult": ("recoded",), "wage": _UNIVERSE, "second": _UNIVERSE, "raise": _UNIVERSE},
        {"wage": WIDER, "second": WIDER, "raise": WIDER},
        frozenset({"second"}),
    ),
    "travel: choices, a translation, order": Two(
        _travel(),
        (
            ("ask_if: taken(means) > 1", "ask_if: taken(means) >= 2"),
            ("ask_if: usual == bus", "ask_if: usual in (bus, train)"),
            ("¿Desde cuándo?", "¿Desde qué día?"),
            ("{name: walking, code: 5, label: {en: On foot, es: A pie}}",
             ("{name: walking, code: 5, label: {en: On foot, es: A pie}}\n"
             "      - {name: boat, code: 6, label: {en: Boat, es: Barco}}")),
        ),
        {"means": ("recoded",), "plate": _UNIVERSE, "since": ("reworded",)},
        {"plate": WIDER},
        frozenset({"usual"}),
    ),
    "case interview: a gate turned around, and one that opens": Two(
        instrument_files(FOLDER),
        (
            ("title: Suspect\nask_if: arrest_case and suspect_identified",
             "title: Suspect\nask_if: suspect_identified and arrest_case"),
            (('label: "Primary suspect: full-time employment at the time of the incident"\n'
             "    ask_if: not sus_minor"),
             ('label: "Primary suspect: full-time employment at the time of the incident"\n'
             "    ask_if: not sus_minor or missing(sus_adult)")),
        ),
        {"sus_fulltime": _UNIVERSE},
        {"sus_fulltime": WIDER},
        frozenset({"suspect"}),
    ),
    "agency screener: fewer are asked for a number": Two(
        instrument_files(SCREENER),
        (
            ("label: Combined number of arrest cases in 2019\n    ask_if: scr_arrest_any",
             ("label: Combined number of arrest cases in 2019\n"
             "    ask_if: scr_arrest_any and scr_arrest_csam_any")),
            ("Please count each case once.", "Please count every case once."),
        ),
        {
            "scr_arrest_total": ("new universe", "reworded"),
            "scr_unconfirmed_cases": _UNIVERSE,
            "agency_case_total": _UNIVERSE,
            "agency_case_count_band": _UNIVERSE,
        },
        {
            "scr_arrest_total": NARROWER,
            "scr_unconfirmed_cases": NARROWER,
            "agency_case_total": NARROWER,
            "agency_case_count_band": NARROWER,
        },
    ),
}  # fmt: skip
