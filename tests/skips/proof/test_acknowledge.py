"""Findings are sorted by what is acknowledged, and acknowledgements of nothing are found."""

from instrument import read_files
from instrument.models import Instrument
from skips.proof.acknowledge import acknowledge
from skips.proof.findings import Finding, Severity, finding
from tests.instrument.household import HEADER, files

ACKNOWLEDGED = """\
acknowledged:
  - {finding: check-never, at: size#2, reason: A second door.}
  - {finding: unsure-drops, at: size, reason: Nothing can be asked then.}
  - {finding: unsure-drops, at: rent, reason: Long settled.}
"""


def survey(more: str = ACKNOWLEDGED) -> Instrument:
    return read_files(files(HEADER + more))


def found(code: str, place: str) -> Finding:
    return finding(code, survey().source, place, f"{code} at {place}", "mend it")


NEVER, DROPS = found("check-never", "size#2"), found("unsure-drops", "size")
RENT, OTHER = found("unsure-drops", "rent"), found("unsure-drops", "tenure")


def test_what_is_acknowledged_comes_with_its_reason() -> None:
    judged = acknowledge(survey(), [NEVER, DROPS, RENT])
    assert judged.open == ()
    assert judged.acknowledged == (
        (NEVER, "A second door."),
        (DROPS, "Nothing can be asked then."),
        (RENT, "Long settled."),
    )


def test_without_acknowledgements_all_stays_open() -> None:
    judged = acknowledge(survey(""), [NEVER, DROPS])
    assert (judged.open, judged.acknowledged) == ((NEVER, DROPS), ())


def test_another_code_or_place_is_not_covered() -> None:
    elsewhere, another = found("check-never", "size#1"), found("trap", "size")
    judged = acknowledge(survey(), [NEVER, DROPS, RENT, elsewhere, another])
    assert judged.open == (elsewhere, another)


def test_one_acknowledgement_covers_all_of_its_code_at_its_place() -> None:
    twice = [NEVER, DROPS, DROPS, RENT]
    assert len(acknowledge(survey(), twice).acknowledged) == 4


def test_what_no_longer_applies_is_found() -> None:
    (stale,) = acknowledge(survey(), [NEVER, DROPS]).open
    assert str(stale) == (
        f"instrument.yaml:{HEADER.count(chr(10)) + 4}:5: 'unsure-drops' is acknowledged at 'rent', "
        "but it is not found there. [acknowledged-not-found]\n    Leave the acknowledgement out."
    )
    assert (stale.place, stale.severity) == ("rent", Severity.WARNING)


def test_a_place_that_was_meant_is_named() -> None:
    _, stale = acknowledge(survey(), [NEVER, DROPS, OTHER]).open
    assert stale.hint.endswith("out, or write at: tenure, where it is found.")


def test_nothing_is_said_of_what_was_not_looked_at() -> None:
    places = {
        "all": acknowledge(survey(), [], modes=["record", "interview"]),
        "one mode": acknowledge(survey(), [], modes=["interview"]),
        "one section": acknowledge(survey(), [], sections=["people"]),
        "undecided": acknowledge(survey(), [found("undecided", "rent"), NEVER]),
    }
    stale = {
        name: [one.place for one in judged.open if one.code == "acknowledged-not-found"]
        for name, judged in places.items()
    }
    assert stale == {
        "all": ["size#2", "size", "rent"],
        "one mode": [],
        "one section": ["rent"],
        "undecided": ["size"],
    }
