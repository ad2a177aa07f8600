"""`cati replay`: leads an instrument through test interviews and says where it differs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cati.commands.shared import JsonOption, counted, instrument_folder, say, say_json
from cati.refusal import Refusal

if TYPE_CHECKING:
    from instrument import Instrument
    from skips import Program
    from skips.proof.deck.compare import Difference
    from skips.proof.deck.script import Script


def replay(
    files: Annotated[
        list[Path], typer.Argument(metavar="DIR|FILE…", help="Files of a deck, or folders of such.")
    ],
    instrument: Annotated[
        str | None,
        typer.Option(
            "--instrument",
            metavar="INSTRUMENT",
            help="Its folder or name. Else the one in whose folder the deck stands, or the one of "
            "that name that comes with cati.",
            show_default=False,
        ),
    ] = None,
    as_practice: Annotated[
        str | None,
        typer.Option(
            "--as-practice",
            metavar="NAME",
            help="Of one file, which goes as expected: print a draft of a practice case of that "
            "name with its answers, in which the respondent's words are still to be written.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Lead an instrument through test interviews, and say where it first does something else.

    Exit code 0 when all go as their files expect, 1 when one does not, 2 when it could not be done.
    """
    from cati.deck_files import read_script

    found = list(_files(files))
    if not found:
        raise Refusal(f"{files[0]}: no test interviews there; `cati deck` writes some.")
    instruments = _Instruments(instrument)
    scripts = [(file, read_script(file)) for file in found]
    replayed = [_replayed(instruments, file, script) for file, script in scripts]
    if as_practice is not None:
        _draft(as_practice, scripts, replayed, instruments)
    elif as_json:
        say_json([one.json() for one in replayed])
    else:
        _tell(replayed)
    if any(one.difference is not None for one in replayed):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Replayed:
    """What came of one file."""

    file: Path
    of: str
    """The name of the instrument that the file was written for."""
    another: str | None
    """The name of the one that it is held against, where that has another."""
    is_changed: bool
    """Whether the instrument is another than the one that the file was written for."""
    difference: "Difference | None"

    def json(self) -> dict[str, Any]:
        """What `--json` prints of it."""
        return {
            "file": str(self.file),
            "as_expected": self.difference is None,
            "instrument_changed": self.is_changed,
            "difference": None if self.difference is None else asdict(self.difference),
        }


def _replayed(instruments: "_Instruments", file: Path, script: "Script") -> _Replayed:
    from skips.proof.deck.compare import Difference, first_difference

    read = instruments.of(file, script)
    if script.mode in read.modes:
        difference = first_difference(instruments.compiled(read, script.mode), script)
    else:
        known = f"an instrument of the modes {', '.join(read.modes)}"
        difference = Difference("mode", f"mode {script.mode}", known, script.mode_line)
    another = read.name if read.name != script.instrument else None
    changed = read.fingerprint != script.fingerprint
    return _Replayed(file, script.instrument, another, changed, difference)


def _draft(
    name: str,
    scripts: Sequence[tuple[Path, "Script"]],
    replayed: Sequence[_Replayed],
    instruments: "_Instruments",
) -> None:
    from cati.practice.from_deck import draft

    if len(scripts) != 1:
        raise Refusal("A practice case is drafted from one file: name just that.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
        raise Refusal(f"{name}: a practice case is named with letters a-z, digits and _.")
    ((file, script),) = scripts
    if replayed[0].difference is not None:
        _tell(replayed)
        return
    say(draft(script, instruments.of(file, script), name).rstrip("\n"))


def _tell(replayed: Sequence[_Replayed]) -> None:
    for one in replayed:
        if one.difference is not None and one.another is not None:
            say(f"{one.file}: it is of '{one.of}', and '{one.another}' is another instrument.")
        elif one.difference is not None:
            say(f"{one.file}:{one.difference.line}: {one.difference}.")
    changed = sum(one.is_changed and one.another is None for one in replayed)
    if changed:
        was = counted(changed, "was", "were")
        say(f"{was} drawn up for another version of the instrument.")
    well = sum(one.difference is None for one in replayed)
    go = counted(len(replayed), "interview goes", "interviews go")
    say(f"{well} of {go} as expected.")


def _files(given: Iterable[Path]) -> Iterable[Path]:
    from cati.deck_files import deck_files

    for one in given:
        if one.is_dir():
            yield from deck_files(one)
        else:
            yield one


class _Instruments:
    """The instruments that test interviews are of, each read once."""

    def __init__(self, said: str | None) -> None:
        self._said = None if said is None else instrument_folder(said)
        self._read: dict[Path, Instrument] = {}
        self._compiled: dict[tuple[str, str], Program] = {}

    def of(self, file: Path, script: "Script") -> "Instrument":
        """The instrument that a file is held against; raises Refusal where none is known."""
        if self._said is not None:
            return self._from(self._said)
        for folder in file.resolve().parents:
            if (folder / "instrument.yaml").is_file():
                return self._from(folder)
        from cati.library import shipped_instruments

        for folder in shipped_instruments().values():
            if self._from(folder).name == script.instrument:
                return self._from(folder)
        raise Refusal(
            f"{file}: it is of '{script.instrument}', which is not found: name its folder with "
            "--instrument FOLDER."
        )

    def compiled(self, read: "Instrument", mode: str) -> "Program":
        """An instrument compiled for one of its modes, once."""
        from skips import compile_instrument

        key = (read.fingerprint, mode)
        if key not in self._compiled:
            self._compiled[key] = compile_instrument(read, mode)
        return self._compiled[key]

    def _from(self, folder: Path) -> "Instrument":
        from instrument import read_instrument

        if folder not in self._read:
            self._read[folder] = read_instrument(folder)
        return self._read[folder]
