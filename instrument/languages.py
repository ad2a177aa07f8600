"""The languages of an instrument, and what it says itself of the words that every item shares."""

from collections.abc import Sequence
from types import MappingProxyType

from instrument.fields import Fields, is_language
from instrument.house_words import TABLE, HouseWords
from instrument.models import ONE_LANGUAGE
from instrument.report import quote


def read_languages(fields: Fields) -> MappingProxyType[str, str]:
    """Read `languages` and `words` of instrument.yaml; the report knows them from here on.

    Whatever is wrong with the languages is noted once; the texts of the instrument are then taken
    in any language, so that none of them repeats it.

    Returns:
        Language to label, the first language first.
    """
    before = len(fields.report.problems)
    part = fields.fields("languages", "the languages")
    if not fields.has("languages"):
        fields.report.unlisted = []
    found: dict[str, str] = {}
    for code, entry in part.mapping.entries.items() if part else ():
        assert part is not None
        if not is_language(code):
            fields.report.add(
                "language-form",
                entry.key.source,
                f"{quote(code)} is no code of a language",
                "write its two or three letters, such as en, es or pt-BR",
            )
        found[code] = part.line(code, required=True) or code
    if part is not None and not found:
        fields.report.add("value-empty", fields.place("languages"), "'languages' lists no language")
    usable = len(fields.report.problems) == before
    languages = MappingProxyType(found) if found else ONE_LANGUAGE
    fields.report.languages = tuple(languages) if usable else None
    fields.report.words = _read_words(fields, tuple(languages))
    return languages


def _read_words(fields: Fields, languages: Sequence[str]) -> HouseWords:
    """The words that instrument.yaml writes itself under `words`."""
    part = fields.fields("words", "the words")
    if part is None:
        return HouseWords(languages)
    part.allow(tuple(TABLE))
    own = {word: {languages[0]: said} for word in TABLE if (said := part.caption(word))}
    for language, words in part.translations.items():
        for word, said in words.items():
            own.setdefault(word, {})[language] = said
    return HouseWords(languages, own)
