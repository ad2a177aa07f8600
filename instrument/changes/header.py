"""What differs between two versions as a whole, outside of sections and items."""

from collections.abc import Iterator, Mapping

from instrument.changes.model import Change, Difference
from instrument.changes.names import Pairs
from instrument.changes.texts import quoted, quoted_from_first_difference
from instrument.models import Definition, Guide, Instrument, MissingReason, SummaryPart

_Worded = Definition | Guide | SummaryPart


def header_differences(pairs: Pairs) -> Iterator[Difference]:
    """Title, modes, languages, missing reasons, glossary, guides, summary, validity."""
    old, new = pairs.old, pairs.new
    if old.name != new.name:
        yield Difference(Change.DOCUMENTED, "the name of the instrument", old.name, new.name)
    if old.version != new.version:
        yield Difference(Change.DOCUMENTED, "the version", old.version, new.version)
    if old.title != new.title:
        yield Difference(Change.DOCUMENTED, "the title", quoted(old.title), quoted(new.title))
    elif old.translations != new.translations:
        yield Difference(Change.DOCUMENTED, "the title, translated")
    yield from _named(Change.UNIVERSE, "mode", old.modes, new.modes)
    for mode in old.modes:
        if mode in new.modes and (mode in old.record_modes) != (mode in new.record_modes):
            yield Difference(
                Change.REWORDED,
                f"in the mode {mode} answers come from "
                f"{'a record' if mode in new.record_modes else 'somebody on the line'} now",
            )
    yield from _named(Change.REWORDED, "language", old.languages, new.languages)
    yield from _reasons(old, new)
    yield from _named(
        Change.GUIDED,
        "definition",
        {one.term: one.means for one in old.definitions},
        {one.term: one.means for one in new.definitions},
    )
    yield from _in_languages(
        "definition",
        {one.term: one for one in old.definitions},
        {one.term: one for one in new.definitions},
    )
    yield from _guides(old, new, pairs)
    yield from _summary(old, new, pairs)
    if _rule(old) != _rule(new):
        yield Difference(Change.DOCUMENTED, "the share of valid answers", _rule(old), _rule(new))
    here = [pairs.sections[one.name] for one in old.sections if one.name in pairs.sections]
    there = [one.name for one in new.sections if one.name in here]
    if here != there:
        yield Difference(
            Change.MOVED, "the order of the sections", ", ".join(here), ", ".join(there)
        )


def _named(
    change: Change, what: str, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[Difference]:
    """Things with a name and some words, of which some are gone, new, or said otherwise."""
    for name in old:
        if name not in new:
            yield Difference(change, f"{what} '{name}'", quoted(old[name]), None)
        elif old[name] != new[name]:
            yield Difference(
                Change.GUIDED if change is Change.GUIDED else Change.DOCUMENTED,
                f"{what} '{name}'",
                *quoted_from_first_difference(old[name], new[name]),
            )
    for name in new:
        if name not in old:
            yield Difference(change, f"{what} '{name}'", None, quoted(new[name]))


def _in_languages(
    what: str, old: Mapping[str, _Worded], new: Mapping[str, _Worded]
) -> Iterator[Difference]:
    for name, part in old.items():
        if name in new and part.translations != new[name].translations:
            yield Difference(Change.GUIDED, f"{what} '{name}', translated")


def _reasons(old: Instrument, new: Instrument) -> Iterator[Difference]:
    before, after = old.missing_reason, new.missing_reason
    for name, reason in before.items():
        if name not in after:
            yield Difference(Change.RECODED, f"missing reason '{name}'", _said(reason), None)
            continue
        other = after[name]
        what = f"missing reason '{name}'"
        if reason.code != other.code:
            yield Difference(
                Change.RECODED, f"the code of the {what}", str(reason.code), str(other.code)
            )
        if (reason.label, _labels(reason)) != (other.label, _labels(other)):
            yield Difference(
                Change.REWORDED,
                f"the label of the {what}",
                quoted(reason.label),
                quoted(other.label),
            )
        if reason.key != other.key:
            yield Difference(Change.GUIDED, f"the key of the {what}", reason.key, other.key)
        modes = [mode for mode in old.modes if mode in new.modes]
        for mode in modes:
            if (mode in reason.modes) != (mode in other.modes):
                can = "can be given now" if mode in other.modes else "can no longer be given"
                yield Difference(Change.RECODED, f"{what} {can} in the mode {mode}")
    for name, reason in after.items():
        if name not in before:
            yield Difference(Change.RECODED, f"missing reason '{name}'", None, _said(reason))


def _guides(old: Instrument, new: Instrument, pairs: Pairs) -> Iterator[Difference]:
    yield from _named(
        Change.GUIDED,
        "guide",
        {one.name: f"{one.title}: {one.text}" for one in old.guides},
        {one.name: f"{one.title}: {one.text}" for one in new.guides},
    )
    yield from _in_languages(
        "guide", {one.name: one for one in old.guides}, {one.name: one for one in new.guides}
    )
    before = {one.name: [pairs.name(name) for name in one.items] for one in old.guides}
    for guide in new.guides:
        if guide.name in before and before[guide.name] != list(guide.items):
            yield Difference(Change.GUIDED, f"the items of the guide '{guide.name}'")


def _summary(old: Instrument, new: Instrument, pairs: Pairs) -> Iterator[Difference]:
    yield from _named(
        Change.GUIDED,
        "part of the summary",
        {one.name: f"{one.label}: {one.hint}" for one in old.summary},
        {one.name: f"{one.label}: {one.hint}" for one in new.summary},
    )
    yield from _in_languages(
        "part of the summary",
        {one.name: one for one in old.summary},
        {one.name: one for one in new.summary},
    )
    wanted = {one.name: one.ask_if and pairs.name(one.ask_if) for one in old.summary}
    for part in new.summary:
        if part.name in wanted and wanted[part.name] != part.ask_if:
            yield Difference(
                Change.UNIVERSE,
                f"when the part of the summary '{part.name}' is wanted",
                wanted[part.name] or "always",
                part.ask_if or "always",
            )


def _rule(instrument: Instrument) -> str | None:
    rule = instrument.validity
    if rule is None:
        return None
    reasons = ", ".join(sorted(rule.valid_reasons)) or "none"
    return f"{rule.percent} percent, valid reasons: {reasons}"


def _labels(reason: MissingReason) -> dict[str, str | None]:
    return {code: words.get("label") for code, words in reason.translations.items()}


def _said(reason: MissingReason) -> str:
    return f'{reason.code}, "{reason.label}"'
