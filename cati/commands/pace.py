"""`cati pace`: how long items take in this study, learned from its submitted cases."""

from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import (
    JsonOption,
    StudyOption,
    counted,
    instrument_of,
    one_of,
    opened,
    say,
    say_json,
    say_table,
)
from cati.refusal import Refusal

if TYPE_CHECKING:
    from pydantic import JsonValue

    from cati.pace import StudyPace
    from store import JSON, Access

app = typer.Typer(
    help="How long items take: learned from submitted cases, used for the minutes left.",
    no_args_is_help=True,
)

Document = dict[str, "JsonValue"]

InstrumentOption = Annotated[
    str | None,
    typer.Option(
        "--instrument",
        metavar="INSTRUMENT",
        help="Which one of the study's: its name, `NAME VERSION`, or the start of its fingerprint.",
        show_default=False,
    ),
]


@app.command("learn")
@acting
def learn(
    me: Acting,
    as_json: JsonOption = False,
) -> None:
    """Learn from all submitted cases how long items take. For data managers of live studies.

    Each version and mode with at least 10 cases gets a signed notice in the study, which the
    interviewers' minutes follow from the next opening of a case on. It holds seconds by item and is
    renewed by tens of cases; times of an item wait until 5 cases have some, so that neither a
    notice nor the difference of two tells of a single case.
    """
    from cati.pace import CASES_AT_ONCE

    with me.unlocked() as access:
        if access.study.kind == "practice":
            raise Refusal(
                "This is a practice study: the times of practice are not those of the field, and "
                "those of simulated cases are made up. Learn from a live study."
            )
        found = [_renewed(access, pace) for pace in _learn_all(access)]
    if as_json:
        say_json([pace.model_dump(mode="json") for pace, _ in found])
        return
    for pace, new in found:
        items = counted(len(pace.milliseconds), "item")
        of = f"{pace.mode}: {items} from {counted(pace.cases, 'case')}"
        since = "" if new else f" Nothing new: the next notice takes {pace.cases + CASES_AT_ONCE}."
        rest = f"the others take {pace.tempo_percent} % of expected.{since}"
        say(f"{pace.fingerprint[:16]} {of}; {rest}")


@app.command("show")
def show(
    context: typer.Context,
    instrument: InstrumentOption = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", help="One of the instrument's modes; its first by default."),
    ] = None,
    study: StudyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the pace that the minutes left follow, item by item, beside what texts alone expect."""
    from cati.library import read_kept
    from cati.pace import kept_pace, prior
    from skips import compile_instrument

    with opened(context, study) as found:
        card = instrument_of(found, instrument)
        read = read_kept(found.instrument_folder(card.fingerprint), card.fingerprint)
        chosen = one_of(mode, list(read.modes), "mode") if mode else next(iter(read.modes))
        pace = kept_pace(found, card.fingerprint, chosen)
    if pace is None:
        raise Refusal(
            f"No pace was learned for {card.name} {card.version} in mode {chosen}: minutes are "
            "reckoned from its texts. A data manager learns it with `cati pace learn`."
        )
    if as_json:
        say_json(pace.model_dump(mode="json"))
        return
    program = compile_instrument(read, chosen)
    expected, seconds = prior(program), pace.seconds(program)
    say_table(
        ("item", "expected s", "takes s", "learned"),
        [
            (
                name,
                f"{expected[name]:.1f}",
                f"{seconds[name]:.1f}",
                "yes" if name in pace.milliseconds else "tempo",
            )
            for name in seconds
            if expected[name]
        ],
    )
    say(
        f"Learned on {pace.learned_on} from {counted(pace.cases, 'case')}; "
        f"items without times of their own take {pace.tempo_percent} % of what their texts let "
        "expect.",
        err=True,
    )


def _learn_all(access: "Access") -> "list[StudyPace]":
    """The pace of every version and mode that has enough submitted cases."""
    from cati.library import read_kept
    from cati.pace import CASES_AT_ONCE, LEAST_CASES
    from cati.pace import learn as learn_one
    from skips import compile_instrument

    documents: dict[tuple[str, str], list[tuple[int, Document]]] = {}
    for case in access.submitted():
        of_version = documents.setdefault((case.instrument, case.mode), [])
        of_version.append((case.order, _timed(case.document)))
    today = datetime.now(UTC).date()
    found = []
    for (fingerprint, mode), cases in sorted(documents.items()):
        read = read_kept(access.study.instrument_folder(fingerprint), fingerprint)
        if len(cases) >= CASES_AT_ONCE and mode in read.modes:
            in_order = [document for _, document in sorted(cases, key=itemgetter(0))]
            pace = learn_one(compile_instrument(read, mode), in_order, today)
            found += [] if pace is None else [pace]
    if not found:
        raise Refusal(
            f"It takes {CASES_AT_ONCE} submitted cases of one version and mode, and an item timed "
            f"in {LEAST_CASES} of them: fewer would tell about single cases. Nothing was changed."
        )
    return found


def _timed(document: Mapping[str, Any]) -> Document:
    """What of a case its times are read from; the values are let go of at once."""
    statuses = [{name: entry[name] for name in ("q", "r", "s")} for entry in document["answers"]]
    return {"times": document["times"], "answers": statuses}


def _renewed(access: "Access", pace: "StudyPace") -> "tuple[StudyPace, bool]":
    """The pace that is kept from now on, and whether it is a new one.

    A notice that tells of as many cases already stands as it is, with its day.
    """
    from cati.pace import kept_pace, notice_name
    from store import StoreError

    try:
        kept = kept_pace(access.study, pace.fingerprint, pace.mode)
    except (StoreError, Refusal):
        kept = None  # damaged: what is published in its place tells of the same cases
    if kept is not None and kept.cases >= pace.cases:
        return kept, False
    content = cast("dict[str, JSON]", pace.model_dump(mode="json"))
    access.publish(notice_name(pace.fingerprint, pace.mode), content)
    return pace, True
