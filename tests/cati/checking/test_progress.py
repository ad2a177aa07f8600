"""The line on the terminal that says how far a check has come."""

import io
from contextlib import suppress

import pytest

from cati.checking import progress
from cati.checking.progress import ProgressLine, progress_line
from skips.proof.proving import Progress
from tests.cati.household import household


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_each_mode_is_named_with_its_section_and_counts() -> None:
    line = ProgressLine(household(), None)
    line.show(Progress("interview", "Home", 1, 2, 1_200, 3_400))
    line.show(Progress("record", "Dri\x1b[31mving", 2, 2, 0, 0))
    line.show(Progress("interview", "Household interview", 0, 0, 7, 9))
    assert line.text() == (
        "Telephone interview: Household interview, 7 of 9 settled | "
        "Record extraction: Driving (2 of 2)"
    )


def test_the_line_is_redrawn_in_place_and_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    with suppress(KeyboardInterrupt), progress_line(household()) as line:
        for done in (1, 2):
            line.show(Progress("interview", "A section with a long title", 1, 2, done, 10))
        raise KeyboardInterrupt
    drawn = stream.getvalue().split("\r\x1b[K")
    assert len(drawn) == 4
    assert drawn[1].startswith("Telephone interview: A section with")
    assert all(len(one) < 40 and "\n" not in one for one in drawn)
    assert drawn[-1] == ""


def test_nothing_is_drawn_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(progress, "EVERY", 1_000.0)
    line = ProgressLine(household(), stream)
    for done in range(50):
        line.show(Progress("interview", "Home", 1, 2, done, 50))
    assert stream.getvalue().count("\r") == 1


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_nothing_is_drawn_where_it_cannot_be(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal() if term == "dumb" else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", term)
    with progress_line(household()) as line:
        line.show(Progress("interview", "Home", 1, 2, 0, 0))
    assert stream.getvalue() == ""
