"""Folders of the person at this computer, outside of every study."""

from pathlib import Path

from platformdirs import user_state_path


def seen_folder() -> Path:
    """Where it is kept what a person last saw of each study (see `store.seen`)."""
    return user_state_path("cati", appauthor=False) / "seen"
