"""Languages of an XLSForm as codes, and texts in them with their fills."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cati.importing.names import altered, cut, line, prose, slug
from cati.importing.outline import ByLanguage, Lost, Remark
from cati.importing.xlsform.calls import TODAY
from cati.importing.xlsform.form import Cell, Form
from cati.importing.xlsform.terms import Known
from cati.importing.xlsform.translate import Translator
from cati.importing.xlsform.xpath import XPathError

_CODES: Final = {
    "english": "en", "spanish": "es", "espanol": "es", "castellano": "es", "french": "fr",
    "francais": "fr", "german": "de", "deutsch": "de", "portuguese": "pt", "portugues": "pt",
    "italian": "it", "italiano": "it", "dutch": "nl", "russian": "ru", "arabic": "ar",
    "chinese": "zh", "japanese": "ja", "korean": "ko", "vietnamese": "vi", "tagalog": "tl",
    "hindi": "hi", "urdu": "ur", "bengali": "bn", "swahili": "sw", "kiswahili": "sw",
    "haitian_creole": "ht", "polish": "pl", "turkish": "tr", "ukrainian": "uk", "nepali": "ne",
    "somali": "so", "amharic": "am", "hausa": "ha", "indonesian": "id", "macedonian": "mk",
}  # fmt: skip
_IN_PARENTHESES: Final = re.compile(r"\(\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?\s*\)\s*$")
_BARE: Final = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2}))?")

_REFERENCE: Final = re.compile(r"\$\{([^{}$]*)\}")
_TAG: Final = re.compile(r"</?(?:span|font|b|i|em|strong|u|p|small|big)(?:\s[^<>]*)?/?>", re.I)
_BREAK: Final = re.compile(r"<br\s*/?>", re.I)
_EMPHASIS: Final = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_HEADING: Final = re.compile(r"^#{1,6}\s+", re.M)
GAP: Final = "…"
"""Where a value would stand that cannot be read."""


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of a form."""

    codes: Mapping[str, str]
    """Language as written (empty for texts without one) to its code."""
    names: Mapping[str, str]
    """Code to what people call the language, the first one first."""
    guessed: bool
    """Texts without a language stand beside others with one, and are taken for English."""

    @property
    def first(self) -> str:
        """Code of the language that texts fall back to."""
        return next(iter(self.names))


def read_languages(form: Form) -> Languages:
    """The languages of a form: that of the settings first, then by their first use."""
    default = form.settings.text("default_language") if form.settings else ""
    written = [one for one in form.languages if one]
    if default and default not in written:
        written.insert(0, default)
    elif default:
        written.sort(key=lambda one: one != default)
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for one in written:
        code = _code(one, set(names))
        codes[one] = code
        names.setdefault(code, _name(one))
    guessed = False
    if not names:
        names = {"en": "English"}
    elif "" in form.languages and not default and "en" not in names and _labelled(form):
        guessed = True
        names = {"en": "English", **names}
    codes[""] = next(iter(names))
    return Languages(codes, names, guessed)


def _labelled(form: Form) -> bool:
    """Whether labels stand without a language, and not just hints."""
    rows = [node.row for top in form.nodes for node in top.rows()]
    return any(("label", "") in row.cells for row in rows)


def _code(written: str, taken: set[str]) -> str:
    if match := _IN_PARENTHESES.search(written) or _BARE.fullmatch(written):
        language, country = match[1].lower(), match[2]
        return f"{language}-{country.upper()}" if country else language
    word = slug(written)
    if word in _CODES:
        return _CODES[word]
    letters = re.sub("[^a-z]", "", word) or "x"
    tries = [letters[:2], letters[:3], *(f"q{a}{b}" for a in "abc" for b in "abcdefghijklm")]
    return next(one for one in tries if len(one) > 1 and one not in taken)


def _name(written: str) -> str:
    name = line(_IN_PARENTHESES.sub("", written)) or line(written)
    return name[:1].upper() + name[1:]


@dataclass(slots=True)
class TextMaker:
    """Turns cells with texts into ours, and notes what they lose."""

    languages: Languages
    known: Mapping[str, Known]
    lost: list[Lost] = field(default_factory=list)
    remarks: dict[Remark, None] = field(default_factory=dict)
    """Titles and labels that do not stand as they were, each once."""

    def plain(self, cells: Mapping[str, Cell]) -> str | ByLanguage:
        """A label or title: fixed words. Empty if there are none."""
        texts: dict[str, str] = {}
        for code, cell in self._by_code(cells):
            words = self._words(cell)
            texts[code] = self._line(cell, words)
            for name in _REFERENCE.findall(words):
                why = "titles and labels of choices are fixed words"
                self.lost.append(Lost(cell.at, "value in a text", f"${{{name}}}", why))
        return self._joined(texts)

    def spoken(
        self, cells: Mapping[str, Cell], translator: Translator
    ) -> tuple[str | ByLanguage, str | ByLanguage]:
        """A text with fills, and the same with gaps in their places."""
        filled: dict[str, str] = {}
        gaps: dict[str, str] = {}
        for code, cell in self._by_code(cells):
            filled[code], gaps[code] = self._filled(cell, translator)
        return self._joined(filled), self._joined(gaps)

    def label(self, cells: Mapping[str, Cell]) -> str:
        """What data people read: the text in the first language, with gaps for fills."""
        texts = dict(self._by_code(cells))
        cell = texts.get(self.languages.first) or next(iter(texts.values()), None)
        if cell is None:
            return ""
        return self._line(cell, unstyled(cell.text))

    def _line(self, cell: Cell, words: str) -> str:
        """A text as a title or label, with gaps for fills; noted if anything else changes."""
        text = _REFERENCE.sub(GAP, words)
        if why := altered(text):
            self.remarks[Remark(cell.at, cell.text, line(text), why)] = None
        return line(text)

    def _by_code(self, cells: Mapping[str, Cell]) -> list[tuple[str, Cell]]:
        """The cells by code of language; one without a language gives way to one with it."""
        found: dict[str, Cell] = {}
        for written, cell in sorted(cells.items(), key=lambda pair: pair[0] == ""):
            found.setdefault(self.languages.codes.get(written, self.languages.first), cell)
        order = list(self.languages.names)
        return sorted(found.items(), key=lambda pair: order.index(pair[0]))

    def _joined(self, texts: Mapping[str, str]) -> str | ByLanguage:
        kept = {code: text for code, text in texts.items() if text}
        if not kept:
            return ""
        if self.languages.first not in kept:
            # The first language must be there: another one stands in for it.
            kept = {self.languages.first: next(iter(kept.values())), **kept}
        if len(kept) == 1:
            return next(iter(kept.values()))
        return ByLanguage(tuple(kept.items()))

    def _words(self, cell: Cell) -> str:
        bare = unstyled(cell.text)
        if bare != cell.text:
            self.lost.append(Lost(cell.at, "styling", cell.text, "texts are shown without it"))
        return bare

    def _filled(self, cell: Cell, translator: Translator) -> tuple[str, str]:
        filled: list[str] = []
        gaps: list[str] = []
        words = self._words(cell)
        if why := cut(words):
            self.lost.append(Lost(cell.at, "text", cell.text, why))
        pieces = _REFERENCE.split(words)
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                text = _with_braces(piece)
                filled.append(text)
                gaps.append(text)
                continue
            gaps.append(GAP)
            try:
                filled.append("{" + self._readable(piece.strip(), translator) + "}")
            except XPathError as error:
                filled.append(GAP)
                why = f"it stands for no answer that can be read here: {error}"
                self.lost.append(Lost(cell.at, "value in a text", f"${{{piece}}}", why))
        return prose_joined(filled), prose_joined(gaps)

    @staticmethod
    def _readable(name: str, translator: Translator) -> str:
        known = translator.find(name)
        if known.kind is None and known.name != TODAY:
            raise XPathError(f"'{known.name}' has no value")
        if known.roster is not None and known.roster != translator.roster:
            raise XPathError(f"'{known.name}' has one value in each row of its repeat")
        return known.name


def _with_braces(text: str) -> str:
    """A piece between fills: its own braces doubled, the space around it kept."""
    inner = prose(text)
    if not inner:
        return " " if text and not text.strip() else ""
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return before + inner + after


def prose_joined(pieces: list[str]) -> str:
    """Pieces put together again, without space around."""
    return "".join(pieces).replace("\r", "").strip()


def unstyled(text: str) -> str:
    """A text without Markdown and the few HTML tags that forms style their labels with."""
    bare = _TAG.sub("", _BREAK.sub("\n", text))
    bare = _HEADING.sub("", _EMPHASIS.sub(r"\2", bare))
    return bare.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
