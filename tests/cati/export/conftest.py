"""What the tests of commands that export share with those of all commands."""

from tests.cati.cli.conftest import keys, made, run, study

__all__ = ["keys", "made", "run", "study"]
