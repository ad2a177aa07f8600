"""Missing data codes of a project become missing reasons."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cati.importing.names import LEFT_BLANK, STANDARD_MISSING, Names, altered, line, slug
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
    blank: str = ""
    """The reason of answers left out, which required questions do not take; empty for none."""


def missing_reasons(said: str, taken: Iterable[range], *, with_blank: bool) -> MissingReasons:
    """The missing reasons of a project.

    Args:
        said: missing data codes as in the settings of a project, `-999, Unknown | …`; empty when
            there are none, and then two usual reasons are taken.
        taken: ranges of numbers that are values; no reason may have a code in one of them.
        with_blank: whether some question is not required, so that its answer can be left out.
    """
    values = tuple(taken)
    free = [code for code in reversed(REASON_CODES) if not any(code in one for one in values)]
    if said.strip():
        found = _of_project(said, free)
    else:
        codes = iter(free)
        standard = STANDARD_MISSING[: len(free)]
        found = MissingReasons(tuple({**one, "code": next(codes)} for one in standard), {})
    return _with_blank(found, free) if with_blank else found


def _of_project(said: str, free: Sequence[int]) -> MissingReasons:
    """The missing data codes of a project as reasons; `free` are the codes they can have."""
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
        original = f"{choice.name}, {choice.label}"
        if len(reasons) == len(_KEYS) or not others or label in labels:
            why = "another has its label" if label in labels else "there is no key left to give it"
            lost.append(Lost("", "missing data code", original, why))
            continue
        if why := altered(str(choice.label)):
            remarks.append(Remark("", original, label, why))
        labels.add(label)
        own = int(choice.name) if _CODE.fullmatch(choice.name) else 0
        code = own if own in free else others.pop(0)
        if str(code) != choice.name:
            why = "codes of missing reasons go from -1 to -49 and are no values"
            remarks.append(Remark("", original, f"code {code}", why))
        name = names.give(slug(label, 24) or slug(choice.name), otherwise="missing")
        mapped[choice.name] = name
        key = _KEYS[len(reasons)]
        reasons.append({"reason": name, "code": code, "label": label, "key": key})
    return MissingReasons(tuple(reasons), mapped, tuple(lost), tuple(remarks))


def _with_blank(found: MissingReasons, free: Sequence[int]) -> MissingReasons:
    """The reasons, and one more for answers left out, with a code, key and label of its own."""
    taken = {str(value) for reason in found.reasons for value in reason.values()}
    codes = [code for code in free if str(code) not in taken]
    keys = [key for key in _KEYS if key not in taken]
    if not codes or not keys:
        why = "no code or no key is left for this reason, so that required fields are as the others"
        return replace(found, lost=(*found.lost, Lost("", "reason 'Left blank'", "", why)))
    names = Names(RESERVED_CHOICES | {str(reason["reason"]) for reason in found.reasons})
    label = str(LEFT_BLANK["label"])
    reason: dict[str, Plain] = {
        "reason": names.give(str(LEFT_BLANK["reason"])),
        "code": codes[0],
        "label": f"{label} (not required)" if label in taken else label,
        "key": keys[0],
    }
    return replace(found, reasons=(*found.reasons, reason), blank=str(reason["reason"]))
