"""`cati review`: the second look at submitted cases."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from cati.commands.acting import Acting, acting
from cati.commands.case_list import CaseArgument, case_id
from cati.commands.shared import JsonOption, say, say_json, say_table
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import JSON, Access, ReviewedCase

app = typer.Typer(
    help="Review submitted cases: list, read, accept, return, reopen, lend.", no_args_is_help=True
)

CommentOption = Annotated[
    str, typer.Option("--comment", metavar="TEXT", help="What the interviewer is told.")
]
ItemsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--about",
        metavar="ITEM=TEXT",
        help="What is to be said of one item, such as age=Please check; repeatable.",
        show_default=False,
    ),
]
ToOption = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="NAME",
        help="Another interviewer who is to go on with it (by a data manager).",
        show_default=False,
    ),
]


@app.command("list")
@acting
def list_due(
    me: Acting,
    as_json: JsonOption = False,
) -> None:
    """List the cases that are yours to review, or were lent to you."""
    with me.unlocked() as access:
        due = access.reviews.due()
    if as_json:
        say_json(
            [
                {
                    "id": one.id,
                    "short_id": one.short_id,
                    "mode": one.mode,
                    "instrument": one.instrument,
                    "submitted_by": one.submitted_by,
                    "submitted": one.updated.isoformat(),
                    "lent_until": one.lent_until or None,
                }
                for one in due
            ]
        )
        return
    if not due:
        say("No case waits for you.")
        return
    say_table(
        ("case", "mode", "submitted by", "submitted", "lent until"),
        [
            (
                one.short_id,
                one.mode,
                one.submitted_by,
                one.updated.strftime("%Y-%m-%d %H:%M UTC"),
                one.lent_until[:16].replace("T", " ") + " UTC" if one.lent_until else "",
            )
            for one in due
        ],
    )


@app.command("read")
@acting
def read(
    me: Acting,
    case: CaseArgument,
    whole: Annotated[
        bool, typer.Option("--all", help="Also the items that were not asked.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read a submitted case; that you read it stands in the audit.

    Whom it is about is not part of it. With --json it comes with its whole journal.
    """
    from cati.moving import MovingError
    from cati.reviewing import review_lines
    from instrument import InstrumentError

    with me.unlocked() as access:
        found = access.reviews.read(case_id(access, case))
        try:
            lines = [] if as_json else list(review_lines(access.study, found, whole=whole))
        except (InstrumentError, MovingError) as error:
            raise Refusal(f"{str(error).splitlines()[0]} --json shows it as it is.") from None
    if not as_json:
        for line in lines:
            say(line)
        return
    say_json(_as_json(found))


def _as_json(found: "ReviewedCase") -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state,
        "mode": found.mode,
        "instrument": found.instrument,
        "submitted_by": found.submitted_by,
        "submitted_at": found.submitted_at.isoformat(),
        "document": found.document,
        "journal": None
        if found.journal is None
        else [
            {"seq": one.seq, "at": one.at.isoformat(), "event": one.event} for one in found.journal
        ],
    }


@app.command("accept")
@acting
def accept(
    me: Acting,
    case: CaseArgument,
    as_json: JsonOption = False,
) -> None:
    """Accept a submitted case (by a supervisor or data manager)."""
    with me.unlocked() as access:
        found = case_id(access, case)
        access.reviews.accept(found)
    _done(found, "accepted", f"Case {found[:8]} is accepted.", as_json)


@app.command("return")
@acting
def give_back(
    me: Acting,
    case: CaseArgument,
    comment: CommentOption,
    about: ItemsOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
) -> None:
    """Return a submitted case to its interviewer (by a supervisor or data manager).

    They are told the comments each time they open it, until it is submitted again, and go on with
    every answer it had.
    """
    _send_back(me, case, (comment, about, to), accepted=False, as_json=as_json)


@app.command("reopen")
@acting
def reopen(
    me: Acting,
    case: CaseArgument,
    comment: CommentOption,
    about: ItemsOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
) -> None:
    """Return an accepted case to its interviewer (by a data manager)."""
    _send_back(me, case, (comment, about, to), accepted=True, as_json=as_json)


@app.command("request-reopening")
@acting
def request_reopening(
    me: Acting,
    case: CaseArgument,
) -> None:
    """Ask the data managers to reopen an accepted case (by a supervisor)."""
    with me.unlocked() as access:
        access.reviews.request_reopening(case_id(access, case))
    say(f"The data managers are asked to reopen case {case}.")


@app.command("lend")
@acting
def lend(
    me: Acting,
    case: CaseArgument,
    supervisor: Annotated[
        str, typer.Option("--to", metavar="NAME", help="The supervisor who may read it.")
    ],
    reason: Annotated[
        str, typer.Option("--reason", help="quality, question, complaint or training.")
    ],
    days: Annotated[int, typer.Option("--days", help="For how many days, 1 to 30.")],
    as_json: JsonOption = False,
) -> None:
    """Let one supervisor read one submitted case for a time (by a data manager)."""
    with me.unlocked() as access:
        found = case_id(access, case)
        until = access.reviews.lend(found, supervisor, reason, days)
    if as_json:
        say_json({"id": found, "to": supervisor, "until": until.isoformat()})
    else:
        say(f"{supervisor} may read case {found[:8]} until {until:%Y-%m-%d %H:%M} UTC.")


def _send_back(
    me: Acting,
    case: str,
    said: tuple[str, list[str] | None, str | None],
    *,
    accepted: bool,
    as_json: bool,
) -> None:
    """Open a case again; `said` is the comment, what is said of items, and who is to have it."""
    comment, about, to = said
    items = _items(about)
    with me.unlocked() as access:
        found = case_id(access, case)
        _require_items(access, found, items)
        back = access.reviews.reopen if accepted else access.reviews.give_back
        back(found, _comments(access, comment, items), to=to)
        whose = None if as_json else _assignee(access, found)
    is_back = f"Case {found[:8]} is returned{f' to {whose}' if whose else ''}."
    _done(found, "open", is_back, as_json)


def _assignee(access: "Access", found: str) -> str | None:
    """Who has the case now; None where that cannot be read: what was done is done."""
    from store import StoreError

    with suppress(StoreError):
        return next((card.assignee for card in access.cases(begins=found, labels=False)), None)
    return None


def _done(found: str, state: str, sentence: str, as_json: bool) -> None:
    if as_json:
        say_json({"id": found, "state": state})
    else:
        say(sentence)


def _items(said: list[str] | None) -> dict[str, str]:
    """Item and text of each `--about`; Refusal where one has another form."""
    items: dict[str, str] = {}
    for one in said or []:
        item, equals, text = one.partition("=")
        if not equals or not item.strip() or not text.strip():
            raise Refusal(f"--about {one}: write the item, = and what is to be said of it.")
        items[item.strip()] = text.strip()
    return items


def _require_items(access: "Access", found: str, items: dict[str, str]) -> None:
    """Refusal for a comment about what no version of the case's instrument asks."""
    from difflib import get_close_matches

    from cati.library import read_kept
    from instrument.models import Computed, Question

    if not items:
        return
    (card,) = access.cases(begins=found, labels=False)
    study = access.study
    (name,) = {one.name for one in study.instruments if one.fingerprint == card.instrument}
    versions = [one.fingerprint for one in study.instruments if one.name == name]
    known = {
        item.name
        for one in versions
        for item in read_kept(study.instrument_folder(one), one).items.values()
        if isinstance(item, Question | Computed)
    }
    for said in items:
        item, bracket, row = said.partition("[")
        if item not in known:
            near = get_close_matches(item, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`cati review read` shows the names."
            raise Refusal(f"--about {said}: the instrument has no such item. {hint}")
        if bracket and not (row.endswith("]") and row[:-1].isdigit()):
            raise Refusal(f"--about {said}: a row is written {item}[2].")


def _comments(access: "Access", comment: str, items: dict[str, str]) -> "dict[str, JSON]":
    """The event by which the interviewer is told."""
    from cati import events as ev

    if not comment.strip():
        raise Refusal("Say with --comment what the interviewer is to do.")
    event: Any = ev.write_event(
        ev.Returned(t=access.study.now(), by=access.person.name, text=comment.strip(), items=items)
    )
    return cast("dict[str, JSON]", event)
