"""Destroying a case, or what identifies people in all of them, for good."""

from typing import TYPE_CHECKING

from store.backup import ballast
from store.casework import cases
from store.erasing import certificates, copies, ledger
from store.erasing.certificates import Certificate
from store.erasing.cleaning import clean, forget_beside
from store.erasing.ledger import Erasure, Reason
from store.errors import InvalidInput, NotAllowed, Unwritable
from store.moving import sent
from store.record import audit
from store.record.audit import Deed
from store.team.second import require_second_of
from store.trust.roles import Action, Role

if TYPE_CHECKING:
    from store.access import Access

_SECOND = (Role.DATA_MANAGER, Role.ADMINISTRATOR)


class Erasures:
    """Erasure through one person's keys; see `Access.erasures`."""

    def __init__(self, access: "Access") -> None:
        self._access = access
        self.traces = False
        """Whether the last erasure left anything on this computer that `clean` has to deal with."""

    def request(self, case_id: str) -> None:
        """Ask the data managers to erase a case. For its interviewer, and for supervisors.

        Raises:
            NotAllowed, UnknownCase: nothing was asked.
        """
        access, study = self._access, self._access.study
        access.require(Action.REQUEST_ERASURE)
        with study.database.write() as connection:
            case = cases.find(connection, case_id)
            if case.state == "erased":
                raise NotAllowed(f"Case {case.short_id} was erased: nothing of it is left.")
            if Role.SUPERVISOR not in access.roles and case.assignee != access.entry.id:
                raise NotAllowed("You may ask only for the erasure of your own cases.")
            who, signing = access.entry.id, access.keys.signing
            deed = Deed.ERASURE_REQUESTED
            audit.record(connection, study.body, who, signing, deed, case_id, study.now())

    def requested(self) -> tuple[str, ...]:
        """Ids of the cases whose erasure was asked for and is not done, oldest request first."""
        with self._access.study.database.read() as connection:
            asked = [
                entry.object
                for entry in audit.entries(connection)
                if entry.action == Deed.ERASURE_REQUESTED.value
            ]
            done = {one.case_id for one in ledger.entries(connection)}
        return tuple(case_id for case_id in dict.fromkeys(asked) if case_id not in done)

    def erase_case(
        self, case_id: str, reason: Reason, with_: "Access | None" = None
    ) -> Certificate:
        """Destroy everything that is held of a case; its random id stays, in state `erased`.

        Programs that have the case open are told at their next answer.

        Args:
            case_id: the case, in any state.
            reason: one of the list.
            with_: a second person, unlocked in the same study: another data manager, or an
                administrator. Needed unless nobody else is either.

        Raises:
            NotAllowed, UnknownCase, InvalidInput, DiskFull, StoreError: nothing was destroyed.
        """
        self._access.require(Action.ERASE_CASE)
        with self._access.study.database.read() as connection:
            if cases.find(connection, case_id).state == "erased":
                raise InvalidInput(f"Case {case_id[:8]} was erased before.")
        return self._erase((ledger.CASE, case_id, reason), Deed.CASE_ERASED, with_)

    def erase_identities(
        self, with_: "Access | None" = None, reason: Reason = Reason.FINISHED
    ) -> Certificate:
        """Destroy contact and label of all cases there are; answers and sealed documents stay.

        Cases that are not handed in cannot be conducted any more.

        Args:
            with_: as for `erase_case`.
            reason: one of the list.

        Raises:
            NotAllowed, DiskFull, StoreError: nothing was destroyed.
        """
        self._access.require(Action.ERASE_IDENTITIES)
        return self._erase((ledger.IDENTITIES, "", reason), Deed.IDENTITIES_ERASED, with_)

    def certificate(self, seq: int) -> Certificate:
        """Certify an erasure of the past anew. For data managers.

        Args:
            seq: its number in the ledger, from 1.

        Raises:
            NotAllowed, InvalidInput: there is no such erasure.
        """
        access, study = self._access, self._access.study
        access.require(Action.ERASE_CASE)
        with study.database.read() as connection:
            known, entries = ledger.entries(connection), list(audit.entries(connection))
            contents = sent.contents(connection, entries)
        if not 1 <= seq <= len(known):
            raise InvalidInput(f"The erasure ledger has no entry {seq}: its last is {len(known)}.")
        signer = (access.entry.id, access.keys.signing)
        told = copies.sentences(study.body, known[seq - 1], entries, contents)
        return certificates.issue(study.body, signer, known[:seq], told)

    def clean(self) -> bool:
        """Repeat the cleaning after erasures, of the file and beside it.

        Returns:
            Whether the database was written anew; not while others are at work in it.

        Raises:
            NotAllowed, InvalidInput: not by this person, or not on a server.
            Unwritable: something beside it cannot be deleted; all else was cleaned that could be.
        """
        self._access.require(Action.ERASE_CASE)
        if self._access.study.database.kind != "sqlite":
            raise InvalidInput(
                "This study is on a server, which cleans up by itself: ask whoever runs it for "
                "VACUUM FULL if it has to be at once."
            )
        with self._access.study.database.read() as connection:
            known = ledger.entries(connection)
        folder = self._access.study.folder
        left = {path for entry in known for path in forget_beside(folder, entry.case_id)}
        done = clean(self._access.study.database)
        if left:
            names = ", ".join(sorted(path.relative_to(folder).as_posix() for path in left))
            raise Unwritable(
                "In the study folder there is still what may hold something that was erased: "
                f"{names}. It cannot be deleted now: have its owner delete it, then clean again."
            )
        return done

    def _erase(
        self, what: tuple[str, str, Reason], deed: Deed, with_: "Access | None"
    ) -> Certificate:
        access, study = self._access, self._access.study
        signer = (access.entry.id, access.keys.signing)
        second = require_second_of(access, with_, _SECOND)

        def erase() -> Erasure:
            with study.database.write() as connection:
                body, now = study.body, study.now()
                entry = ledger.record(connection, body, signer, second, what, now)
                ledger.destroy(connection, entry)
                about = " ".join(filter(None, (what[1], what[2].value)))
                audit.record(connection, body, *signer, deed, about, now, second)
            return entry

        entry = ballast.with_room(study.folder, erase)
        access.known.clear()
        if with_ is not None:
            with_.known.clear()
        rewritten = clean(study.database) or study.database.kind != "sqlite"
        self.traces = bool(forget_beside(study.folder, what[1])) or not rewritten
        return self.certificate(entry.seq)
