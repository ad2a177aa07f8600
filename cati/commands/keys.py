"""`cati keys`: recovery sheets, their rehearsal, and new keys of a study."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.passphrases import LONGEST_FILE, Passphrases
from cati.commands.shared import (
    JsonOption,
    PassphraseOption,
    PersonOption,
    StudyOption,
    one_of,
    opened,
    say,
    say_json,
    unlocked,
)
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.sheet_page import SheetPage
    from store import Access

BATCH = 100
"""Wrapped keys moved in one transaction: others wait for a fraction of a second at most."""
TRIES = 5
"""How often a sheet may be typed before the command gives up."""

WithOption = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar="NAME",
        help="The second person, where two are needed; their passphrase is asked after yours.",
        show_default=False,
    ),
]
SheetsOption = Annotated[
    Path | None,
    typer.Option(
        "--sheets-file",
        metavar="FILE",
        help="For scripts: a file with the codes of two sheets, one a line. Else they are asked.",
        show_default=False,
    ),
]
FAMILIES = ("data", "review")

app = typer.Typer(
    help="Keys of the study: recovery sheets, and new keys when someone leaves.",
    no_args_is_help=True,
)


@app.command("status")
def status(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which keys there are, and what is to be done. Exit code 1 when something is."""
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
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
def make_sheets(
    context: typer.Context,
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
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Make three recovery sheets, any two of which open the keys of the study.

    By an administrator, with a data manager. Writes three pages to print, each its own file.
    """
    passphrases = Passphrases(passphrase_file, acting, with_)
    with unlocked(context, study, acting, passphrases) as access:
        before = access.study_keys.status()
        if before.made_at and before.sheets_key == before.data_key and not replace:
            raise Refusal(
                f"There are sheets of {before.made_at[:10]} already (set {before.sheets_set}): "
                "with --replace new ones are made, and those open nothing any more."
            )
        with _second(access, with_, passphrases) as second, _page_files(access, to, text) as files:
            codes = access.study_keys.make_sheets(second)
            for page, file in zip(_pages(access, codes), files, strict=True):
                _write_page(file, page, text)
    for file in files:
        say(f"{file}")
    say(
        "Print each page, check that it is legible, and delete the files. Keep the three pages in "
        "three places. Then try two of them, typed from paper: cati keys rehearse."
    )


@app.command("rehearse")
def rehearse(
    context: typer.Context,
    sheets_file: SheetsOption = None,
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Type two recovery sheets from paper and see that they open the keys of the study.

    By an administrator, or by a data manager with one. A live study needs it before its first
    interview.
    """
    passphrases = Passphrases(passphrase_file, acting, with_)
    with (
        unlocked(context, study, acting, passphrases) as access,
        _second(access, with_, passphrases) as second,
    ):
        one, other = _two_sheets(sheets_file)
        access.study_keys.rehearse(one, other, second)
    say("The two sheets open the keys of the study. Put them back in their places.")


@app.command("let-in")
def let_in(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new data manager.")],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="Further roles: interviewer, supervisor or administrator."),
    ] = None,
    sheets_file: SheetsOption = None,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Let a data manager in with two recovery sheets, when none is left (by an administrator)."""
    from store import NewPerson, Role

    known = [one.value for one in Role]
    roles = {Role(one_of(one.replace("-", "_"), known, "role")) for one in role or ()}
    passphrases = Passphrases(passphrase_file, acting, name)
    with unlocked(context, study, acting, passphrases) as access:
        _require_no_manager(access, name)
        one, other = _two_sheets(sheets_file)
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
        one, other = _two_sheets(sheets_file)
        with_sheets(found, name, passphrases.ask_new(name), one, other)
    say(
        f"{name} is the administrator now, under a new key file. Next: give open cases out again "
        "(cati case reassign), change the data key (cati keys rotate), and make new sheets "
        "(cati keys sheets)."
    )


def _ask_fingerprint() -> str:
    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to ask for the fingerprint: give it by --fingerprint.")
    typed: str = typer.prompt("The fingerprint of the study as printed on the sheets", err=True)
    return typed


@app.command("rotate")
def rotate(
    context: typer.Context,
    key: Annotated[str, typer.Option("--key", help="data or review.")] = "data",
    again: Annotated[
        bool,
        typer.Option("--again", help="Make another key although the last change is unfinished."),
    ] = False,
    vouch: Annotated[
        list[str] | None,
        typer.Option("--vouch", help="A data manager of before an upgrade, for whom you vouch."),
    ] = None,
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Change the data key (or the review key) and move all cases to the new one.

    By a data manager, with an administrator; after a data manager (or a supervisor) left. A change
    that was interrupted is finished first.
    """
    family = one_of(key, FAMILIES, "key")
    passphrases = Passphrases(passphrase_file, acting, with_)
    with (
        unlocked(context, study, acting, passphrases) as access,
        _second(access, with_, passphrases) as second,
    ):
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
def rewrap(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Go on moving cases to the newest keys (by a data manager). May be stopped at any moment."""
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
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
        say(f"Moved {moved} wrapped keys of cases; left under an older key: {progress.left}.")
    if progress.left:
        say("Those that are left do not open: their cases are damaged; run cati verify.", err=True)
        raise typer.Exit(1)


@contextlib.contextmanager
def _second(
    access: "Access", name: str | None, passphrases: Passphrases
) -> Iterator["Access | None"]:
    """The second person, unlocked in the same study until the block ends; None without a name."""
    if name is None:
        yield None
        return
    second = access.study.unlock(name, passphrases.ask(name))
    try:
        yield second
    finally:
        second.lock()


@contextlib.contextmanager
def _page_files(access: "Access", folder: Path, text: bool) -> Iterator[list[Path]]:
    """Three new empty files that only their owner may read; gone again when anything fails.

    They are there before the sheets are made: sheets that could not be written would be lost.
    """
    if folder.resolve().is_relative_to(access.study.folder.resolve()):
        raise Refusal(
            "The sheets must not lie in the study's folder, where backups would take them along: "
            "name another folder with --to."
        )
    suffix = "txt" if text else "html"
    files = [folder / f"recovery-sheet-{number}.{suffix}" for number in (1, 2, 3)]
    made: list[Path] = []
    try:
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            for file in files:
                os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                made.append(file)
        except FileExistsError:
            raise Refusal(f"{folder} holds sheets already: name an empty folder.") from None
        except OSError as error:
            raise Refusal(f"{folder} cannot be written ({error.strerror}).") from None
        yield files
    except BaseException:
        for file in made:
            with contextlib.suppress(OSError):
                file.unlink()
        raise


def _pages(access: "Access", codes: tuple[str, str, str]) -> "list[SheetPage]":
    from cati.sheet_page import SheetPage

    study, found = access.study, access.study_keys.status()
    return [
        SheetPage(
            title=study.title,
            kind=study.kind,
            fingerprint=study.fingerprint,
            number=number,
            made=(found.made_at or "")[:10],
            set=found.sheets_set or "",
            key=found.data_key,
            code=code,
        )
        for number, code in enumerate(codes, start=1)
    ]


def _write_page(file: Path, page: "SheetPage", text: bool) -> None:
    from cati.sheet_page import html_page, text_page

    content = (text_page if text else html_page)(page)
    try:
        with file.open("w", encoding="utf-8") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise Refusal(
            f"{file} cannot be written ({error.strerror}): "
            "make the sheets again, to another folder."
        ) from None


def _two_sheets(file: Path | None) -> tuple[str, str]:
    """The codes of two sheets, from a file or typed where nobody sees them."""
    if file is not None:
        lines = [line for line in _read(file).splitlines() if line.strip()]
        if len(lines) != 2:
            raise Refusal(
                f"{file} holds {len(lines)} lines: it takes two, the code of a sheet each."
            )
        return lines[0], lines[1]
    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to type the sheets at: use --sheets-file FILE.")
    return _typed("first"), _typed("second")


def _typed(which: str) -> str:
    """One sheet, asked line by line and again until its checksum fits."""
    from store import InvalidInput
    from store.crypto import sheets

    for _ in range(TRIES):
        lines = [
            typer.prompt(
                f"The {which} sheet, line {line} of 2", hide_input=True, err=True, default=""
            )
            for line in (1, 2)
        ]
        try:
            sheets.read(" ".join(lines))
        except InvalidInput as refused:
            say(str(refused), err=True)
        else:
            return " ".join(lines)
    raise Refusal("Nothing was changed: compare the sheet with its paper at leisure, and repeat.")


def _read(file: Path) -> str:
    try:
        with file.open("rb") as handle:
            return handle.read(LONGEST_FILE).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refusal(f"{file} cannot be read as text: it takes the codes of two sheets.") from None
