"""The key file. `CATI_SIZE=all` flips every bit of it instead of a sample."""

import contextlib
import json
import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store import (
    DamagedKeyFile,
    DamagedStudy,
    InvalidInput,
    KdfCost,
    NewerFormat,
    StoreError,
    Study,
    TooSoon,
    Unwritable,
    WrongPassphrase,
    generate_passphrase,
    open_study,
)
from store.canonical import encode
from store.crypto import attempts
from store.crypto.keys import SEALING_SECRET_SIZE, SealingSecret, SigningSecret, Unopenable, sha256
from store.crypto.keystore import Bundle, Owner, read_key_file, write_key_file
from store.crypto.passphrase import normalize, require_strong
from store.files import write_file
from store.trust import unlocking
from tests.store.made import Clock, Made, passphrase

OWNER = Owner("0" * 32, "live", "1" * 32)
WORDS = "five unrelated plain words"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle(SealingSecret.generate(), SigningSecret.generate(), b"f" * 32, b"d" * 32)


@pytest.fixture(scope="module")
def key_file(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "ina.key"
    write_key_file(path, OWNER, bundle, WORDS, KdfCost.FLOOR, generation=1)
    return path


def test_the_right_passphrase_opens_it(key_file: Path, bundle: Bundle) -> None:
    opened, cost, generation = read_key_file(key_file, OWNER, WORDS)
    assert opened.sealing.raw == bundle.sealing.raw
    assert opened.signing.raw == bundle.signing.raw
    assert (opened.founder, opened.data_key) == (b"f" * 32, b"d" * 32)
    assert (cost, generation) == (KdfCost.FLOOR, 1)


def test_only_its_owner_may_read_the_file(key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_wrong_passphrase_is_told_as_that(key_file: Path) -> None:
    with pytest.raises(WrongPassphrase, match="passphrase is wrong"):
        read_key_file(key_file, OWNER, WORDS + "!")


def test_the_same_passphrase_typed_in_another_normal_form_opens_it(
    tmp_path: Path, bundle: Bundle
) -> None:
    path = tmp_path / "x.key"
    write_key_file(path, OWNER, bundle, "caf\u00e9 \ufb01sh and some rice", KdfCost.FLOOR, 1)
    read_key_file(path, OWNER, "cafe\u0301 fish and some rice")


def test_every_flipped_bit_is_an_error_and_never_a_silent_difference(
    key_file: Path, tmp_path: Path
) -> None:
    whole = key_file.read_bytes()
    bits = range(len(whole) * 8)
    if os.environ.get("CATI_SIZE") != "all":
        bits = random.Random(1).sample(bits, 600)  # type: ignore[assignment]
    flipped_file = tmp_path / "ina.key"
    for bit in bits:
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        flipped_file.write_bytes(flipped)
        with pytest.raises((DamagedKeyFile, NewerFormat)):
            read_key_file(flipped_file, OWNER, WORDS)


@pytest.mark.parametrize("length", [0, 1, 20, 300, 600])
def test_a_file_cut_short_or_continued_is_damaged(
    key_file: Path, tmp_path: Path, length: int
) -> None:
    whole = key_file.read_bytes()
    for content in (whole[:length], whole + whole[:length] + b"\n", b"\0" * length):
        (tmp_path / "ina.key").write_bytes(content)
        with pytest.raises(DamagedKeyFile):
            read_key_file(tmp_path / "ina.key", OWNER, WORDS)


def test_a_missing_file_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(DamagedKeyFile, match="missing"):
        read_key_file(tmp_path / "ina.key", OWNER, WORDS)


@pytest.mark.parametrize(
    ("field", "value"),
    [("memory_kib", 8), ("iterations", 1), ("lanes", 1), ("memory_kib", 2**31), ("iterations", 99)],
)
def test_a_cost_below_the_floor_or_above_the_cap_is_refused_before_deriving(
    key_file: Path, tmp_path: Path, field: str, value: int
) -> None:
    with pytest.raises(DamagedKeyFile):
        read_key_file(_edited(key_file, tmp_path, {field: value}), OWNER, WORDS)


@pytest.mark.parametrize("field", ["memory_kib", "generation", "commitment", "salt"])
def test_a_changed_field_with_a_corrected_checksum_does_not_open(
    key_file: Path, tmp_path: Path, field: str
) -> None:
    old = json.loads(key_file.read_bytes().split(b"\n")[1])[field]
    new = old + 1 if isinstance(old, int) else old[:4][::-1] + old[4:]
    with pytest.raises(WrongPassphrase):
        read_key_file(_edited(key_file, tmp_path, {field: new}), OWNER, WORDS)


@pytest.mark.parametrize("field", ["box", "nonce"])
def test_changed_content_with_a_corrected_checksum_is_damaged(
    key_file: Path, tmp_path: Path, field: str
) -> None:
    old = json.loads(key_file.read_bytes().split(b"\n")[1])[field]
    with pytest.raises(DamagedKeyFile):
        read_key_file(_edited(key_file, tmp_path, {field: old[4:8] + old[4:]}), OWNER, WORDS)


@pytest.mark.parametrize(
    "owner", [Owner("9" * 32, "live", "1" * 32), Owner("0" * 32, "practice", "1" * 32)]
)
def test_a_file_of_another_study_or_kind_is_refused(key_file: Path, owner: Owner) -> None:
    with pytest.raises(DamagedKeyFile, match="another person or study"):
        read_key_file(key_file, owner, WORDS)


def test_a_file_renamed_to_another_owner_does_not_open(key_file: Path, tmp_path: Path) -> None:
    stolen = _edited(key_file, tmp_path, {"person": "2" * 32})
    with pytest.raises(WrongPassphrase):
        read_key_file(stolen, Owner(OWNER.study, OWNER.kind, "2" * 32), WORDS)


def test_a_cost_below_the_floor_cannot_be_written(tmp_path: Path, bundle: Bundle) -> None:
    with pytest.raises(StoreError, match="cost"):
        write_key_file(tmp_path / "a.key", OWNER, bundle, WORDS, KdfCost(1024, 1, 1), 1)


def test_a_later_format_is_told_as_that(key_file: Path, tmp_path: Path) -> None:
    newer = tmp_path / "ina.key"
    newer.write_bytes(key_file.read_bytes().replace(b"key file 1", b"key file 2"))
    with pytest.raises(NewerFormat, match="update cati"):
        read_key_file(newer, OWNER, WORDS)


def test_keys_of_another_person_under_this_name_are_refused(made: Made) -> None:
    keys = made.folder / "keys"
    (keys / "ina.key").write_bytes((keys / "ivo.key").read_bytes())
    study = open_study(made.folder)
    with pytest.raises(DamagedKeyFile):
        study.unlock("ina", passphrase("ivo"))
    study.close()


def test_a_manifest_with_another_founder_or_data_key_is_noticed_by_the_pins(
    made: Made, other_study: Made
) -> None:
    (made.folder / "study.yaml").write_bytes((other_study.folder / "study.yaml").read_bytes())
    with pytest.raises(DamagedStudy, match="another study"):
        open_study(made.folder)
    (made.folder / "study.db").write_bytes((other_study.folder / "study.db").read_bytes())
    study = open_study(made.folder)
    with pytest.raises(DamagedKeyFile):
        study.unlock("ina", passphrase("ina"))
    study.close()


def test_the_delay_grows_with_wrong_passphrases_and_ends_with_a_right_one(
    made: Made, clock: Clock
) -> None:
    study = open_study(made.folder, now=clock)
    waits = []
    for _ in range(4):
        with pytest.raises(WrongPassphrase):
            study.unlock("ina", "not the passphrase")
        with pytest.raises(TooSoon) as early:
            study.unlock("ina", passphrase("ina"))
        waits.append(early.value.seconds)
        clock.pass_seconds(early.value.seconds)
    assert waits == [1, 2, 4, 8]
    study.unlock("ina", passphrase("ina")).lock()
    study.unlock("ina", passphrase("ina")).lock()
    assert not (made.folder / "keys/ina.tries").exists()
    study.close()


def test_the_delay_outlives_the_program_and_concerns_one_person(made: Made, clock: Clock) -> None:
    study = open_study(made.folder, now=clock)
    with pytest.raises(WrongPassphrase):
        study.unlock("ina", "not the passphrase")
    study.close()
    study = open_study(made.folder, now=clock)
    with pytest.raises(TooSoon):
        study.unlock("ina", passphrase("ina"))
    study.unlock("ivo", passphrase("ivo"))
    study.close()


def test_a_clock_set_back_does_not_lock_anyone_out(made: Made, clock: Clock) -> None:
    study = open_study(made.folder, now=clock)
    with pytest.raises(WrongPassphrase):
        study.unlock("ina", "not the passphrase")
    clock.pass_seconds(-10 * 365 * 86400)
    with pytest.raises(TooSoon) as early:
        study.unlock("ina", passphrase("ina"))
    assert early.value.seconds == 1
    clock.pass_seconds(1)
    study.unlock("ina", passphrase("ina"))
    study.close()


@pytest.mark.parametrize("alone", [True, False], ids=["as it is", "without the lock"])
def test_many_programs_at_once_get_one_try(
    made: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    """Each with its own open study; without the lock all of them would come through."""
    programs = 4
    studies = [open_study(made.folder, now=clock) for _ in range(programs)]
    if not alone:
        together = threading.Barrier(programs)
        read = read_key_file

        def wait(path: Path, owner: Owner, passphrase: str) -> tuple[Bundle, KdfCost, int]:
            together.wait(60)
            return read(path, owner, passphrase)

        monkeypatch.setattr(attempts, "_alone", lambda _: contextlib.nullcontext())
        monkeypatch.setattr(unlocking, "read_key_file", wait)

    def guess(study: Study) -> type[StoreError] | None:
        try:
            study.unlock("ina", "not the passphrase")
        except StoreError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(programs) as pool:
        told = list(pool.map(guess, studies))
    for study in studies:
        study.close()
    wrong = 1 if alone else programs
    assert (told.count(WrongPassphrase), told.count(TooSoon)) == (wrong, programs - wrong)


def test_changing_the_passphrase_needs_the_old_one_and_replaces_it(
    made: Made, clock: Clock
) -> None:
    study = open_study(made.folder, now=clock)
    ina = study.unlock("ina", passphrase("ina"))
    before = (made.folder / "keys/ina.key").read_bytes()
    with pytest.raises(WrongPassphrase):
        ina.change_passphrase("not the passphrase", "another quiet garden")
    clock.pass_seconds(1)
    with pytest.raises(InvalidInput, match="15 characters"):
        ina.change_passphrase(passphrase("ina"), "too short")
    assert (made.folder / "keys/ina.key").read_bytes() == before
    ina.change_passphrase(passphrase("ina"), "another quiet garden")
    with pytest.raises(WrongPassphrase):
        study.unlock("ina", passphrase("ina"))
    clock.pass_seconds(1)
    assert len(study.unlock("ina", "another quiet garden").open_case(made.begun).events) == 8
    study.close()


def test_weak_passphrases_are_refused_and_generated_ones_are_not() -> None:
    for weak in ("", "fourteen chars", "a" * 40, "abab" * 10):
        with pytest.raises(InvalidInput):
            require_strong(weak)
    made_up = {generate_passphrase() for _ in range(100)}
    assert len(made_up) == 100
    for one in made_up:
        require_strong(one)
        assert len(one) == 29


def test_a_passphrase_that_is_no_text_is_refused_without_a_traceback() -> None:
    for odd in ("\ud800 half a character", "x" * 2000):
        with pytest.raises(InvalidInput):
            normalize(odd)


def test_replacing_a_file_fails_whole(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    (path / "inside").write_text("kept")
    with pytest.raises(Unwritable):
        write_file(path, b"new")
    assert (path / "inside").read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]


def test_wiped_keys_open_and_sign_nothing() -> None:
    sealing, signing = SealingSecret.generate(), SigningSecret.generate()
    sealing.wipe()
    signing.wipe()
    assert sealing.raw == bytes(SEALING_SECRET_SIZE)
    assert signing.raw == bytes(32)
    with pytest.raises(Unopenable):
        sealing.open(bytes(1168), b"")
    with pytest.raises(Unopenable):
        signing.sign(b"")


def _edited(key_file: Path, folder: Path, fields: dict[str, object]) -> Path:
    """The file with other fields and a checksum that fits."""
    title, line, *_ = key_file.read_bytes().split(b"\n")
    body = title + b"\n" + encode(json.loads(line) | fields) + b"\n"
    path = folder / "ina.key"
    path.write_bytes(body + sha256(body).hex().encode() + b"\n")
    return path
