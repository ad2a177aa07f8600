"""Making a study, its folder, its manifest."""

import contextlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import (
    JSON,
    DamagedStudy,
    InstrumentFiles,
    InvalidInput,
    KdfCost,
    NewerFormat,
    NewPerson,
    Role,
    StoreError,
    StudyInPlace,
    Unwritable,
    create_study,
    limited_yaml,
    open_study,
)
from store.trust import giving, manifest
from tests.store.made import INSTRUMENT, PEOPLE, Made, passphrase

SOLO = NewPerson("solo", frozenset(Role), passphrase("solo"))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


def test_the_folder_holds_what_the_format_says_and_only_its_owner_reads_it(made: Made) -> None:
    names = {path.name for path in made.folder.iterdir()}
    assert names == {"study.yaml", "study.db", "study.db-journal", "keys", "instruments"}
    assert {path.name for path in (made.folder / "keys").iterdir()} == {f"{n}.key" for n in PEOPLE}
    for path in made.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_everyone_may_see_title_people_and_instruments(made: Made) -> None:
    study = open_study(made.folder)
    assert (study.title, study.kind) == ("Households", "practice")
    assert {person.name: person.roles for person in study.people} == PEOPLE
    assert len({person.fingerprint for person in study.people}) == len(PEOPLE)
    assert len(study.fingerprint.split()) == 8
    assert [card.name for card in study.instruments] == ["households"]
    study.close()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study/notes.txt").write_text("mine")
    for place in (tmp_path / "study", tmp_path / "study/notes.txt"):
        with pytest.raises(StudyInPlace, match="choose a new folder"):
            create_study(place, title="T", kind="live", people=[SOLO], cost=KdfCost.FLOOR)
    assert [path.name for path in tmp_path.rglob("*")] == ["study", "notes.txt"]


def test_an_empty_folder_is_fine(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    create_study(
        tmp_path / "study", title="T", kind="live", people=[SOLO], cost=KdfCost.FLOOR
    ).close()
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_a_missing_parent_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(Unwritable):
        create_study(tmp_path / "no/study", title="T", kind="live", people=[SOLO])
    assert list(tmp_path.iterdir()) == []


ADMIN = NewPerson("ada", frozenset({Role.ADMINISTRATOR}), passphrase("ada"))
MANAGER = NewPerson("dan", frozenset({Role.DATA_MANAGER}), passphrase("dan"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": []}, "at least one administrator"),
        ({"people": [ADMIN]}, "data manager"),
        ({"people": [MANAGER]}, "administrator"),
        ({"people": [ADMIN, MANAGER, ADMIN]}, "same name"),
        ({"people": [NewPerson("solo", frozenset(Role), "short")]}, "15 characters"),
        ({"title": ""}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "\x1b]0;title\x07"}, "title"),
        ({"kind": "training"}, "live or practice"),
        ({"cost": KdfCost(1024, 1, 1)}, "cost"),
        ({"cost": KdfCost(2**30, 3, 4)}, "cost"),
    ],
)
def test_what_cannot_be_a_study_is_refused_before_anything_is_made(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    given: dict[str, Any] = {"title": "T", "kind": "live", "people": [SOLO], "cost": KdfCost.FLOOR}
    with pytest.raises(InvalidInput, match=words):
        create_study(tmp_path / "study", **(given | changes))
    assert list(tmp_path.iterdir()) == []


def _edit(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def edited(data: bytes) -> bytes:
        content = yaml.safe_load(data)
        change(content)
        return yaml.safe_dump(content).encode()

    return edited


MANIFESTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "binary": lambda data: b"\xff\xfe\x00" * 100,
    "an alias bomb": lambda data: b"a: &a [x, x]\nb: [*a, *a]\n",
    "a tag": lambda data: b"!!python/object/apply:os.system ['true']\n",
    "nested deep": lambda data: b"[" * 100_000,
    "nested deep in maps": lambda data: b"{a: " * 100_000,
    "two documents": lambda data: data + b"---\n" + data,
    "a repeated key": lambda data: data + b"signature: x\n",
    "far too long": lambda data: data + b"#" * manifest.MAX_SIZE,
    "a list": lambda data: b"- a\n",
    "another title": _edit(lambda c: c["body"].update(title="Other")),
    "another kind": _edit(lambda c: c["body"].update(kind="live")),
    "an unknown field": _edit(lambda c: c["body"].update(extra=1)),
    "a role added": _edit(lambda c: c["body"]["people"][2]["roles"].append("data_manager")),
    "a person removed": _edit(lambda c: c["body"]["people"].pop()),
    "a person twice": _edit(lambda c: c["body"]["people"].append(c["body"]["people"][0])),
    "signed by nobody": _edit(lambda c: c.update(signed_by="0" * 32)),
    "signed by someone else": _edit(lambda c: c.update(signed_by=c["body"]["people"][2]["id"])),
    "a broken signature": _edit(lambda c: c.update(signature="not base64!")),
    "a broken key": _edit(lambda c: c["body"].update(data_key="AAAA")),
    "another founder": _edit(lambda c: c["body"].update(founder=c["body"]["people"][1]["id"])),
    "weaker keys ahead": _edit(lambda c: c["body"]["policy"].update(memory_kib=1)),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_bad_manifest_is_told_in_a_sentence(made: Made, name: str) -> None:
    path = made.folder / "study.yaml"
    path.write_bytes(MANIFESTS[name](path.read_bytes()))
    with pytest.raises(DamagedStudy, match=r"study\.yaml") as told:
        open_study(made.folder)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


def test_a_newer_manifest_is_told_as_that(made: Made) -> None:
    path = made.folder / "study.yaml"
    path.write_bytes(_edit(lambda c: c["body"].update(format=3, novelty=1))(path.read_bytes()))
    with pytest.raises(NewerFormat, match="update cati"):
        open_study(made.folder)


def test_an_administrator_who_was_not_appointed_signs_nothing(made: Made) -> None:
    """Someone who can write the file lists themselves as administrator and signs it."""
    from store.crypto.keys import SealingSecret, SigningSecret
    from store.trust.manifest import pack

    signed = manifest.read((made.folder / "study.yaml").read_bytes())
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    person = manifest.PersonEntry(
        id="e" * 32,
        name="eve",
        roles=(Role.ADMINISTRATOR,),
        sealing=pack(sealing.public),
        signing=pack(signing.public),
        appointed_by="e" * 32,
        appointment="",
    )
    message = manifest.appointment(signed.body.id, signed.body.kind, person.id, person.public)
    person = person.model_copy(update={"appointment": pack(signing.sign(message))})
    body = signed.body.model_copy(update={"people": (*signed.body.people, person)})
    forged = manifest.write(manifest.sign(body, person.id, signing))
    with pytest.raises(DamagedStudy, match="no administrator"):
        manifest.read(forged)
    # Even as founder: then nobody gave the data managers their key, unless she does; and then
    # everyone's key file disagrees.
    body = body.model_copy(update={"founder": person.id})
    with pytest.raises(DamagedStudy, match="made dan a data manager"):
        manifest.read(manifest.write(manifest.sign(body, person.id, signing)))
    data_key, dan = SealingSecret.generate(), body.person("dan")
    of_eve = (person.id, signing)
    key = giving.give(body.id, body.kind, "data", data_key, dan.id, dan.public, of_eve)
    people = (
        one.model_copy(update={"keys": (key,)}) if one.id == dan.id else one for one in body.people
    )
    body = body.model_copy(update={"data_key": pack(data_key.public), "people": tuple(people)})
    (made.folder / "study.yaml").write_bytes(
        manifest.write(manifest.sign(body, person.id, signing))
    )
    study = open_study(made.folder)
    with pytest.raises(DamagedStudy, match="other keys"):
        study.unlock("ina", passphrase("ina"))
    study.close()


def test_a_change_of_the_manifest_is_seen_by_others_who_have_the_study_open(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        with made.unlocked("ada") as (ada,):
            ada.add_instrument(InstrumentFiles("jobs", "2", "b" * 64, {"instrument.yaml": b"x"}))
            ada.add_instrument(InstrumentFiles("jobs", "2", "b" * 64, {"instrument.yaml": b"x"}))
        assert [card.name for card in dan.study.instruments] == ["households", "jobs"]
        assert dan.verify().ok


def test_a_manifest_replaced_while_open_by_that_of_another_study_is_refused(
    made: Made, other_study: Made
) -> None:
    with made.unlocked("ina") as (ina,):
        (made.folder / "study.yaml").write_bytes((other_study.folder / "study.yaml").read_bytes())
        with pytest.raises(DamagedStudy, match="another study"):
            ina.cases()
        (made.folder / "study.yaml").unlink()
        with pytest.raises(DamagedStudy, match="restore"):
            ina.cases()


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"../study.yaml": b""},
        {"/etc/passwd": b""},
        {"a/../../b": b""},
        {"": b""},
        {".hidden": b""},
        {"a\\b": b""},
        {"a//b": b""},
        {"a\nb": b""},
        {f"f{number}": b"" for number in range(501)},
    ],
    ids=lambda files: next(iter(files), "none")[:20].replace("\\", "back").replace("\n", "line"),
)
def test_files_that_reach_out_of_their_folder_are_refused(
    made: Made, files: dict[str, bytes]
) -> None:
    with made.unlocked("ada") as (ada,):
        with pytest.raises(InvalidInput):
            ada.add_instrument(InstrumentFiles("jobs", "1", "c" * 64, files))
        assert len(ada.study.instruments) == 1
    assert len(list((made.folder / "instruments").iterdir())) == 1


@pytest.mark.parametrize("fingerprint", ["short", "../" + "a" * 20, "A" * 64, "a" * 200])
def test_a_fingerprint_that_cannot_name_a_folder_is_refused(made: Made, fingerprint: str) -> None:
    with made.unlocked("ada") as (ada,), pytest.raises(InvalidInput):
        ada.add_instrument(InstrumentFiles("jobs", "1", fingerprint, {"a.yaml": b""}))


def test_other_files_under_a_known_fingerprint_are_refused(made: Made) -> None:
    changed = InstrumentFiles(
        INSTRUMENT.name, INSTRUMENT.version, INSTRUMENT.fingerprint, {"instrument.yaml": b"other"}
    )
    with made.unlocked("ada") as (ada,):
        with pytest.raises(InvalidInput, match="new version"):
            ada.add_instrument(changed)
        ada.study.instrument_folder(INSTRUMENT.fingerprint)


def test_two_instruments_cannot_be_called_the_same(made: Made) -> None:
    twin = InstrumentFiles(
        INSTRUMENT.name, INSTRUMENT.version, "c" * 64, {"instrument.yaml": b"other"}
    )
    with made.unlocked("ada") as (ada,):
        with pytest.raises(InvalidInput, match="new version"):
            ada.add_instrument(twin)
        assert len(ada.study.instruments) == 1


def test_adding_an_instrument_again_repairs_its_files(made: Made) -> None:
    (made.folder / "instruments" / INSTRUMENT.fingerprint / "instrument.yaml").unlink()
    with made.unlocked("ada") as (ada,):
        with pytest.raises(DamagedStudy):
            ada.study.instrument_folder(INSTRUMENT.fingerprint)
        ada.add_instrument(INSTRUMENT)
        ada.study.instrument_folder(INSTRUMENT.fingerprint)


VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_the_yaml_written_is_read_back(value: dict[str, JSON]) -> None:
    assert limited_yaml.read(limited_yaml.write(value)) == value


@given(st.sampled_from(["yes", "no", "on", "NO", "0777", "22:22:22", "1e3", ".inf", "2026-11-21"]))
def test_words_stay_words(word: str) -> None:
    assert limited_yaml.read(f"a: {word}".encode()) == {"a": word}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_mutated_manifest_is_refused_or_means_the_same(
    original: Made, data: st.DataObject
) -> None:
    whole = bytearray((original.folder / "study.yaml").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    expected = manifest.read((original.folder / "study.yaml").read_bytes())
    with contextlib.suppress(StoreError):
        assert json.dumps(manifest.read(bytes(whole)).model_dump(mode="json")) == json.dumps(
            expected.model_dump(mode="json")
        )
