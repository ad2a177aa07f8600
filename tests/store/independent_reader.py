"""Reads a study from store/FORMAT.md alone: imports nothing of cati, writes nothing.

    python tests/store/independent_reader.py FOLDER NAME [PACKET]   (asks for the passphrase)

prints the journals and submitted cases, of a packet if given, that this person's keys open.
"""

import getpass
import hashlib
import hmac
import json
import sqlite3
import struct
import sys
import unicodedata
from base64 import b64decode as b64
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

ASSIGNEE, JUDGE, MANAGER, RECEIVER = "assignee", "supervisor or data manager", "manager", "receiver"
STEPS = {  # a note about a case: who signs it, in which states of the case, and what follows
    "case begun": (ASSIGNEE, ["fresh"], ["open"]),
    "case resumed": (ASSIGNEE, ["open"], ["open"]),
    "case taken over": (ASSIGNEE, ["open"], ["open"]),
    "case released": (ASSIGNEE, ["open"], ["open"]),
    "case submitted": (ASSIGNEE, ["open"], ["submitted"]),
    "case accepted": (JUDGE, ["submitted"], ["accepted"]),
    "case returned": (JUDGE, ["submitted"], ["open"]),
    "accepted case reopened": (MANAGER, ["accepted"], ["open"]),
    "case reassigned": (MANAGER, ["fresh", "open"], ["fresh", "open"]),
    "case brought by a packet": (RECEIVER, ["fresh", "open", "submitted"], ["fresh", "open"]),
    "journal received by a packet": ("assignee or manager", ["fresh", "open"], ["open"]),
    "submitted case received by a packet": (
        "assignee or manager",
        ["fresh", "open"],
        ["submitted"],
    ),
}


def bind(*parts: bytes | str | int) -> bytes:
    out = struct.pack(">I", len(parts))
    for part in parts:
        raw = struct.pack(">Q", part) if isinstance(part, int) else part
        raw = raw.encode() if isinstance(raw, str) else raw
        out += struct.pack(">I", len(raw)) + raw
    return out


def fp(*parts: bytes | str | int) -> str:
    return hashlib.sha256(bind(*parts)).hexdigest()


def expand(key: bytes, label: str, size: int) -> bytes:
    return HKDFExpand(hashes.SHA256(), size, bind("cati 1", label)).derive(key)


def hpke_open(secret: bytes, sealed: bytes, info: bytes) -> bytes:
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:64])
    x25519 = X25519PrivateKey.from_private_bytes(secret[64:96])
    return SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(mlkem, x25519), info)


def unbox(key: bytes, context: bytes, envelope: bytes) -> list[bytes]:
    decryptor, parts, at = Cobblestone256Decryptor(key, context), [], 4
    data = decryptor.update(envelope) + decryptor.finalize()
    for _ in range(*struct.unpack_from(">I", data)):
        (length,) = struct.unpack_from(">I", data, at)
        parts.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    assert not any(data[at:])
    return parts


def person_fp(person: Any) -> str:
    return fp("person", b64(person["sealing"]), b64(person["signing"]))


def keys_of(person: Any) -> list[Any]:
    if person.get("data_key"):  # format 1
        return [{"key": "data", "wrap": person["data_key"], "by": "format 1"}]
    return list(person.get("keys", []))


def open_bundle(path: Path, passphrase: str) -> bytes:
    title, line, checksum, _ = path.read_bytes().split(b"\n")
    assert hashlib.sha256(title + b"\n" + line + b"\n").hexdigest().encode() == checksum
    f = json.loads(line)
    names = ("study", "kind", "person", "format", "generation", "memory_kib", "iterations", "lanes")
    context = bind("key file", *(f[name] for name in names))
    costs = {"iterations": f["iterations"], "lanes": f["lanes"], "memory_cost": f["memory_kib"]}
    phrase = unicodedata.normalize("NFKC", passphrase).encode()
    root = Argon2id(salt=b64(f["salt"]), length=32, ad=context, **costs).derive(phrase)
    assert expand(root, "key file commitment", 32) == b64(f["commitment"])
    key = expand(root, "key file encrypt", 32)
    return AESGCM(key).decrypt(b64(f["nonce"]), b64(f["box"]), context)


class Reader:
    def __init__(self, folder: Path, name: str, passphrase: str) -> None:
        manifest = yaml.safe_load((folder / "study.yaml").read_text())
        self.body = manifest["body"]
        self.people = {person["id"]: person for person in self.body["people"]}
        self.place = (self.body["id"], self.body["kind"])
        self.publics = {one["name"]: b64(one["public"]) for one in self.body.get("keys", [])}
        self.publics["data"] = b64(self.body["data_key"])
        self.data_fp = fp("data key", self.publics["data"])
        given = [(one["id"], key["key"]) for one in self.people.values() for key in keys_of(one)]
        self.managers = {person for person, key in given if key.startswith("data")}
        self.require_signed(manifest)
        active = [one for one in self.people.values() if one.get("status", "active") == "active"]
        self.me = next(one for one in active if one["name"] == name)
        bundle = open_bundle(folder / "keys" / f"{name}.key", passphrase)
        assert bundle[128:160] == b64(self.people[self.body["founder"]]["signing"])
        assert bundle[160:192].hex() == self.pin()
        self.holders = {self.me["id"]: (bundle[:96], b64(self.me["sealing"]))}
        for given in keys_of(self.me):
            public = self.publics[given["key"]]
            me = (*self.place, self.me["id"], person_fp(self.me), fp("data key", public))
            secret = hpke_open(bundle[:96], b64(given["wrap"]), bind("data key", *me))
            self.holders[given["key"]] = (secret, public)
        self.db = sqlite3.connect(f"file:{folder / 'study.db'}?mode=ro", uri=True)
        self.db.row_factory = sqlite3.Row
        self.require_keys()

    def verify(self, person_id: str, signature: bytes, *message: bytes | str | int) -> None:
        entry = self.body["recovery"] if person_id == "recovery" else self.people[person_id]
        public = Ed25519PublicKey.from_public_bytes(b64(entry["signing"]))
        public.verify(signature, bind(*message))

    def pin(self) -> str:
        founding = self.body.get("founding", [])
        named = [part for one in founding for part in (one, person_fp(self.people[one]))]
        return fp("founding", self.data_fp, *named) if founding else self.data_fp

    def require_signed(self, manifest: Any) -> None:
        person = self.people[manifest["signed_by"]]
        form = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        body = form.encode(self.body).encode()
        self.verify(person["id"], b64(manifest["signature"]), "manifest", body)
        while True:
            assert "administrator" in person["roles"]
            by, who = person["appointed_by"], (person["id"], person_fp(person))
            self.verify(by, b64(person["appointment"]), "appointment", *self.place, *who)
            if by in (person["id"], "recovery"):
                break
            person = self.people[by]
        assert by in (self.body["founder"], "recovery")
        for one in self.people.values():
            for given in keys_of(one):
                key_fp, wrap = fp("data key", self.publics[given["key"]]), b64(given["wrap"])
                about = (*self.place, given["key"], one["id"], person_fp(one), key_fp, wrap)
                if (by := given["by"]) in self.people:
                    self.verify(by, b64(given["signature"]), "study key given", *about)
                    founded = by == self.body["founder"] and one["id"] in self.body["founding"]
                    assert founded or by in self.managers
                elif by == "format 1":
                    assert not self.body.get("founding")

    def require_keys(self) -> None:
        """Everybody has the keys with which the audit says first that they were let in."""
        noted: dict[str, str] = {}
        for action, about in self.db.execute("SELECT action, object FROM audit ORDER BY seq"):
            ids, said, keys, *_ = (about.partition(" manifest ")[0] + "::").split(":")
            if action in ("study founded", "backup restored"):
                noted = dict(zip(said.split("+"), keys.split("+"), strict=False)) | noted
            elif action in ("person added", "person enrolled again", "recovery sheets used"):
                noted = {ids.split("/")[-1]: keys} | noted
        for who, one in self.people.items():
            assert noted.get(who, "") in ("", person_fp(one))

    def case_key(self, case: Any, what: str) -> bytes:
        for grant in (one for one in case["grants"] if one["what"] == what):
            place, by = (*self.place, case["id"], what, grant["recipient"]), grant["granted_by"]
            ends = [grant["expires"]] if grant.get("expires") else []
            self.verify(by, grant["signature"], "grant given", *place, grant["wrap"], *ends)
            other = by == case["assignee"] or "supervisor" in self.people[by]["roles"]
            assert by in self.managers or (other and what != "identity")
            if grant["recipient"] in self.holders:
                secret, public = self.holders[grant["recipient"]]
                info = bind("grant", *place, hashlib.sha256(public).digest())
                return hpke_open(secret, grant["wrap"], info)
        raise KeyError(what)

    def identity(self, case: Any) -> Any:
        fixed = [case[name] for name in ("id", "instrument", "mode", "assignee", "created_by")]
        record = (*self.place, *fixed, hashlib.sha256(case["identity"]).digest())
        self.verify(case["created_by"], case["signature"], "case record", *record)
        key = expand(self.case_key(case, "identity"), "identity", 32)
        context = bind("identity", *self.place, case["id"])
        return json.loads(unbox(key, context, case["identity"])[0])

    def journal(self, case: Any) -> list[Any]:
        key = self.case_key(case, "answers")
        encrypt, chain = expand(key, "journal encrypt", 32), expand(key, "journal chain", 32)
        key_id, place = expand(key, "journal key id", 8), (*self.place, case["id"])
        start = bind("journal start", *place, case["instrument"])
        link, events = hmac.digest(chain, start, "sha256"), []
        states = [fp("journal state", *place, 0, link)]
        for seq, envelope in enumerate(case["events"], start=1):
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
        goes_on = case["noted"][0] in ("", "case begun", "case resumed", "case taken over")
        assert case["noted"][1] in (states if goes_on else states[-1:])
        return events

    def document(self, case: Any) -> Any:
        row, place = case["sealed"], (*self.place, case["id"])
        secret, _ = self.holders[row.get("data_key", "data")]
        bound = bind("case", *place, case["instrument"], self.data_fp)
        key = hpke_open(secret, row["wrap"], bind("submission key", bound))
        parts = unbox(key, bind("submission", bound), row["envelope"])
        header, document, signature, *journal = parts
        self.verify(case["assignee"], signature, "submitted case", header, document, *journal)
        said = json.loads(header)
        assert (said["case"], said["submitted_by"]) == (case["id"], case["assignee"])
        end = hashlib.sha256(*journal).digest() if journal else bytes.fromhex(said["journal_head"])
        assert fp("journal state", *place, said["events"], end) == case["noted"][1]
        case["journal"] = [event for part in journal for _, _, event in json.loads(part)]
        assert (said["format"], len(case["journal"])) in ((1, 0), (2, said["events"]))
        return json.loads(document)

    def require_noted(self, case: Any) -> None:
        """All notes of the case follow one another, from fresh to the state that its row names."""
        state, assignee, before = "fresh", "", ""
        nothing = fp("journal state", *self.place, case["id"], 0, b"")
        for note in case["notes"]:
            _, _, digest, *people = note["object"].split(" ")
            (by, after, to), actor, action = STEPS[note["action"]], note["actor"], note["action"]
            assert bool(people) == (by != ASSIGNEE)
            whose, person, manager = [*people, actor][0], self.people[actor], actor in self.managers
            supervisor = "supervisor" in [*person["roles"], *person.get("former_roles", [])]
            signs = {ASSIGNEE: whose == actor, JUDGE: supervisor or manager, MANAGER: manager}
            signs[RECEIVER] = whose == actor and self.first["action"] == "packet received"
            assert signs.get(by, whose == actor or manager)
            assert whose == assignee or not assignee or manager or by == RECEIVER
            then = "fresh" if digest == nothing else to[-1]
            assert (state in after, then in to) == (True, True)
            assert state == then if action == "case reassigned" else True
            assert digest == before if action == "case accepted" else True
            state, assignee, before = then, whose, digest
        assert (state, assignee or case["assignee"]) == (case["state"], case["assignee"])

    def stored(self) -> Iterator[Any]:
        notes = "SELECT action, actor, object FROM audit WHERE object LIKE ? ORDER BY seq"
        self.first = self.db.execute("SELECT action FROM audit WHERE seq = 1").fetchone()
        for row in self.db.execute('SELECT * FROM "case" ORDER BY id').fetchall():
            found = {}
            for part in ("grant", "event", "sealed", "identity"):
                query = f"SELECT * FROM {part} WHERE case_id = ? ORDER BY 1, 2"
                found[part] = [dict(one) for one in self.db.execute(query, (row["id"],))]
            noted = self.db.execute(notes, (f"{row['id']} journal %",)).fetchall()
            yield dict(row) | {
                "grants": found["grant"],
                "events": [one["envelope"] for one in found["event"]],
                "sealed": next(iter(found["sealed"]), None),
                "identity": b"".join(one["envelope"] for one in found["identity"]),
                "noted": (noted[-1][0], noted[-1][2].split()[2]) if noted else ("", ""),
                "notes": noted,
            }

    def carried(self, packet: Path) -> Iterator[Any]:
        title, line, signature, rest = packet.read_bytes().split(b"\n", 3)
        index = json.loads(line)
        assert (title, index["study"], index["kind"]) == (b"cati packet 1", *self.place)
        self.verify(index["by"], b64(signature.decode()), "packet", line)
        for part in index["parts"]:
            content, rest = rest[: part["size"]], rest[part["size"] :]
            assert hashlib.sha256(content).hexdigest() == part["sha256"]
            if part["name"].startswith("cases/"):
                case = json.loads(content)
                for one in [case, case["sealed"] or {}, *case["grants"]]:
                    for name in {"signature", "head", "identity", "wrap", "envelope"} & one.keys():
                        one[name] = b64(one[name])
                events = [b64(one) for one in case["events"]]
                yield case | {"events": events, "noted": ("", case["ended"])}

    def cases(self, found: Iterator[Any] | None = None) -> Iterator[dict[str, Any]]:
        for case in (one for one in found or self.stored() if one["state"] != "erased"):
            if "notes" in case:  # what is in a packet, its sender signed
                self.require_noted(case)
            try:
                read = self.journal if case["state"] == "open" else self.document
                content = read(case) if case["state"] != "fresh" else []
                yield {"case": case["id"], "content": content, **self.identity(case)}
            except (InvalidTag, KeyError):
                yield {"case": case["id"], "content": None}


if __name__ == "__main__":
    reader = Reader(Path(sys.argv[1]), sys.argv[2], getpass.getpass())
    for one in reader.cases(reader.carried(Path(sys.argv[3])) if sys.argv[3:] else None):
        print(json.dumps(one, ensure_ascii=False))
