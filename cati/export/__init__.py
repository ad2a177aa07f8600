"""Submitted cases to labeled, verified files. polars and pyreadstat load with the first export."""

from cati.export.columns import Profile
from cati.export.errors import ExportError, ExportMismatch
from cati.export.layout import ExportCase, export_problems
from cati.export.run import ExportReport, Format, export_cases

__all__ = [
    "ExportCase",
    "ExportError",
    "ExportMismatch",
    "ExportReport",
    "Format",
    "Profile",
    "export_cases",
    "export_problems",
]
