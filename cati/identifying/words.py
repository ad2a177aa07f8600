"""The word lists: plain files, one or more words a line, read once when first asked for.

`#` begins a comment. On a line with commas, names of several words stand between them.
"""

from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of `NAME.txt` in lower case; names of several words stand on a line of their own.

    Raises FileNotFoundError if no such list is shipped.
    """
    text = (files("cati.identifying") / f"{name}.txt").read_text(encoding="utf-8")
    found: set[str] = set()
    for line in text.splitlines():
        entries = line.partition("#")[0].strip()
        separator = "," if "," in entries else None
        found.update(word.strip().lower() for word in entries.split(separator) if word.strip())
    return frozenset(found)


@cache
def places() -> frozenset[str]:
    """States and large cities together."""
    return word_list("places") | word_list("states")
