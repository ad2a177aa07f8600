"""Reads a study from store/FORMAT.md alone: imports nothing of cati, writes nothing.

    python tests/store/independent_reader.py FOLDER NAME   (asks for the passphrase)

prints the open cases' journals and the submitted cases that this person's keys open, as JSON lines.
"""

import base64
import getpass
import hashlib
import hmac
import json
import sqlite3
import struct
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def bind(*parts: bytes | str | int) -> bytes:
    out = struct.pack(">I", len(parts))
    for part in parts:
        raw = struct.pack(">Q", part) if isinstance(part, int) else part
        raw = raw.encode() if isinstance(raw, str) else raw
        out += struct.pack(">I", len(raw)) + raw
    return out


def split(data: bytes, count: int) -> list[bytes]:
    assert struct.unpack(">I", data[:4])[0] == count
    at, parts = 4, []
    for _ in range(count):
        (length,) = struct.unpack_from(">I", data, at)
        parts.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    assert not any(data[at:])
    return parts


def fp(*parts: bytes | str | int) -> str:
    return hashlib.sha256(bind(*parts)).hexdigest()


def expand(key: bytes, label: str, size: int) -> bytes:
    return HKDFExpand(hashes.SHA256(), size, bind("cati 1", label)).derive(key)


def b64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hpke_open(secret: bytes, sealed: bytes, info: bytes) -> bytes:
    private = MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(secret[:64]),
        X25519PrivateKey.from_private_bytes(secret[64:96]),
    )
    return SUITE.decrypt(sealed, private, info)


def unbox(key: bytes, context: bytes, envelope: bytes, count: int) -> list[bytes]:
    decryptor = Cobblestone256Decryptor(key, context)
    return split(decryptor.update(envelope) + decryptor.finalize(), count)


def check(signing: str, signature: bytes, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(b64(signing)).verify(signature, message)


class Reader:
    def __init__(self, folder: Path, name: str, passphrase: str) -> None:
        manifest = yaml.safe_load((folder / "study.yaml").read_text())
        self.body = manifest["body"]
        self.people = {person["id"]: person for person in self.body["people"]}
        signer = self.people[manifest["signed_by"]]
        message = bind("manifest", canonical(self.body))
        check(signer["signing"], b64(manifest["signature"]), message)
        self.place = (self.body["id"], self.body["kind"])
        self.me = next(person for person in self.people.values() if person["name"] == name)
        self.data_fp = fp("data key", b64(self.body["data_key"]))
        bundle = self._bundle(folder / "keys" / f"{name}.key", passphrase)
        assert bundle[128:160] == b64(self.people[self.body["founder"]]["signing"])
        assert bundle[160:192].hex() == self.data_fp
        self.holders = {self.me["id"]: (bundle[:96], b64(self.me["sealing"]))}
        if self.me["data_key"]:
            me = fp("person", b64(self.me["sealing"]), b64(self.me["signing"]))
            info = bind("data key", *self.place, self.me["id"], me, self.data_fp)
            secret = hpke_open(bundle[:96], b64(self.me["data_key"]), info)
            self.holders["data"] = (secret, b64(self.body["data_key"]))
        self.db = sqlite3.connect(f"file:{folder / 'study.db'}?mode=ro", uri=True)
        self.db.row_factory = sqlite3.Row

    def _bundle(self, path: Path, passphrase: str) -> bytes:
        title, line, checksum, _ = path.read_bytes().split(b"\n")
        assert hashlib.sha256(title + b"\n" + line + b"\n").hexdigest().encode() == checksum
        f = json.loads(line)
        numbers = ("format", "generation", "memory_kib", "iterations", "lanes")
        owner = (f["study"], f["kind"], f["person"])
        context = bind("key file", *owner, *(f[name] for name in numbers))
        root = Argon2id(
            salt=b64(f["salt"]),
            length=32,
            iterations=f["iterations"],
            lanes=f["lanes"],
            memory_cost=f["memory_kib"],
            ad=context,
        ).derive(unicodedata.normalize("NFKC", passphrase).encode())
        assert expand(root, "key file commitment", 32) == b64(f["commitment"])
        key = expand(root, "key file encrypt", 32)
        return AESGCM(key).decrypt(b64(f["nonce"]), b64(f["box"]), context)

    def case_key(self, case: sqlite3.Row, what: str) -> bytes:
        rows = self.db.execute(
            "SELECT * FROM grant WHERE case_id = ? AND what = ?", (case["id"], what)
        )
        for row in rows:
            place = (*self.place, case["id"], what, row["recipient"])
            message = bind("grant given", *place, row["wrap"])
            check(self.people[row["granted_by"]]["signing"], row["signature"], message)
            if row["recipient"] in self.holders:
                secret, public = self.holders[row["recipient"]]
                info = bind("grant", *place, hashlib.sha256(public).digest())
                return hpke_open(secret, row["wrap"], info)
        raise KeyError(what)

    def identity(self, case: sqlite3.Row) -> Any:
        key = self.case_key(case, "identity")
        query = "SELECT envelope FROM identity WHERE case_id = ?"
        (envelope,) = self.db.execute(query, (case["id"],)).fetchone()
        context = bind("identity", *self.place, case["id"])
        return json.loads(unbox(expand(key, "identity", 32), context, envelope, 1)[0])

    def journal(self, case: sqlite3.Row) -> list[Any]:
        key = self.case_key(case, "answers")
        encrypt, chain = expand(key, "journal encrypt", 32), expand(key, "journal chain", 32)
        key_id, place = expand(key, "journal key id", 8), (*self.place, case["id"])
        start = bind("journal start", *place, case["instrument"])
        link, events = hmac.digest(chain, start, "sha256"), []
        states = [fp("journal state", *place, 0, link)]
        query = "SELECT seq, envelope FROM event WHERE case_id = ? ORDER BY seq"
        for seq, envelope in self.db.execute(query, (case["id"],)):
            header, nonce, text = envelope[:12], envelope[12:24], envelope[24:]
            assert header == b"CE\x01\x01" + key_id
            aad = bind("event", *place, seq, link, key_id, case["instrument"], header)
            plain = AESGCM(encrypt).decrypt(nonce, text, aad)
            (length,) = struct.unpack_from(">I", plain, 24)
            events.append(json.loads(plain[28 : 28 + length]))
            message = bind("journal link", *place, seq, link, nonce, text)
            link = hmac.digest(chain, message, "sha256")
            states.append(fp("journal state", *place, len(events), link))
        assert (len(events), link) == (case["n"], case["head"])
        query = "SELECT action, object FROM audit WHERE object LIKE ? ORDER BY seq DESC"
        deed, noted = self.db.execute(query, (f"{case['id']} journal %",)).fetchone()
        assert noted.split()[-1] in (states[-1:] if deed == "case released" else states)
        return events

    def document(self, case: sqlite3.Row) -> Any:
        secret, _ = self.holders["data"]
        row = self.db.execute("SELECT * FROM sealed WHERE case_id = ?", (case["id"],)).fetchone()
        place = bind("case", *self.place, case["id"], case["instrument"], self.data_fp)
        key = hpke_open(secret, row["wrap"], bind("submission key", place))
        header, document, signature = unbox(key, bind("submission", place), row["envelope"], 3)
        signer = self.people[case["assignee"]]
        check(signer["signing"], signature, bind("submitted case", header, document))
        assert json.loads(header)["case"] == case["id"]
        return json.loads(document)

    def cases(self) -> Iterator[dict[str, Any]]:
        for case in self.db.execute('SELECT * FROM "case" ORDER BY id').fetchall():
            try:
                read = self.document if case["state"] == "submitted" else self.journal
                content = read(case) if case["state"] != "fresh" else []
                yield {"case": case["id"], "content": content, **self.identity(case)}
            except (InvalidTag, KeyError):
                yield {"case": case["id"], "content": None}


if __name__ == "__main__":
    for found in Reader(Path(sys.argv[1]), sys.argv[2], getpass.getpass()).cases():
        print(json.dumps(found, ensure_ascii=False))
