"""The practice cases that come with cati, conducted by their answer keys without a screen."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cati.interview import Interview
from cati.library import practice_cases, shipped_instruments
from cati.memory import MemoryJournal
from cati.practice import (
    PracticeCase,
    PracticeError,
    PracticeScripts,
    play,
    read_practice_case,
)
from cati.practice.answers import answer_key
from cati.practice.case import Line
from cati.practice.play import OutOfLines
from instrument import EntryError, Instrument, read_instrument
from instrument.models import Question
from instrument.values import Answer, Instance
from skips import Route, Status, compile_instrument
from tests.cati.travel import travel

NAMES = ["production", "undercover", "ypi"]


@pytest.fixture(scope="module")
def njov4() -> Instrument:
    return read_instrument(shipped_instruments()["njov4"])


@pytest.fixture(scope="module")
def cases(njov4: Instrument) -> dict[str, PracticeCase]:
    return {case.practice: case for case in practice_cases(shipped_instruments()["njov4"], njov4)}


def begun(case: PracticeCase, instrument: Instrument) -> Interview:
    def now() -> datetime:
        return datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

    route = Route(compile_instrument(instrument, case.mode))
    known = tuple(case.contact.values())
    interview = Interview(instrument, route, MemoryJournal(now), by="trainee", now=now, known=known)
    interview.begin()
    return interview


def sections_met(instrument: Instrument, met: list[Instance]) -> Iterator[str]:
    """Sections in the order in which they were entered, each once."""
    seen = []
    for instance in met:
        name = instrument.section_of[instance.item].name
        if name not in seen:
            seen.append(name)
            yield name


def test_three_cases_come_with_the_instrument(cases: dict[str, PracticeCase]) -> None:
    assert list(cases) == NAMES
    assert len({case.title for case in cases.values()}) == 3


@pytest.mark.parametrize("name", NAMES)
def test_the_key_leads_through_the_expected_sections(
    name: str, cases: dict[str, PracticeCase], njov4: Instrument
) -> None:
    case = cases[name]
    met = play(case, begun(case, njov4))
    assert tuple(sections_met(njov4, met)) == case.route


@pytest.mark.parametrize("name", NAMES)
def test_every_question_of_the_route_has_a_line_and_every_line_is_met(
    name: str, cases: dict[str, PracticeCase], njov4: Instrument
) -> None:
    case = cases[name]
    met = play(case, begun(case, njov4))
    questions = {at for at in met if isinstance(njov4.items[at.item], Question)}
    with_key = {at for at, line in case.line.items() if line.answer is not None or line.missing}
    assert questions == with_key
    assert set(case.line) <= set(met)


@pytest.mark.parametrize("name", NAMES)
def test_after_the_key_nothing_stands_against_submitting(
    name: str, cases: dict[str, PracticeCase], njov4: Instrument
) -> None:
    case = cases[name]
    interview = begun(case, njov4)
    play(case, interview)
    assert [obstacle.sentence for obstacle in interview.obstacles()] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_case_trains_not_knowing_and_vague_answers(
    name: str, cases: dict[str, PracticeCase]
) -> None:
    lines = cases[name].lines
    assert any(line.missing == "not_sure" for line in lines)
    assert any(line.probed for line in lines)
    assert any(line.note for line in lines)


def test_the_cases_take_three_different_ways(cases: dict[str, PracticeCase]) -> None:
    routes = {name: set(case.route) for name, case in cases.items()}
    assert {"production", "suspect", "minor"} <= routes["production"]
    assert "undercover" in routes["undercover"]
    assert "minor" not in routes["undercover"]
    assert routes["ypi"] == {"preliminary", "ypi", "closing"}


def test_two_people_are_described_in_the_ypi_case(
    cases: dict[str, PracticeCase], njov4: Instrument
) -> None:
    interview = begun(cases["ypi"], njov4)
    play(cases["ypi"], interview)
    assert [interview.route.kept(Instance("ypi_age", row)) for row in (1, 2)] == [15, 16]
    assert interview.route.status(Instance("ypi_age", 3)) is not Status.ANSWERED


def test_control_a_lost_line_is_noticed(cases: dict[str, PracticeCase], njov4: Instrument) -> None:
    case = cases["ypi"]
    without = case.with_lines(line for line in case.lines if line.item != "ypi_n_images")
    with pytest.raises(OutOfLines) as caught:
        play(without, begun(without, njov4))
    assert caught.value.instance == Instance("ypi_n_images")


def test_control_another_answer_takes_another_way(
    cases: dict[str, PracticeCase], njov4: Instrument
) -> None:
    case = cases["production"]
    changed = case.with_lines(
        line.model_copy(update={"answer": "no"})
        if line.item in ("el_production", "el_minor_depicted")
        else line
        for line in case.lines
    )
    met = play(changed, begun(changed, njov4))
    assert tuple(sections_met(njov4, met)) != case.route


def test_the_screen_gets_the_line_of_the_case_and_item(cases: dict[str, PracticeCase]) -> None:
    scripts = PracticeScripts(cases.values())
    case = cases["ypi"]
    shown = scripts(case.title, Instance("ypi_age", 2))
    assert shown == "Sixteen."
    assert scripts(case.title, Instance("ypi_age", 3)) is None
    assert scripts("another case", Instance("ypi_age", 2)) is None
    probed = scripts.lines(case.title, Instance("ypi_cooperation", 1))
    assert probed is not None
    assert "[if probed] Partially" in probed


def key_of_commute(written: str | int) -> Answer:
    read = travel()
    item = read.items["commute"]
    assert isinstance(item, Question)
    line = Line(item="commute", says="Quite a while.", answer=written)
    return answer_key(line, item, read, "interview")


def test_the_key_of_a_duration_is_written_as_it_is_typed() -> None:
    keys = [str(key_of_commute(written)) for written in (90, "1 h 30 min", "2 hours")]
    assert keys == ["90 minutes", "90 minutes", "2 hours"]
    for written, sentence in (("6 hours", "from 1 minute to 5 hours"), ("long", "30 minutes or")):
        with pytest.raises(EntryError, match=sentence):
            key_of_commute(written)


GOOD = """\
practice: tiny
title: Tiny
instrument: njov4_case
mode: interview
persona: Somebody.
trains: Nothing.
contact: {agency: Example}
route: [preliminary]
lines:
  - {item: elig_minor, says: "No.", answer: no}
summary:
  who: {write: a, points: [a]}
  how_met: {write: a, points: [a]}
  where: {write: a, points: [a]}
  to_police: {write: a, points: [a]}
  outcome: {write: a, points: [a]}
"""


def test_a_good_file_is_read(njov4: Instrument) -> None:
    assert read_practice_case("tiny.yaml", GOOD.encode(), njov4).lines[0].answer == "no"


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("title: Tiny\n", "", "1:1", "'title' is missing"),
        ("title: Tiny", "titel: Tiny", "1:1", "'title' is missing"),
        ("mode: interview", "mode: interview\nmood: good", "5:7", "'mood' is not known"),
        ("instrument: njov4_case", "instrument: cars", "3:13", "is for 'cars'"),
        ("mode: interview", "mode: radio", "4:7", "no mode 'radio'"),
        ("[preliminary]", "[prelimnary]", "8:9", "no section 'prelimnary'"),
        ("item: elig_minor", "item: elig_miner", "10:12", "no question or statement"),
        ("answer: no", "answer: nope", "10:45", "no choice 'nope'"),
        ("answer: no", "answer: [no]", "10:45", "list of choices"),
        ("answer: no", "missing: lost", "10:46", "'lost' is not taken here"),
        ("answer: no", "answer: no, missing: not_sure", "10:5", "never both"),
        ('says: "No."', "row: 1, says: No", "10:12", "an item of a roster has a row"),
        ("  outcome: {write: a, points: [a]}\n", "", "12:3", "'outcome' is missing"),
        ("  outcome:", "  outcom:", "16:11", "no summary part 'outcom'"),
        ("persona: Somebody.", "persona: &a Somebody.", "5:10", "anchor"),
        ("title: Tiny", "title: 5", "2:8", "'title'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    old: str, new: str, place: str, words: str, njov4: Instrument
) -> None:
    assert old in GOOD
    with pytest.raises(PracticeError) as caught:
        read_practice_case("tiny.yaml", GOOD.replace(old, new, 1).encode(), njov4)
    said = str(caught.value)
    assert f"tiny.yaml:{place}: " in said
    assert words in said


def test_all_problems_of_a_file_come_together(njov4: Instrument) -> None:
    text = GOOD.replace("answer: no", "answer: nope").replace("[preliminary]", "[a, b]")
    with pytest.raises(PracticeError) as caught:
        read_practice_case("tiny.yaml", text.encode(), njov4)
    assert len(caught.value.problems) == 3
