"""What holds for every test."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


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
