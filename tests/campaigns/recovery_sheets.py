"""Any two of three recovery sheets open the keys, none alone, and no slip in typing passes.

    python -m tests.campaigns.recovery_sheets --size 100 [--control]

For each of SIZE random sets: every pair opens exactly the keys it was made for; each sheet alone is
tried together with itself, with made-up values, and with the sheets of another set; and each text
is typed with every single wrong character at every place and with every two neighbors swapped.

With `--control` a wrap depends on one sheet of a pair alone, and the checksum is a plain sum; then
single sheets must open and swaps must pass.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import combinations, permutations

from store import InvalidInput
from store.crypto import sheets
from store.crypto.keys import SealingSecret, SigningSecret, Unopenable
from store.crypto.sheets import ALPHABET, LENGTH, Place, Sheet
from tests.campaigns.support import tell

Reader = Callable[[str], Sheet]


@dataclass
class Figures:
    """What was tried, and how it went."""

    sets: int = 0
    pairs_tried: int = 0
    pairs_opened: int = 0
    singles_tried: int = 0
    singles_opened: int = 0
    wrong_tried: int = 0
    wrong_caught: int = 0
    wrong_placed: int = 0
    """Of the single wrong characters, those whose group was named."""
    swaps_tried: int = 0
    swaps_caught: int = 0

    def add(self, other: "Figures") -> None:
        """Add the figures of another run to these."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def run(size: int, *, control: bool = False) -> Figures:
    """So many sets, each with all its texts."""
    total = Figures()
    for _ in range(size):
        place, secrets, signing = _keys()
        made = sheets.new_sheets(place)
        wraps = _wraps(place, made, secrets, signing, control)
        total.add(try_pairs(place, made, wraps, secrets, signing))
        total.add(try_singles(place, made, wraps))
        for sheet in made:
            text = sheets.write(sheet).replace(" ", "")
            total.add(
                try_slips(_summed(text), _read_summed) if control else try_slips(text, sheets.read)
            )
        total.sets += 1
    return total


def passed(figures: Figures) -> bool:
    """Every pair opens, no single one, and every slip is caught."""
    return (
        figures.pairs_opened == figures.pairs_tried > 0
        and figures.singles_tried > 0 == figures.singles_opened
        and figures.wrong_caught == figures.wrong_placed == figures.wrong_tried > 0
        and figures.swaps_caught == figures.swaps_tried > 0
    )


def noticed(figures: Figures) -> bool:
    """What the control must show: single sheets open, and swaps pass."""
    return figures.singles_opened > 0 and figures.swaps_caught < figures.swaps_tried


def try_pairs(
    place: Place,
    made: tuple[Sheet, ...],
    wraps: dict[str, bytes],
    secrets: dict[str, SealingSecret],
    signing: SigningSecret,
) -> Figures:
    """Two sheets in either order, as read from their texts, give back what was wrapped."""
    figures = Figures()
    for pair in permutations(made, 2):
        first, second = (sheets.read(sheets.write(sheet)) for sheet in pair)
        figures.pairs_tried += 1
        try:
            opened = sheets.open_pair(place, wraps, first, second)
        except Unopenable:
            continue
        same = {name: secret.raw for name, secret in opened.secrets.items()} == {
            name: secret.raw for name, secret in secrets.items()
        }
        figures.pairs_opened += same and opened.signing.raw == signing.raw
    return figures


def try_singles(place: Place, made: tuple[Sheet, ...], wraps: dict[str, bytes]) -> Figures:
    """One sheet with whatever its holder could put in the place of another."""
    figures = Figures()
    others = sheets.new_sheets(place)
    for sheet in made:
        made_up = [bytearray(32), bytearray(os.urandom(32)), sheet.value]
        attempts = [sheet, *(one for one in others if one.number != sheet.number)]
        attempts += [
            replace(sheet, number=number, value=bytearray(value))
            for number in sheets.SHEETS
            if number != sheet.number
            for value in made_up
        ]
        for attempt in attempts:
            figures.singles_tried += 1
            for pair in (sheet, attempt), (attempt, sheet):
                try:
                    sheets.open_pair(place, wraps, *pair)
                except Unopenable:
                    continue
                figures.singles_opened += 1
                break
    return figures


def try_slips(text: str, read: Reader) -> Figures:
    """Every single wrong character of the alphabet, and every swap of unlike neighbors."""
    figures = Figures()
    for at, typed in _wrong(text):
        figures.wrong_tried += 1
        try:
            read(typed)
        except InvalidInput as refused:
            figures.wrong_caught += 1
            figures.wrong_placed += f"Group {at // sheets.GROUP + 1} " in str(refused)
    for typed in _swapped(text):
        figures.swaps_tried += 1
        try:
            read(typed)
        except InvalidInput:
            figures.swaps_caught += 1
    return figures


def _wrong(text: str) -> Iterator[tuple[int, str]]:
    for at, right in enumerate(text):
        for other in ALPHABET:
            if other != right:
                yield at, text[:at] + other + text[at + 1 :]


def _swapped(text: str) -> Iterator[str]:
    for at in range(LENGTH - 1):
        if text[at] != text[at + 1]:
            yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _keys() -> tuple[Place, dict[str, SealingSecret], SigningSecret]:
    signing = SigningSecret.generate()
    secrets = {name: SealingSecret.generate() for name in ("data", "data.2", "review")}
    return Place(os.urandom(16).hex(), "live", "data.2", signing.public), secrets, signing


def _wraps(
    place: Place,
    made: tuple[Sheet, ...],
    secrets: dict[str, SealingSecret],
    signing: SigningSecret,
    control: bool,
) -> dict[str, bytes]:
    """The wraps; in the control the second sheet of each pair counts for nothing."""
    if not control:
        return sheets.wrap_for_pairs(place, made, secrets, signing)
    wraps: dict[str, bytes] = {}
    for first, second in combinations(made, 2):
        empty = replace(second, value=bytearray(32))
        wraps |= sheets.wrap_for_pairs(place, (first, empty), secrets, signing)
    return wraps


def _summed(text: str) -> str:
    """The text with a sum in the place of its checksum."""
    total = sum(ALPHABET.index(sign) for sign in text[:-6])
    return text[:-6] + "".join(ALPHABET[total >> 5 * place & 31] for place in reversed(range(6)))


def _read_summed(text: str) -> Sheet:
    if _summed(text) != text:
        raise InvalidInput("The sum does not fit.")
    return Sheet(1, 0, 0, bytearray(32))


def main() -> int:
    """Run the campaign; 1 when it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=20)
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    figures = run(options.size, control=options.control)
    tell(
        f"{figures.sets} sets: {figures.pairs_opened} of {figures.pairs_tried} pairs open, "
        f"{figures.singles_opened} of {figures.singles_tried} attempts with a single sheet"
    )
    tell(
        f"typed wrong: {figures.wrong_caught} of {figures.wrong_tried} single characters caught "
        f"({figures.wrong_placed} with their group named), "
        f"{figures.swaps_caught} of {figures.swaps_tried} swaps of neighbors"
    )
    return 0 if (noticed if options.control else passed)(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
