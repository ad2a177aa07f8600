"""Lists of choices in one cell: `1, Yes | 2, No`."""

import re
from dataclasses import dataclass

from cati.importing.names import ForeignChoice
from cati.importing.redcap.labels import strip


@dataclass(frozen=True, slots=True)
class Listed:
    """The choices of a cell."""

    choices: tuple[ForeignChoice, ...]
    """Names are the codes of the dictionary."""
    unusable: tuple[tuple[str, str], ...]
    """What was left out, and why."""
    tags: tuple[str, ...]
    """HTML tags of labels that were taken out and may have meant something."""


def parse_choices(text: str) -> Listed:
    """Read a list of choices.

    Args:
        text: choices between `|`, or one a line as older dictionaries have it; each a code, a comma
            and a label.
    """
    parts = text.split("|") if "|" in text else re.split(r"\n|\\n", text)
    choices: dict[str, ForeignChoice] = {}
    unusable: list[tuple[str, str]] = []
    tags: dict[str, None] = {}
    for part in (one.strip() for one in parts):
        if not part:
            continue
        code, comma, label = (piece.strip() for piece in part.partition(","))
        if not comma:
            label = code
        if not code:
            unusable.append((part, "it has no code"))
        elif code in choices:
            unusable.append((part, f"a choice before it has the code '{code}'"))
        else:
            stripped = strip(label)
            tags |= dict.fromkeys(stripped.tags)
            choices[code] = ForeignChoice(code, stripped.text or code)
    return Listed(tuple(choices.values()), tuple(unusable), tuple(tags))
