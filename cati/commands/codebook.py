"""`cati codebook`: every variable of an instrument, for people who work with the data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.shared import (
    StudyOption,
    counted,
    instrument_folder,
    instrument_of,
    one_of,
    opened,
    say,
)
from cati.refusal import Refusal

if TYPE_CHECKING:
    from instrument import Instrument

SUFFIXES = {"html": ".html", "ddi": ".xml"}
"""Format to the end of the file's name."""


def codebook(
    context: typer.Context,
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="INSTRUMENT",
            help="Its folder, or the name of one that comes with cati: njov4. With --study: its "
            "name, name and version, or fingerprint; not needed when the study has but one.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", help="html, one file to read and print; or ddi, DDI-Codebook 2.5."
        ),
    ] = "html",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Where it goes. Else NAME-VERSION-codebook in the current folder.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="CODE",
            help="One of the instrument's languages, such as es; by default all of them.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file of the same name.")
    ] = False,
    study: StudyOption = None,
) -> None:
    """Write the codebook of an instrument: questions, universes, codes, columns.

    Universes stand there in words and as conditions, and each variable says which others read it.
    """
    from cati.codebook import codebook as described
    from cati.codebook import to_ddi, to_html

    one_of(form, SUFFIXES, "format")
    read = _instrument(context, folder, study)
    if language is not None:
        one_of(language, read.languages, f"language of {read.name}")
    book = described(read, language)
    text = to_html(book) if form == "html" else to_ddi(book)
    place = output or Path(f"{read.name}-{read.version}-codebook{SUFFIXES[form]}")
    _write(place, text, force=force)
    say(f"{counted(len(book.variables), 'variable')} of {read.name} {read.version}: {place}")


def _instrument(context: typer.Context, said: str | None, study: Path | None) -> "Instrument":
    from instrument import read_instrument

    if study is not None:
        with opened(context, study) as found:
            return read_instrument(found.instrument_folder(instrument_of(found, said).fingerprint))
    if said is None:
        raise Refusal("Say which instrument: its folder, or the name of one that comes with cati.")
    return read_instrument(instrument_folder(said))


def _write(place: Path, text: str, *, force: bool) -> None:
    """Write a file in one piece; raises Refusal when it is there, OSError when it cannot be."""
    if place.exists() and not force:
        raise Refusal(f"{place} is there already: name another file, or replace it with --force.")
    if not place.parent.is_dir():
        raise Refusal(f"{place.parent}: no such folder; make it, or name another file.")
    unfinished = place.with_name(f".{place.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
