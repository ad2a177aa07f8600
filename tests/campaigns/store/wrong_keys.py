"""Keys, passphrases, places and recipients that are wrong: nothing opens, and nothing tells why.

    python -m tests.campaigns.store.wrong_keys --size 100000 [--control]

Each trial takes something that was sealed by the store and tries to open it with one thing wrong:
another key, nonce, place, number, previous link, recipient or purpose, or one bit of any of them
changed. All must be refused, by the one error that says nothing but that it does not open. Before
and after, the right ones open. With `--control` a reader without associated data is tried, which
must accept what stands in the wrong place.
"""

import os
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store import KdfCost, StoreError, WrongPassphrase
from store.binding import bind
from store.casework.journal import Place, first_head, open_event, seal_event
from store.crypto.keys import KEY_SIZE, CaseKeys, SealingSecret, SigningSecret, Unopenable, seal_to
from store.crypto.keystore import Bundle, Owner, read_key_file, write_key_file
from store.crypto.sealing import open_identity, seal_identity
from tests.campaigns.store.support import options, scratch, tell
from tests.store.made import IDENTITY, answer, passphrase

PLACE = Place("51" * 16, "live", "ca" * 16, "1f" * 32)
AT = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
Trial: TypeAlias = Callable[[Random], None]
"""Tries to open something with one thing wrong; must raise Unopenable."""


def flipped(data: bytes, chance: Random) -> bytes:
    """One bit changed, anywhere."""
    changed = bytearray(data)
    at = chance.randrange(len(changed) * 8)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


def elsewhere(place: Place, chance: Random) -> Place:
    """The same place but for one part."""
    part = chance.choice(("study", "kind", "case", "instrument"))
    if part == "kind":
        return replace(place, kind="practice")
    changed: str = getattr(place, part)
    at = chance.randrange(len(changed))
    other = chance.choice([digit for digit in "0123456789abcdef" if digit != changed[at]])
    return replace(place, **{part: changed[:at] + other + changed[at + 1 :]})


class Events:
    """An event of a journal, and ways to open it wrongly."""

    def __init__(self) -> None:
        self.raw = os.urandom(KEY_SIZE)
        self.keys = CaseKeys.derive(bytearray(self.raw))
        self.head = first_head(self.keys, PLACE)
        sealed = seal_event(self.keys, PLACE, 1, self.head, AT, uuid.uuid4(), answer(1))
        self.envelope = sealed.envelope

    def open(self) -> None:
        """As it should be."""
        assert open_event(self.keys, PLACE, 1, self.head, self.envelope).event == answer(1)

    def key(self, chance: Random) -> None:
        """A key that differs in a bit."""
        keys = CaseKeys.derive(bytearray(flipped(self.raw, chance)))
        open_event(keys, PLACE, 1, self.head, self.envelope)

    def key_of_that_id(self, chance: Random) -> None:
        """A key that differs in a bit, under the id of the right one."""
        keys = CaseKeys.derive(bytearray(self.raw))
        keys.encrypt[:] = flipped(bytes(keys.encrypt), chance)
        open_event(keys, PLACE, 1, self.head, self.envelope)

    def nonce(self, chance: Random) -> None:
        """Another nonce."""
        envelope = self.envelope[:12] + flipped(self.envelope[12:24], chance) + self.envelope[24:]
        open_event(self.keys, PLACE, 1, self.head, envelope)

    def envelope_changed(self, chance: Random) -> None:
        """A bit of the envelope."""
        open_event(self.keys, PLACE, 1, self.head, flipped(self.envelope, chance))

    def place(self, chance: Random) -> None:
        """Another study, kind, case or instrument."""
        open_event(self.keys, elsewhere(PLACE, chance), 1, self.head, self.envelope)

    def number(self, chance: Random) -> None:
        """Another number."""
        open_event(self.keys, PLACE, chance.randrange(2, 2**20), self.head, self.envelope)

    def previous(self, chance: Random) -> None:
        """Behind another link."""
        open_event(self.keys, PLACE, 1, flipped(self.head, chance), self.envelope)


class Wraps:
    """A key that was given to a recipient, and ways to take it wrongly."""

    def __init__(self) -> None:
        self.secret, self.others = SealingSecret.generate(), [SealingSecret.generate()] * 4
        self.info = bind("grant", PLACE.study, PLACE.kind, PLACE.case, "answers", "ina")
        self.wrap = seal_to(self.secret.public, bytearray(KEY_SIZE), self.info)

    def open(self) -> None:
        """As it should be."""
        assert self.secret.open(self.wrap, self.info, KEY_SIZE) == bytearray(KEY_SIZE)

    def recipient(self, chance: Random) -> None:
        """Someone else."""
        chance.choice(self.others).open(self.wrap, self.info, KEY_SIZE)

    def purpose(self, chance: Random) -> None:
        """For another purpose, or another case."""
        self.secret.open(self.wrap, flipped(self.info, chance), KEY_SIZE)

    def changed(self, chance: Random) -> None:
        """A bit of the wrapped key."""
        self.secret.open(flipped(self.wrap, chance), self.info, KEY_SIZE)


class Identities:
    """A sealed identity, and ways to open it wrongly."""

    def __init__(self) -> None:
        self.key = os.urandom(KEY_SIZE)
        self.where = (PLACE.study, PLACE.kind, PLACE.case)
        self.envelope = seal_identity(self.key, self.where, IDENTITY)

    def open(self) -> None:
        """As it should be."""
        assert open_identity(self.key, self.where, self.envelope) == IDENTITY

    def key_changed(self, chance: Random) -> None:
        """A key that differs in a bit."""
        open_identity(flipped(self.key, chance), self.where, self.envelope)

    def place(self, chance: Random) -> None:
        """Another study, kind or case."""
        other = elsewhere(PLACE, chance)
        while other.instrument != PLACE.instrument:
            other = elsewhere(PLACE, chance)
        open_identity(self.key, (other.study, other.kind, other.case), self.envelope)

    def changed(self, chance: Random) -> None:
        """A bit of the envelope."""
        open_identity(self.key, self.where, flipped(self.envelope, chance))


def trials() -> tuple[list[Callable[[], None]], list[Trial]]:
    """How each is opened rightly, and all ways to do it wrongly."""
    events, wraps, identities = Events(), Wraps(), Identities()
    right: list[Callable[[], None]] = [events.open, wraps.open, identities.open]
    wrong: list[Trial] = [
        events.key,
        events.key_of_that_id,
        events.nonce,
        events.envelope_changed,
        events.place,
        events.number,
        events.previous,
        wraps.recipient,
        wraps.purpose,
        wraps.changed,
        identities.key_changed,
        identities.place,
        identities.changed,
    ]
    return right, wrong


def run(size: int, seed: int) -> Counter[str]:
    """That many trials; what came of them by word: refused, accepted, or another error."""
    right, wrong = trials()
    found: Counter[str] = Counter()
    chance = Random(seed)
    for open_it in right:
        open_it()
    for number in range(size):
        found[outcome(wrong[number % len(wrong)], chance)] += 1
    for open_it in right:
        open_it()
    return found


def outcome(trial: Trial, chance: Random) -> str:
    """What one trial came to."""
    try:
        trial(chance)
    except Unopenable as error:
        return "refused" if not str(error) else f"refused with words: {error}"
    except Exception as error:  # noqa: BLE001 - counted: nothing else may come out
        return f"other error: {type(error).__name__}"
    return "accepted"


def wrong_passphrases(folder: Path, size: int, seed: int) -> Counter[str]:
    """Passphrases that differ in a character. A fifth of a second each, as they should take."""
    chance, found = Random(seed), Counter[str]()
    owner, path = Owner(PLACE.study, "live", "aa" * 16), folder / "ina.key"
    bundle = Bundle(SealingSecret.generate(), SigningSecret.generate(), bytes(32), bytes(32))
    write_key_file(path, owner, bundle, passphrase("ina"), KdfCost.FLOOR, 1)
    for _ in range(size):
        given = list(passphrase("ina"))
        at = chance.randrange(len(given))
        given[at] = chance.choice([letter for letter in "abcxyz ABC" if letter != given[at]])
        try:
            read_key_file(path, owner, "".join(given))
            found["accepted"] += 1
        except WrongPassphrase as error:
            found["refused" if str(error).startswith("The passphrase is wrong") else "words"] += 1
        except StoreError as error:
            found[f"other error: {type(error).__name__}"] += 1
    return found


def control(size: int, seed: int) -> Counter[str]:
    """A reader that binds nothing: the right key opens in whatever place."""
    chance, found = Random(seed), Counter[str]()
    key, nonce = os.urandom(KEY_SIZE), os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, b"an answer", None)
    for _ in range(size):
        place = elsewhere(PLACE, chance)
        try:
            AESGCM(key).decrypt(nonce, sealed, None)
            found["accepted" if place != PLACE else "right"] += 1
        except InvalidTag:
            found["refused"] += 1
    return found


def main() -> int:
    """Run all; 1 when anything was accepted, or the control accepted nothing."""
    given = options(__doc__, 100_000)
    if given.control:
        found = control(given.size, given.seed)
        tell(f"without associated data: {dict(found)}")
        return int(not found["accepted"])
    found = run(given.size, given.seed)
    with scratch() as folder:
        typed = wrong_passphrases(folder, max(1, given.size // 1000), given.seed)
    tell(f"{sum(found.values()):,} trials: {dict(found)}; passphrases: {dict(typed)}")
    return int(set(found) | set(typed) != {"refused"})


if __name__ == "__main__":
    raise SystemExit(main())
