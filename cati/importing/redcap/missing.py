"""Missing data codes of a project become missing reasons."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cati.importing.names import STANDARD_MISSING, Names, line, slug
from cati.importing.outline import Lost, Plain, Remark
from cati.importing.redcap.choices import parse_choices
from instrument.choices import REASON_CODES
from instrument.naming import RESERVED_CHOICES

_KEYS: Final = ("f8", "f9", "f10", "f11", "f12", "f7", "f6", "f5", "f4", "f3", "f2")
_CODE: Final = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MissingReasons:
    """The missing reasons of an instrument."""

    reasons: tuple[Mapping[str, Plain], ...]
    """Under the keys of instrument.yaml."""
    names: Mapping[str, str]
    """Missing data code to reason."""
    lost: tuple[Lost, ...] = ()
    remarks: tuple[Remark, ...] = ()


def missing_reasons(said: str, taken: Iterable[range]) -> MissingReasons:
    """The missing reasons of a project.

    Args:
        said: missing data codes as in the settings of a project, `-999, Unknown | …`; empty when
            there are none, and then two usual reasons are taken.
        taken: ranges of numbers that are values; no reason may have a code in one of them.
    """
    values = tuple(taken)
    free = [code for code in reversed(REASON_CODES) if not any(code in one for one in values)]
    if not said.strip():
        return MissingReasons(_standard(free), {})
    listed = parse_choices(said)
    lost = [Lost("", "missing data code", text, why) for text, why in listed.unusable]
    remarks: list[Remark] = []
    names = Names(RESERVED_CHOICES)
    reasons: list[Mapping[str, Plain]] = []
    mapped: dict[str, str] = {}
    labels: set[str] = set()
    wanted = {int(one.name) for one in listed.choices if _CODE.fullmatch(one.name)}
    others = [code for code in free if code not in wanted]
    for choice in listed.choices:
        label = line(str(choice.label)) or line(choice.name) or f"Missing {len(reasons) + 1}"
        if len(reasons) == len(_KEYS) or not others or label in labels:
            why = "another has its label" if label in labels else "there is no key left to give it"
            lost.append(Lost("", "missing data code", f"{choice.name}, {label}", why))
            continue
        labels.add(label)
        own = int(choice.name) if _CODE.fullmatch(choice.name) else 0
        code = own if own in free else others.pop(0)
        if str(code) != choice.name:
            why = "codes of missing reasons go from -1 to -49 and are no values"
            original = f"{choice.name}, {label}"
            remarks.append(Remark("", original, f"code {code}", why))
        name = names.give(slug(label, 24) or slug(choice.name), otherwise="missing")
        mapped[choice.name] = name
        key = _KEYS[len(reasons)]
        reasons.append({"reason": name, "code": code, "label": label, "key": key})
    return MissingReasons(tuple(reasons), mapped, tuple(lost), tuple(remarks))


def _standard(free: Sequence[int]) -> tuple[Mapping[str, Plain], ...]:
    """The usual reasons, with codes that are no values."""
    codes = iter(free)
    return tuple({**reason, "code": next(codes)} for reason in STANDARD_MISSING[: len(free)])
