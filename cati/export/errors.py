"""What can go wrong with an export. `str()` of each is one sentence that quotes no answer."""


class ExportError(Exception):
    """The export was refused or broke off; the target folder holds no new file."""


class ExportMismatch(ExportError):
    """A file that was just written does not hold what it should."""

    def __init__(self, file: str, what: str, *, row: int | None = None, column: str = "") -> None:
        self.file = file
        self.row = row
        """Counted from 1, without the header; None if it is not about one row."""
        self.column = column
        at = [file]
        if row is not None:
            at.append(f"row {row}")
        if column:
            at.append(f"column {column}")
        super().__init__(
            f"{', '.join(at)}: {what}. Nothing was exported; try again, and report it if it stays."
        )
