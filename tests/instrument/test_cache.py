"""A cached instrument is the instrument that was read, or it is read again."""

import gc
import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest

import instrument.parts
from instrument import Instrument, Question, read_instrument
from instrument.cache import MOST_KEPT, SUFFIX, dump, key_of, load, read_cached
from instrument.files import instrument_files
from instrument.models import Item
from instrument.normal import fingerprint
from instrument.pause import collector_paused, keep_everything, keep_no_longer
from instrument.shelf import ABANDONED_AFTER, CacheError, Shelf, code_of, sealed, unsealed

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
        "  - roster: cars\n    title: Cars\n    at_most: 3\n    row_label: 'Car {row}'\n"
        "    items:\n      - {question: age, kind: integer, label: Age, ask: How old?}\n"
    ),
}


def made(folder: Path, title: str = "Small") -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in SMALL.items():
        (folder / name).write_text(text.replace("title: Small", f"title: {title}"))
    return folder


def only(cache: Path) -> Path:
    (file,) = cache.glob(f"*{SUFFIX}")
    return file


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_what_is_loaded_is_what_was_written(folder: Path) -> None:
    read = read_instrument(folder)
    loaded = load(dump(read))
    assert loaded == read
    assert read == loaded
    assert fingerprint(loaded) == read.fingerprint
    assert dump(loaded) == dump(read)
    for by_name in ("items", "section_of", "roster_of", "missing_reason"):
        assert list(getattr(loaded, by_name).items()) == list(getattr(read, by_name).items())
    assert [one.items[-1:] for one in loaded.sections] == [one.items[-1:] for one in read.sections]
    loaded.__dict__["sections"] = loaded.sections[1:]
    assert loaded != read  # control


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


def test_every_bit_counts(tmp_path: Path) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    first = read_cached(folder, cache)
    key, whole = only(cache).name.removesuffix(SUFFIX), only(cache).read_bytes()
    assert load(unsealed(key, whole)) == first  # control
    for at in range(len(whole)):
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]):
            with pytest.raises(CacheError):
                unsealed(key, broken)
    with pytest.raises(CacheError):
        unsealed("another", whole)


def test_a_damaged_cache_is_written_anew(tmp_path: Path) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    first = read_cached(folder, cache)
    whole = only(cache).read_bytes()
    other = read_cached(made(tmp_path / "other", title="Other"), tmp_path / "others")
    for content in (b"", whole[: len(whole) // 2], only(tmp_path / "others").read_bytes()):
        only(cache).write_bytes(content)
        assert read_cached(folder, cache) == first != other
        assert only(cache).read_bytes() == whole


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"[99]", b"7", b"[0,5]", b"[1,[1,[1]]]", b"[30]", b"[5]", b"[10]", b'["x"]',
     b"[-1]", b"[9,-1]", b"[" * 5000, b'{"a":1}', b"null", b"[30,1,2,3]"],
)  # fmt: skip
def test_foreign_data_is_refused(body: bytes) -> None:
    """As somebody would write it who knows the format, so that the digest fits."""
    for content in (body, b"[0,[],[],[]]\n" + body, b"[1,[],[],[]]\n[0,0]\n" + body):
        with pytest.raises(CacheError):
            load(content)


def test_another_version_in_its_place_is_refused(tmp_path: Path) -> None:
    """As somebody would put it there who knows the format, so that the digest fits."""
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    right = read_cached(folder, cache)
    other = read_instrument(made(tmp_path / "other", title="Other"))
    shelf, key = Shelf(cache, SUFFIX, MOST_KEPT), only(cache).name.removesuffix(SUFFIX)
    shelf.put(key, dump(other))
    assert read_cached(folder, cache) == other  # control: nobody vouches for a fingerprint
    assert read_cached(folder, cache, right.fingerprint) == right
    assert shelf.take(key, load) == right, "what was read from the YAML is kept"
    shelf.put(key, dump(other).replace(other.fingerprint.encode(), b"0" * 64))
    assert read_cached(folder, cache, right.fingerprint) == right


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_cache_that_others_can_write_to_is_not_used(tmp_path: Path, what: str, mode: int) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    read_cached(folder, cache)
    place = only(cache)
    Shelf(cache, SUFFIX, MOST_KEPT).put(
        place.name.removesuffix(SUFFIX), dump(read_instrument(folder)).replace(b"How big?", b"Who?")
    )
    poisoned = place.read_bytes()

    def asked() -> str:
        question = read_cached(folder, cache).items["a"]
        assert isinstance(question, Question)
        return question.wordings["interview"].ask.raw

    assert asked() == "Who?"  # control: a folder of one's own is believed
    (cache if what == "folder" else place).chmod(mode)
    assert asked() == "How big?"
    if what == "folder":
        assert place.read_bytes() == poisoned, "nothing is kept there either"


def test_a_cache_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path / "cache", ".thing", 2)
    shelf.put("key", b"body")
    assert shelf.take("key", bytes) == b"body"  # control
    me = os.geteuid()
    monkeypatch.setattr("instrument.shelf.os.geteuid", lambda: me + 1)
    assert shelf.take("key", bytes) is None
    shelf.put("other", b"body")
    assert [path.name for path in shelf.folder.iterdir()] == ["key.thing"]


def test_code_is_told_apart_by_its_contents(tmp_path: Path) -> None:
    """Not by sizes and times, which a package can give all its files alike."""
    place, seen = tmp_path / "rules.py", set()
    for content in ("a = 1", "a = 2", "a = 1"):
        place.write_text(content)
        os.utime(place, (1, 1))
        seen.add(code_of([tmp_path]))
    (tmp_path / "notes.txt").write_text("no code")
    assert len(seen | {code_of([tmp_path])}) == 2


def broken_items(read: Instrument) -> bytes:
    """The instrument as it is kept, but that its items are not what they should be."""
    lines = dump(read).split(b"\n")
    first = 2 + json.loads(lines[0])[0]
    names = json.loads(lines[0])[1]
    wrong = {"a": b"[0,99]", "b": lines[first], "cars": b"[" * 5000, "age": b"{}"}
    lines[first:] = [wrong[name] for name in names]
    return b"\n".join(lines)


def test_an_item_that_is_none_is_read_from_the_yaml(tmp_path: Path) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    read = read_cached(folder, cache)
    key = only(cache).name.removesuffix(SUFFIX)
    Shelf(cache, SUFFIX, MOST_KEPT).put(key, broken_items(read))
    loaded = read_cached(folder, cache)
    assert list(cache.iterdir()), "nothing wrong has been looked at so far"
    assert loaded.items["b"] == read.items["b"]
    assert not list(cache.iterdir()), "the wrong file is gone"
    assert loaded == read
    for name in loaded.items:
        with pytest.raises(CacheError, match="not an item"):
            load(broken_items(read)).items[name]


def test_items_are_made_when_they_are_first_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_instrument(made(tmp_path / "small"))
    body, looked_at, part = dump(read), [], instrument.parts.Reader.part

    def noted(self: instrument.parts.Reader, json: Any) -> Any:
        made = part(self, json)
        if isinstance(made, Item):
            looked_at.append(made.name)
        return made

    monkeypatch.setattr("instrument.parts.Reader.part", noted)
    loaded = load(body)
    (only,) = loaded.sections
    assert list(loaded.items) == list(read.items) == ["a", "b", "cars", "age"]
    assert (len(loaded.items), len(only.items), "a" in loaded.items) == (4, 3, True)
    assert loaded.section_of["age"] is only
    assert looked_at == []
    assert loaded.items["b"] is only.items[1] is loaded.items["b"]
    assert looked_at == ["b"]
    assert loaded.roster_of["age"] is only.items[-1]
    assert looked_at == ["b", "cars"]


def hold(folder: Path, cache: Path, times: int) -> None:
    """Write and read over and over, as one of two programs does."""
    shelf, body = Shelf(cache, SUFFIX, MOST_KEPT), dump(read_instrument(folder))
    for _ in range(times):
        shelf.put("one", body)
        assert shelf.take("one", bytes) == body


def test_two_programs_keep_the_same_at_once(tmp_path: Path) -> None:
    folder, cache = made(tmp_path / "small"), tmp_path / "cache"
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=hold, args=(folder, cache, 200)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    assert [path.name for path in cache.iterdir()] == [f"one{SUFFIX}"]


def test_what_an_interrupted_program_left_is_cleared_away(tmp_path: Path) -> None:
    old, new = tmp_path / "old.part", tmp_path / "new.part"
    for path in (old, new):
        path.write_bytes(b"")
    os.utime(old, (1, new.stat().st_mtime - ABANDONED_AFTER - 60))
    shelf = Shelf(tmp_path, ".thing", 2)
    shelf.put("key", b"body")
    assert {path.name for path in tmp_path.iterdir()} == {"new.part", "key.thing"}
    assert shelf.place("key").read_bytes() == sealed("key", b"body")


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert read_cached(made(tmp_path / "small"), tmp_path / "file" / "cache").title == "Small"
    assert read_cached(tmp_path / "small", None).title == "Small"


def test_the_cache_stays_small(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number in range(MOST_KEPT + 3):
        read_cached(made(tmp_path / "small", title=f"Title {number}"), cache)
        # Times of files can be too coarse to tell which was used last.
        newest = cache / f"{key_of(instrument_files(tmp_path / 'small'))}{SUFFIX}"
        os.utime(newest, (number, number))
    assert len(list(cache.iterdir())) == MOST_KEPT


def test_what_a_case_keeps_stays_out_of_the_collectors_way() -> None:
    """Also when items are made meanwhile; otherwise it looks through all of them at some key."""
    before = gc.get_freeze_count()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.get_freeze_count() == before  # control
    try:
        keep_everything()
        kept, made = gc.get_freeze_count(), []
        with collector_paused():
            made = [[number] for number in range(10_000)]
        assert gc.get_freeze_count() >= kept + len(made) > before
    finally:
        keep_no_longer()
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()
