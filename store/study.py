"""A study on disk: opening it, what everyone may see of it, and unlocking it for one person."""

import contextlib
import re
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from store.binding import fingerprint, spoken
from store.canonical import JSON
from store.clock import Clock, utc_now
from store.crypto.keys import SigningSecret
from store.crypto.keystore import Bundle, Owner
from store.databases.database import rows
from store.databases.server import open_database
from store.databases.tables import MetaRow
from store.errors import (
    DamagedStudy,
    InvalidInput,
    NotFollowed,
    StoreError,
    UnknownInstrument,
)
from store.files import read_limited
from store.notices import read_notice
from store.record import audit
from store.record.audit import Deed
from store.trust import following, giving, manifest, mirror, pending, seen
from store.trust.last_day import LastDays
from store.trust.leaving import require_active
from store.trust.manifest import Body, InstrumentEntry, PersonEntry, Signed, unpack
from store.trust.unlocking import KEYS, open_keys
from store.values import InstrumentCard, KdfCost, Kind, PersonCard

if TYPE_CHECKING:
    from store.access import Access

INSTRUMENTS = "instruments"
_PRESENT = ("active", "suspended")
_META = select(col(MetaRow.study), col(MetaRow.kind))

MAX_INSTRUMENT_FILE = 16 * 1024 * 1024


class Study:
    """An open study. Nothing of it is readable before someone unlocks it.

    Attributes:
        folder: where it is.
        database: its open database.
        now: the clock.
        seen: folder, outside of the study, for what each person last saw of it; None keeps nothing.
        days: when a last day is over.
    """

    def __init__(self, folder: Path, now: Clock = utc_now, seen: Path | None = None) -> None:
        """Open a study; use `open_study`."""
        self.folder = folder
        self.now = now
        self.seen = seen
        self.restoring = False
        """A newer manifest was put beside an older database, which will note it."""
        self._stamp, self._signed = read_manifest(folder)
        self.database = open_database(folder)
        self.days = LastDays(self.database, now)
        self._open: list[Access] = []
        try:
            self._require_own_database()
            pending.settle(folder, self.database)
            mirror.follow(self)
            mirror.refresh(self)
        except BaseException:
            self.database.close()
            raise

    @property
    def id(self) -> str:
        """Random, 32 hexadecimal digits."""
        return self._signed.body.id

    @property
    def title(self) -> str:
        """As given when it was made."""
        return self._signed.body.title

    @property
    def kind(self) -> Kind:
        """Live or practice, for good."""
        return self._signed.body.kind

    @property
    def fingerprint(self) -> str:
        """Of founder and data key, in groups of four, to compare with a printed copy."""
        return spoken(anchor(self.body))

    @property
    def lock_after_minutes(self) -> int:
        """Idle minutes after which a program should lock."""
        return self.body.policy.lock_after_minutes

    @property
    def body(self) -> Body:
        """The manifest as it is now on disk, verified; read anew when the file changed."""
        return self._as_on_disk().body

    def _as_on_disk(self, *, unlocking: bool = False) -> Signed:
        """The manifest, read anew; when `unlocking` the audit is asked next if it is followed."""
        stamp = _stamp(self.folder)
        if stamp != self._stamp:
            new_stamp, signed = read_manifest(self.folder)
            if anchor(signed.body) != anchor(self._signed.body):
                raise manifest.damaged("it is the manifest of another study")
            before = self._signed.body
            if signed.body.version < before.version:
                raise manifest.damaged("an earlier one was put back in its place")
            newer = signed.body.version > before.version
            if newer and not unlocking and not following.may_follow(before, signed):
                raise DamagedStudy(
                    f"The manifest was changed by {name_of(signed.body, signed.signed_by)}, who "
                    "was no administrator by the one before, or who put other keys under "
                    "somebody's name. Lock and unlock again: then the audit is asked."
                )
            self._stamp, self._signed = new_stamp, signed
        return self._signed

    def adopt(self, newer: Signed) -> None:
        """Go on with a newer manifest of this study that cannot be written here."""
        self._stamp, self._signed = _stamp(self.folder), newer

    @property
    def signed(self) -> Signed:
        """The manifest with its signature, as it is now on disk."""
        _ = self.body
        return self._signed

    @property
    def people(self) -> tuple[PersonCard, ...]:
        """Everyone who takes part, also who is suspended at present."""
        return tuple(person for person in self.everyone if person.status in _PRESENT)

    @property
    def everyone(self) -> tuple[PersonCard, ...]:
        """Everyone who takes part or ever did."""
        return tuple(card(person) for person in self.body.people)

    @property
    def instruments(self) -> tuple[InstrumentCard, ...]:
        """Every approved instrument."""
        return tuple(instrument.card for instrument in self.body.instruments)

    def today(self) -> date:
        """The day (UTC) by which a last day is over: the clock's, or a later one of the audit."""
        return self.days.today

    def instrument_folder(self, instrument: str) -> Path:
        """Where the files of an approved instrument are, after holding them against the manifest.

        Raises:
            UnknownInstrument: not one of the study's.
            DamagedStudy: a file is missing or was changed.
        """
        entry = find_instrument(self.body, instrument)
        folder = self.folder / INSTRUMENTS / instrument
        if not instrument_is_sound(folder, entry):
            mirror.refresh(self)
        if not instrument_is_sound(folder, entry):
            raise DamagedStudy(
                f"The files of instrument {entry.name} {entry.version} are missing or changed: "
                "restore the folder instruments from a backup."
            )
        return folder

    def notice(self, name: str) -> dict[str, JSON] | None:
        """What a data manager published under a name; None if nobody did. Needs no keys.

        Raises:
            DamagedNotice: the file is not what a data manager of this study signed.
        """
        return read_notice(self, name)

    def unlock(self, name: str, passphrase: str, *, accept_older: bool = False) -> "Access":
        """Open a person's keys. Takes about a second, on purpose.

        Args:
            name: login name.
            passphrase: theirs.
            accept_older: take the study as it is although this person has seen a later state of it,
                since it was restored on purpose; noted in the audit.

        Raises:
            UnknownPerson, WrongPassphrase, DamagedKeyFile, TooSoon: nothing was changed,
                except that a wrong passphrase is counted.
            NotAllowed: they were suspended or removed, or their last day is over.
            PutBack: entries of the audit that this person has seen are missing.
            DamagedStudy: the manifest is not the one this person's keys were made for, or not the
                newest that the audit knows.
        """
        from store.access import Access
        from store.waiting import finished

        pending.settle(self.folder, self.database)
        person = self._as_on_disk(unlocking=True).body.person(name)
        bundle, _, _ = self.open_keys(person, passphrase)
        try:
            with self.database.read() as connection:
                doubt = self._doubt(connection)
                self.days.learn(connection)
            if self.seen is not None and not accept_older:
                # Also for those who are refused next: so they have seen that they were removed.
                self._look(self.seen, person, bundle)
            self.days.require_active(person)
            access = Access(self, person, bundle)
            for one in (access, *self._open):
                one.doubt = doubt
            if accept_older:
                seen.accept(access)
        except BaseException:
            bundle.wipe()
            raise
        self._open.append(access)
        # What was lent and has ended goes, and what was not saved in a case that is done with; if
        # it cannot now, it goes another time.
        with contextlib.suppress(StoreError):
            finished.forget(access)
        if access.data_key is not None:
            with contextlib.suppress(StoreError):
                access.reviews.sweep()
        return access

    def _doubt(self, connection: Connection) -> DamagedStudy | None:
        return None if self.restoring else following.doubt(connection, self.signed)

    def _look(self, folder: Path, person: PersonEntry, keys: Bundle) -> None:
        with self.database.read() as connection:
            seen.look(folder, self.body, person.id, keys, connection, self.folder)
            # Work does not wait for a folder of this computer.
            with contextlib.suppress(StoreError):
                seen.remember(folder, self.body, person.id, keys, connection, self.folder)

    def open_keys(self, person: PersonEntry, passphrase: str) -> tuple[Bundle, KdfCost, int]:
        """Read a key file under the growing delay, and hold it against the manifest."""
        return open_keys(self.folder, self.body, person, passphrase, self.now)

    def owner(self, person_id: str) -> Owner:
        """Whom a key file of this study is bound to."""
        return Owner(self.id, self.kind, person_id)

    def key_path(self, name: str) -> Path:
        """Where a person's key file is."""
        return self.folder / KEYS / f"{name}.key"

    def change(
        self,
        change: Callable[[Body], Body],
        actor: str,
        secret: SigningSecret,
        deed: Deed,
        about: str,
        second: audit.Signer | None = None,
        within: Callable[[Connection], None] | None = None,
    ) -> None:
        """Change the manifest, signed by an administrator, with its audit entry.

        `second` is who confirms what takes two people, `within` what else the change brings about.
        The database's write lock is held meanwhile, so two changes cannot lose one another.
        """
        with self.database.write() as connection:
            pending.settle_within(self.folder, connection)
            if (doubt := self._doubt(connection)) is not None:
                raise doubt
            before = self.body
            signer = before.person_by_id(actor)
            if signer is not None:
                today = audit.no_earlier(connection, self.now()).date()
                require_active(signer, today, self.now().date())
            after = change(before).model_copy(update={"version": before.version + 1})
            signed = manifest.sign(Body.model_validate(after), actor, secret)
            data = manifest.write(signed)
            manifest.read(data)  # what others will read must hold before it is put in place
            note = manifest.audit_note(about, signed)
            audit.record(connection, before, actor, secret, deed, note, self.now(), second)
            counts = following.newest(connection, signed)
            if counts is None or not following.is_about(counts, signed):
                raise NotFollowed(audit.last(connection)[0])
            if within is not None:
                within(connection)
            mirror.keep(connection, manifest.FILE_NAME, data)
            pending.put_beside(self.folder, data)
        # The change has happened; whoever comes next puts the manifest in its place if we cannot.
        with contextlib.suppress(StoreError):
            pending.settle(self.folder, self.database)

    def close(self) -> None:
        """Lock whoever is unlocked and let go of the files."""
        for access in list(self._open):
            access.lock()
        self.database.close()

    def forget(self, access: "Access") -> None:
        """Called by an access that locked itself."""
        if access in self._open:
            self._open.remove(access)

    def _require_own_database(self) -> None:
        with self.database.read() as connection:
            found = rows(connection, _META)
        if [tuple(row) for row in found] != [(self.id, self.kind)]:
            raise DamagedStudy(
                "study.db belongs to another study than the manifest: restore both from one backup."
            )


def open_study(
    folder: Path, *, now: Clock = utc_now, seen: Path | None = None, expected: str | None = None
) -> Study:
    """Open an existing study.

    Args:
        folder: where it is.
        now: the clock.
        seen: folder, outside of the study, in which this computer keeps what each person last saw
            of it, so that a study put back to an earlier state is noticed; None keeps nothing.
        expected: its fingerprint as printed and typed, to be compared.

    Raises:
        StoreError: one sentence on what is wrong; nothing was changed.
    """
    study = Study(folder, now, seen)
    if expected is not None:
        try:
            require_fingerprint(study, expected)
        except BaseException:
            study.close()
            raise
    return study


def require_fingerprint(study: Study, text: str) -> None:
    """Compare the study's fingerprint with one that was typed, in groups or not.

    Raises:
        InvalidInput: not a fingerprint.
        DamagedStudy: the study is another than the one that was meant.
    """
    typed = "".join(text.split()).replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{32}", typed):
        raise InvalidInput(
            "A fingerprint has 32 of the digits 0-9 and a-f, in 8 groups of four: type it again as "
            "it is printed."
        )
    if typed != "".join(study.fingerprint.split()):
        raise DamagedStudy(
            f"This is not the study that was meant: its fingerprint is {study.fingerprint}. Do not "
            "go on, and ask the administrator."
        )


def card(person: PersonEntry) -> PersonCard:
    """What everyone may see of a person."""
    return PersonCard(
        person.id,
        person.name,
        frozenset(person.roles),
        spoken(person.public.fingerprint),
        person.status,
        person.expires,
    )


def find_instrument(body: Body, fingerprint: str) -> InstrumentEntry:
    """An approved instrument; UnknownInstrument when it is not one of the study's."""
    for entry in body.instruments:
        if entry.fingerprint == fingerprint:
            return entry
    raise UnknownInstrument(
        "This version of the instrument is not part of the study: ask the administrator to add it."
    )


def name_of(body: Body, person_id: str) -> str:
    """Login name, or a word for someone the manifest does not know."""
    person = body.person_by_id(person_id)
    return "someone unknown" if person is None else person.name


def instrument_is_sound(folder: Path, entry: InstrumentEntry) -> bool:
    """Whether the files are exactly those that were approved."""
    try:
        present = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()
        }
        return present == set(entry.files) and all(
            sha256(read_limited(folder / path, MAX_INSTRUMENT_FILE)).hexdigest() == digest
            for path, digest in entry.files.items()
        )
    except (OSError, ValueError):
        return False


def anchor(body: Body) -> str:
    """What must never change in a study."""
    founder = body.person_by_id(body.founder)
    if founder is None:
        raise manifest.damaged("its founder is missing")
    founding = (giving.pin(body),) if body.founding else ()
    key = unpack(body.data_key)
    return fingerprint("study", body.id, body.kind, founder.public.signing, key, *founding)


def _stamp(folder: Path) -> tuple[int, int, int]:
    try:
        status = (folder / manifest.FILE_NAME).stat()
    except OSError:
        raise _missing(folder) from None
    return status.st_mtime_ns, status.st_ino, status.st_size


def read_manifest(folder: Path) -> tuple[tuple[int, int, int], Signed]:
    """What tells the file from a later one, and the manifest in it, verified."""
    stamp = _stamp(folder)
    try:
        data = read_limited(folder / manifest.FILE_NAME, manifest.MAX_SIZE)
    except OSError:
        raise _missing(folder) from None
    except ValueError:
        raise manifest.damaged("it is far too long") from None
    return stamp, manifest.read(data)


def _missing(folder: Path) -> StoreError:
    if not folder.is_dir():
        return DamagedStudy(f"There is no study folder at {folder}: check the path.")
    return DamagedStudy(
        f"There is no readable study.yaml in {folder}: check the path, or restore it from a backup."
    )
