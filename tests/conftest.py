"""What holds for every test."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_TESTS = itertools.count()


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
