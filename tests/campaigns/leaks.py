"""Words that no file holds by chance, and the search for them in every encoding."""

import base64
import json
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from urllib.parse import quote

COUNT = 500
STEM = "quz\u00f6vike"
"""How every word begins: what is written without it is not searched any further."""
SYLLABLES = ("bra", "cro", "dex", "fon", "gul", "hab", "jin", "kor", "lum", "mor", "nef", "pol")


def words(count: int = COUNT, seed: int = 4) -> list[str]:
    """So many words that no file holds by chance; none is part of another."""
    ends = ["".join(three) for three in product(SYLLABLES, repeat=3)]
    return [STEM + end for end in Random(seed).sample(ends, count)]


def encodings(word: str) -> dict[str, list[bytes]]:
    """The word as it would look in a file that holds it in one of these ways."""
    raw = word.encode()
    return {
        "utf-8": [raw],
        "upper case": [word.upper().encode()],
        "latin-1": [word.encode("latin-1")],
        "decomposed": [unicodedata.normalize("NFD", word).encode()],
        "utf-16": [word.encode("utf-16-le"), word.encode("utf-16-be")],
        "utf-32": [word.encode("utf-32-le"), word.encode("utf-32-be")],
        "base64": _base64(raw),
        "hex": [raw.hex().encode(), raw.hex().upper().encode()],
        "url": [quote(word).encode(), quote(word).lower().encode()],
        "json": [json.dumps(word)[1:-1].encode(), json.dumps(word)[1:-1].upper().encode()],
        "reversed": [raw[::-1], word[::-1].encode()],
    }


def _base64(raw: bytes) -> list[bytes]:
    """The part of its base64 that does not depend on its neighbors, at each of three offsets."""
    return [
        base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : (len(raw) + shift) // 3 * 4]
        for shift in range(3)
    ]


def _forms(word: str) -> list[bytes]:
    return [form for forms in encodings(word).values() for form in forms]


def contents(file: Path) -> Iterator[bytes]:
    """Name and bytes of a file, and what is packed in it."""
    yield str(file).encode()
    yield file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)


def files_below(folders: Iterable[Path]) -> list[Path]:
    """All files of some folders; what stands there as a file is one."""
    return [
        one
        for folder in folders
        for one in ([folder] if folder.is_file() else sorted(folder.rglob("*")))
        if one.is_file() and not one.is_symlink()
    ]


def hits(folders: list[Path], planted: list[str]) -> set[str]:
    """Which of the words stand in any file of the folders, in any encoding.

    Raises:
        ValueError: a word does not begin as all do, so that it would never be found.
    """
    forms, found = _by_stem(planted), set[str]()
    for file in files_below(folders):
        for content in contents(file):
            for stem, known in forms.items():
                found |= _at(content, stem, known)
    return found


def _by_stem(planted: list[str]) -> dict[bytes, dict[bytes, str]]:
    """For each form of the stem the words in that form, which begin or end with it."""
    stems = _forms(STEM)
    by_stem: dict[bytes, dict[bytes, str]] = {stem: {} for stem in stems}
    for word in planted:
        for stem, form in zip(stems, _forms(word), strict=True):
            if not (form.startswith(stem) or form.endswith(stem)):
                raise ValueError(f"{word} does not begin with {STEM}")
            by_stem[stem][form] = word
    return by_stem


def _at(content: bytes, stem: bytes, known: dict[bytes, str]) -> set[str]:
    """Words that stand where the stem does: from there on, or up to its end."""
    found, sizes = set[str](), {len(form) for form in known}
    at = content.find(stem)
    while at >= 0:
        end = at + len(stem)
        for size in sizes:
            for form in (content[at : at + size], content[max(0, end - size) : end]):
                if form in known:
                    found.add(known[form])
        at = content.find(stem, at + 1)
    return found
