"""The instruments that come with cati, their practice cases, and how one enters a study."""

from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

import instrument
from instrument import Instrument, instrument_files, read_instrument
from instrument.cache import read_cached

if TYPE_CHECKING:
    from cati.practice import PracticeCase, PracticeScripts
    from skips import Program
    from store import Access, Study

PRACTICE = "practice"
"""The folder of an instrument that holds its practice cases; no part of the instrument itself."""


def shipped_instruments() -> dict[str, Path]:
    """Name to folder of every instrument that comes with cati."""
    home = Path(instrument.__file__).parent
    return {file.parent.name: file.parent for file in sorted(home.glob("*/instrument.yaml"))}


def read_kept(folder: Path, fingerprint: str | None = None) -> Instrument:
    """Read the instrument in a folder; what was read before comes from the person's own cache.

    The cache holds questionnaires and never an answer. With the fingerprint that the manifest of a
    study names, nothing is taken from it that says to be another instrument.

    Raises:
        InstrumentError: it has problems.
    """
    return read_cached(folder, _cache(), fingerprint)


def compile_kept(read: Instrument, mode: str) -> "Program":
    """Compile an instrument for a mode; what was compiled before comes from the person's own cache.

    Raises:
        RouteError: the instrument does not have the mode.
    """
    from skips.kept import program_of

    return program_of(read, mode, _cache())


def _cache() -> Path:
    return user_cache_path("cati", appauthor=False) / "instruments"


def practice_cases(folder: Path, read: Instrument) -> tuple["PracticeCase", ...]:
    """The practice cases of an instrument's folder; raises PracticeError if one is broken."""
    from cati.practice import read_practice_folder

    return read_practice_folder(folder / PRACTICE, read)


def practice_scripts(study: "Study") -> "PracticeScripts | None":
    """The respondents' lines of the practice cases that come with a study's instruments.

    None for a live study, and where no instrument of the study has practice cases.
    """
    from cati.practice import PracticeScripts

    if study.kind != "practice":
        return None
    names = {card.name for card in study.instruments}
    found: list[PracticeCase] = []
    for home in shipped_instruments().values():
        if (home / PRACTICE).is_dir() and (read := read_kept(home)).name in names:
            found += practice_cases(home, read)
    return PracticeScripts(found) if found else None


def take_in(access: "Access", folder: Path) -> Instrument:
    """Copy an instrument into a study.

    Raises:
        InstrumentError: it has problems.
        NotAllowed: the person may not add instruments.
    """
    from store import InstrumentFiles

    read = read_instrument(folder)
    files = InstrumentFiles(read.name, read.version, read.fingerprint, instrument_files(folder))
    access.add_instrument(files)
    return read
