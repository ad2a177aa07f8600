"""The few words that no author writes for each item: Yes and No, and what generated items say.

An instrument may write them itself, by language, under `words` in instrument.yaml; where it does
not, those of this table are taken, and English ones for languages that the table lacks.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from instrument.element import NOTHING_TRANSLATED
from instrument.models import ONE_LANGUAGE, Text
from instrument.source import Source

_NOTHING: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})

TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "yes": {"en": "Yes", "es": "Sí", "fr": "Oui", "de": "Ja", "pt": "Sim"},
    "no": {"en": "No", "es": "No", "fr": "Non", "de": "Nein", "pt": "Não"},
    "specify": {
        "en": "Please describe it in a few words.",
        "es": "Por favor, descríbalo en pocas palabras.",
        "fr": "Veuillez préciser en quelques mots.",
        "de": "Bitte beschreiben Sie es in wenigen Worten.",
        "pt": "Por favor, descreva em poucas palavras.",
    },
    "specify_instruct": {
        "en": "Do not record names or other identifying details.",
        "es": "No registre nombres ni otros datos que permitan identificar a alguien.",
        "fr": "Ne notez ni noms ni autres éléments permettant d'identifier quelqu'un.",
        "de": "Halten Sie keine Namen oder anderen Angaben fest, die jemanden erkennbar machen.",
        "pt": "Não registre nomes nem outros dados que identifiquem alguém.",
    },
    "choose_again": {
        "en": "That choice no longer fits the other answers. Choose again.",
        "es": "Esa opción ya no concuerda con las demás respuestas. Elija de nuevo.",
        "fr": "Ce choix ne correspond plus aux autres réponses. Choisissez à nouveau.",
        "de": "Diese Auswahl passt nicht mehr zu den anderen Antworten. Wählen Sie noch einmal.",
        "pt": "Essa opção já não combina com as outras respostas. Escolha novamente.",
    },
}
"""Word to language to what is said."""

_NONE_OF_THESE: Final[Mapping[str, str]] = {
    "en": "None of these",
    "es": "Ninguna de estas opciones",
    "fr": "Aucun de ces choix",
    "de": "Nichts davon",
    "pt": "Nenhuma destas opções",
}


def none_of_these(language: str | None = None) -> str:
    """How it is said that no choice was taken where none need be.

    In English for languages that the table lacks, and where no language is given.
    """
    return _NONE_OF_THESE.get((language or "en").partition("-")[0], _NONE_OF_THESE["en"])


class HouseWords:
    """The words in the languages of one instrument.

    Args:
        languages: codes of its languages, the first first.
        own: what the instrument writes itself: word to language to what is said.
    """

    def __init__(
        self,
        languages: Sequence[str] = tuple(ONE_LANGUAGE),
        own: Mapping[str, Mapping[str, str]] = _NOTHING,
    ) -> None:
        self._languages = languages
        self._own = own

    def label(self, word: str) -> str:
        """What is said in the first language; in English where nothing else is known."""
        return self._said(word, self._languages[0]) or TABLE[word]["en"]

    def translations(self, word: str) -> MappingProxyType[str, MappingProxyType[str, str]]:
        """The translations of a choice whose label is a word."""
        others = self._others(word)
        if not others:
            return NOTHING_TRANSLATED
        return MappingProxyType(
            {language: MappingProxyType({"label": said}) for language, said in others.items()}
        )

    def text(self, word: str, source: Source) -> Text:
        """A word as a text of its own, which belongs to what stands at a place."""
        others = {language: _plain(said, source) for language, said in self._others(word).items()}
        first = _plain(self.label(word), source)
        if not others:
            return first
        return first.model_copy(update={"translations": MappingProxyType(others)})

    def _others(self, word: str) -> dict[str, str]:
        """Language to what is said, for the languages behind the first."""
        return {
            language: said
            for language in self._languages[1:]
            if (said := self._said(word, language))
        }

    def _said(self, word: str, language: str) -> str | None:
        """What is said in a language; the table knows it without the country it is spoken in."""
        own, table = self._own.get(word, {}), TABLE[word]
        return own.get(language) or table.get(language) or table.get(language.partition("-")[0])


def _plain(said: str, source: Source) -> Text:
    """A text without fills, whatever braces it has."""
    return Text(source=source, raw=said.replace("{", "{{").replace("}", "}}"), pieces=(said,))
