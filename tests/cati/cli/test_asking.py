"""Questions at a terminal: yes or no, and recovery sheets typed line by line."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer

from cati.commands import asking, sheet_typing
from cati.commands.asking import LEFT, agreed, ask_hidden, ask_line
from cati.commands.sheet_typing import Marks, type_two
from store.crypto import sheets
from store.crypto.sheets import Sheet
from tests.cati.cli.conftest import Run

MARKS = Marks(5, 6, "00006")
"""Of the sheets below."""


def made(number: int, *, study: int = 5, of_set: int = 6) -> list[str]:
    """The two lines of a sheet."""
    groups = sheets.write(Sheet(number, study, of_set, bytearray(range(32)))).split(" ")
    return [" ".join(groups[:7]), " ".join(groups[7:])]


def slipped(line: str, at: int) -> str:
    """A line with another sign at a place."""
    return line[:at] + ("q" if line[at] != "q" else "p") + line[at + 1 :]


Typing = Callable[..., list[str]]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Typing:
    """What is typed at all questions, in order; the questions are collected."""

    def types(*answers: str | type[BaseException]) -> list[str]:
        asked: list[str] = []
        left: Iterator[str | type[BaseException]] = iter(answers)

        def answer(question: str = "", **_: Any) -> str:
            asked.append(question)
            said = next(left)
            if isinstance(said, str):
                return said
            raise said

        monkeypatch.setattr(asking, "getpass", answer)
        monkeypatch.setattr(typer, "prompt", answer)
        return asked

    return types


@pytest.mark.parametrize(
    ("answers", "default", "expected"),
    [
        (["y"], False, True),
        (["YES"], False, True),
        (["n"], True, False),
        ([" No "], True, False),
        (["", "ja", "yes please", "n"], True, False),
    ],
)
def test_a_question_takes_yes_and_no_and_says_so(
    answers: list[str],
    default: bool,
    expected: bool,
    typing: Typing,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = typing(*answers)
    assert agreed("Move it?", default=default) is expected
    assert asked == ["Move it? y or n"] * len(answers)
    told = capsys.readouterr().err
    assert told.count("Type y for yes or n for no; Enter alone is") == len(answers) - 1


@pytest.mark.parametrize("leaving", [KeyboardInterrupt, EOFError, typer.Abort])
@pytest.mark.parametrize("ask", [agreed, ask_line, ask_hidden])
def test_who_leaves_at_a_question_is_told_on_a_line_of_its_own(
    ask: Callable[[str], object],
    leaving: type[BaseException],
    typing: Typing,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typing(leaving)

    def command() -> None:
        ask("Which?")

    asks = typer.Typer()
    asks.command()(command)
    monkeypatch.setattr("cati.program.app", asks)
    assert run() == (130, "", f"\n{LEFT}\n")


def test_the_line_with_the_slip_is_typed_again_and_no_other(
    typing: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    (one, two), (other, more) = made(1), made(3)
    wrong: list[tuple[str, str]] = [
        (one[:-1], "7 groups of 5 characters, 35 in all, and these are 34. Type line 1 again."),
        (one[:13] + "b" + one[14:], "Group 3 of line 1 holds a character"),
        (slipped(one, 0), "no sheet of this study"),
        (slipped(one, 3), "no sheet of this study"),
        (made(1, study=4)[0], "no sheet of this study"),
        (slipped(one, 10), "not of set 00006"),
        (made(1, of_set=7)[0], "not of set 00006"),
    ]
    first = [*(line for line, _ in wrong), slipped(one, 16), f"{two}q", two, one]
    second = [one, other, slipped(more, 30), more.upper()]
    asked = typing(*first, *second)
    assert type_two(MARKS) == (f"{one} {two}", f"{other} {more.upper()}")
    told = capsys.readouterr().err
    for _, sentence in wrong:
        assert sentence in told
    assert "these are 36. Type line 2 again." in told
    assert "Group 3 of line 1 seems to hold a wrong character" in told
    assert "This is sheet 1 once more: take another. Type line 1 again." in told
    assert "Group 6 of line 2 seems to hold a wrong character" in told
    lines = [f"{which} sheet, line {line}" for which, line in _asked(asked)]
    assert lines == [
        *["first sheet, line 1"] * 8,
        *["first sheet, line 2"] * 2,
        "first sheet, line 1",
        *["second sheet, line 1"] * 2,
        *["second sheet, line 2"] * 2,
    ]


def _asked(questions: list[str]) -> Iterator[tuple[str, str]]:
    for question in questions:
        words = question.removesuffix(" of 2: ").split(" ")
        yield words[1], words[-1]


def test_two_slips_have_both_lines_typed_again(
    typing: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    (one, two), other = made(1), made(2)
    asked = typing(slipped(one, 16), slipped(two, 3), one, two, *other)
    type_two(MARKS)
    assert "type both lines again" in capsys.readouterr().err
    assert len(asked) == 6


@pytest.mark.parametrize(
    ("line", "at", "says"),
    [
        (1, 40, "Group 7 of line 1 seems"),
        (2, 0, "Group 1 of line 2 seems"),
        (2, 40, "Group 7 of line 2 seems"),
    ],
)
def test_a_slip_at_the_edge_of_a_line_is_put_in_that_line(
    line: int, at: int, says: str, typing: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    right, other = made(1), made(2)
    wrong = [slipped(text, at) if line == here else text for here, text in enumerate(right, 1)]
    asked = typing(*wrong, right[line - 1], *other)
    assert type_two(MARKS) == (" ".join(right), " ".join(other))
    assert says in capsys.readouterr().err
    assert list(_asked(asked))[2] == ("first", str(line))


@pytest.mark.parametrize("answers", [[""], [made(1)[0], " "], [*made(1), ""]])
def test_an_empty_line_leaves(answers: list[str], typing: Typing) -> None:
    typing(*answers)
    with pytest.raises(typer.Abort):
        type_two(MARKS)


def test_what_takes_a_moment_is_said_at_a_terminal_alone_and_is_gone_after_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with asking.patience("Checking"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with pytest.raises(ValueError, match="wrong"), asking.patience("Checking"):
        raise ValueError("wrong")
    assert capsys.readouterr().err == "Checking …\r          \r"


def test_marks_are_those_that_the_printed_line_names() -> None:
    typed = sheets.signs(made(2, study=9, of_set=11)[0])
    assert sheets.head(typed) == (2, 9, 11)
    assert sheet_typing.LINES == (1, 2)
