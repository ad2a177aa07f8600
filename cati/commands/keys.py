"""`cati keys`: recovery sheets, their rehearsal, and new keys of a study."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import Acting, PassphraseOption, acting, acting_with
from cati.commands.asking import ask_line
from cati.commands.passphrases import Passphrases
from cati.commands.shared import JsonOption, StudyOption, counted, one_of, opened, say, say_json
from cati.commands.sheet_files import SheetsOption, page_files, sheet_pages, two_sheets, write_page
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import Access

BATCH = 100
"""Wrapped keys moved in one transaction: others wait for a fraction of a second at most."""

FAMILIES = ("data", "review")

app = typer.Typer(
    help="Keys of the study: recovery sheets, and new keys when someone leaves.",
    no_args_is_help=True,
)


@app.command("status")
@acting
def status(
    me: Acting,
    as_json: JsonOption = False,
) -> None:
    """Say which keys there are, and what is to be done. Exit code 1 when something is."""
    with me.unlocked() as access:
        found = access.study_keys.status()
    if as_json:
        say_json(asdict(found))
    else:
        say(f"Data key: {found.data_key}")
        if found.review_key is not None:
            say(f"Review key: {found.review_key}")
        if found.made_at is None:
            say("Recovery sheets: none")
        else:
            tried = (
                "never rehearsed"
                if found.rehearsed_at is None
                else f"rehearsed on {found.rehearsed_at[:10]} by {found.rehearsed_by}"
            )
            say(
                f"Recovery sheets: set {found.sheets_set}, made on {found.made_at[:10]} for "
                f"{found.sheets_key}, {tried}"
            )
        for sentence in found.to_do:
            say(f"To do: {sentence}")
    if found.to_do:
        raise typer.Exit(1)


@app.command("sheets")
@acting_with
def make_sheets(
    me: Acting,
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="FOLDER",
            help="Where the three pages are written, best on a stick that is wiped afterwards.",
        ),
    ],
    text: Annotated[bool, typer.Option("--text", help="Plain text instead of HTML.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make new sheets although there are some.")
    ] = False,
) -> None:
    """Make three recovery sheets, any two of which open the keys of the study.

    By an administrator, with a data manager. Writes three pages to print, each its own file.
    """
    passphrases = me.passphrases()
    with me.unlocked(passphrases) as access:
        before = access.study_keys.status()
        if before.made_at and before.sheets_key == before.data_key and not replace:
            raise Refusal(
                f"There are sheets of {before.made_at[:10]} already (set {before.sheets_set}): "
                "with --replace new ones are made, and the present ones open nothing any more."
            )
        with me.accompanied(access, passphrases) as second, page_files(access, to, text) as files:
            codes = access.study_keys.make_sheets(second)
            for page, file in zip(sheet_pages(access, codes), files, strict=True):
                write_page(file, page, text)
    for file in files:
        say(f"{file}")
    say(
        "Print each page, check that it is legible, and delete the files. Hand two of the pages to "
        "two other people, each for another place: who has two opens everything. Then try two, "
        "typed from paper: cati keys rehearse."
    )


@app.command("rehearse")
@acting_with
def rehearse(
    me: Acting,
    sheets_file: SheetsOption = None,
) -> None:
    """Type two recovery sheets from paper and see that they open the keys of the study.

    By an administrator, or by a data manager with one. A live study needs it before its first
    interview.
    """
    with me.both() as (access, second):
        one, other = two_sheets(sheets_file, access.study.body)
        access.study_keys.rehearse(one, other, second)
    say("The two sheets open the keys of the study. Put them back in their places.")


@app.command("let-in")
@acting
def let_in(
    me: Acting,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new data manager.")],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="Further roles: interviewer, supervisor or administrator."),
    ] = None,
    sheets_file: SheetsOption = None,
) -> None:
    """Let a data manager in with two recovery sheets, when none is left (by an administrator)."""
    from store import NewPerson, Role

    known = [one.value for one in Role]
    roles = {Role(one_of(one.replace("-", "_"), known, "role")) for one in role or ()}
    passphrases = me.passphrases(name)
    with me.unlocked(passphrases) as access:
        _require_no_manager(access, name)
        one, other = two_sheets(sheets_file, access.study.body)
        person = NewPerson(name, frozenset({*roles, Role.DATA_MANAGER}), passphrases.ask_new(name))
        access.study_keys.add_manager_by_sheets(person, one, other)
    say(f"{name} is a data manager now. Change the data key next: cati keys rotate --as {name}.")


def _require_no_manager(access: "Access", name: str) -> None:
    """Refuse, before anybody types a sheet, while somebody counts as data manager."""
    from store import Role

    left = access.study.body.active(Role.DATA_MANAGER, on=access.study.now().date())
    if left:
        there = left[0].name
        raise Refusal(
            f"{there} counts as data manager and lets others in, without the sheets. If they "
            f"cannot unlock any more, remove them first: `cati user remove {there}`, then "
            f"`cati keys let-in {name}`. Nothing was changed."
        )


@app.command("take-over")
def take_over(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The new administrator; may be the name of the one before."
        ),
    ],
    fingerprint: Annotated[
        str | None,
        typer.Option(
            "--fingerprint",
            metavar="TEXT",
            help="The study's fingerprint as it is printed on the sheets; asked when not given.",
            show_default=False,
        ),
    ] = None,
    sheets_file: SheetsOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Put a new administrator in the place of the only one, who is lost, with two sheets.

    For a study whose only administrator forgot their passphrase. Needs nobody else's; compares the
    fingerprint on paper with that of the study instead.
    """
    from store import require_fingerprint
    from store import take_over as with_sheets

    passphrases = Passphrases(passphrase_file, name)
    with opened(context, study) as found:
        require_fingerprint(found, fingerprint or _ask_fingerprint())
        one, other = two_sheets(sheets_file, found.body)
        with_sheets(found, name, passphrases.ask_new(name), one, other)
    say(
        f"{name} is the administrator now, under a new key file. Next: give open cases out again "
        "(cati case reassign), change the data key (cati keys rotate), and make new sheets "
        "(cati keys sheets)."
    )


def _ask_fingerprint() -> str:
    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to ask for the fingerprint: give it by --fingerprint.")
    return ask_line("The fingerprint of the study as printed on the sheets", None)


@app.command("rotate")
@acting_with
def rotate(
    me: Acting,
    key: Annotated[str, typer.Option("--key", help="data or review.")] = "data",
    again: Annotated[
        bool,
        typer.Option("--again", help="Make another key although the last change is unfinished."),
    ] = False,
    vouch: Annotated[
        list[str] | None,
        typer.Option("--vouch", help="A data manager of before an upgrade, for whom you vouch."),
    ] = None,
) -> None:
    """Change the data key (or the review key) and move all cases to the new one.

    By a data manager, with an administrator; after a data manager (or a supervisor) left. A change
    that was interrupted is finished first.
    """
    family = one_of(key, FAMILIES, "key")
    with me.both() as (access, second):
        if access.study_keys.status().left and not again:
            say("An earlier change of keys is not finished: that is done first, without a new key.")
        else:
            name = access.study_keys.rotate(second, family, frozenset(vouch or ()))
            say(f"The new key is {name}.")
        _rewrap_all(access)
        to_do = access.study_keys.status().to_do
    say(
        "What people who left had copied before stays readable to them; new and moved cases do not "
        "open with the keys that they hold."
    )
    for sentence in to_do:
        say(f"To do: {sentence}")


@app.command("rewrap")
@acting
def rewrap(
    me: Acting,
) -> None:
    """Go on moving cases to the newest keys (by a data manager). May be stopped at any moment."""
    with me.unlocked() as access:
        _rewrap_all(access)


def _rewrap_all(access: "Access") -> None:
    moved = 0
    while True:
        progress = access.study_keys.rewrap(BATCH)
        moved += progress.done
        if not progress.done or not progress.left:
            break
    if not moved and not progress.left:
        say("Every case is under the newest keys: there was nothing to move.")
    else:
        keys = counted(moved, "wrapped key", "wrapped keys")
        say(f"Moved {keys} of cases; left under an older key: {progress.left}.")
    if progress.left:
        say("Those that are left do not open: their cases are damaged; run cati verify.", err=True)
        raise typer.Exit(1)
