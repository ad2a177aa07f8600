"""Taking part in a study on a server: a folder of one's own, filled from the database.

The typed fingerprint decides which study it is; whatever the server holds must fit it. A person's
key file travels apart, from the administrator to the person, and never over the server.
"""

from pathlib import Path

from store.clock import Clock, utc_now
from store.databases import server
from store.errors import DamagedStudy
from store.files import PRIVATE_FOLDER, appearing, write_file
from store.study import INSTRUMENTS, Study, open_study
from store.team.founding import require_new_folder
from store.trust import manifest, mirror
from store.trust.unlocking import KEYS


def join_study(folder: Path, *, database: str, fingerprint: str, now: Clock = utc_now) -> Study:
    """Make a folder for a study that is on a server, and open it.

    Args:
        folder: must not exist yet, or be empty.
        database: URL of the database, without a password.
        fingerprint: as printed by whoever founded the study; spaces and case do not matter.
        now: the clock.

    Raises:
        InvalidInput: what was typed is no fingerprint; nothing was left behind.
        DamagedStudy: the study on the server is another than the one that was meant.
        StoreError: one sentence on what is wrong; nothing was left behind.
    """
    at = server.place(database)
    folder = require_new_folder(folder)
    with appearing(folder) as building:
        (building / KEYS).mkdir(mode=PRIVATE_FOLDER)
        (building / INSTRUMENTS).mkdir(mode=PRIVATE_FOLDER)
        server.name(building, at)
        _fetch_manifest(building)
        open_study(building, now=now, expected=fingerprint).close()
    return Study(folder, now)


def _fetch_manifest(folder: Path) -> None:
    database = server.open_database(folder)
    try:
        with database.read() as connection:
            data = mirror.kept(connection, manifest.FILE_NAME)
    finally:
        database.close()
    if data is None:
        raise DamagedStudy("The server holds no manifest of a study: tell the administrator.")
    manifest.read(data)
    write_file(folder / manifest.FILE_NAME, data)


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).replace("-", "").lower()
