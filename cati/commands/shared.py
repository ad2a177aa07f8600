"""What most commands need: the study, the acting person, instruments by name, output, options."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cati.places import seen_folder
from cati.refusal import Refusal
from cati.safe import display_safe

if TYPE_CHECKING:
    from store import InstrumentCard, Study

MANIFEST = "study.yaml"
"""The file that makes a folder a study."""

LONGEST_FILE = 65_536
"""Bytes of a file that people write for a command; it is a few lines."""

StudyOption = Annotated[
    Path | None,
    typer.Option(
        "--study",
        metavar="FOLDER",
        help="The study's folder. Else CATI_STUDY, else the current folder.",
        show_default=False,
    ),
]
FolderArgument = Annotated[
    str,
    typer.Argument(
        metavar="INSTRUMENT",
        help="Its folder, or the name of one that comes with cati: njov4, njov4_screener.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass
class Start:
    """What was said before the command's name; kept in the context."""

    study: Path | None = None


def say(text: str = "", *, err: bool = False) -> None:
    """Print text, free of terminal control sequences, whoever wrote it."""
    typer.echo(display_safe(text), err=err)


def say_json(value: Any) -> None:
    """Print a value as JSON; control characters in it come out as escapes."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=True))


def say_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads, columns aligned with two spaces between them."""
    cells = [[display_safe(cell).replace("\n", " ") for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo(line.rstrip())


def counted(count: int, one: str, several: str | None = None) -> str:
    """As `instrument.counts.counted`, which is imported when something is to be counted."""
    from instrument import counts

    return counts.counted(count, one, several)


def find_study(context: typer.Context, given: Path | None) -> Path:
    """The study's folder: as given, as given before the command, CATI_STUDY, the current folder.

    Raises:
        Refusal: there is no study in any of them.
    """
    said = given or context.find_root().ensure_object(Start).study
    if said is None and os.environ.get("CATI_STUDY"):
        said = Path(os.environ["CATI_STUDY"])
    if said is None and (Path.cwd() / MANIFEST).is_file():
        said = Path.cwd()
    if said is None:
        raise Refusal(
            "There is no study in the current folder: go to the study's folder, or name it with "
            "--study FOLDER."
        )
    if not said.is_dir():
        raise Refusal(f"{said}: no such folder; --study names the folder that holds {MANIFEST}.")
    return said


@contextmanager
def opened(context: typer.Context, given: Path | None) -> Iterator["Study"]:
    """The study, open until the block ends."""
    from store import open_study

    study = open_study(find_study(context, given), seen=seen_folder())
    try:
        yield study
    finally:
        study.close()


def require_terminal() -> None:
    """Raise Refusal where the screens of the app could not be shown or typed into."""
    if os.environ.get("TERM") == "dumb" or not all(map(os.isatty, (0, 1, 2))):
        raise Refusal(
            "The app needs a terminal to show and type in: start it in a terminal window, "
            "without redirecting its input or output."
        )


def read_text(file: Path, what: str) -> str:
    """The text of a small file that somebody wrote; `-` is standard input.

    Args:
        file: which.
        what: what it is called in a refusal, such as `the contact file`.

    Raises:
        Refusal: it cannot be read, is longer than LONGEST_FILE, or is not UTF-8 text.
    """
    one_more = LONGEST_FILE + 1
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(one_more)
        else:
            with file.open("rb") as handle:
                content = handle.read(one_more)
        if len(content) == one_more:
            raise Refusal(f"{file}: {what} is longer than {LONGEST_FILE:,} bytes; name another.")
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{file}: {what} is not UTF-8 text.") from None
    except OSError as error:
        raise Refusal(f"{file}: {what} cannot be read ({error.strerror}).") from None


def require_outside(folder: Path, study: Path, why: str) -> None:
    """Refuse a folder, there or not, that is or lies in the folder of the study.

    Folders are compared as the file system does it, which may take no notice of case.

    Args:
        folder: as given by --to.
        study: the study's folder.
        why: what must not lie there, and why: a sentence without its end.
    """
    place = Path(os.path.realpath(folder))
    if any(_is_same(one, study) for one in (place, *place.parents)):
        raise Refusal(f"{why}: name another folder with --to.")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # most often there is no such folder yet
        return False


def instrument_folder(said: str) -> Path:
    """The folder of an instrument, named by its path or as one that comes with cati.

    Raises:
        Refusal: there is no such folder and no such name.
    """
    from cati.library import shipped_instruments

    folder = Path(said)
    if folder.is_dir():
        return folder
    shipped = shipped_instruments()
    if said in shipped:
        return shipped[said]
    if folder.is_file():
        raise Refusal(f"{said} is a file: name the folder that holds instrument.yaml.")
    raise Refusal(
        f"{said}: no such folder, and no instrument of that name comes with cati "
        f"(those are: {', '.join(shipped) or 'none'})."
    )


def instrument_of(study: "Study", said: str | None) -> "InstrumentCard":
    """The instrument of a study, by name, `NAME VERSION` or fingerprint; the only one by default.

    Raises:
        Refusal: none fits, or more than one does.
    """
    fitting = [
        card
        for card in study.instruments
        if said is None
        or said in {card.name, f"{card.name} {card.version}"}
        or (len(said) >= 8 and card.fingerprint.startswith(said))
    ]
    if not fitting and said is not None:
        fitting = [card for card in study.instruments if card.name == _shipped_as(said)]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(f"{card.name} {card.version}" for card in study.instruments)
    if not known:
        raise Refusal("The study has no instrument yet: add one with `cati instrument add`.")
    if not fitting:
        raise Refusal(f"The study has no instrument {said}: it has {known}.")
    raise Refusal(f"Say which instrument with --instrument: the study has {known}.")


def _shipped_as(said: str) -> str | None:
    """What an instrument that comes with cati calls itself, by its folder's name; else None."""
    from cati.library import shipped_instruments
    from instrument import read_instrument

    folder = shipped_instruments().get(said)
    return None if folder is None else read_instrument(folder).name


def one_of(said: str, known: Mapping[str, Any] | Sequence[str], what: str) -> str:
    """`said`, if it is known; otherwise a refusal that lists what is."""
    if said not in known:
        raise Refusal(f"{said} is no {what}: choose from {', '.join(known)}.")
    return said
