"""What `--help` shows: every command under a heading, with an example that may be typed so."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from cati.commands.examples import EXAMPLES, SECTIONS, every_command
from cati.program import app
from tests.cati.cli.conftest import Run

ROOT = Path(__file__).parents[3]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "docs/tutorial/README.md",
]
NAMES = sorted(every_command(app))


def parsed(line: str) -> str:
    """The words of the command that a line is for; raises TyperException when it is none."""
    command, words, rest = get_command(app), [], shlex.split(line)
    context = command.make_context("cati", rest)
    while hasattr(command, "resolve_command"):
        args = [*context._protected_args, *context.args]
        name, command, rest = command.resolve_command(context, args)
        words.append(name)
        context = command.make_context(name, rest, parent=context)
    return " ".join(words)


def test_every_command_has_an_example() -> None:
    assert sorted(EXAMPLES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_example_may_be_typed_so(name: str) -> None:
    assert parsed(EXAMPLES[name]) == name


@pytest.mark.parametrize("wrong", ["case add --as dan", "case list --to x", "verify x", "cases"])
def test_what_may_not_be_typed_is_no_example(wrong: str) -> None:
    with pytest.raises(typer.TyperException):
        parsed(wrong)


def commands_of(page: str) -> list[str]:
    """What is typed behind `cati` in the blocks of a page, as bare as it is typed."""
    blocks = re.findall(r"```\w*\n(.*?)```", page, re.DOTALL)
    lines = [
        line.strip() for block in blocks for line in re.sub(r"\s*\\\n\s*", " ", block).splitlines()
    ]
    typed = [line.removeprefix("$ ") for line in lines]
    bare = [re.split(r" {2,}|\s#", line)[0] for line in typed if line.startswith("cati ")]
    return [line.removeprefix("cati ").replace("[", "").replace("]", "") for line in bare]


def test_what_the_pages_show_may_be_typed_so() -> None:
    shown = [(page.name, line) for page in PAGES for line in commands_of(page.read_text())]
    assert len(shown) > 40
    for page, line in shown:
        assert parsed(line) in NAMES, (page, line)


def test_help_shows_every_command_under_a_heading(run: Run) -> None:
    shown = run("--help").out
    named = re.findall(r"^  ([a-z]+)  ", shown[shown.index("Beginning:") :], re.MULTILINE)
    assert named == [name for names in SECTIONS.values() for name in names]
    assert sorted(named) == sorted({name.split()[0] for name in NAMES})


def test_a_command_shows_its_example(run: Run) -> None:
    assert "Example: cati case add --assign ina --as dan" in run("case", "add", "--help").out


def test_no_line_of_help_is_cut_short(run: Run) -> None:
    groups = {name.split()[0] for name in NAMES if " " in name}
    for words in ((), *((group,) for group in groups)):
        listed = run(*words, "--help").out.partition("Options:")[2]
        assert listed, words
        assert "..." not in listed, words
