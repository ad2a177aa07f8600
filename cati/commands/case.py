"""`cati case`: the cases of a study."""

from pathlib import Path
from typing import Annotated

import typer

from cati.commands.acting import Acting, acting
from cati.commands.case_list import CaseArgument, case_id, list_cases
from cati.commands.contacts import read_contact, settle
from cati.commands.drafts import drafts
from cati.commands.migrate import move
from cati.commands.shared import JsonOption, YesOption, instrument_of, one_of, say, say_json

app = typer.Typer(
    help="The cases of a study: add, list, correct, move, reassign, release.", no_args_is_help=True
)


@app.command("add")
@acting
def add(
    me: Acting,
    assignee: Annotated[
        str, typer.Option("--assign", metavar="NAME", help="The interviewer who conducts it.")
    ],
    label: Annotated[
        str | None,
        typer.Option(
            "--label", help="Shown in lists; asked when not given. Kept encrypted.", metavar="TEXT"
        ),
    ] = None,
    contact_file: Annotated[
        Path | None,
        typer.Option(
            "--contact-file",
            metavar="FILE",
            help="Lines of `name: value` about whom to call (- for standard input). Without it "
            "they are asked, so that they never stand on the command line.",
            show_default=False,
        ),
    ] = None,
    instrument: Annotated[
        str | None,
        typer.Option("--instrument", help="Which of the study's instruments, if it has several."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", help="One of the instrument's modes; its first by default."),
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Add a case and assign it to an interviewer (by a data manager).

    Asks for label and contact, shows them, and asks before the case is added.
    """
    from cati.library import read_kept

    contact = read_contact(contact_file) if contact_file is not None else None
    with me.unlocked() as access:
        card = instrument_of(access.study, instrument)
        modes = read_kept(access.study.instrument_folder(card.fingerprint), card.fingerprint).modes
        chosen = one_of(mode, list(modes), "mode") if mode else next(iter(modes))
        shown, identity = settle("Add this case?", label, contact, yes=yes)
        case = access.add_case(
            label=shown,
            identity={name: value for name, value in identity.items() if value},
            instrument=card.fingerprint,
            mode=chosen,
            assignee=assignee,
        )
        (added,) = access.cases(begins=case, labels=False)
    if as_json:
        say_json({"id": case, "short_id": added.short_id})
    else:
        say(f"Case {added.short_id} is assigned to {assignee}.")


app.command("list")(list_cases)
app.command("move")(move)
app.command("drafts")(drafts)


@app.command("contact")
@acting
def contact(
    me: Acting,
    case: CaseArgument,
    label: Annotated[
        str | None,
        typer.Option("--label", help="The label from now on; asked without a contact file."),
    ] = None,
    contact_file: Annotated[
        Path | None,
        typer.Option(
            "--contact-file",
            metavar="FILE",
            help="Lines of `name: value` that are to be changed (- for standard input). Without "
            "it they are asked; Enter keeps what there is.",
            show_default=False,
        ),
    ] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Correct label and contact of a case (by a data manager).

    Asks for each, shows them, and asks before they are kept. That it was done stands in the audit.
    """
    changes = read_contact(contact_file) if contact_file is not None else None
    with me.unlocked() as access:
        found = case_id(access, case)
        shown, identity = access.assignments.contact(found)
        known = {name: str(value) for name, value in identity.items()}
        kept: dict[str, str] | None = None
        if changes is not None or label is not None:
            label, kept = shown if label is None else label, known | (changes or {})
        label, kept = settle("Keep it so?", label, kept, (shown, known), yes=yes)
        corrected = {name: value for name, value in (identity | kept).items() if value != ""}
        access.assignments.correct(found, label, corrected)
    if as_json:
        say_json({"id": found, "corrected": True})
    else:
        say(f"Label and contact of case {found[:8]} are corrected.")


@app.command("reassign")
@acting
def reassign(
    me: Acting,
    case: CaseArgument,
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="The interviewer who is to have it.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Give a case that is not submitted to another interviewer (by a data manager).

    Whatever program has it open loses it; its answers go along.
    """
    with me.unlocked() as access:
        found = case_id(access, case)
        access.assignments.reassign(found, to)
    if as_json:
        say_json({"id": found, "assignee": to})
    else:
        say(f"Case {found[:8]} is assigned to {to}.")


@app.command("release")
@acting
def release(
    me: Acting,
    case: CaseArgument,
    as_json: JsonOption = False,
) -> None:
    """End the hold of a program on a case; what it writes from then on is refused.

    For a case that is open on a computer that nobody can get at.
    """
    with me.unlocked() as access:
        found = case_id(access, case)
        access.assignments.end_lease(found)
    if as_json:
        say_json({"id": found, "released": True})
    else:
        say(f"Case {found[:8]} is free.")
