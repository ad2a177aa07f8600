"""An export from beginning to end: build, write aside, read back, compare, then put in place."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from cati.export.codebook import write_codebook
from cati.export.columns import HIGHEST_CODE, LOWEST_CODE, MAX_TEXT_BYTES, Profile
from cati.export.csv_file import Style, write_csv
from cati.export.errors import ExportError
from cati.export.frame import Frame, build_frame
from cati.export.layout import ExportCase, Layout, layout_of
from cati.export.moves import MovedCases, write_lines
from cati.export.names import tidy
from cati.export.sav_file import write_sav
from cati.export.verify import verify_csv, verify_sav
from instrument.models import Instrument

MANIFEST_FORMAT: Final = "cati-export/1"
_ASIDE: Final = ".cati-export-"


class Format(StrEnum):
    """Kinds of files."""

    CSV = "csv"
    """Codes, for statistical software."""
    SAV = "sav"
    """SPSS, with labels and user-missing codes."""
    LABELS = "labels"
    """CSV with labels in place of codes."""
    SPREADSHEET = "spreadsheet"
    """CSV with labels, safe to open in a spreadsheet."""


_ENDS: Final = {
    Format.CSV: ".csv",
    Format.SAV: ".sav",
    Format.LABELS: "-labels.csv",
    Format.SPREADSHEET: "-spreadsheet.csv",
}
_STYLES: Final = {
    Format.CSV: Style.CODES,
    Format.LABELS: Style.LABELS,
    Format.SPREADSHEET: Style.SPREADSHEET,
}


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export has put where, after all of it was read back and found equal."""

    folder: Path
    files: tuple[Path, ...]
    """The data files in the order asked for, what tells of moves, codebook, manifest."""
    rows: int
    columns: int
    cells_compared: int
    """Over all files and parsers."""
    left_out: tuple[tuple[str, str], ...]
    """Items that the profile leaves out, and why."""
    left_behind: tuple[Path, ...]
    """Folders of exports that were killed; they hold data and should be removed."""
    texts_cut: int
    """Texts that are whole in CSV files and cut in the .sav file, since it cannot hold them."""
    numbers_rounded: int
    """Whole numbers beyond 2^53: exact in CSV files, and rounded to a double in the .sav file."""
    moved_cases: int = 0
    """Cases that were begun in another version; files of their own beside the data tell more."""
    answers_left_behind: int = 0
    """Their answers that this version has no place for."""


def export_cases(
    instrument: Instrument,
    cases: Iterable[ExportCase],
    folder: Path,
    *,
    profile: Profile = Profile.ANALYSIS,
    formats: Sequence[Format] = (Format.CSV, Format.SAV),
    practice: bool = False,
    force: bool = False,
    now: datetime | None = None,
) -> ExportReport:
    """Export submitted cases of one instrument into `folder`, which is made if it is not there.

    Files are readable by their owner alone and get their names only after everything was read
    back and compared; on any error the folder holds nothing new. `practice` marks names and
    manifest. `force` lets files of the same names be replaced. `now` is the time of the export.

    Raises ExportError (ExportMismatch if a file does not hold what it should).
    """
    if not formats:
        raise ExportError("Name at least one format: csv, sav, labels or spreadsheet.")
    layout = layout_of(instrument, profile)
    moved = MovedCases(profile)
    frame = build_frame(layout, moved.passing(cases))
    texts_cut = frame.texts_cut() if Format.SAV in formats else []
    numbers_rounded = frame.numbers_rounded() if Format.SAV in formats else 0
    if texts_cut and set(formats) == {Format.SAV}:
        raise ExportError(_sentence_of_cut(frame, *texts_cut[0]))
    begin = _begin(instrument, profile, practice=practice)
    wanted = {each: begin + _ENDS[each] for each in formats}
    codebook, manifest = f"{begin}-codebook.csv", f"{begin}-export.json"
    beside = {
        begin + end: told for end, told in moved.files(safe=Format.SPREADSHEET in formats).items()
    }
    names = [*wanted.values(), *beside, codebook, manifest]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        left_behind = tuple(sorted(folder.glob(f"{_ASIDE}*")))
        if not force:
            _refuse_to_replace(folder, names)
        with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=folder) as aside:
            target = Path(aside)
            compared = sum(
                _write(frame, each, target / name, _title(instrument, practice=practice))
                for each, name in wanted.items()
            )
            compared += sum(write_lines(target / name, *told) for name, told in beside.items())
            write_codebook(layout, target / codebook)
            told = _manifest(layout, frame, target, [*wanted.values(), *beside, codebook])
            told |= {"practice": practice, "exported": _iso(now or datetime.now(UTC))}
            told |= {"cells_compared": compared, "texts_cut_in_sav": len(texts_cut)}
            told["numbers_rounded_in_sav"] = numbers_rounded
            told |= {"moved_cases": moved.cases, "answers_left_behind": len(moved.left)}
            (target / manifest).write_text(
                json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
            )
            files = _put_in_place(target, folder, names)
    except OSError as error:
        raise ExportError(
            f"The files could not be written to {folder}: {error.strerror or 'input/output error'}."
            f" Choose another folder or make room."
        ) from error
    return ExportReport(
        folder,
        files,
        frame.height,
        len(frame.columns),
        compared,
        layout.left_out,
        left_behind,
        len(texts_cut),
        numbers_rounded,
        moved.cases,
        len(moved.left),
    )


def _sentence_of_cut(frame: Frame, column: str, row: int) -> str:
    return (
        f"Case {str(frame.cells[0][row])[:8]} has a text in {column} of more than "
        f"{MAX_TEXT_BYTES} bytes, which a .sav file would cut; export csv, too, where it is whole."
    )


def _begin(instrument: Instrument, profile: Profile, *, practice: bool) -> str:
    """How the names of all files of an export begin; no two instruments share it."""
    version = re.sub(r"[^A-Za-z0-9.]", "_", instrument.version)[:32]
    begin = f"{instrument.name}-{version}-{instrument.fingerprint[:8]}-{profile}"
    return f"PRACTICE-{begin}" if practice else begin


def _title(instrument: Instrument, *, practice: bool) -> str:
    return f"{'PRACTICE ' if practice else ''}{tidy(instrument.title)} {instrument.version}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _refuse_to_replace(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        if (folder / name).exists():
            raise ExportError(
                f"{name} is already in {folder}: name another folder, or replace it with --force."
            )


def _write(frame: Frame, kind: Format, path: Path, file_label: str) -> int:
    """Write one data file and compare it with the frame; the number of cells compared."""
    if kind is Format.SAV:
        write_sav(frame, path, file_label)
        return verify_sav(frame, path, file_label)
    write_csv(frame, path, _STYLES[kind])
    return verify_csv(frame, path, _STYLES[kind])


def _manifest(
    layout: Layout, frame: Frame, folder: Path, names: Sequence[str]
) -> dict[str, JsonValue]:
    """What the files are, for whoever receives them."""
    instrument = layout.instrument
    return {
        "format": MANIFEST_FORMAT,
        "instrument": {
            "name": instrument.name,
            "title": instrument.title,
            "version": instrument.version,
            "fingerprint": instrument.fingerprint,
        },
        "profile": layout.profile.value,
        "rows": frame.height,
        "columns": len(frame.columns),
        "missing_codes": {"lowest": LOWEST_CODE, "highest": HIGHEST_CODE},
        "left_out": [{"item": item, "why": why} for item, why in layout.left_out],
        "files": [
            {
                "name": name,
                "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
                "bytes": (folder / name).stat().st_size,
            }
            for name in names
        ],
    }


def _put_in_place(aside: Path, folder: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """Make the files durable and give them their names; the manifest comes last."""
    (folder / names[-1]).unlink(missing_ok=True)
    for name in names:
        with (aside / name).open("rb+") as file:
            os.fchmod(file.fileno(), 0o600)
            os.fsync(file.fileno())
    for name in names:
        (aside / name).replace(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return tuple(folder / name for name in names)
