"""Verification: everything that can be checked with what one person holds, and what cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import notices
from store.casework import cases, grants, progress
from store.casework.grants import CaseRecord, Grant
from store.casework.handed_in import goes_on_from, handed_in_among
from store.casework.journal import first_head, replay
from store.casework.moves import version_in_use
from store.casework.progress import Noted, place_of
from store.casework.reading import read_submitted
from store.casework.rekeying import entries_of
from store.crypto.keys import CaseKeys, Unopenable, wipe
from store.crypto.sealing import journal_digest, open_identity
from store.erasing import ledger
from store.errors import StoreError
from store.moving import places
from store.record import audit
from store.record.audit import Deed, Entry
from store.study import INSTRUMENTS, instrument_is_sound
from store.trust import manifest, pending, tenure
from store.trust.entries import REVIEW, family_of
from store.values import VerifyReport

if TYPE_CHECKING:
    from store.access import Access


_AGAIN = 3
"""Times that what does not agree is looked at once more."""


class _Findings:
    """What was found so far."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.journals = 0
        self.sealed = 0
        self.closed_journals = 0
        self.closed_sealed = 0
        self.closed_identities = 0
        self.due = 0
        self.away = 0

    def add(self, other: "_Findings") -> None:
        """Take over what was found in one case."""
        self.problems += other.problems
        self.journals += other.journals
        self.sealed += other.sealed
        self.closed_journals += other.closed_journals
        self.closed_sealed += other.closed_sealed
        self.closed_identities += other.closed_identities
        self.due += other.due


@dataclass(frozen=True)
class _Whole:
    """What the study consists of at one moment, apart from its cases."""

    signed: manifest.Signed
    chain: list[Entry]
    case_ids: list[str]
    in_ledger: list[str]
    erased: frozenset[str]
    away: int


def verify(access: "Access") -> VerifyReport:
    """Check manifest, instruments, database, audit, and each case; see `Access.verify`.

    Others may work meanwhile. What does not agree with the audit as it was read is therefore held
    against it once more before it is reported.
    """
    study, found = access.study, _Findings()
    for instrument in study.body.instruments:
        if not instrument_is_sound(study.folder / INSTRUMENTS / instrument.fingerprint, instrument):
            found.problems.append(
                f"The files of instrument {instrument.name} {instrument.version} "
                "are not those that were approved."
            )
    found.problems += notices.problems(study)
    found.problems += study.database.integrity()
    with study.database.read() as connection:
        whole = _read_whole(access, connection)
    problems = _against_audit(whole)
    doubtful = _check_cases(access, whole, whole.case_ids, found)
    for _ in range(_AGAIN):
        if not problems and not doubtful:
            break
        # Nobody is in the midst of a change while we may write.
        with study.database.write() as connection:
            pending.settle_within(study.folder, connection)
            before, whole = whole, _read_whole(access, connection)
        if (before.chain, before.signed) == (whole.chain, whole.signed):
            break  # nothing happened since that could explain it
        problems = _against_audit(whole)
        doubtful = _check_cases(access, whole, list(doubtful), found)
    found.problems += problems
    for one in doubtful.values():
        found.add(one)
    found.away = whole.away
    return VerifyReport(
        audit_entries=len(whole.chain),
        cases=len(whole.case_ids),
        journals=found.journals,
        sealed=found.sealed,
        problems=tuple(found.problems),
        unchecked=_unchecked(found),
    )


def _read_whole(access: "Access", connection: Connection) -> _Whole:
    signed = access.study.signed
    in_ledger, erased = ledger.problems(connection, signed.body)
    return _Whole(
        signed=signed,
        chain=list(audit.entries(connection)),
        case_ids=cases.ids(connection),
        in_ledger=list(in_ledger),
        erased=frozenset(erased),
        away=sum(bool(one.away) for one in places.every(connection).values()),
    )


def _against_audit(whole: _Whole) -> list[str]:
    """What does not hold apart from what is stored of each case."""
    body, chain = whole.signed.body, whole.chain
    return [
        *whole.in_ledger,
        *audit.problems(body, chain),
        *tenure.problems(body, chain),
        *_against_manifest(whole),
        *_against_cases(chain, set(whole.case_ids)),
    ]


def _check_cases(
    access: "Access", whole: _Whole, case_ids: Iterable[str], found: _Findings
) -> dict[str, _Findings]:
    """What was found in those of these cases in which something does not hold, by their ids."""
    notes = progress.by_case(whole.chain)
    doubtful = {}
    for case_id in case_ids:
        if case_id in whole.erased:
            continue  # nothing is left that could be held against anything
        one = _Findings()
        _check_case(access, case_id, whole.chain, notes.get(case_id, []), one)
        if one.problems:
            doubtful[case_id] = one
        else:
            found.add(one)
    return doubtful


def _against_manifest(whole: _Whole) -> list[str]:
    """The newest manifest that the audit knows must be the one in place."""
    notes = [entry.object for entry in whole.chain if " manifest " in entry.object]
    if notes and notes[-1] == manifest.audit_note(notes[-1].split(" ")[0], whole.signed):
        return []
    return ["The manifest in place is not the one that the audit knows as the newest."]


def _against_cases(chain: list[Entry], present: set[str]) -> list[str]:
    added = {entry.object for entry in chain if entry.action == Deed.CASE_ADDED.value}
    added |= {
        entry.object.partition(" ")[0] for entry in chain if entry.action == Deed.CASE_BROUGHT.value
    }
    lost = [f"Case {case_id[:8]} was deleted." for case_id in sorted(added - present)]
    return lost + [
        f"Case {case_id[:8]} was added without an entry in the audit."
        for case_id in sorted(present - added)
    ]


def _check_case(
    access: "Access", case_id: str, chain: list[Entry], notes: list[Entry], found: _Findings
) -> None:
    """Record, grants, identity, and the journal or the sealed document of one case."""
    body = access.study.body
    try:
        with access.study.database.read() as connection:
            case = cases.find(connection, case_id)
            envelope = cases.identity(connection, case_id)
            stored = cases.events(connection, case_id)
            sealed = cases.sealed(connection, case_id)
            grants.require_record(body, case, envelope)
            noted = progress.newest(connection, body, case, notes)
            returned_by = "" if noted is None else noted.returned_by
            given = grants.require_given(
                connection, body, case, returned_by, identity=not grants.is_erased(envelope)
            )
        expected = progress.state_of_case(noted)
        is_sealed = expected in ("submitted", "accepted")
        if case.state != expected or (sealed is not None) != is_sealed:
            raise Unopenable
        if expected != "open" and (case.n or stored or case.head):
            raise Unopenable
        _check_identity(access, case, envelope, found)
        if noted is not None and expected == "open":
            _check_journal(access, case, stored, (noted, notes), found)
        if noted is not None and is_sealed:
            _check_sealed(access, case, noted, given, (chain, notes), found)
    except Unopenable:
        found.problems.append(f"Case {case_id[:8]} is damaged or was altered outside cati.")
    except StoreError as error:
        found.problems.append(str(error))


def _check_identity(access: "Access", case: CaseRecord, envelope: bytes, found: _Findings) -> None:
    if grants.is_erased(envelope):
        return  # the ledger says so, or that was noticed there
    body = access.study.body
    with access.study.database.read() as connection:
        key = grants.case_key(connection, body, case, "identity", access.holders())
    if key is None:
        found.closed_identities += 1
        return
    open_identity(key, (body.id, body.kind, case.id), envelope)
    wipe(key)


def _check_journal(
    access: "Access",
    case: CaseRecord,
    stored: list[tuple[int, bytes]],
    noting: tuple[Noted, list[Entry]],
    found: _Findings,
) -> None:
    body, (noted, notes) = access.study.body, noting
    place = place_of(body, case)
    with access.study.database.read() as connection:
        key = grants.case_key(connection, body, case, "answers", access.holders())
    if key is None:
        found.closed_journals += 1
        # A case at rest ends where it was noted, which takes no key to see.
        if noted.at_rest and progress.state(place, case.n, case.head) != noted.state:
            found.problems.append(_not_kept(case))
        return
    keys = CaseKeys.derive(key)
    try:
        journal = replay(keys, place, stored, case.n, case.head)
        links = [first_head(keys, place), *(event.head for event in journal)]
        version_in_use(body, case.instrument, (event.event for event in journal))
    finally:
        wipe(key)
        keys.wipe()
    if not progress.is_kept(noted, place, links):
        found.problems.append(_not_kept(case))
    elif not goes_on_from(handed_in_among(body, notes), place, entries_of(journal)):
        found.problems.append(
            f"Case {case.short_id} does not go on from what was submitted: "
            "whoever returned it altered its journal."
        )
    found.journals += 1


def _not_kept(case: CaseRecord) -> str:
    return (
        f"Case {case.short_id} was put back to an earlier state: "
        "the audit knows of entries that its journal lacks."
    )


def _check_sealed(
    access: "Access",
    case: CaseRecord,
    noted: Noted,
    given: list[Grant],
    audited: tuple[list[Entry], list[Entry]],
    found: _Findings,
) -> None:
    chain, notes = audited
    if case.state == "submitted" and any(family_of(one.recipient) == REVIEW for one in given):
        found.due += 1
    if access.data_key is None:
        found.closed_sealed += 1
        return
    read, opened = read_submitted(access, case.id)
    header, place = opened.header, place_of(access.study.body, case)
    end = _from_hex(str(header.get("journal_head")))
    if opened.journal is not None:
        end = journal_digest(opened.journal)
    if progress.state(place, read.events, end) != noted.state:
        raise Unopenable
    reviewed = any(family_of(one.recipient) == REVIEW for one in given)
    if reviewed != (case.state == "submitted" and bool(header.get("review"))):
        raise Unopenable
    seq = header.get("audit_seq")
    # What the audit was when the case was sealed, it must still begin with; unless it was sealed
    # on another computer, which has an audit of its own.
    if not _was_sealed_elsewhere(notes) and (
        type(seq) is not int
        or not 0 < seq <= len(chain)
        or (chain[seq - 1].hash.hex() != header.get("audit_head"))
    ):
        found.problems.append(
            f"The audit was cut or replaced after case {case.short_id} was sealed."
        )
    found.sealed += 1


def _was_sealed_elsewhere(notes: list[Entry]) -> bool:
    deeds = (Deed.CASE_SUBMITTED.value, Deed.CASE_RECEIVED.value)
    sealings = [one.action for one in notes if one.action in deeds]
    return sealings[-1:] == [Deed.CASE_RECEIVED.value]


def _from_hex(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise Unopenable from None


def _unchecked(found: _Findings) -> tuple[str, ...]:
    """What could not be checked: for want of a key, of a case that is elsewhere, of a reviewer."""
    from instrument.counts import counted

    closed = (
        (found.closed_identities, "the contact data"),
        (found.closed_journals, "the journal"),
        (found.closed_sealed, "the sealed document"),
    )
    told = [
        f"Not checked: {what} of {counted(count, 'case')}, for want of a key."
        for count, what in closed
        if count
    ]
    if found.away:
        told.append(
            f"Not checked: what became of {counted(found.away, 'case')} away on another computer."
        )
    if found.due:
        submitted = counted(found.due, "case that was", "cases that were")
        told.append(f"Not reviewed yet: {submitted} submitted.")
    return tuple(told)
