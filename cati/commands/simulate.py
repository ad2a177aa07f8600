"""`cati simulate`: cases of random respondents, for rehearsing export and analysis."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import PassphraseOption, unlock
from cati.commands.passphrases import Passphrases
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
    from cati.simulate import Habits
    from instrument import Instrument


def simulate(
    context: typer.Context,
    cases: Annotated[int, typer.Option("--cases", min=1, max=100_000, help="How many.")] = 10,
    seed: Annotated[
        int, typer.Option("--seed", help="The same seed gives the same respondents.")
    ] = 1,
    mode: Annotated[
        str | None,
        typer.Option("--mode", help="One of the instrument's modes; its first by default."),
    ] = None,
    missing: Annotated[
        float,
        typer.Option("--missing", min=0, max=1, help="Share of questions with a missing reason."),
    ] = 0.05,
    marginals: Annotated[
        Path | None,
        typer.Option(
            "--marginals",
            metavar="FILE",
            help="YAML of `item: {choice: weight}`; choices not named have weight 1. An "
            "instrument that comes with cati brings its own.",
            show_default=False,
        ),
    ] = None,
    instrument: Annotated[
        str | None,
        typer.Option(
            "--instrument",
            metavar="INSTRUMENT",
            help="Its folder or name with --to; otherwise which one of the study's.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="Write case documents to this file, one JSON object a line; needs no study.",
            show_default=False,
        ),
    ] = None,
    study: StudyOption = None,
    manager: Annotated[
        str, typer.Option("--manager", metavar="NAME", help="Data manager of the practice study.")
    ] = "data-manager",
    interviewer: Annotated[
        str, typer.Option("--interviewer", metavar="NAME", help="Who submits the cases.")
    ] = "interviewer",
    passphrase_file: PassphraseOption = None,
) -> None:
    """Fill cases by random respondents that obey the routing, the ranges and the checks.

    Into a practice study (asks for the passphrases of the data manager, then the interviewer), or
    to a file with --to. A live study is refused.
    """
    from cati.library import read_kept
    from cati.marginals import read_marginals, shipped_marginals
    from cati.simulate import Habits

    if to is not None:
        if instrument is None:
            raise Refusal("Say which instrument with --instrument, such as --instrument njov4.")
        read = read_kept(instrument_folder(instrument))
        weights = read_marginals(marginals, read) if marginals else shipped_marginals(read)
        chosen = one_of(mode, list(read.modes), "mode") if mode else next(iter(read.modes))
        _to_file(read, chosen, cases, seed, Habits(missing, marginals=weights), to)
        return
    with opened(context, study) as found:
        if found.kind != "practice":
            raise Refusal(f"{found.title} is a live study: simulated cases belong in practice.")
        from cati.simulate_study import simulate_into

        card = instrument_of(found, instrument)
        read = read_kept(found.instrument_folder(card.fingerprint), card.fingerprint)
        weights = read_marginals(marginals, read) if marginals else shipped_marginals(read)
        chosen = one_of(mode, list(read.modes), "mode") if mode else next(iter(read.modes))
        passphrases = Passphrases(passphrase_file, manager, interviewer)
        adding = unlock(found, manager, passphrases.ask(manager))
        asking = unlock(found, interviewer, passphrases.ask(interviewer))
        try:
            with typer.progressbar(
                length=cases, label="Simulating", file=typer.get_text_stream("stderr")
            ) as bar:
                for _ in simulate_into(
                    adding, asking, read, chosen, cases, seed, Habits(missing, marginals=weights)
                ):
                    bar.update(1)
        finally:
            adding.lock()
            asking.lock()
    say(f"{counted(cases, 'simulated case is', 'simulated cases are')} submitted to {found.title}.")


def _to_file(
    read: "Instrument", mode: str, cases: int, seed: int, habits: "Habits", to: Path
) -> None:
    from cati.simulate import simulate as one_case
    from skips import compile_instrument

    program = compile_instrument(read, mode)
    with to.open("x", encoding="utf-8") as file:
        for number in range(cases):
            document = one_case(read, mode, seed + number, habits=habits, program=program)
            file.write(json.dumps(document, ensure_ascii=False, sort_keys=True) + "\n")
    say(f"{counted(cases, 'case document is', 'case documents are')} in {to}.")
