"""`cati deck`: a small set of test interviews that together show all that an instrument can do."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
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
    say_table,
)

if TYPE_CHECKING:
    from instrument import Instrument
    from skips.proof.deck.make import Deck
    from skips.proof.deck.target import Target


_NAMED = 40
"""Things that cannot be which are named."""


def deck(
    folder: FolderArgument,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="DIR",
            help="Write the interviews there, one file each, in place of those that an earlier "
            "deck of the same mode left. Without it they are only counted.",
            show_default=False,
        ),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option("--mode", help="For this mode only; give it again for more."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same deck.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Draw up few test interviews that cover every item, routing choice, condition and check.

    Each is a file of answers with the route that is expected, for `cati replay`. What no answers
    can bring about is proved so and left out. Parts of conditions and limits that the deck of one
    mode covers are not covered again in the next. Exit code 0 when all that can be covered is, 1
    when something is not.
    """
    from instrument import read_instrument

    read = read_instrument(instrument_folder(folder))
    modes = [one_of(one, list(read.modes), "mode") for one in mode or read.modes]
    decks: list[Deck] = []
    for one in modes:
        decks.append(_made(read, one, seed, decks))
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for made in decks:
            _write(made, to)
    if as_json:
        say_json({"instrument": read.name, "version": read.version, "decks": _json(decks)})
    else:
        _tell(decks, to)
    if any(one.undecided or one.uncovered for one in decks):
        raise typer.Exit(1)


def _made(read: "Instrument", mode: str, seed: int, others: Sequence["Deck"]) -> "Deck":
    from skips.proof.deck.make import make

    drawn = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def show(doing: str, done: int, of: int) -> None:
        if drawn:
            sys.stderr.write(f"\r\x1b[K{read.modes[mode]}: {doing} {done:,} of {of:,}")
            sys.stderr.flush()

    try:
        return make(read, mode, seed=seed, others=others, on_progress=show)
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _write(made: "Deck", to: Path) -> None:
    from cati.deck_files import write_script
    from skips import compile_instrument
    from skips.proof.deck.script import script_of

    instrument, mode = made.instrument, made.mode
    for old in to.iterdir():
        if re.fullmatch(rf"{re.escape(mode)}-[0-9]+\.yaml", old.name):
            old.unlink()
    program, of = compile_instrument(instrument, mode), len(made.tests)
    for number, test in enumerate(made.tests, start=1):
        why = tuple(dict.fromkeys(map(_in_words, test.why)))
        script = script_of(program, test.interview, why)
        heading = f"Test interview {number} of {of}: {instrument.title}, {instrument.modes[mode]}"
        text = write_script(script, instrument, made.seed, " ".join(heading.split()))
        file = to / f"{mode}-{number:0{max(2, len(str(of)))}}.yaml"
        file.write_text(text, encoding="utf-8")


def _tell(decks: Sequence["Deck"], to: Path | None) -> None:
    for made in decks:
        label = made.instrument.modes[made.mode]
        say(f"{label}: {counted(len(made.tests), 'interview')}")
        say_table(
            ("covered", "of", "in another mode", "cannot be", "not settled", ""),
            [
                (
                    f"{one.covered:,}",
                    f"{one.possible:,}",
                    f"{one.elsewhere:,}",
                    f"{one.impossible:,}",
                    f"{one.undecided:,}",
                    one.kind.value,
                )
                for one in made.coverage
            ],
        )
        _name("What cannot be, as is proved", made.impossible, most=_NAMED)
        _name("Not settled within the limits", made.undecided)
        _name("Possible, and in no whole interview that was found", made.uncovered)
        say()
    if to is not None:
        say(f"{sum(len(made.tests) for made in decks)} files are in {to}.")


def _name(what: str, targets: Sequence["Target"], most: int | None = None) -> None:
    if targets:
        named = list(dict.fromkeys(_in_words(target.words) for target in targets))
        say(f"{what}:")
        for words in named[:most]:
            say(f"  {words}")
        if most is not None and len(named) > most:
            say(f"  and {len(named) - most:,} more, which --json names")


def _in_words(target: str) -> str:
    """What a target shows; checks that follow from conditions of choices say what they are for."""
    found = re.fullmatch(r"(?:check )?(\w+)#choices(.*)", target, re.DOTALL)
    if found is None:
        return target
    if found[2] == " is quiet":
        return f"what is taken of {found[1]} is still offered"
    if found[2] == " fires" or found[2].endswith(("is yes", "being yes")):
        return f"a choice of {found[1]} that was taken falls away"
    return f"whether a choice of {found[1]} that was taken falls away"


def _json(decks: Sequence["Deck"]) -> list[dict[str, Any]]:
    return [
        {
            "mode": made.mode,
            "seed": made.seed,
            "interviews": len(made.tests),
            "coverage": [
                {
                    "kind": one.kind.name.lower(),
                    "covered": one.covered,
                    "possible": one.possible,
                    "in_another_mode": one.elsewhere,
                    "impossible": one.impossible,
                    "undecided": one.undecided,
                }
                for one in made.coverage
            ],
            "undecided": [target.words for target in made.undecided],
            "uncovered": [target.words for target in made.uncovered],
            "impossible": [target.words for target in made.impossible],
        }
        for made in decks
    ]
