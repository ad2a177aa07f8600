"""Erased cases are gone, and stay gone: `python -m tests.campaigns.erasing --cases N` (K5).

N cases in every state are erased, one after the other. The attacker then has every remaining key of
everyone (all key files, all keys of the study), the live files and a new backup; what was stored of
the cases before is searched for in every byte, and every wrapped key and sealed box that is left is
tried. Then a backup of before is restored beside the study, and with nothing but a certificate.

Controls, which must find what was erased: the same search before; rows deleted without overwriting;
the old backup restored without the ledger.
"""

import argparse
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from store import Access, NotAllowed, Reason, Study
from store.backup.restoring import Consent, restore
from store.binding import bind
from store.crypto.keys import SealingSecret, data_key_fingerprint, sha256
from store.trust.manifest import unpack
from tests.campaigns.support import tell
from tests.store.made import DOCUMENT, PEOPLE, add_case, answer, found, passphrase
from tests.store.quick_keys import remembered_keys
from tests.store.reach import opens

PIECE = 48
"""Bytes of ciphertext that cannot be anywhere by chance."""

Pieces = dict[str, list[bytes]]
"""Case id to everything sealed that was stored of it."""


@dataclass
class Figures:
    """What was found; of the cases, unless said otherwise."""

    cases: int = 0
    pieces: int = 0
    """Envelopes and wrapped keys that were stored of them."""
    found_before: int = 0
    """Control: cases with pieces in the live files before they were erased."""
    opened_before: int = 0
    """Control: cases of which a key was opened before."""
    found_after: int = 0
    found_in_new_backup: int = 0
    opened_after: int = 0
    readable_by_service: int = 0
    """Cases that the program still opened for anybody."""
    found_without_overwriting: int = 0
    """Control: rows deleted by someone who does not overwrite."""
    restored_without_ledger: int = 0
    """Control: cases that an old backup brings back where nothing is known of the erasures."""
    after_restore_beside: int = 0
    after_restore_by_certificate: int = 0
    problems: int = 0
    """Of `verify`, in the study and in what was restored."""


def stored(database: Path, chosen: Sequence[str]) -> Pieces:
    """What is stored of these cases, as ciphertext."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as sql:
        kept: Pieces = {case_id: [] for case_id in chosen}
        for query in (
            "SELECT case_id, envelope FROM event",
            "SELECT case_id, envelope FROM identity",
            "SELECT case_id, envelope FROM sealed",
            "SELECT case_id, wrap FROM sealed",
            'SELECT case_id, wrap FROM "grant"',
        ):
            for case_id, blob in sql.execute(query):
                if case_id in kept:
                    kept[case_id].append(bytes(blob))
    return kept


def cases_found(folder: Path, pieces: Pieces) -> int:
    """Of how many cases any piece is in any byte of any file."""
    contents = [file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()]
    return sum(
        any(
            blob[start : start + PIECE] in content
            for blob in blobs
            for start in range(0, len(blob) - PIECE + 1, PIECE)
            for content in contents
        )
        for blobs in pieces.values()
    )


def cases_opened(people: Sequence[Access], database: Path, chosen: Sequence[str]) -> int:
    """Of how many cases these people's keys open any wrapped key that is in the database."""
    body = people[0].study.body
    secrets: dict[str, tuple[SealingSecret, bytes]] = {}
    for person in people:
        for name, secret in person.holders():
            secrets[name] = (secret, secret.public)
    anchor = unpack(body.data_key)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as sql:
        wraps = sql.execute('SELECT case_id, what, recipient, wrap FROM "grant"').fetchall()
        query = 'SELECT case_id, instrument, wrap FROM sealed JOIN "case" ON id = case_id'
        sealed = sql.execute(query).fetchall()
    opened = set()
    names = (body.id, body.kind)
    for case_id, what, recipient, wrap in wraps:
        for secret, public in secrets.values():
            info = bind("grant", *names, case_id, what, recipient, sha256(public))
            if opens(secret, wrap, info):
                opened.add(case_id)
    for case_id, instrument, wrap in sealed:
        place = bind("case", *names, case_id, instrument, data_key_fingerprint(anchor))
        if any(opens(one, wrap, bind("submission key", place)) for one, _ in secrets.values()):
            opened.add(case_id)
    return len(opened & set(chosen))


def run(place: Path, count: int, study: Study | None = None) -> Figures:
    """Add cases to a study, erase them, attack, restore."""
    figures = Figures(cases=count)
    study = study or found(place / "study")
    folder, database = study.folder, study.folder / "study.db"
    backups, later = place / "backups", place / "later"
    for one in (backups, later):
        one.mkdir()
    everyone = [study.unlock(name, passphrase(name)) for name in PEOPLE]
    ada, dan, ina = everyone[:3]
    chosen = _collect(dan, ina, count)
    kept = {add_case(dan, f"Kept {number}", "ina") for number in range(3)}
    pieces = stored(database, chosen)
    figures.pieces = sum(map(len, pieces.values()))
    figures.found_before = cases_found(folder, pieces)
    figures.opened_before = cases_opened(everyone, database, chosen)
    figures.found_without_overwriting = _delete_plainly(place, database, pieces)
    old = dan.backups.make(backups).path
    for case_id in chosen:
        certificate = dan.erasures.erase_case(case_id, Reason.WITHDRAWN, ada)
    certificate.write(place / "certificate.json")
    figures.found_after = cases_found(folder, pieces)
    figures.opened_after = cases_opened(everyone, database, chosen)
    figures.readable_by_service = _readable(study, everyone, chosen)
    dan.backups.make(later)
    figures.found_in_new_backup = cases_found(later, pieces)
    figures.problems += len(dan.verify().problems)
    assert {card.id for card in dan.cases() if card.label} >= kept
    study.close()
    beside = {"current": folder, "consent": Consent(older=True)}
    paper = {"certificates": [place / "certificate.json"]}
    for name, options in (("beside", beside), ("paper", paper), ("bare", {})):
        target = place / name
        restore(
            old,
            target,
            keys_from=folder / "keys",
            name="ada",
            passphrase=passphrase("ada"),
            **options,
        )
        back = cases_found(target, pieces)
        if name == "bare":
            figures.restored_without_ledger = back
        elif name == "beside":
            figures.after_restore_beside = back
        else:
            figures.after_restore_by_certificate = back
        figures.problems += _problems(target)
    return figures


def _collect(dan: Access, ina: Access, count: int) -> list[str]:
    """Cases in every state: fresh, begun, handed in, accepted."""
    chosen = [add_case(dan, f"Household {number}", "ina") for number in range(count)]
    for number, case_id in enumerate(chosen):
        if number % 4 == 0:
            continue
        case = ina.open_case(case_id)
        for event in range(1, 2 + number % 5):
            case.append(answer(event))
        if number % 4 == 1:
            case.release()
        else:
            case.submit(DOCUMENT)
        if number % 4 == 3:
            dan.reviews.accept(case_id)
    return chosen


def _delete_plainly(place: Path, database: Path, pieces: Pieces) -> int:
    """What is left when rows are deleted and nothing is overwritten."""
    folder = place / "plainly"
    folder.mkdir()
    shutil.copyfile(database, folder / "study.db")
    with closing(sqlite3.connect(folder / "study.db")) as sql:
        sql.execute("PRAGMA secure_delete = OFF")
        for table in ("event", "identity", "sealed", '"grant"'):
            for case_id in pieces:
                sql.execute(f"DELETE FROM {table} WHERE case_id = ?", (case_id,))
        sql.commit()
    return cases_found(folder, pieces)


def _readable(study: Study, everyone: Sequence[Access], chosen: Sequence[str]) -> int:
    opened = set()
    for person in everyone:
        opened |= {card.id for card in person.cases() if card.id in chosen and card.label}
        for case_id in chosen:
            for attempt in (person.open_case, person.read_submitted):
                try:
                    attempt(case_id)
                    opened.add(case_id)
                except NotAllowed:
                    continue
    assert study.folder.exists()
    return len(opened)


def _problems(folder: Path) -> int:
    from store import open_study

    study = open_study(folder)
    try:
        return len(study.unlock("dan", passphrase("dan")).verify().problems)
    finally:
        study.close()


def passed(figures: Figures) -> bool:
    """Whether nothing is left, and every control found what was there."""
    gone = (
        figures.found_after,
        figures.found_in_new_backup,
        figures.opened_after,
        figures.readable_by_service,
        figures.after_restore_beside,
        figures.after_restore_by_certificate,
        figures.problems,
    )
    controls = (
        figures.found_before,
        figures.opened_before,
        figures.restored_without_ledger,
    )
    return (
        not any(gone)
        and all(one == figures.cases for one in controls)
        and figures.found_without_overwriting > 0
    )


def main() -> int:
    """Run it and print the figures; 0 when nothing is left and the controls found everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, remembered_keys():
        figures = run(Path(place), options.cases)
    tell(
        f"erased {figures.cases} cases of {figures.pieces} pieces; left of them: "
        f"{figures.found_after} in the live files, {figures.found_in_new_backup} in a new backup; "
        f"opened by anybody's keys {figures.opened_after}, by the program "
        f"{figures.readable_by_service}"
    )
    tell(
        f"old backup restored beside the study: {figures.after_restore_beside} came back; with a "
        f"certificate: {figures.after_restore_by_certificate}; problems of verify: "
        f"{figures.problems}"
    )
    tell(
        f"controls: before {figures.found_before} found and {figures.opened_before} opened; "
        f"deleted without overwriting {figures.found_without_overwriting} found; old backup "
        f"without the ledger {figures.restored_without_ledger} came back"
    )
    return int(not passed(figures))


if __name__ == "__main__":
    sys.exit(main())
