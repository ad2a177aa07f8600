"""The tutorial: its files are what its text shows, and its commands print what it says they do."""

import difflib
import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from cati.program import app
from instrument import Instrument, Kind, Roster, Statement, read_instrument
from instrument.normal import normal_form

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "tutorial"
TEXT: Final = (FOLDER / "README.md").read_text("utf-8")
STEPS: Final = range(1, 10)
CHAPTERS: Final = {
    int(number): body
    for number, body in re.findall(r"^## Step (\d):.*?\n(.*?)(?=^## )", TEXT, re.M | re.S)
}
FIELDING: Final = TEXT.partition("\n## Before you field it\n")[2].partition("\n## ")[0]
MENDED: Final = range(6, 9)
"""Steps at the end of which something is found and mended; the files of the next have it mended."""
ADDED: Final[dict[int, list[str]]] = {
    1: ["intro", "works"],
    2: ["days"],
    3: ["ways", "ways_specify"],
    4: ["main_way"],
    5: ["commute", "weekly"],
    6: ["price", "speed", "calm"],
    7: ["cars", "vehicles", "bought"],
    8: ["wish"],
    9: [],
}
"""Step to the items that it adds."""


def step(number: int) -> Instrument:
    return read_instrument(FOLDER / f"step-{number}")


def yaml_blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"```yaml (\S+)\n(.*?)```", text, re.DOTALL)


def added(number: int) -> list[tuple[str, str]]:
    """The parts of files that a step shows, without those that mend what it finds at its end."""
    return yaml_blocks(CHAPTERS[number].partition("\n### A finding")[0])


def mend(number: int) -> tuple[str, str]:
    """The file and the lines that mend what is found at the end of a step."""
    (only,) = yaml_blocks(CHAPTERS[number].partition("\n### A finding")[2])
    return only


# --- files -----------------------------------------------------------------------------------


def test_each_step_adds_what_it_says() -> None:
    assert list(CHAPTERS) == list(STEPS)
    row = re.compile(r"^\| \[(\d)\]\(step-\1\) \|.*\| (\d+) \| `([0-9a-f]{16})` \|$", re.M)
    told = {number: (int(count), start) for number, count, start in row.findall(TEXT)}
    items: list[str] = []
    for number in STEPS:
        items += ADDED[number]
        read = step(number)
        assert sorted(read.items) == sorted(items)
        assert (len(read.items), read.fingerprint[:16]) == told[str(number)]
    assert len(items) == 15


def test_every_part_of_a_file_that_the_text_shows_stands_in_that_file() -> None:
    blocks = [(f"step-{number}", *block) for number in STEPS for block in added(number)]
    blocks += [("unreached", *block) for block in yaml_blocks(FIELDING)]
    # The last one is translated in the next step: what it makes is compared below.
    blocks += [(f"step-{number + 1}", *mend(number)) for number in MENDED[:-1]]
    assert len(blocks) + 1 == len(re.findall("```yaml", TEXT))
    for folder, name, block in blocks:
        assert block in (FOLDER / folder / name).read_text("utf-8"), f"{folder}: {block}"


@pytest.mark.parametrize("number", range(2, 9))
def test_a_step_changes_nothing_but_what_the_text_shows(number: int) -> None:
    blocks = added(number) + ([mend(number - 1)] if number - 1 in MENDED else [])
    shown = {line for _, block in blocks for line in block.splitlines()}
    removed = []
    for file in sorted((FOLDER / f"step-{number}").iterdir()):
        before = FOLDER / f"step-{number - 1}" / file.name
        old = before.read_text("utf-8").splitlines() if before.exists() else []
        for line in difflib.ndiff(old, file.read_text("utf-8").splitlines()):
            if line.startswith("+ "):
                assert line[2:] in shown
            elif line.startswith("- "):
                removed.append(line.split(":")[0])
    assert set(removed) <= {"- sections", "-     size"}


def test_a_change_that_the_text_does_not_show_is_found() -> None:
    old, new = (FOLDER / f"step-{number}" / "work.yaml" for number in (1, 3))
    shown = {line for _, block in added(3) for line in block.splitlines()}
    lines = difflib.ndiff(old.read_text("utf-8").splitlines(), new.read_text("utf-8").splitlines())
    assert any(line.startswith("+ ") and line[2:] not in shown for line in lines)


def plain(value: Any) -> Any:
    """A normal form without the mode `record` and without any language but the first."""
    if isinstance(value, dict):
        if "first" in value:
            return plain(value["first"])
        kept = {key: plain(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if key not in ("languages", "translations")}
    if isinstance(value, list):
        return [
            plain(one)
            for one in value
            if one != "record"
            and not (isinstance(one, list) and one[:1] == ["record"])
            and not (isinstance(one, dict) and one.get("name") == "not_in_diary")
        ]
    return value


def test_the_tutorial_meets_many_sorts_of_items() -> None:
    sorts = {type(item) for item in step(8).items.values()}
    kinds = {getattr(item, "kind", None) for item in step(8).items.values()}
    assert {Statement, Roster} < sorts
    assert {Kind.DURATION, Kind.DATE, Kind.ANY_OF, Kind.LONG_TEXT, Kind.DECIMAL} < kinds


LAST_OF_BOUGHT: Final = (
    "          - {hard: bought <= interview_date, say: That date is still to come.}\n"
)
LAST_OF_DAY: Final = "    hint: Say in two sentences how the respondent gets to work.\n"


def test_the_text_alone_makes_each_step(tmp_path: Path) -> None:
    """Does with the blocks of the text what the text says, as its readers do."""
    blocks = {number: [block for _, block in added(number)] for number in STEPS}

    def same(number: int) -> bool:
        return read_instrument(tmp_path).fingerprint == step(number).fingerprint

    def change(name: str, old: str, new: str) -> None:
        file = tmp_path / name
        text = file.read_text("utf-8") if file.exists() else ""
        assert text.count(old) == 1 or not old
        file.write_text(text.replace(old, new) if old else text + new, "utf-8")

    for name, block in added(1):
        change(name, "", block)
    assert same(1)
    days, missing, knows = blocks[2]
    change("work.yaml", "", knows + days)
    change("instrument.yaml", "", missing)
    assert same(2)
    for number in (3, 4, 5):
        change("work.yaml", "", blocks[number][0])
        assert same(number)
    change("instrument.yaml", "sections: [work]\n", blocks[6][0])
    change("views.yaml", "", blocks[6][1])
    assert same(6)
    change(mend(6)[0], "", mend(6)[1])
    change("instrument.yaml", "sections: [work, views]\n", blocks[7][0])
    change("cars.yaml", "", blocks[7][1])
    assert same(7)
    change(mend(7)[0], "    size: cars\n", mend(7)[1])
    wish, sensitivity, note_of_works, note_of_weekly, header = blocks[8]
    change("cars.yaml", LAST_OF_BOUGHT, LAST_OF_BOUGHT + sensitivity)
    change("cars.yaml", "", wish)
    change("work.yaml", knows, knows + note_of_works)
    change("work.yaml", "", note_of_weekly)
    assert not same(8)
    change("instrument.yaml", "", header)
    assert same(8)
    change(mend(8)[0], LAST_OF_DAY, LAST_OF_DAY + mend(8)[1])
    mended = read_instrument(tmp_path)
    assert f"fingerprint is `{mended.fingerprint[:16]}`" in CHAPTERS[8]
    done = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert "no problems, 1 acknowledged in 15 items" in done.output
    # In English and on the telephone, the last step asks the same.
    assert plain(json.loads(normal_form(step(9)))) == plain(json.loads(normal_form(mended)))
    assert step(9).fingerprint != mended.fingerprint


@pytest.mark.parametrize("name", ["mistake", "unreached", *(f"step-{number}" for number in STEPS)])
def test_the_files_are_in_the_normal_form(name: str) -> None:
    done = CliRunner().invoke(app, ["instrument", "format", "--check", str(FOLDER / name)])
    assert done.exit_code == 0, done.output


# --- what is typed and seen ------------------------------------------------------------------

_DIALOG: Final = re.compile(
    r"(?:^First type (.*)\. Then:\n\n)?^```console\n\$ cati (.*)\n([^`]*(?:`[^`]+`[^`]*)*)```$",
    re.MULTILINE,
)
DIALOGS: Final = [
    pytest.param(command.split(), seen, before, id=f"{number}-{command.split()[0]}-{place}")
    for number, chapter in [*CHAPTERS.items(), (10, FIELDING)]
    for place, (before, command, seen) in enumerate(_DIALOG.findall(chapter))
]


def typed(seen: str, before: str) -> list[str]:
    """What is typed in a dialog: what the text tells to type first, then what it shows."""
    first = [""] if "an empty line" in before else []
    first += re.findall(r"`([^`]*)`", before)
    return first + [line[1:].strip() for line in seen.splitlines() if line.startswith(">")]


def looks_like(seen: str, printed: str) -> bool:
    """Whether output is what a dialog shows; `…` stands for anything that is not shown."""
    lines = [re.escape(line).replace("…", ".*?") for line in seen.splitlines()]
    pattern = "".join("(?:.*\n)*?" if line == ".*?" else f"{line}\n" for line in lines)
    wanted = re.compile(f"(?:{pattern})$")
    ends = "\n".join(line.rstrip() for line in printed.splitlines()).rstrip("\n") + "\n"
    return wanted.match(ends) is not None


@pytest.mark.parametrize(("words", "seen", "before"), DIALOGS)
def test_a_command_prints_what_the_text_says(
    words: list[str],
    seen: str,
    before: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    answers = "".join(f"{line}\n" for line in typed(seen, before))
    done = CliRunner().invoke(app, words, input=answers)
    assert looks_like(seen, done.output), done.output


@pytest.mark.parametrize("number", [2, 4, 5])
def test_a_step_that_shows_no_finding_has_none(number: int) -> None:
    done = CliRunner().invoke(app, ["check", str(FOLDER / f"step-{number}")])
    assert ": no problems in " in done.output


def test_every_dialog_is_tried() -> None:
    assert len(DIALOGS) == TEXT.count("```console")
    assert not looks_like("a\n…\nc\n", "a\nb\n")
    assert looks_like("a\n…\nc\n", "a\nb\nc\n")


def test_the_commands_before_fielding_work_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Gives them one after another, then changes a condition: the interviews must say so."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FOLDER / "step-2", tmp_path / "FOLDER")
    (block,) = re.findall(r"```sh\n(.*?)```", FIELDING, re.DOTALL)
    commands = [line.split()[1:] for line in block.splitlines()]
    for words in commands:
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "FOLDER" / "map").glob("*.svg"))) == 2
    work = tmp_path / "FOLDER" / "work.yaml"
    text = work.read_text("utf-8")
    work.write_text(text.replace("ask_if: works", "ask_if: not works"), "utf-8")
    (replay,) = [words for words in commands if words[0] == "replay"]
    done = CliRunner().invoke(app, replay)
    assert done.exit_code == 1
    assert " days: " in done.output


ROUTES: Final = [
    (1, [""], "intro works"),
    (2, ["", "0"], "intro works"),
    (2, ["", "-declined"], "intro works"),
    (3, ["", "1", "5", "-declined"], "intro works days ways"),
    (4, ["", "1", "5", "1,2", "1"], "intro works days ways main_way"),
    (5, ["", "1", "5", "9"], "intro works days ways"),
    (6, ["", "1", "5", "1", "30", "1", "1"], "intro works days ways commute price speed calm"),
    (
        7,
        ["", "1", "5", "1", "30", "1", "1", "1", "5", "2019", "2020", "2021"],
        "intro works days ways commute price speed calm cars bought bought bought",
    ),
    (8, ["", "0", "0"], "intro works cars"),
    (
        9,
        ["", "1", "5", "1,8", "ferry", "8", "20", "1", "1", "1", "0", "Less fog."],
        "intro works days ways ways_specify main_way commute price speed calm cars wish",
    ),
]
"""Step, answers in order, and the items that are then met."""


@pytest.mark.parametrize(("number", "answers", "met"), ROUTES)
def test_each_step_takes_the_way_it_should(number: int, answers: list[str], met: str) -> None:
    lines = "".join(f"{line}\n" for line in [*answers, "q"])
    done = CliRunner().invoke(app, ["preview", str(FOLDER / f"step-{number}")], input=lines)
    assert re.findall(r"^\[.*\] (\w+)$", done.output, re.M) == met.split(), done.output
