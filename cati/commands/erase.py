"""`cati erase`: destroying a case, or all identities, and proving it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import Acting, acting, acting_with
from cati.commands.asking import agreed
from cati.commands.case_list import CaseArgument, case_id
from cati.commands.shared import (
    JsonOption,
    StudyOption,
    YesOption,
    counted,
    one_of,
    opened,
    say,
    say_json,
)
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import Access, Certificate
    from store.erasing.erasures import Erasures

app = typer.Typer(
    help="Erase a case or all identities for good, with a certificate.", no_args_is_help=True
)

ReasonOption = Annotated[
    str, typer.Option("--reason", help="withdrawn, mistake, ordered or finished.")
]
FileOption = Annotated[
    Path,
    typer.Option("--certificate", metavar="FILE", help="Where the certificate is written; new."),
]


@app.command("request")
@acting
def request(
    me: Acting,
    case: CaseArgument,
) -> None:
    """Ask the data managers to erase a case (by its interviewer or a supervisor)."""
    with me.unlocked() as access:
        access.erasures.request(case_id(access, case))
    say(f"The data managers are asked to erase case {case}.")


@app.command("requests")
@acting
def requests(
    me: Acting,
    as_json: JsonOption = False,
) -> None:
    """List the cases whose erasure was asked for and is not done."""
    with me.unlocked() as access:
        asked = access.erasures.requested()
    if as_json:
        say_json(list(asked))
        return
    for one in asked:
        say(one[:8])
    if not asked:
        say("No erasure is asked for.")


@app.command("case")
@acting_with
def erase_case(
    me: Acting,
    case: CaseArgument,
    reason: ReasonOption,
    certificate: FileOption,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Destroy everything that is held of a case (by a data manager, with a second person).

    It cannot be undone; restoring a backup erases it again.
    """
    from store import Reason

    why = Reason(one_of(reason, [one.value for one in Reason], "reason"))
    _require_new(certificate)
    with me.both() as (access, other):
        found = case_id(access, case)
        _confirm(
            lambda: f"Destroy case {_described(access, found)} for good?",
            yes,
            what=f"to destroy case {found[:8]}",
        )
        erasures = access.erasures
        made = erasures.erase_case(found, why, other)
        made.write(certificate)
    _tell(made, f"Case {found[:8]} is erased.", certificate, as_json)
    _tell_traces(erasures)


@app.command("identities")
@acting_with
def erase_identities(
    me: Acting,
    certificate: FileOption,
    reason: ReasonOption = "finished",
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Destroy contact and label of all cases (by a data manager, with a second person).

    Answers and sealed cases stay. It cannot be undone; cases not submitted cannot go on.
    """
    from store import Reason

    why = Reason(one_of(reason, [one.value for one in Reason], "reason"))
    _require_new(certificate)
    with me.both() as (access, other):
        _confirm(lambda: _all_identities(access), yes, what="to destroy all identities")
        erasures = access.erasures
        made = erasures.erase_identities(other, why)
        made.write(certificate)
    _tell(made, "All identities are erased.", certificate, as_json)
    _tell_traces(erasures)


@app.command("certificate")
@acting
def issue(
    me: Acting,
    number: Annotated[int, typer.Argument(help="Number of the erasure, from 1.")],
    certificate: FileOption,
) -> None:
    """Write the certificate of an earlier erasure anew (by a data manager)."""
    _require_new(certificate)
    with me.unlocked() as access:
        access.erasures.certificate(number).write(certificate)
    say(f"Certificate: {certificate}")


@app.command("clean")
@acting
def clean(
    me: Acting,
) -> None:
    """Write the database anew from its live rows (by a data manager).

    Nothing of what was erased is left in it then. Exit code 1 when it is busy.
    """
    with me.unlocked() as access:
        done = access.erasures.clean()
    say(
        "The database was written anew."
        if done
        else "The database could not be written anew now: close the study elsewhere, or make room."
    )
    if not done:
        raise typer.Exit(1)


@app.command("check")
def check(
    context: typer.Context,
    certificate: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate.")],
    study: StudyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a certificate against the study's manifest; takes no passphrase."""
    from store.erasing.certificates import read

    with opened(context, study) as found:
        held = read(certificate, found.body)
    _tell(held, f"{certificate.name} holds.", certificate, as_json)


def _tell_traces(erasures: "Erasures") -> None:
    if erasures.traces:
        say(
            "The study folder may still hold traces of it, since another program was at work or a "
            "file could not be deleted: run cati erase clean once nobody else works in the study.",
            err=True,
        )


def _require_new(certificate: Path) -> None:
    """Refuse before anything is destroyed for which the certificate could not be written."""
    if certificate.exists() or not certificate.absolute().parent.is_dir():
        raise Refusal(f"{certificate}: name a new file in a folder that exists.")


def _confirm(question: Callable[[], str], yes: bool, *, what: str) -> None:
    """Refusal unless somebody says yes.

    Args:
        question: for a terminal alone: it may tell what is held encrypted otherwise.
        yes: whether it was said already.
        what: what is asked, as it may stand in a log.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refusal(
            f"There is no terminal to ask whether {what} for good: --yes says so. "
            "Nothing was erased."
        )
    if not agreed(question()):
        raise Refusal("Nothing was erased.")


def _all_identities(access: "Access") -> str:
    """The question before all identities are destroyed."""
    going = sum(one.state in ("fresh", "open") for one in access.cases(labels=False))
    conducted = (
        f" {counted(going, 'case is', 'cases are')} not submitted and can no longer "
        "be conducted then."
        if going
        else ""
    )
    return f"Destroy contact and label of all cases for good?{conducted}"


def _described(access: "Access", found: str) -> str:
    """Which case it is, in words, for whoever is asked whether to destroy it."""
    (card,) = access.cases(begins=found)
    facts = (card.label, card.state, f"assigned to {card.assignee}" if card.assignee else None)
    return f"{card.short_id} ({', '.join(filter(None, facts))})"


def _tell(made: "Certificate", first: str, file: Path, as_json: bool) -> None:
    one = made.erasure
    if as_json:
        say_json(
            {
                "number": one.seq,
                "scope": one.scope,
                "case": one.case_id or None,
                "reason": one.reason,
                "at": one.at,
                "by": made.by,
                "second": made.second or None,
                "copies": list(made.copies),
                "certificate": str(file),
            }
        )
        return
    say(first)
    what = f"case {one.case_id}" if one.case_id else "the identities of all cases"
    confirmed = f", confirmed by {made.second}" if made.second else ""
    say(f"Erasure {one.seq}: {what}, {one.reason}, {one.at[:19]}Z by {made.by}{confirmed}.")
    for sentence in made.copies:
        say(f"A copy may be in: {sentence}")
    say(f"Certificate: {file}")
