"""`cati instrument translations`: what is not translated yet."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cati.commands.shared import (
    FolderArgument,
    JsonOption,
    counted,
    instrument_folder,
    one_of,
    say,
    say_json,
)

if TYPE_CHECKING:
    from instrument.translations import Untranslated

_LONGEST = 60
"""Characters of a text that a line of the list shows."""

LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="Only this language, such as es. Else all but the first.",
        show_default=False,
    ),
]


def translations(
    folder: FolderArgument, language: LanguageOption = None, as_json: JsonOption = False
) -> None:
    """List the texts of an instrument that a language still lacks.

    Such texts are read in the first language of the instrument. Exit code 0 whatever is lacking.
    """
    from instrument import read_instrument
    from instrument.translations import untranslated, words_of

    place = instrument_folder(folder)
    read = read_instrument(place)
    others = tuple(read.languages)[1:]
    if not others and language is None:
        (only,) = read.languages.values()
        if as_json:
            say_json({"texts": len(words_of(read)), "languages": {}})
        else:
            say(f"{read.name} has one language, {only}: there is nothing to translate.")
        return
    wanted = others if language is None else (one_of(language, others, "language to translate to"),)
    texts = len(words_of(read))
    lacking = {one: untranslated(read, one) for one in wanted}
    if as_json:
        listed = {one: [_as_json(text) for text in found] for one, found in lacking.items()}
        say_json({"texts": texts, "languages": listed})
        return
    for one, found in lacking.items():
        for text in found:
            say(f"{place / str(text.source)}: {text.what}: {_clip(text.text)} [{one}]")
        label = read.languages[one]
        say(
            f"{label} ({one}): {len(found)} of "
            f"{counted(texts, 'text is', 'texts are')} not translated.",
            err=True,
        )


def _as_json(text: "Untranslated") -> dict[str, Any]:
    return {
        "file": text.source.file,
        "line": text.source.line,
        "column": text.source.column,
        "what": text.what,
        "text": text.text,
    }


def _clip(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
