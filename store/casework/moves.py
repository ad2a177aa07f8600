"""Which version of its instrument a case is in: the one it was added with, or moved to since.

The row of a case names the version that it was added with, signed and never changed. A move is an
event of the journal, `{"e": "move", "old": fingerprint, "new": fingerprint, ...}`; it is the only
event that is looked into here. The manifest decides which versions a case can go to.
"""

from collections.abc import Iterable, Mapping

from store.canonical import JSON
from store.crypto.keys import Unopenable
from store.errors import InvalidInput
from store.trust.manifest import Body


def version_in_use(body: Body, start: str, events: Iterable[Mapping[str, JSON]]) -> str:
    """The fingerprint of the version in which a journal ends.

    Args:
        body: of the manifest.
        start: the version that the case was added with.
        events: the whole journal, in order.

    Raises:
        Unopenable: a move does not begin where the case was, or goes to something else than an
            approved version of the same instrument.
    """
    version = start
    for event in events:
        if is_move(event):
            version = _target(body, version, event)
    return version


def require_move(body: Body, version: str, event: Mapping[str, JSON]) -> str:
    """The version that a move about to be written leads to; InvalidInput if it must not."""
    try:
        return _target(body, version, event)
    except Unopenable:
        raise InvalidInput(
            "A case can only move from the version that it is in to another approved version of "
            "the same instrument."
        ) from None


def is_version_of(body: Body, version: str, start: str) -> bool:
    """Whether both are approved versions of one instrument."""
    names = {one.fingerprint: one.name for one in body.instruments}
    return version in names and names[version] == names.get(start)


def is_move(event: Mapping[str, JSON]) -> bool:
    """Whether an event moves its case to another version."""
    return event.get("e") == "move"


def _target(body: Body, version: str, event: Mapping[str, JSON]) -> str:
    new = event.get("new")
    if (
        event.get("old") != version
        or not isinstance(new, str)
        or new == version
        or not is_version_of(body, new, version)
    ):
        raise Unopenable
    return new
