"""Type the practice interviews into a real terminal: `python -m tests.campaigns.type_interviews`.

tmux runs the command of `make run` at 80x24. Each practice case is typed with the keys that an
interviewer would press, through its questions, the review, the summary and the submission. What
is expected next on the screen comes from the same case conducted without a screen; every key waits
for it. At the end the data manager opens the submitted cases and compares them with the keys.
"""

import argparse
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from cati.interview import Interview
from cati.memory import MemoryJournal
from cati.practice import PracticeCase
from cati.practice.answers import answer_key
from cati.question_view import view_of
from instrument import Instrument, Kind, Question, Statement
from instrument.entry import to_json
from instrument.values import READ, Answer, Instance, Missing
from skips import Route, compile_instrument
from tests.campaigns.support import (
    DATA_MANAGER,
    PASSPHRASE,
    njov4,
    njov4_cases,
    open_study,
    tell,
    utc_now,
)
from tests.campaigns.terminal import NotShown, Terminal, squeezed

ROOT = Path(__file__).parents[2]
COLUMNS, LINES = 80, 24
LONG_LIST = 9
"""Lists with more choices than this take two digits."""
SEEN = 60
"""So many letters of a question are looked for: long ones need not be all on the screen."""
RESTING = 0.4
"""Seconds in which a dialog takes no key after it comes up."""

PICTURED = {
    "production": ("how_came_to_attention", "prod_covert"),
    "undercover": ("uc_duration", "sus_history"),
    "ypi": ("ypi_role", "ypi_deceit"),
}
"""Questions of each case whose screen is kept; the third picture is of its submission."""


@dataclass
class Typed:
    """What was done."""

    keys: int = 0
    questions: int = 0
    pictures: dict[str, str] = field(default_factory=dict)
    """Name to screen."""


class Typist:
    """Types one case after the other and knows from a shadow interview what has to come."""

    def __init__(self, terminal: Terminal, read: Instrument, done: Typed) -> None:
        self.terminal = terminal
        self.read = read
        self.done = done

    def conduct(self, case: PracticeCase) -> None:
        """From the list of cases through the whole interview back to the list."""
        self._open(case)
        route = Route(compile_instrument(self.read, case.mode))
        shadow = Interview(self.read, route, MemoryJournal(utc_now), by="shadow", now=utc_now)
        shadow.begin()
        while shadow.place is not None:
            self._answer(case, shadow, shadow.place)
        self.terminal.wait_for("REVIEW", "are done")
        self._press("Enter")
        parts = self.read.summary
        for number, part in enumerate(parts, start=1):
            self.terminal.wait_for(f"{part.label}  ({number} of {len(parts)})")
            text = case.summary[part.name].write.strip()
            self._type(text)
            self.terminal.wait_for(text[-25:])
            self._press("Enter")
        self.done.pictures[f"{case.practice}-3-submit"] = self.terminal.wait_for("Submitting seals")
        time.sleep(RESTING)
        self._press("Enter")
        self.terminal.wait_for("CASES", "Submitted and sealed")

    def _open(self, case: PracticeCase) -> None:
        """Choose the case in the list by its place there."""
        screen = self.terminal.wait_for("CASES", case.title)
        rows = [line for line in screen.split("\n") if re.match(r" [·▸✓] ", line)]
        place = next(number for number, row in enumerate(rows) if case.title in row)
        self._press("Home", *["Down"] * place, "Enter")

    def _answer(self, case: PracticeCase, shadow: Interview, place: Instance) -> None:
        """Wait for the item, press its keys, and let the shadow follow."""
        view = view_of(shadow, place)
        expected = (f"{view.number} of {view.total}", squeezed(view.ask)[:SEEN])
        screen = self.terminal.wait_for(*expected)
        if place.item in PICTURED[case.practice] and place.row in (0, 2):
            number = PICTURED[case.practice].index(place.item) + 1
            self.done.pictures[f"{case.practice}-{number}-{place.item}"] = screen
        item = self.read.items[place.item]
        assert isinstance(item, Question | Statement)
        line = case.line.get(place)
        answer = answer_key(line, item, self.read, case.mode) if line else READ
        shadow.give(answer)
        checks = shadow.unsettled(place)
        self._enter(item, answer)
        for failing in checks:
            assert line is not None
            assert line.confirm is not None
            shadow.confirm(failing, line.confirm)
            self.terminal.wait_for("Please check")
            time.sleep(RESTING)
            self._type(line.confirm)
            self._press("Enter")
        shadow.advance()
        self.done.questions += isinstance(item, Question)

    def _enter(self, item: Question | Statement, answer: Answer) -> None:
        """The keys of an answer, and Enter."""
        if isinstance(item, Question):
            if isinstance(answer, Missing):
                self._press(self.read.missing_reason[answer.reason].key.upper())
            elif item.kind is Kind.YES_NO:
                self._press(str(answer)[0])
            elif item.kind in (Kind.ONE_OF, Kind.ANY_OF):
                names = [choice.name for choice in item.choices]
                width = 2 if len(names) > LONG_LIST else 1
                taken = answer if isinstance(answer, tuple) else (str(answer),)
                for name in taken:
                    self._type(f"{names.index(name) + 1:0{width}d}")
            else:
                self._type(str(to_json(answer)))
        self._press("Enter")

    def _press(self, *keys: str) -> None:
        self.done.keys += len(keys)
        self.terminal.press(*keys)

    def _type(self, text: str) -> None:
        self.done.keys += len(text)
        self.terminal.type(text)


def type_cases(names: list[str], place: Path) -> Typed:
    """Type these practice cases in a study in `place`, and leave the app."""
    read, cases, done = njov4(), njov4_cases(), Typed()
    command = f"'{sys.executable}' -m cati demo --folder '{place / 'study'}'"
    environment = {"XDG_CONFIG_HOME": str(place / "config"), "TERM": "xterm-256color"}
    with Terminal(command, ROOT, environment, COLUMNS, LINES) as terminal:
        typist = Typist(terminal, read, done)
        for name in names:
            typist.conduct(cases[name])
        done.pictures["cases-at-the-end"] = terminal.screen()
        terminal.press("C-q")
        terminal.wait_for("ended with 0")
    return done


def compare(names: list[str], folder: Path) -> tuple[list[str], int]:
    """What the data manager reads against the answer keys: differences, and answers compared."""
    read, cases = njov4(), njov4_cases()
    found: list[str] = []
    count = 0
    study = open_study(folder)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    submitted = {case.label: case for case in manager.submitted()}
    if sorted(submitted) != sorted(cases[name].title for name in names):
        found.append(f"submitted are {sorted(submitted)}")
    for case in (cases[name] for name in names if cases[name].title in submitted):
        document = cast(dict[str, Any], submitted[case.title].document)
        kept = {
            Instance(one["q"], one["r"]): one.get("m", one.get("v"))
            for one in document["answers"]
            if one["s"] in ("answered", "missing") and isinstance(read.items[one["q"]], Question)
        }
        wanted = {}
        for at, line in case.line.items():
            item = read.items[at.item]
            if isinstance(item, Question):
                answer = answer_key(line, item, read, case.mode)
                wanted[at] = answer.reason if isinstance(answer, Missing) else to_json(answer)
        found += [
            f"{case.practice}: {at}"
            for at in kept.keys() | wanted.keys()
            if kept.get(at) != wanted.get(at)
        ]
        for part, key in case.summary.items():
            if document["summary"].get(part) != key.write.strip():
                found.append(f"{case.practice}: summary {part}")
        count += len(wanted) + len(case.summary)
    manager.lock()
    study.close()
    return found, count


def main() -> int:
    """Type the cases, keep the pictures, compare; 0 when everything arrived as typed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=PICTURED, action="append", help="one of the cases")
    parser.add_argument("--pictures", type=Path, help="folder for the captured screens")
    options = parser.parse_args()
    names = options.only or list(PICTURED)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        try:
            done = type_cases(names, Path(place))
        except NotShown as error:
            tell(str(error))
            return 1
        found, count = compare(names, Path(place) / "study")
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        for name, screen in done.pictures.items():
            (options.pictures / f"{name}.txt").write_text(screen, encoding="utf-8")
    seconds = time.perf_counter() - start
    tell(
        f"{len(names)} interviews typed at {COLUMNS}x{LINES}: {done.questions} questions, "
        f"{done.keys} keys, {len(done.pictures)} screens kept, {seconds:.0f} s"
    )
    tell(
        f"the data manager reads {len(names)} submitted cases: of {count} answers and parts of "
        f"summaries {len(found)} differ from the answer keys"
    )
    for one in found:
        tell(f"  {one}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
