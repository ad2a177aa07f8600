"""Making a study: the folder appears complete, or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert

from store.clock import Clock, utc_now
from store.crypto.keys import PublicKeys, SealingSecret, SigningSecret
from store.crypto.keystore import Bundle, Owner, write_key_file
from store.databases import server
from store.databases.sqlite import FILE_NAME as DATABASE
from store.databases.sqlite import SqliteDatabase
from store.databases.tables import MetaRow
from store.errors import InvalidInput, StudyInPlace
from store.files import PRIVATE_FOLDER, appearing, sync_folder, write_file
from store.record import audit
from store.record.audit import Deed
from store.study import INSTRUMENTS, Study
from store.team.enrolling import make_entry, require_valid_person
from store.trust import giving, manifest, mirror, tenure
from store.trust.entries import DATA, GivenKey
from store.trust.manifest import Body, PersonEntry, Policy, pack
from store.trust.roles import Role
from store.trust.unlocking import KEYS
from store.values import KdfCost, Kind, NewPerson

MAX_TITLE = 200


@dataclass(frozen=True)
class Founding:
    """What is common to everyone's keys when a study is made."""

    study: str
    kind: Kind
    data_key: SealingSecret
    founder: str
    founder_signing: SigningSecret


def create_study(
    folder: Path,
    *,
    title: str,
    kind: Kind,
    people: Sequence[NewPerson],
    cost: KdfCost = KdfCost.DEFAULT,
    now: Clock = utc_now,
    database: str | None = None,
) -> Study:
    """Make a new study and open it.

    Args:
        folder: must not exist yet, or be empty; its parent must exist.
        title: one line, up to 200 characters.
        kind: live or practice, for good.
        people: at least one administrator and one data manager (may be the same person). The first
            administrator becomes the founder.
        cost: of the key derivation, for these and all later key files.
        now: the clock.
        database: URL of an empty database on a PostgreSQL server; None puts it into the folder.

    Raises:
        StudyInPlace: the folder or the database holds something.
        InvalidInput, Unwritable, DiskFull, StoreError: nothing was left behind.
    """
    _require_valid(title, kind, people, cost)
    at = None if database is None else server.place(database)
    folder = require_new_folder(folder)
    with appearing(folder) as building:
        _build(building, title, kind, people, cost, now, at)
    return Study(folder, now)


def require_new_folder(folder: Path) -> Path:
    """The folder's full path; StudyInPlace unless nothing is there."""
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and _is_empty(folder))):
        raise StudyInPlace(f"{folder} is not empty: choose a new folder for the study.")
    return folder


def _require_valid(title: str, kind: str, people: Sequence[NewPerson], cost: KdfCost) -> None:
    if not (1 <= len(title) <= MAX_TITLE and title.isprintable() and title.strip() == title):
        raise InvalidInput(f"The title must be one line of 1 to {MAX_TITLE} characters.")
    if kind not in ("live", "practice"):
        raise InvalidInput("A study is either live or practice.")
    if not cost.within_limits():
        raise InvalidInput(
            "The cost of the key derivation is out of limits: "
            "use 64 MiB to 2 GiB of memory, 3 to 10 iterations and 4 to 8 lanes."
        )
    for person in people:
        require_valid_person(person)
    if len({person.name for person in people}) != len(people):
        raise InvalidInput("Two people have the same name: give each their own.")
    for role in (Role.ADMINISTRATOR, Role.DATA_MANAGER):
        if not any(role in person.roles for person in people):
            raise InvalidInput(
                "A study needs at least one administrator and one data manager; "
                "one person may be both."
            )


def _build(
    folder: Path,
    title: str,
    kind: Kind,
    people: Sequence[NewPerson],
    cost: KdfCost,
    now: Clock,
    at: server.Place | None,
) -> None:
    (folder / KEYS).mkdir(mode=PRIVATE_FOLDER)
    (folder / INSTRUMENTS).mkdir(mode=PRIVATE_FOLDER)
    study, data_key = secrets.token_hex(16), SealingSecret.generate()
    ids = {person.name: secrets.token_hex(16) for person in people}
    keys = {one.name: (SealingSecret.generate(), SigningSecret.generate()) for one in people}
    first = next(person.name for person in people if Role.ADMINISTRATOR in person.roles)
    founder = (ids[first], keys[first][1])
    founding = Founding(study, kind, data_key, *founder)
    entries = [_entry(person, ids[person.name], keys[person.name], founding) for person in people]
    body = Body(
        format=2,
        version=1,
        id=study,
        title=title,
        kind=kind,
        founder=ids[first],
        data_key=pack(data_key.public),
        founding=tuple(one.id for one in entries if Role.DATA_MANAGER in one.roles),
        policy=Policy(memory_kib=cost.memory_kib, iterations=cost.iterations, lanes=cost.lanes),
        people=tuple(entries),
        instruments=(),
    )
    for person in people:
        bundle = Bundle(*keys[person.name], founder[1].public, giving.pin(body))
        path, owner = folder / KEYS / f"{person.name}.key", Owner(study, kind, ids[person.name])
        write_key_file(path, owner, bundle, person.passphrase, cost, generation=1)
    signed = manifest.sign(body, *founder)
    data = manifest.write(signed)
    write_file(folder / manifest.FILE_NAME, data)
    try:
        with _new_database(folder, at) as connection:
            connection.execute(insert(MetaRow).values(study=study, kind=kind))
            mirror.keep(connection, manifest.FILE_NAME, data)
            about = manifest.audit_note(tenure.about_founding(study, entries), signed)
            audit.record(connection, body, *founder, Deed.FOUNDED, about, now())
    finally:
        sync_folder(folder)
        data_key.wipe()
        for sealing, signing in keys.values():
            sealing.wipe()
            signing.wipe()


@contextlib.contextmanager
def _new_database(folder: Path, at: server.Place | None) -> Iterator[Connection]:
    """The transaction in which an empty database, in the folder or on a server, gets its study."""
    if at is not None:
        from store.databases.postgres_setup import new_database

        server.name(folder, at)
        with new_database(at) as connection:
            yield connection
        return
    database = SqliteDatabase.create(folder / DATABASE)
    try:
        with database.write() as connection:
            yield connection
    finally:
        database.close()


def _entry(
    person: NewPerson, person_id: str, keys: tuple[SealingSecret, SigningSecret], founding: Founding
) -> PersonEntry:
    """Someone of the founding; its data managers are given the first data key."""
    place, by = (founding.study, founding.kind), (founding.founder, founding.founder_signing)
    public = PublicKeys(keys[0].public, keys[1].public)
    given: tuple[GivenKey, ...] = ()
    if Role.DATA_MANAGER in person.roles:
        given = (giving.give(*place, DATA, founding.data_key, person_id, public, by),)
    return make_entry(person, person_id, public, *place, by, given)


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as found:
        return next(found, None) is None
