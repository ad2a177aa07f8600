"""Rewrites the files of an instrument in the normal form and keeps their comments (decision 075).

    from instrument.formatting import format_files

Nothing is handed out that means anything else than what was there: every file that was written is
read back, its values are compared with the author's and its comments counted, and an instrument
that can be read must keep its fingerprint.
"""

from collections import Counter
from collections.abc import Mapping as Files
from contextlib import suppress

from instrument.formatting.parts import Page, comments_of, read_page
from instrument.formatting.writer import write_page
from instrument.problems import InstrumentError, Problem
from instrument.reader import read_files
from instrument.source import Source
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping, Scalar, Sequence, YamlNode

__all__ = ["FormattingError", "format_file", "format_files"]


class FormattingError(Exception):
    """The normal form would not mean the same, so that nothing is written; `str()` says where."""


def format_files(files: Files[str, bytes]) -> dict[str, str]:
    """The files of an instrument in the normal form.

    Args:
        files: name to content. The instrument may have problems, as long as its YAML can be read.

    Returns:
        Name to text, of all files.

    Raises:
        InstrumentError: a file is not YAML that instruments can be written in, or a comment cuts a
            text short.
        FormattingError: the normal form would mean something else.
    """
    problems: list[Problem] = []
    done: dict[str, str] = {}
    for name, content in files.items():
        try:
            done[name] = format_file(name, content)
        except InstrumentError as error:
            problems += error.problems
    if problems:
        raise InstrumentError(problems)
    before = _fingerprint(files)
    if before is not None:
        after = _fingerprint({name: text.encode() for name, text in done.items()})
        if before != after:
            raise FormattingError(
                "The normal form of these files would have another fingerprint: nothing is written."
            )
    return done


def format_file(name: str, content: bytes) -> str:
    """One file in the normal form.

    Raises:
        InstrumentError: it is not YAML that instruments can be written in.
        FormattingError: the normal form would mean something else.
    """
    root, page = _read(name, content)
    comments = Counter(comments_of(page))
    text = write_page(page)
    same, kept = False, Counter[str]()
    with suppress(InstrumentError):
        again, page_again = _read(name, text.encode())
        same, kept = _same(root, again), Counter(comments_of(page_again))
    if not same:
        raise FormattingError(
            f"{name}: the normal form would not be read as the same values: nothing is written."
        )
    if kept != comments:
        raise FormattingError(f"{name}: a comment would be lost: nothing is written.")
    return text


def _read(name: str, content: bytes) -> tuple[Mapping, Page]:
    root, problems = read_yaml(name, content)
    if problems:
        raise InstrumentError(problems)
    if not isinstance(root, Mapping):
        place = Source(name, 1, 1) if root is None else root.source
        says = "the file must consist of 'KEY: VALUE' lines"
        hint = "the first key stands at the left edge, without '-'"
        raise InstrumentError([Problem("file-form", place, says, hint)])
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return root, read_page(text, root)


def _same(one: YamlNode, other: YamlNode) -> bool:
    """Whether two nodes mean the same; the order of keys means nothing."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return type(one.value) is type(other.value) and one.value == other.value
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        same_length = len(one.nodes) == len(other.nodes)
        return same_length and all(map(_same, one.nodes, other.nodes))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.entries.keys() == other.entries.keys() and all(
            _same(entry.node, other.entries[key].node) for key, entry in one.entries.items()
        )
    return False


def _fingerprint(files: Files[str, bytes]) -> str | None:
    """The fingerprint; None of files that are no instrument yet.

    Raises InstrumentError for a text that a comment cuts short: the normal form sets comments off
    by two spaces, after which nobody could tell any more that it was meant to be text.
    """
    try:
        return read_files(files).fingerprint
    except InstrumentError as error:
        if cut := [problem for problem in error.problems if problem.code == "text-cut"]:
            raise InstrumentError(cut) from None
        return None
