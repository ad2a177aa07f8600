"""Texts that a terminal obeys, in what commands print: given to them, and stored in a study.

A child in a terminal of its own runs many command lines, one after the other, and says after each
that it ended; so what each of them sent is known.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from unittest import mock
from uuid import UUID

import typer.main
from pydantic import JsonValue

import store.casework.adding
from cati import program
from cati.case_journal import CaseJournal
from cati.interview import Interview
from cati.safe import one_line
from instrument import read_instrument
from skips import Route, compile_instrument
from store import Receipt, Study
from tests.campaigns.forked import Forked
from tests.campaigns.store.support import cheap_keys
from tests.campaigns.support import utc_now
from tests.cati.app.household import FILES, NAME, PASSPHRASE, TO_DUTIES, household_study
from tests.cati.app.terminal import obeyed, tokens

PATIENCE = 120.0
"""Seconds without a byte after which a child is given up."""
CRASHED = 70
_ENDED = re.compile(r"\n=== line (\d+) ended with (-?\d+) ===\n")


@dataclass(frozen=True)
class Shown:
    """How one way of showing did."""

    texts: int
    """Different texts that went through every place."""
    size: int
    """Bytes that reached the terminal and were looked at."""
    obeyed: list[str] = field(repr=False)
    """Sequences and characters that reached the terminal and should not have."""
    through: int = 0
    """Texts of which something did."""
    ended: int = 0
    """Texts at which the program broke down."""


def usable(text: str) -> str:
    """The text as it can stand in a file or in an argument: in UTF-8, without NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def acting(folder: Path) -> tuple[str, ...]:
    """Options of commands that take keys."""
    (folder / "passphrase").write_text(f"{PASSPHRASE}\n")
    study = ("--study", str(folder / "study"))
    return (*study, "--as", NAME, "--passphrase-file", str(folder / "passphrase"))


GIVEN = "25 commands"
INNOCENT = "payload"


def lines_for(text: str, folder: Path, number: int) -> Iterator[tuple[str, ...]]:
    """Command lines that are given a text, or read an instrument or a file that holds it."""
    name, keys = usable(text).replace("/", ""), acting(folder)
    broken, sound = (str(folder / f"{kind}{number}") for kind in ("broken", "sound"))
    yield "check", name
    yield "--study", name, "verify"
    yield "explain", name
    yield "codebook", broken, "--format", name
    yield "case", "add", "--study", name, "--assign", name
    yield "check", broken
    yield "check", broken, name
    yield name, "--help"
    yield "check", sound
    yield "explain", sound, name
    yield "diff", str(folder / "source"), sound
    yield "replay", name
    yield "deck", name
    yield "import", "xlsform", name, "--output", name
    yield "import", "redcap", str(folder / f"{number}.csv"), "--output", name
    yield "erase", "check", name, *keys[:2]
    yield "restore", name, name
    yield "receive", name, *keys
    yield "review", "read", name, *keys
    yield "case", "list", "--search", name, *keys
    yield "case", "release", name, *keys
    yield "case", "reassign", name, "--to", name, *keys
    yield "user", "suspend", name, *keys
    yield "backup", "verify", name, *keys
    yield "export", "--to", name, "--format", name, *keys


def write_files(text: str, folder: Path, number: int) -> None:
    """Instruments and a data dictionary that hold the text: as an error, and where it may stand."""
    quoted = json.dumps(usable(text))
    for kind in ("broken", "sound"):
        place = folder / f"{kind}{number}"
        place.mkdir(exist_ok=True)
        for file, content in FILES.items():
            changed = content.replace("Household interview", quoted)
            changed = changed.replace("label: Kitchen", f"label: {quoted}")
            changed = changed.replace("ask: Do you own a car?", f"ask: {quoted}")
            if kind == "broken":
                changed = changed.replace("kind: decimal", f"kind: {quoted}")
            (place / file).write_text(changed, encoding="utf-8")
    cells = ",".join(f'"{usable(text)}"' for _ in range(6))
    (folder / f"{number}.csv").write_text(
        f"Variable / Field Name,Form Name,Section Header,Field Type,Field Label,Choices\n{cells}\n",
        encoding="utf-8",
    )


def _unfilter() -> None:
    """Have everything printed as it is, as programs do that filter nothing."""
    for name, module in list(sys.modules.items()):
        if name.startswith("cati") and hasattr(module, "display_safe"):
            setattr(module, "display_safe", str)  # noqa: B010 (of any module)


def printed(
    lines: list[tuple[str, ...]], folder: Path, *, filtered: bool = True
) -> list[tuple[str, int]]:
    """What each command line sends to its terminal, and the exit code.

    Raises:
        AssertionError: the child did not come to the end of the lines.
    """

    def work() -> int:
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR")
        os.environ.update(dict.fromkeys(names, str(folder)))
        os.environ.pop("CATI_STUDY", None)
        os.chdir(folder)
        if not filtered:
            _unfilter()
        # Put together once, and not anew for each of thousands of lines.
        commands = cache(typer.main.get_command)
        with cheap_keys(), mock.patch.object(typer.main, "get_command", commands):
            for number, words in enumerate(lines):
                sys.argv = ["cati", *words]
                try:
                    code = program.main()
                except Exception as error:  # noqa: BLE001 (printed as the program would)
                    sys.excepthook(type(error), error, error.__traceback__)
                    code = CRASHED
                sys.stderr.flush()
                sys.stdout.write(f"\n=== line {number} ended with {code} ===\n")
                sys.stdout.flush()
        return 0

    with Forked(work) as child:
        while child.read(PATIENCE):
            pass
        parts = _ENDED.split(child.output.decode(errors="surrogateescape").replace("\r\n", "\n"))
    if len(parts) // 3 != len(lines):
        raise AssertionError(f"the child stopped at {lines[len(parts) // 3]}: {parts[-1][-1500:]}")
    return [(parts[3 * at], int(parts[3 * at + 2])) for at in range(len(lines))]


def _through(payloads: list[str], folder: Path, *, filtered: bool) -> Shown:
    """All texts through all commands."""
    if not (folder / "study").exists():
        household_study(folder).close()
    by_text: list[list[tuple[str, ...]]] = []
    for number, text in enumerate((INNOCENT, *payloads)):
        write_files(text, folder, number)
        by_text.append(list(lines_for(text, folder, number)))
    ran = printed([line for lines in by_text for line in lines], folder, filtered=filtered)
    count = len(by_text[0])
    innocent = [tokens(output) for output, _ in ran[:count]]
    found: list[str] = []
    through, ended, size = set(), set(), 0
    for at, (output, code) in enumerate(ran[count:]):
        number, came = at // count, obeyed(output, innocent[at % count])
        found += came
        size += len(output.encode(errors="replace"))
        through |= {number} if came else set()
        ended |= {number} if code == CRASHED else set()
    if filtered and ended:
        raise AssertionError(f"brought down by {[payloads[number] for number in sorted(ended)]}")
    return Shown(len(payloads), size, found, len(through), len(ended))


given = partial(_through, filtered=True)
unfiltered = partial(_through, filtered=False)


# --- stored ---------------------------------------------------------------------------------------

STORED = "label, contact, answer, remark, flag, summary; 9 commands"


def study_with(payloads: list[str], folder: Path) -> tuple[str, str]:
    """A study in which every text is stored, by somebody whose program checks nothing.

    Each is the label and the contact of a case; all of them together are the answer to a question,
    a remark, a flag, and a phrase of the summary.

    Returns:
        Ids of a case that is open, which holds all of them, and of one that was handed in.
    """
    kept = [usable(text) for text in payloads]
    study = household_study(folder)
    with mock.patch.object(store.casework.adding, "require_label"):
        access = study.unlock(NAME, PASSPHRASE)
        first = access.cases()[0]
        for text in kept:
            access.add_case(
                label=text,
                identity={"contact": text, "agency": text},
                instrument=first.instrument,
                mode=first.mode,
                assignee=NAME,
            )
        access.lock()
    begun, handed_in = (_conduct(study, kept, at) for at in (0, 1))
    access = study.unlock(NAME, PASSPHRASE)
    journal = CaseJournal(access.open_case(handed_in))
    journal.submit(_interview(study, journal).document())
    access.lock()
    study.close()
    return begun, handed_in


HERE = "all the texts come here"


class _Forged:
    """A journal that writes other texts than an interview entered, which refuses such texts."""

    def __init__(self, journal: CaseJournal, kept: list[str]) -> None:
        self._journal, self._text = journal, json.dumps("\n".join(kept))[1:-1]

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> Receipt:
        """Write an event with all the texts in place of the words that stand for them."""
        return self._journal.append(
            json.loads(json.dumps(event).replace(HERE, self._text)), event_id
        )

    def holds(self, event_id: UUID) -> bool:
        """Whether an event was written."""
        return self._journal.holds(event_id)


def _interview(study: Study, journal: CaseJournal, kept: list[str] | None = None) -> Interview:
    through = _Forged(journal, kept) if kept else journal
    read = read_instrument(study.instrument_folder(study.instruments[0].fingerprint))
    route = Route(compile_instrument(read, "interview"))
    return Interview(read, route, through, by=NAME, now=utc_now, events=journal.events)


def _conduct(study: Study, kept: list[str], at: int) -> str:
    """Hold an interview into which every text is entered; the id of its case."""
    access = study.unlock(NAME, PASSPHRASE)
    case = access.open_case([one for one in access.cases() if one.state == "fresh"][at].id)
    interview = _interview(study, CaseJournal(case), kept)
    interview.begin()
    interview.read()
    for answered in (*TO_DUTIES.values(), HERE):
        interview.advance()
        interview.give(answered)
    interview.remark(HERE)
    interview.flag(HERE)
    for part in ("who", "cars"):
        interview.write_summary(part, HERE)
    interview.end("done")
    case_id = case.card.id
    access.lock()
    return case_id


def shows_words(payloads: list[str]) -> int:
    """Of how many texts the word is left when all that is obeyed or hidden is gone."""
    return sum("payload" in one_line(text) for text in payloads)


def stored(payloads: list[str], folder: Path) -> Shown:
    """All texts in one study, through the commands that show what it holds."""
    innocent, ran = (_looked_at(kept, folder / name) for kept, name in _two_studies(payloads))
    listed, read = ran[0], ran[3]
    for name, output in (("list", listed), ("read", read)):
        if output.count("payload") < shows_words(payloads):
            raise AssertionError(f"{name} shows the texts {output.count('payload')} times only")
    known = [tokens(output) for output in innocent]
    found = [
        one for output, harmless in zip(ran, known, strict=True) for one in obeyed(output, harmless)
    ]
    return Shown(len(payloads), sum(len(one.encode(errors="replace")) for one in ran), found)


def _two_studies(payloads: list[str]) -> tuple[tuple[list[str], str], tuple[list[str], str]]:
    return ([INNOCENT] * 3, "innocent"), (payloads, "all")


def _looked_at(payloads: list[str], folder: Path) -> list[str]:
    """What each command shows of a study in which the texts are stored."""
    _, handed_in = study_with(payloads, folder)
    keys = acting(folder)
    (folder / "out").mkdir()
    lines: list[tuple[str, ...]] = [
        ("case", "list", *keys),
        ("case", "list", "--search", "payload", *keys),
        ("review", "list", *keys),
        ("review", "read", handed_in[:8], "--all", *keys),
        ("audit", *keys),
        ("verify", *keys),
        ("instrument", "list", *keys[:2]),
        ("user", "list", *keys[:2]),
        ("export", *keys, "--to", str(folder / "out"), "--profile", "full", "--format", "csv"),
    ]
    ran = printed(lines, folder)
    for words, (output, code) in zip(lines, ran, strict=True):
        if code:
            raise AssertionError(f"{words} ended with {code}: {output[-800:]}")
    return [output for output, _ in ran]
