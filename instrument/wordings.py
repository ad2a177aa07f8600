"""The wordings of an item: one for each of its modes, from the item's own texts and each mode's."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from instrument.conditions.scope import View
from instrument.fields import Fields
from instrument.models import Text, Wording
from instrument.source import Source
from instrument.texts import Context

QUESTION_TEXTS: Final = ("ask", "instruct", "probe", "help")
STATEMENT_TEXTS: Final = ("say",)


def read_wordings(
    context: Context, fields: Fields, view: View, modes: Sequence[str], texts: Sequence[str]
) -> MappingProxyType[str, Wording]:
    """Read the texts of an item, for each of its modes.

    Args:
        context: the instrument so far.
        fields: the item.
        view: where the item stands.
        modes: the modes in which it exists.
        texts: the keys of its texts; the first is the one that must be there.
    """
    own = {key: _text(context, fields, view, key) for key in texts if fields.has(key)}
    shared: Wording | None = None
    wordings: dict[str, Wording] = {}
    for mode in context.modes:
        if fields.has(mode):
            part = fields.fields(mode, f"{fields.what} in mode '{mode}'")
            if mode not in modes:
                context.report.add(
                    "mode-unknown",
                    fields.place(mode),
                    f"{fields.what} does not exist in mode '{mode}' and needs no wording for it",
                )
            if part is None:
                continue
            part.allow(texts)
            changed = {key: _text(context, part, view, key) for key in texts if part.has(key)}
            wording = _wording(part.source, {**own, **changed}, texts)
        else:
            shared = shared or _wording(fields.source, own, texts)
            wording = shared
        if mode in modes and wording is not None:
            wordings[mode] = wording
    if any(mode not in wordings and not fields.has(mode) for mode in modes) and not fields.has(
        texts[0]
    ):
        fields.report.add("key-missing", fields.source, f"{fields.what} needs the key '{texts[0]}'")
    return MappingProxyType(wordings)


def _text(context: Context, fields: Fields, view: View, key: str) -> Text | None:
    said = fields.said(key)
    return None if said is None else context.text(said, view, f"'{key}' of {fields.what}")


def _wording(source: Source, read: dict[str, Text | None], texts: Sequence[str]) -> Wording | None:
    first = read.get(texts[0])
    if first is None:
        return None
    rest = {key: text for key, text in read.items() if text is not first}
    return Wording(source=source, ask=first, **rest)
