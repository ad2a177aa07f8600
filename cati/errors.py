"""Every error that is raised on purpose, so that the command line can say it and stop."""

import sys
from importlib import import_module

from cati.refusal import Refusal

_RAISED_BY = {
    "store": "StoreError",
    "instrument": "InstrumentError",
    "cati.moving": "MovingError",
    "cati.practice": "PracticeError",
    "cati.settings": "SettingsError",
    "cati.simulate": "Stuck",
    "cati.export": "ExportError",
    "cati.importing.errors": "ImportingError",
    "skips.proof.settle": "ProofUnavailable",
    "skips.proof.workers": "WorkerLost",
}
"""Module to the base of its errors. Only modules in use can have raised one."""


def known_errors() -> tuple[type[Exception], ...]:
    """The bases of all errors whose text is fit for the terminal; imports nothing anew."""
    bases = [
        getattr(import_module(module), name)
        for module, name in _RAISED_BY.items()
        if module in sys.modules
    ]
    return (Refusal, OSError, *bases)


def sentence(error: Exception) -> str:
    """What to tell the person at the terminal: where, what is wrong, what to do."""
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{(error.strerror or type(error).__name__).lower()}."
    return str(error)
