"""No file of a study holds, in any usual encoding, what was typed into it."""

import base64
import json
import urllib.parse
from pathlib import Path

import pytest

from store import JSON, open_study
from tests.store.made import FINGERPRINT, Made, passphrase

CANARIES = [f"Canary{number:03d}Ünique" for number in range(100)]


def encodings(text: str) -> set[bytes]:
    """How a text could lie in a file."""
    raw = text.encode()
    forms = {raw, text.encode("utf-16-le"), text.encode("utf-16-be"), raw.hex().encode()}
    forms |= {urllib.parse.quote(text).encode(), json.dumps(text)[1:-1].encode()}
    for shift in range(3):
        inner = base64.b64encode(b"x" * shift + raw)
        forms.add(inner[4 : len(inner) - 4])
    return forms


def hits(folder: Path) -> dict[str, int]:
    """How many canaries each file holds."""
    found: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            count = sum(any(form in content for form in encodings(text)) for text in CANARIES)
            if count:
                found[str(path.relative_to(folder))] = count
    return found


def test_nothing_typed_is_found_in_any_file(made: Made) -> None:
    study = open_study(made.folder)
    dan, ina = study.unlock("dan", passphrase("dan")), study.unlock("ina", passphrase("ina"))
    identity: dict[str, JSON] = {text: text for text in CANARIES[:20]}
    ids = [
        dan.add_case(
            label=f"{CANARIES[20 + number]}",
            identity=identity,
            instrument=FINGERPRINT,
            mode="interview",
            assignee="ina",
        )
        for number in range(2)
    ]
    for case_id in ids:
        case = ina.open_case(case_id)
        for text in CANARIES[30:]:
            case.append({"item": text, "value": text})
        if case_id == ids[0]:
            case.submit({"summary": CANARIES[99], "answers": {CANARIES[98]: CANARIES[97]}})
    with pytest.raises(Exception, match="wrong"):
        study.unlock("ivo", CANARIES[96])
    assert hits(made.folder) == {}  # while the second case is still open
    study.close()
    assert hits(made.folder) == {}


def test_control_the_scan_finds_every_canary_where_nothing_is_encrypted(made: Made) -> None:
    with made.sql() as sql:
        for number, text in enumerate(CANARIES[:50]):
            plain = json.dumps({"value": text}, ensure_ascii=False).encode()
            sql.execute("INSERT INTO event VALUES (?, ?, ?)", (made.begun, 100 + number, plain))
    (made.folder / "keys/notes.txt").write_bytes(
        base64.b64encode("; ".join(CANARIES[50:75]).encode())
    )
    (made.folder / "log.txt").write_text("; ".join(CANARIES[75:]), encoding="utf-16-le")
    assert hits(made.folder) == {"study.db": 50, "keys/notes.txt": 25, "log.txt": 25}
