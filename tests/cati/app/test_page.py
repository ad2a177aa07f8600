"""What texts and names become on the width there is."""

import pytest
from textual.content import Content

from cati.interview import Interview
from cati.memory import MemoryJournal
from cati.question_view import view_of
from cati.screens.page import flowing
from cati.screens.rows import HeadLine, RowLine, line_near, lines_of, open_rosters
from cati.widgets.question import _title
from cati.widgets.words import cut_within
from instrument import read_files
from instrument.values import Instance
from skips import Route, compile_instrument
from tests.cati.app.desk import noon


@pytest.mark.parametrize(
    ("written", "flows"),
    [
        ("one line", ["one line"]),
        (
            'Stop. Say: "Take a moment, or\ngo on?"\n2. Accept a break at once.',
            ['Stop. Say: "Take a moment, or go on?"', "2. Accept a break at once."],
        ),
        (
            "1. Accept a break or the end. No\n   reason is needed.\n2. Go on.",
            ["1. Accept a break or the end. No reason is needed.", "2. Go on."],
        ),
        ("Line\nCall 555-0100 at any hour", ["Line", "Call 555-0100 at any hour"]),
        ("A first thought\n\nthen another", ["A first thought", "then another"]),
        (
            "Not sure: not known.\nDeclined: no wish.",
            ["Not sure: not known.", "Declined: no wish."],
        ),
        ("", []),
    ],
)
def test_lines_flow_on_unless_they_were_ended_on_purpose(written: str, flows: list[str]) -> None:
    assert [f"{one.lead}{one.text}".strip() for one in flowing(written)] == flows


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("Helper", 6, "Helper"),
        ("Helper 1: nurse", 9, "Help…urse"),
        ("Helper 1: nurse", 8, "Help…rse"),
        ("東京の駅員さん", 7, "東京…ん"),
        ("ab", 1, "…"),
    ],
)
def test_a_name_is_cut_in_its_middle(text: str, width: int, cut: str) -> None:
    found = cut_within(text, width)
    assert found == cut
    assert Content(found).cell_length <= width


def helpers() -> Interview:
    """A case with two rosters to which rows can be added."""
    roster = (
        "  - roster: {0}\n    title: {0}\n    label: {0}\n    at_most: 3\n"
        "    row_label: '{0} {{row}}'\n    items:\n"
        "      - {{question: {0}_job, kind: text, label: Job, ask: Job?, max_length: 60}}\n"
    )
    files = {
        "instrument.yaml": 'instrument: h\ntitle: H\nversion: "1"\nsections: [people]\n',
        "people.yaml": "section: people\ntitle: People who helped\nitems:\n"
        "  - {question: start, kind: yes_no, label: Start, ask: Shall we start?}\n"
        + roster.format("helper")
        + roster.format("neighbor"),
    }
    read = read_files({name: text.encode() for name, text in files.items()})
    route = Route(compile_instrument(read))
    interview = Interview(read, route, MemoryJournal(noon), by="ines", now=noon)
    interview.begin()
    return interview


def test_the_name_of_a_row_has_room_in_the_heading() -> None:
    interview = helpers()
    interview.add_row("helper")
    view = view_of(interview, Instance("helper_job", 1))
    assert _title(view, 60) == "PEOPLE WHO HELPED  2 of 2 · helper 1"
    assert _title(view, 30) == "2 of 2 · helper 1", "the section stands at the side, too"


def test_several_rosters_have_a_line_each_also_without_rows() -> None:
    interview = helpers()
    rosters = open_rosters(interview)
    helper, neighbor = (HeadLine(one, one.name, 0) for one in rosters)
    assert lines_of(interview, rosters) == [helper, neighbor]
    assert lines_of(interview, rosters[:1]) == [helper]
    interview.add_row("neighbor")
    interview.add_row("neighbor")
    lines = lines_of(interview, rosters)
    assert lines[:2] == [helper, HeadLine(rosters[1], "neighbor", 2)]
    assert [one.row for one in lines if isinstance(one, RowLine)] == [1, 2]
    assert line_near(interview, lines) == 0
    interview.jump(Instance("neighbor_job", 2))
    assert line_near(interview, lines) == 3
    alone = lines_of(interview, rosters[1:])
    assert [type(one) for one in alone] == [RowLine, RowLine], "its title is that of the window"
