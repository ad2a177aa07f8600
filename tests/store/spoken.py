"""Whatever the store refuses, it says in sentences: held for every error that any test meets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from store import StoreError

_SENTENCE = re.compile(r"(?s)(?=.*[a-z])(?!.*  )(?! ).*[a-z0-9`)”\"'].*[.]")
_BEGINS = re.compile(r"[^a-z]|(ada|dan|ina|ivo|sue|nemo|folder|[a-z]+[0-9]+|\S*[/.]\S*),? ")
"""With a small letter begins only a person of the tests, or a file."""


def is_spoken(text: str) -> bool:
    """Whether a text ends as a sentence does and begins as one, or with a name or a place."""
    return _SENTENCE.fullmatch(text) is not None and _BEGINS.match(text) is not None


@contextmanager
def sentences_only() -> Iterator[None]:
    """An error whose text is none is a failure of the test that meets it."""

    def begin(self: StoreError, *told: object) -> None:
        Exception.__init__(self, *told)
        said = [text for text in told if not isinstance(text, str) or not is_spoken(text)]
        assert not said, f"{type(self).__name__} says no sentence: {said}"

    with mock.patch.object(StoreError, "__init__", begin):
        yield
