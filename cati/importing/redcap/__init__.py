"""Data dictionaries of REDCap become instruments."""

import re
from pathlib import Path

from cati.importing.errors import ImportingError
from cati.importing.names import line, slug
from cati.importing.redcap.build import build
from cati.importing.redcap.table import read_dictionary
from cati.importing.report import ImportReport, report_on
from cati.importing.settle import Settled, settle

__all__ = ["import_redcap"]


def import_redcap(path: Path, missing_codes: str = "") -> tuple[Settled, ImportReport]:
    """Turn the CSV of a data dictionary into an instrument.

    Args:
        path: the file.
        missing_codes: the missing data codes of the project, such as `-999, Unknown | …`; empty
            when it has none.

    Returns:
        The files of the instrument, which load, and the account of what was carried over.

    Raises:
        ImportingError: the file is no data dictionary, nothing of it could be carried over, or the
            missing data codes are not written as they should be.
        OSError: it cannot be read.
    """
    if any("," not in one for one in missing_codes.split("|") if missing_codes.strip()):
        raise ImportingError(
            "The missing data codes are written CODE, LABEL | CODE, LABEL, "
            "such as '-999, Unknown | -998, Refused'."
        )
    dictionary = read_dictionary(path)
    stem = re.sub(r"_?data_?dictionary.*$", "", path.stem, flags=re.IGNORECASE) or path.stem
    title = line(re.sub(r"[_\s]+", " ", stem)) or "imported"
    title = title[0].upper() + title[1:]
    built = build(dictionary, slug(stem) or "imported", title, missing_codes)
    settled = settle(built.outline)
    carried = sum(1 for name in built.became if name in settled.instrument.items)
    report = report_on(settled, carried=carried, total=len(built.became), renamed=built.renamed)
    return settled, report
