"""Findings that an author means: read whole, kept, and refused where they can be of nothing."""

import pytest

from instrument import InstrumentError, read_files
from instrument.cache import dump, load
from instrument.findings_catalog import NOT_ACKNOWLEDGED, TITLES
from instrument.formatting import format_files
from instrument.models import Acknowledgement, Instrument
from instrument.normal import normal_form
from tests.instrument.household import HEADER, Files, changed, files, household

ACKNOWLEDGED = """\
acknowledged:
  - {finding: unsure-drops, at: size, reason: "Nothing is asked of an unknown household."}
  - {finding: choice-unreachable, at: tenure.other, reason: It is kept for the record.}
  - finding: check-never
    at: size#2
    reason: |
      The check is a second door: it stays
      when the range is widened.
"""


def with_some(some: str = ACKNOWLEDGED) -> Files:
    return files(HEADER + some)


def survey(some: str = ACKNOWLEDGED) -> Instrument:
    return read_files(with_some(some))


def test_it_is_read_whole() -> None:
    read = survey().acknowledged
    assert [(one.finding, one.at) for one in read] == [
        ("unsure-drops", "size"),
        ("choice-unreachable", "tenure.other"),
        ("check-never", "size#2"),
    ]
    assert read[0].reason == "Nothing is asked of an unknown household."
    assert read[2].reason.endswith("it stays\nwhen the range is widened.")
    assert [one.source.line for one in read] == [HEADER.count("\n") + at for at in (2, 3, 4)]
    assert (household().acknowledged, survey("").acknowledged) == ((), ())


def test_the_cache_keeps_it() -> None:
    assert load(dump(survey())) == survey()
    kept = load(dump(survey())).acknowledged[1]
    assert (type(kept), kept.at) == (Acknowledgement, "tenure.other")


def test_the_fingerprint_covers_it_and_those_of_others_stay() -> None:
    assert survey("").fingerprint == household().fingerprint
    assert "acknowledged" not in normal_form(household())
    edits = (("second", "third"), ("size#2", "size#1"), ("unsure-drops", "trap"))
    prints = {survey(ACKNOWLEDGED.replace(*edit)).fingerprint for edit in edits}
    prints |= {survey().fingerprint, household().fingerprint}
    assert len(prints) == len(edits) + 2
    moved = files(ACKNOWLEDGED + HEADER)
    assert read_files(moved).fingerprint == survey().fingerprint, "where it stands says nothing"


def test_the_tidy_form_keeps_it() -> None:
    turned = with_some(
        "acknowledged:\n  - {reason: Meant.  , at: size,   finding: trap} # twice seen\n"
    )
    text = format_files(turned)["instrument.yaml"]
    assert "  - {finding: trap, at: size, reason: Meant.}  # twice seen\n" in text
    assert text.index("acknowledged:") < text.index("sections:")


@pytest.mark.parametrize(
    "at",
    [
        "home", "intro", "people", "age", "pets.none", "works.no", "size#1", "people#5", "tenures",
        "household", "tenure_specify",
    ],
)  # fmt: skip
def test_every_sort_of_place_can_be_named(at: str) -> None:
    (one,) = survey(
        f"acknowledged:\n  - {{finding: trap, at: {at}, reason: Meant.}}\n"
    ).acknowledged
    assert one.at == at


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "says"),
    [
        ("unsure-drops", "unsure-drop", 2, "acknowledged-unknown", "mean 'unsure-drops'"),
        ("unsure-drops", "undecided", 2, "acknowledged-unknown", "cannot be acknowledged"),
        ("at: size,", "at: sise,", 2, "acknowledged-unknown", "mean 'size'"),
        ("at: size,", "at: Size,", 2, "acknowledged-unknown", "mean 'size'"),
        ("tenure.other", "tenure.othr", 3, "acknowledged-unknown", "mean 'tenure.other'"),
        ("tenure.other", "tenure/other", 3, "acknowledged-unknown", "no place of this"),
        ("size#2", "size#3", 4, "acknowledged-unknown", "no place of this instrument"),
        ("size#2", "people#6", 4, "acknowledged-unknown", "no place of this instrument"),
        ("tenure.other", "working", 3, "acknowledged-unknown", "no place of this instrument"),
        ("at: size,", "", 2, "key-missing", "needs the key 'at'"),
        ("finding: unsure-drops,", "", 2, "key-missing", "needs the key 'finding'"),
        (", reason: It is kept for the record.", "", 3, "key-missing", "needs the key 'reason'"),
        ("It is kept for the record.", '""', 3, "value-empty", "'reason' of an acknow"),
        ("at: size,", "at: [size],", 2, "value-form", "must be one value"),
        ("at: size,", "at: size, where: home,", 2, "key-unknown", "'where'"),
        ("check-never\n    at: size#2", "unsure-drops\n    at: size", 4, "name-repeated", "too"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_its_place(
    old: str, new: str, line: int, code: str, says: str
) -> None:
    assert ACKNOWLEDGED.count(old) == 1
    with pytest.raises(InstrumentError) as refused:
        survey(ACKNOWLEDGED.replace(old, new))
    problem = refused.value.problems[0]
    assert (problem.source.file, problem.code) == ("instrument.yaml", code)
    assert problem.source.line == HEADER.count("\n") + line
    assert says in str(problem)


def test_a_place_that_could_not_be_read_is_no_second_problem() -> None:
    broken = with_some() | {
        "home.yaml": files()["home.yaml"].replace(b"kind: integer", b"kind: int")
    }
    with pytest.raises(InstrumentError) as refused:
        read_files(broken)
    assert "acknowledged-unknown" not in {one.code for one in refused.value.problems}


def test_lists_that_no_item_takes_are_named_and_leave_no_other_trace() -> None:
    spare = changed("definitions:", "  spare:\n    - {name: a, code: 1, label: A}\ndefinitions:")
    read = read_files(spare)
    (one,) = read.unused_lists
    assert (one.name, one.source.line) == (
        "spare",
        HEADER.count("\n", 0, HEADER.index("defin")) + 2,
    )
    assert read.fingerprint == household().fingerprint
    assert household().unused_lists == ()
    assert load(dump(read)).unused_lists == read.unused_lists
    taken = spare["home.yaml"] + (
        b"  - {compute: sort, label: Sort, kind: one_of, choices: spare, "
        b"branches: [{otherwise: a}]}\n"
    )
    assert read_files(spare | {"home.yaml": taken}).unused_lists == ()


def test_findings_about_the_check_itself_are_findings() -> None:
    assert set(TITLES) >= NOT_ACKNOWLEDGED
