"""Notices of a data manager: read by everyone, and made up by nobody."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from store import DamagedNotice, InvalidInput, Study, open_study
from store.notices import publish
from tests.store.made import Made

PACE: dict[str, Any] = {"seconds": {"age": 4}}


def published(made: Made) -> Path:
    with made.unlocked("dan") as (dan,):
        dan.publish("pace", PACE)
    return made.folder / "notices" / "pace.json"


def test_what_a_data_manager_publishes_everyone_reads(made: Made) -> None:
    published(made)
    study = open_study(made.folder)
    assert study.notice("pace") == PACE
    assert study.notice("other") is None
    study.close()
    with made.unlocked("dan", "ina") as (dan, ina):
        dan.publish("pace", {"seconds": {}})
        assert ina.study.notice("pace") == {"seconds": {}}
        assert ina.verify().ok


def test_a_notice_has_a_plain_name(made: Made) -> None:
    with made.unlocked("dan") as (dan,):
        for name in ("", "../keys/dan", "A", "a/b", "a" * 200):
            with pytest.raises(InvalidInput, match="small letters"):
                dan.publish(name, PACE)
    assert not (made.folder / "notices").exists()


def altered(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    body = json.loads(file.read_bytes())
    change(body)
    file.write_text(json.dumps(body, sort_keys=True, separators=(",", ":")))


def replaced_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


ATTACKS: dict[str, Callable[[Path], object]] = {
    "other content": lambda file: altered(file, lambda body: body["content"].update(seconds={})),
    "other signer": lambda file: altered(file, lambda body: body.update(signed_by="0" * 32)),
    "no signature": lambda file: altered(
        file, lambda body: body.update(signature=base64.b64encode(bytes(64)).decode())
    ),
    "not base64": lambda file: altered(file, lambda body: body.update(signature="?")),
    "no object": lambda file: file.write_text("[]"),
    "empty": lambda file: file.write_bytes(b""),
    "too long": lambda file: file.write_bytes(b" " * (8 * 1024 * 1024 + 1)),
    "a folder": replaced_by_a_folder,
    "part missing": lambda file: altered(file, lambda body: body.pop("content")),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_altered_notice_is_refused_and_found(made: Made, attack: str) -> None:
    file = published(made)
    ATTACKS[attack](file)
    with made.unlocked("ina") as (ina,):
        with pytest.raises(DamagedNotice, match="The notice pace of this study is damaged"):
            ina.study.notice("pace")
        report = ina.verify()
    assert any("The notice pace" in problem for problem in report.problems)


def test_a_notice_of_another_name_study_or_signer_is_refused(made: Made, other_study: Made) -> None:
    file = published(made)
    moved = file.with_name("speed.json")
    moved.write_bytes(file.read_bytes())
    with made.unlocked("ina") as (ina,):
        with pytest.raises(DamagedNotice):
            ina.study.notice("speed")
        # With valid keys, and without the role: an interviewer signs for themselves.
        publish(ina.study, ina.entry.id, ina.keys, "pace", {"seconds": {}})
        with pytest.raises(DamagedNotice):
            ina.study.notice("pace")
    with other_study.unlocked("dan") as (dan,):
        (dan.study.folder / "notices").mkdir(exist_ok=True)
        (dan.study.folder / "notices" / "speed.json").write_bytes(moved.read_bytes())
        with pytest.raises(DamagedNotice):
            dan.study.notice("speed")
        (dan.study.folder / "notices" / "speed.json").unlink()


def test_a_notice_is_bound_to_its_study(made: Made) -> None:
    """Signed by the same person with the same keys: only what it was signed for differs."""
    with made.unlocked("dan") as (dan,):
        other_kind = "live" if dan.study.kind == "practice" else "practice"
        for change in ({"id": "0" * 32}, {"kind": other_kind}, {}):
            body = dan.study.body.model_copy(update=change)
            signed_for = cast(
                "Study",
                SimpleNamespace(
                    folder=made.folder, body=body, database=dan.study.database, now=dan.study.now
                ),
            )
            publish(signed_for, dan.entry.id, dan.keys, "pace", PACE)
            if change:
                with pytest.raises(DamagedNotice):
                    dan.study.notice("pace")
        assert dan.study.notice("pace") == PACE, "the control: signed for this study, it is taken"
