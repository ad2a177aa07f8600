"""After submission the interviewer's keys open nothing (K4).

    python -m tests.campaigns.forgetting --size 1000

A practice case is conducted and submitted. Before and after, everything the interviewer holds (the
opened key file) is turned against every wrapped key of the database, under every name it could
have been wrapped for. Before, that opens the case (the control); after, nothing. What was stored of
the journal is also searched for in the free space of the file. Then the data manager reads the case
and gets the identical document.

The same then with many small cases, which are handed in for review; every third is returned, goes
on and is handed in again, every fourth is accepted. At each of these moments everything that the
interviewer holds is turned against everything that is in the database of that moment, and in the
end against the copy of the database from before: that one opens, and is the control.
"""

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from cati.practice import play
from store import Access, AlreadySubmitted, NotAllowed, Study
from store.binding import bind
from store.crypto.keys import SealingSecret, data_key_fingerprint, sha256
from store.trust.manifest import unpack
from tests.campaigns.support import (
    DATA_MANAGER,
    INTERVIEWER,
    PASSPHRASE,
    njov4,
    njov4_cases,
    plain_study,
    sitting,
    tell,
)
from tests.store.made import DOCUMENT, add_case, answer, found, passphrase
from tests.store.reach import opens, reach


@dataclass
class Figures:
    """What was found."""

    opened_before: int = 0
    """Wrapped keys that the interviewer's keys open while the case is open: the control."""
    opened_after: int = 0
    opened_by_data_key: int = 0
    """The same attempts with the study's data key: contact and sealed case."""
    tried: int = 0
    stored: int = 0
    """Pieces of ciphertext of the case that were on the disk before the submission."""
    still_there: int = 0
    """Of these, how many can be found in the files afterwards."""
    refused: tuple[str, ...] = ()
    """What the program says to the interviewer."""
    identical: bool = False
    """The data manager reads what was submitted."""
    answers: int = 0


def opened_by(study: Study, secret: SealingSecret, file: Path) -> tuple[int, int]:
    """How many wrapped keys of the database a secret key opens, and how often that was tried."""
    body = study.body
    data_key = unpack(body.data_key)
    publics = {person.id: body.person(person.name).public.sealing for person in study.people}
    publics["data"] = data_key
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        grants = database.execute('SELECT case_id, wrap FROM "grant"').fetchall()
        sealed = database.execute(
            'SELECT case_id, wrap, instrument FROM sealed JOIN "case" ON id = case_id'
        ).fetchall()
    database.close()
    names = (body.id, body.kind)
    attempts = [
        (wrap, bind("grant", *names, case_id, what, recipient, sha256(public)))
        for case_id, wrap in grants
        for what in ("identity", "answers")
        for recipient, public in publics.items()
    ]
    for case_id, wrap, instrument in sealed:
        place = bind("case", *names, case_id, instrument, data_key_fingerprint(data_key))
        attempts.append((wrap, bind("submission key", place)))
    return sum(opens(secret, wrap, info) for wrap, info in attempts), len(attempts)


def ciphertexts(file: Path, case_id: str) -> list[bytes]:
    """What is stored of a case's journal and of the grants that go with submission."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        stored = database.execute("SELECT envelope FROM event WHERE case_id = ?", (case_id,))
        found = [bytes(row[0]) for row in stored]
        stored = database.execute(
            "SELECT wrap FROM \"grant\" WHERE case_id = ? AND what = 'answers'", (case_id,)
        )
        found += [bytes(row[0]) for row in stored]
    database.close()
    return found


def remains(folder: Path, pieces: list[bytes]) -> int:
    """How many of the pieces have any run of 48 bytes left in any file."""
    contents = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return sum(
        any(
            piece[start : start + 48] in content
            for start in range(0, len(piece) - 47, 48)
            for content in contents
        )
        for piece in pieces
    )


def run(place: Path) -> Figures:
    """Conduct, submit, attack, read."""
    figures = Figures()
    read = njov4()
    case = njov4_cases()["production"]
    folder = place / "study"
    study = plain_study(folder, read, case.title, dict(case.contact))
    database = folder / "study.db"
    watcher = study.unlock(INTERVIEWER, PASSPHRASE)
    case_id = watcher.cases()[0].id
    watcher.lock()
    with sitting(study, read, case_id) as seat:
        seat.interview.begin()
        play(case, seat.interview)
        seat.interview.end("finished")
        figures.opened_before, _ = opened_by(study, seat.access.keys.sealing, database)
        before = ciphertexts(database, case_id)
        figures.stored = len(before)
        assert remains(folder, before) == len(before), "the search has to find what is there"
        document = seat.interview.document()
        seat.journal.submit(document)
    figures.still_there = remains(folder, before)
    interviewer = study.unlock(INTERVIEWER, PASSPHRASE)
    secret = interviewer.keys.sealing
    figures.opened_after, figures.tried = opened_by(study, secret, database)
    card = interviewer.cases()[0]
    said = [] if card.label is None and card.identity is None else ["the contact is still shown"]
    for attempt in (interviewer.open_case, interviewer.read_submitted):
        try:
            attempt(case_id)
            said.append("opened")
        except (AlreadySubmitted, NotAllowed) as error:
            said.append(str(error))
    figures.refused = tuple(said)
    interviewer.lock()
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    assert manager.data_key is not None
    figures.opened_by_data_key, _ = opened_by(study, manager.data_key, database)
    opened = manager.read_submitted(case_id)
    figures.identical = opened.document == document and opened.identity == dict(case.contact)
    answers = document["answers"]
    assert isinstance(answers, list)
    figures.answers = len(answers)
    manager.lock()
    study.close()
    return figures


@dataclass
class Many:
    """What was found in a study of many cases; numbers of cases."""

    cases: int = 0
    returned: int = 0
    opened_before: int = 0
    """Whose journal the interviewer's keys open before anything is handed in: the control."""
    opened_after: int = 0
    """Of which anything opens once all are handed in."""
    opened_returned: int = 0
    """Whose journal opens again while they are returned."""
    opened_at_last: int = 0
    """Of which anything opens when these were handed in again."""
    opened_in_old_copy: int = 0
    """What the same keys open in a copy of the database from before; no forgetting reaches it."""
    seen_by_reviewer: int = 0
    seen_by_manager: int = 0
    pieces: int = 0
    still_there: int = 0
    tried: int = 0


def many(place: Path, size: int) -> Many:
    """Hand in many cases, return some, and try the interviewer's keys each time."""
    figures = Many(cases=size)
    folder, old = place / "many", place / "before.db"
    study = found(folder)
    ada, dan, ina, sue = (
        study.unlock(name, passphrase(name)) for name in ("ada", "dan", "ina", "sue")
    )
    ada.people.change_policy(dan, review="all")
    ids = [add_case(dan, f"Household {number}", "ina") for number in range(size)]

    def opens(person: Access, part: str = "", file: Path = folder / "study.db") -> int:
        found_open = reach(file, study.body, [secret for _, secret in person.holders()])
        figures.tried += found_open.tried
        return len({case for case, what in found_open.opened if part in ("", what)})

    held = {case_id: ina.open_case(case_id) for case_id in ids}
    for number, case in enumerate(held.values()):
        case.append(answer(number))
    figures.opened_before = opens(ina, "journal")
    shutil.copyfile(folder / "study.db", old)
    pieces = [ciphertexts(folder / "study.db", case_id)[0] for case_id in ids]
    figures.pieces = len(pieces)
    for case in held.values():
        case.submit(DOCUMENT)
    figures.opened_after = opens(ina)
    back = ids[::3]
    figures.returned = len(back)
    for case_id in back:
        sue.reviews.give_back(case_id, {"event": "returned"})
    figures.opened_returned = opens(ina, "journal")
    for case_id in back:
        case = ina.open_case(case_id)
        assert len(case.events) == 2
        pieces += ciphertexts(folder / "study.db", case_id)[:1]
        case.submit(DOCUMENT)
    for case_id in ids[::4]:
        sue.reviews.accept(case_id)
    figures.pieces = len(pieces)
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    figures.still_there = sum(piece[:48] in content for piece in pieces)
    figures.opened_at_last = opens(ina)
    figures.opened_in_old_copy = opens(ina, "journal", old)
    figures.seen_by_reviewer = opens(sue, "document")
    figures.seen_by_manager = sum(case.document == DOCUMENT for case in dan.submitted())
    study.close()
    return figures


def forgot(figures: Many) -> bool:
    """Whether every case was forgotten each time, and the controls opened."""
    size, accepted = figures.cases, len(range(0, figures.cases, 4))
    return (
        figures.opened_before == figures.opened_in_old_copy == figures.seen_by_manager == size
        and figures.opened_returned == figures.returned
        and figures.opened_after == figures.opened_at_last == figures.still_there == 0
        and figures.seen_by_reviewer == size - accepted
    )


def passed(figures: Figures) -> bool:
    """Whether the case was forgotten, and would have been opened before."""
    return (
        figures.opened_before == 2
        and figures.opened_after == 0
        and figures.opened_by_data_key == 2
        and figures.stored > 0
        and figures.still_there == 0
        and "opened" not in figures.refused
        and len(figures.refused) == 2
        and figures.identical
    )


def main() -> int:
    """Run it and print the figures; 0 when the case is forgotten and the data manager has it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=1000, help="small cases (default: 1000)")
    size = parser.parse_args().size
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        figures = run(Path(place))
        all_of_them = many(Path(place), size)
    tell(f"before submission the interviewer's keys open {figures.opened_before} wrapped keys")
    tell(f"after it {figures.opened_after}, of {figures.tried} attempts over every record")
    tell(f"with the data key {figures.opened_by_data_key}: the contact and the sealed case")
    tell(f"stored pieces of the journal: {figures.stored}; left in any file: {figures.still_there}")
    for sentence in figures.refused:
        tell(f"the program says: {sentence}")
    tell(f"the data manager reads {figures.answers} items, identical: {figures.identical}")
    for name, value in asdict(all_of_them).items():
        tell(f"{value:10,} {name.replace('_', ' ')}")
    tell(
        f"{size} cases forgotten: {figures.opened_after} of {figures.tried} attempts open, "
        f"{figures.still_there} pieces left, {time.perf_counter() - start:.0f} s"
    )
    return int(not (passed(figures) and forgot(all_of_them)))


if __name__ == "__main__":
    sys.exit(main())
