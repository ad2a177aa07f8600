"""What holds for every test."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.store.postgres_server import NO_SERVER

_TESTS = itertools.count()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests found no server; on a build machine each of them failed."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_SERVER in str(report.longrepr) for report in skipped)
    terminalreporter.write_line(f"{count} tests skipped for want of a PostgreSQL server")


@pytest.fixture(scope="session", autouse=True)
def _own_cache() -> Iterator[Path]:
    """Tests neither read nor fill the cache of whoever runs them."""
    with TemporaryDirectory(prefix="cati-cache-") as place:
        before = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = place
        yield Path(place)
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(autouse=True)
def _own_state(_own_cache: Path) -> None:
    """What a test has seen of a study is not known to the next, which may have it from before."""
    os.environ["XDG_STATE_HOME"] = str(_own_cache / f"state-{next(_TESTS)}")
