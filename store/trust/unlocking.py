"""Opening a person's keys: under the growing delay, and held against the manifest. No database."""

from pathlib import Path

from store.clock import Clock
from store.crypto.attempts import one_try
from store.crypto.keystore import Bundle, Owner, read_key_file
from store.errors import DamagedKeyFile, DamagedStudy, WrongPassphrase
from store.trust.giving import pin
from store.trust.manifest import Body, PersonEntry
from store.values import KdfCost

KEYS = "keys"


def open_keys(
    folder: Path, body: Body, person: PersonEntry, passphrase: str, now: Clock
) -> tuple[Bundle, KdfCost, int]:
    """Read a person's key file in a study folder.

    Returns:
        The keys, the cost the file was made with, and its generation.

    Raises:
        WrongPassphrase, TooSoon, DamagedKeyFile: the keys are not opened; a wrong passphrase is
            counted, and said with its owner's name.
        DamagedStudy: the manifest is not the one this person's keys were made for.
    """
    tries = folder / KEYS / f"{person.name}.tries"
    owner = Owner(body.id, body.kind, person.id)
    with one_try(tries, now):
        path = folder / KEYS / f"{person.name}.key"
        try:
            bundle, cost, generation = read_key_file(path, owner, passphrase)
        except WrongPassphrase:
            raise WrongPassphrase(
                f"The passphrase of {person.name} is wrong: try again, minding Caps Lock."
            ) from None
    try:
        _require_pinned(body, person, bundle)
    except BaseException:
        bundle.wipe()
        raise
    return bundle, cost, generation


def _require_pinned(body: Body, person: PersonEntry, bundle: Bundle) -> None:
    if bundle.public != person.public:
        raise DamagedKeyFile(
            f"The key file {person.name}.key does not fit the manifest of this study: "
            "ask the administrator."
        )
    founder = body.person_by_id(body.founder)
    if founder is None or founder.public.signing != bundle.founder or pin(body) != bundle.data_key:
        raise DamagedStudy(
            "The manifest names other keys than those your key file was made for: "
            "do not go on, and tell the administrator and the data manager."
        )
