"""A study's instruments come from the cache as far as its manifest vouches for them."""

from pathlib import Path

import pytest

from cati.casework import fresh_route
from cati.library import _cache
from instrument.cache import MOST_KEPT, SUFFIX, dump, key_of
from instrument.files import instrument_files
from instrument.reader import read_files
from instrument.shelf import Shelf
from store import InstrumentFiles, KdfCost, NewPerson, Role, Study, create_study


def trips(most: int) -> dict[str, bytes]:
    head = 'instrument: trips\ntitle: Trips\nversion: "1"\nsections: [all]\n'
    one = f"{{question: trips, kind: integer, label: T, ask: How many?, range: 0..{most}}}"
    items = f"section: all\ntitle: All\nitems:\n  - {one}\n"
    return {"instrument.yaml": head.encode(), "all.yaml": items.encode()}


def study_of(folder: Path, files: dict[str, bytes], fingerprint: str) -> Study:
    manager = NewPerson("dana", frozenset(Role), "a quiet test of caches")
    study = create_study(
        folder, title="Trips", kind="practice", people=[manager], cost=KdfCost.FLOOR
    )
    access = study.unlock("dana", "a quiet test of caches")
    access.add_instrument(InstrumentFiles("trips", "1", fingerprint, files))
    access.lock()
    return study


def test_a_case_is_opened_with_what_the_manifest_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    right, other = read_files(trips(9)), read_files(trips(99))
    study = study_of(tmp_path / "study", trips(9), right.fingerprint)
    mode = next(iter(right.modes))
    fresh_route(study, mode, right.fingerprint)
    key = key_of(instrument_files(study.instrument_folder(right.fingerprint)))
    shelf = Shelf(_cache(), SUFFIX, MOST_KEPT)
    shelf.put(key, dump(other))
    assert shelf.place(key).read_bytes().endswith(dump(other))  # control: it stands in its place
    route = fresh_route(study, mode, right.fingerprint)
    assert route.program.instrument == right != other
    study.close()
