"""What every element of an instrument has: its place in the YAML, perhaps words in languages."""

from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, InstanceOf

from instrument.source import Source

NOTHING_TRANSLATED: MappingProxyType[str, MappingProxyType[str, str]] = MappingProxyType({})
_NO_WORDS: MappingProxyType[str, str] = MappingProxyType({})


class Part(BaseModel):
    """One element of an instrument."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    source: InstanceOf[Source]
    """Where it stands in the YAML, for every message about it.

    Taken as it is: made anew by its parts, as named tuples else are, it takes half of the time.
    """


class Translated(Part):
    """An element with fixed words that people read, such as the label of a choice."""

    translations: MappingProxyType[str, MappingProxyType[str, str]] = Field(
        default_factory=lambda: NOTHING_TRANSLATED
    )
    """Language to field to words; the fields themselves hold the instrument's first language."""

    def said(self, field: str, language: str | None = None) -> str:
        """The words of a field in a language; in the first language where they are not translated.

        Args:
            field: name of one of the element's text fields, such as `label`.
            language: code of one of the instrument's languages; None means the first.
        """
        if language is not None and field in (there := self.translations.get(language, _NO_WORDS)):
            return there[field]
        return str(getattr(self, field))
