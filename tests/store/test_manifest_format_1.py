"""A manifest of the first format is lifted when it is read, after its signature was checked."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from store import DamagedStudy
from store.trust import manifest
from store.trust import signers as trust

RELEASED = Path(__file__).parent / "releases/format-1"


def released() -> bytes:
    return (RELEASED / "study.yaml").read_bytes()


def test_a_manifest_of_format_1_is_lifted_when_read_and_written_as_format_2() -> None:
    signed = manifest.read(released())
    body = signed.body
    assert body.format == 2
    dan = body.person("dan")
    assert [(one.key, one.by, one.signature) for one in dan.keys] == [("data", "format 1", "")]
    assert trust.managers(body) == {dan.id}
    assert (body.data_key_name, body.policy.review, body.recovery) == ("data", "none", None)
    # Hash and signature are those of the file, not of what it was lifted to.
    assert b"format: 1" in released()
    again = manifest.Signed(body=body, signed_by=signed.signed_by, signature=signed.signature)
    assert again.message != signed.message
    with pytest.raises(DamagedStudy, match="signature"):
        manifest.read(manifest.write(again))
    connection = sqlite3.connect(f"file:{RELEASED / 'study.db'}?mode=ro&immutable=1", uri=True)
    query = "SELECT object FROM audit WHERE object LIKE '% manifest %' ORDER BY seq DESC"
    ((note,), *_) = connection.execute(query)
    connection.close()
    assert note == manifest.audit_note(note.partition(" ")[0], signed)


FORMAT_1: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another title": (lambda b: b.update(title="Other"), "signature"),
    "a field of format 2 for someone": (
        lambda b: b["people"][0].update(status="active"),
        "format 1",
    ),
    "a key as in format 2": (lambda b: b["people"][0].update(keys=[]), "format 1"),
    "keys of the study": (lambda b: b.update(keys=[]), "format 1"),
    "no people": (lambda b: b.pop("people"), "format 1"),
    "people that are none": (lambda b: b.update(people=[1]), "format 1"),
    "said to be of format 2": (lambda b: b.update(format=2), "people"),
    "a data key for someone else": (
        lambda b: b["people"][2].update(data_key=b["people"][1]["data_key"]),
        "signature",
    ),
}


@pytest.mark.parametrize("what", FORMAT_1)
def test_what_is_not_of_format_1_is_not_lifted(what: str) -> None:
    change, words = FORMAT_1[what]
    content = yaml.safe_load(released())
    change(content["body"])
    with pytest.raises(DamagedStudy, match=words):
        manifest.read(yaml.safe_dump(content).encode())
