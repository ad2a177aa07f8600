"""The pages that recovery sheets are written to, and their codes typed from paper."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.shared import counted, read_text, require_outside
from cati.commands.sheet_typing import marks_of, type_two
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.sheet_page import SheetPage
    from store import Access
    from store.trust.entries import Body

SheetsOption = Annotated[
    Path | None,
    typer.Option(
        "--sheets-file",
        metavar="FILE",
        help="For scripts: a file with the codes of two sheets, one a line. Else they are asked.",
        show_default=False,
    ),
]


@contextlib.contextmanager
def page_files(access: "Access", folder: Path, text: bool) -> Iterator[list[Path]]:
    """Three new empty files that only their owner may read; gone again when anything fails.

    They are there before the sheets are made: sheets that could not be written would be lost.
    """
    require_outside(
        folder,
        access.study.folder,
        "The sheets must not lie in the study's folder, where backups would take them along",
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


def sheet_pages(access: "Access", codes: tuple[str, str, str]) -> "list[SheetPage]":
    """What stands on each of the three pages, in the order of the codes."""
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


def write_page(file: Path, page: "SheetPage", text: bool) -> None:
    """Write one page where it survives a power cut; Refusal where it cannot be written."""
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


def two_sheets(file: Path | None, body: "Body") -> tuple[str, str]:
    """The codes of two sheets, from a file or typed where nobody sees them.

    Args:
        file: a code a line; None to have them typed.
        body: the manifest of the study, which knows whose sheets are typed.
    """
    if file is not None:
        lines = [line for line in read_text(file, "the sheets file").splitlines() if line.strip()]
        if len(lines) != 2:
            raise Refusal(
                f"{file} holds {counted(len(lines), 'line')}: "
                "it takes two, the code of a sheet each."
            )
        return lines[0], lines[1]
    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to type the sheets at: use --sheets-file FILE.")
    return type_two(marks_of(body))
