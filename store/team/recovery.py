"""What two recovery sheets open, and whether live interviewing must wait for a rehearsal."""

import os

from store.crypto import sheets
from store.crypto.keys import KEY_SIZE, Unopenable, seal_to
from store.crypto.sheets import Place, Recovered, Sheet
from store.errors import DamagedStudy, InvalidInput, NotAllowed
from store.trust import giving
from store.trust.entries import DATA, REVIEW, Body, Recovery, unpack


def require_rehearsed(body: Body) -> None:
    """Raise NotAllowed while live interviewing must wait for rehearsed recovery sheets.

    Practice studies need none.
    """
    reason = missing(body)
    if reason is not None:
        raise NotAllowed(reason)


def open_sheets(body: Body, first: str, second: str) -> Recovered:
    """What two sheets open, each key held against its public half. To be wiped by the caller.

    Raises:
        InvalidInput: mistyped, the same sheet twice, or not sheets of the newest set.
        DamagedStudy: they do not open the keys that the manifest names.
    """
    recovery = sheets_of(body)
    pair = [sheets.read(text) for text in (first, second)]
    for sheet, which in zip(pair, ("first", "second"), strict=True):
        _require_fitting(body, recovery, sheet, which)
    if pair[0].number == pair[1].number:
        raise InvalidInput(f"Both are sheet {pair[0].number}: take two different sheets.")
    signing = unpack(recovery.signing)
    wraps = {name: unpack(wrap) for name, wrap in recovery.wraps.items()}
    try:
        opened = sheets.open_pair(place_of_sheets(body, recovery.key, signing), wraps, *pair)
    except Unopenable:
        raise _do_not_open() from None
    if opened.signing.public != signing or not _opens_all(body, recovery.key, opened):
        opened.wipe()
        raise _do_not_open()
    return opened


def missing(body: Body) -> str | None:
    """Why live interviewing waits; None when it need not."""
    if body.kind == "practice":
        return None
    recovery = body.recovery
    if recovery is None:
        return (
            "No interviews before this live study has recovery sheets: an administrator makes them "
            "with `cati keys sheets` and tries two of them with `cati keys rehearse`."
        )
    if recovery.key != body.data_key_name:
        return (
            "The data key was changed, and the recovery sheets open only the one before: an "
            "administrator makes new sheets with `cati keys sheets` and tries two of them with "
            "`cati keys rehearse`; interviews go on after that."
        )
    if recovery.rehearsed_at is None:
        return (
            "Nobody has tried the recovery sheets of this live study yet: type two of them with "
            "`cati keys rehearse`; interviews go on after that."
        )
    return None


def _opens_all(body: Body, newest: str, opened: Recovered) -> bool:
    """Whether the keys are those of the manifest, up to the data key the sheets were made for."""
    names = body.key_names(DATA)
    if not set(names[: names.index(newest) + 1]) <= set(opened.secrets):
        return False
    if giving.unproved(body, opened.secrets) is not None:
        return False
    for name, secret in opened.secrets.items():
        if name not in (*names, *body.key_names(REVIEW)) or secret.public != body.public_key(name):
            return False
        trial = os.urandom(KEY_SIZE)
        if secret.open(seal_to(body.public_key(name), trial, b""), b"", KEY_SIZE) != trial:
            return False
    return True


def _require_fitting(body: Body, recovery: Recovery, sheet: Sheet, which: str) -> None:
    if sheet.study != sheets.study_mark(body.id, body.kind):
        raise InvalidInput(f"Sheet {sheet.number}, typed {which}, belongs to another study.")
    if sheet.set != sheets.set_mark(unpack(recovery.signing)):
        raise InvalidInput(
            f"Sheet {sheet.number}, typed {which}, is of set {_set_text(sheet.set)}. Only set "
            f"{set_of(recovery)}, made on {recovery.made_at[:10]}, opens the keys: take its sheets."
        )


def set_of(recovery: Recovery) -> str:
    """The number of a set as it is printed: five hexadecimal digits."""
    return _set_text(sheets.set_mark(unpack(recovery.signing)))


def _set_text(mark: int) -> str:
    return f"{mark:05x}"


def sheets_of(body: Body) -> Recovery:
    """The sheets in force; NotAllowed when there are none."""
    if body.recovery is None:
        raise NotAllowed(
            "This study has no recovery sheets: "
            "an administrator makes them with `cati keys sheets`."
        )
    return body.recovery


def place_of_sheets(body: Body, key: str, signing: bytes) -> Place:
    """What the wraps of a set are bound to; `signing` is the public half of the set's key."""
    return Place(body.id, body.kind, key, signing)


def _do_not_open() -> DamagedStudy:
    return DamagedStudy(
        "These two sheets do not open the keys that the manifest names: make new sheets at once, "
        "and tell the data manager."
    )
