"""A cached instrument is the instrument that was read, or it is read again."""

import os
from pathlib import Path

import pytest

import instrument
from instrument import Question, read_instrument
from instrument.cache import MOST_KEPT, CacheError, dump, key_of, load, read_cached
from instrument.files import instrument_files
from instrument.normal import fingerprint

HOME = Path(instrument.__file__).parent
SHIPPED = sorted(file.parent for file in HOME.glob("*/instrument.yaml"))

SMALL = {
    "instrument.yaml": (
        'instrument: small\ntitle: Small\nversion: "1"\nsections: [only]\n'
        "choices:\n  sizes:\n    - {name: big, code: 1, label: Big}\n"
        "    - {name: little, code: 2, label: Little}\n"
    ),
    "only.yaml": (
        "section: only\ntitle: Only\nitems:\n"
        "  - {question: a, kind: one_of, label: A, ask: How big?, choices: sizes}\n"
        "  - {question: b, kind: one_of, label: B, ask: And now?, choices: sizes, "
        "ask_if: a == big}\n"
    ),
}


def made(folder: Path, title: str = "Small") -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in SMALL.items():
        (folder / name).write_text(text.replace("title: Small", f"title: {title}"))
    return folder


def only(cache: Path) -> Path:
    (file,) = cache.glob("*.json")
    return file


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_what_is_loaded_is_what_was_written(folder: Path) -> None:
    read = read_instrument(folder)
    loaded = load(dump(read))
    assert loaded == read
    assert fingerprint(loaded) == read.fingerprint
    # The lists that several questions share are still one list, and hashes and orders still work.
    assert loaded.items.keys() == read.items.keys()


def test_shared_choices_stay_shared(tmp_path: Path) -> None:
    loaded = load(dump(read_instrument(made(tmp_path / "small"))))
    first, second = loaded.items["a"], loaded.items["b"]
    assert isinstance(first, Question)
    assert isinstance(second, Question)
    assert first.choices[0] is second.choices[0]


def test_the_second_time_it_comes_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    first = read_cached(folder, cache)

    def unwanted(_: object) -> None:
        raise AssertionError("the YAML was read again")

    monkeypatch.setattr("instrument.cache.read_files", unwanted)
    assert read_cached(folder, cache) == first
    with pytest.raises(AssertionError, match="read again"):  # control: a change is noticed
        read_cached(made(folder, title="Other"), cache)


def test_a_damaged_cache_is_written_anew(tmp_path: Path) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    first = read_cached(folder, cache)
    whole = only(cache).read_bytes()
    for at in range(0, len(whole), 97):
        broken = bytearray(whole)
        broken[at] ^= 1
        with pytest.raises(CacheError):
            load(bytes(broken))
    only(cache).write_bytes(whole[: len(whole) // 2])
    assert read_cached(folder, cache) == first
    assert only(cache).read_bytes() == whole


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"[99]", b"7", b"[0,5]", b"[1,[1,[1]]]", b"[30]", b"[5]", b"[10]", b'["x"]',
     b"[" * 5000, b'{"a":1}', b"null", b"[30,1,2,3]"],
)  # fmt: skip
def test_foreign_data_is_refused(body: bytes) -> None:
    """With a digest that fits, as somebody would write it who knows the format."""
    import hashlib

    with pytest.raises(CacheError):
        load(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert read_cached(made(tmp_path / "small"), tmp_path / "file" / "cache").title == "Small"
    assert read_cached(tmp_path / "small", None).title == "Small"


def test_the_cache_stays_small(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number in range(MOST_KEPT + 3):
        read_cached(made(tmp_path / "small", title=f"Title {number}"), cache)
        # Times of files can be too coarse to tell which was used last.
        newest = cache / f"{key_of(instrument_files(tmp_path / 'small'))}.json"
        os.utime(newest, (number, number))
    assert len(list(cache.iterdir())) == MOST_KEPT
