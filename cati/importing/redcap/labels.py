"""Texts of a dictionary: without HTML, and with its piping as fills."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cati.importing.names import clean, prose
from cati.importing.redcap.known import Fields, Sort
from cati.importing.redcap.logic import Untranslatable, read_reference

NOTHING: Final = "…"
"""Stands where a text piped something in that cannot be had here."""

_QUIET: Final = frozenset({"b", "i", "p", "br", "strong", "em", "div"})
"""Tags whose going loses nothing that is read."""
_BREAKS: Final = frozenset(
    {"p", "br", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4"}
)
_TAGS: Final = re.compile(
    "a|abbr|acronym|address|area|article|aside|audio|b|base|big|blockquote|body|br|button|caption|"
    "center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|embed|fieldset|figure|font|"
    "footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|map|"
    "mark|menu|meta|nav|object|ol|optgroup|option|p|param|pre|q|s|samp|script|section|select|small|"
    "source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|"
    "title|tr|track|tt|u|ul|var|video|wbr"
)
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s[^<>]*)?)/?>")
_UNREAD: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"))
"""Begin and end of what is never shown."""
_PIPED: Final = re.compile(r"(?:\[[^\[\]\n]{1,200}\])+")
_SMART: Final = re.compile(r"\[[a-z]+(?:-[a-z]+)+(?::[^\]]*)?\]")


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without HTML."""

    text: str
    tags: tuple[str, ...]
    """Names of the tags whose going may lose something, such as `a` or `img`."""


def strip(text: str) -> Stripped:
    """Take HTML out of a text; what looks like a tag and is none stays."""
    gone: dict[str, None] = {}
    if "<" in text:
        for begin, end in _UNREAD:
            text = _without(text, begin, end, gone)

        def quiet(match: re.Match[str]) -> str:
            tag = match[2].lower()
            if not _TAGS.fullmatch(tag):
                return match[0]
            if tag not in _QUIET:
                gone[tag] = None
            return "\n" if tag in _BREAKS else ""

        text = _TAG.sub(quiet, text)
    if "&" in text:
        text = html.unescape(text)
    lines = [" ".join(line.split()) for line in clean(text).split("\n")]
    return Stripped(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), tuple(gone))


def _without(text: str, begin: str, end: str, gone: dict[str, None]) -> str:
    """A text without what stands between two marks, in one pass whatever it holds."""
    low = text.lower()
    if begin not in low or len(low) != len(text):
        return text
    kept: list[str] = []
    at = 0
    while (start := low.find(begin, at)) >= 0 and (stop := low.find(end, start)) >= 0:
        kept.append(text[at:start])
        at = stop + len(end)
        if begin != "<!--":
            gone[begin.removeprefix("<")] = None
    return "".join([*kept, text[at:]])


@dataclass(frozen=True, slots=True)
class Piping:
    """How the piping of a text is carried over."""

    fields: Fields
    place: int
    """Number of the field whose text it is."""
    lost: Callable[[str, str], None]
    """Told of each piece of piping that cannot be carried over, and why."""

    def filled(self, text: str) -> str:
        """A text as `ask` and `say` take it, with fills."""
        pieces, at = [], 0
        for match in _PIPED.finditer(text):
            if (fill := self._fill(match[0])) is not None:
                pieces += [prose_piece(text[at : match.start()]), fill]
                at = match.end()
        return clean("".join([*pieces, prose_piece(text[at:])]))

    def fixed(self, text: str) -> str:
        """A text as labels and titles take it, where nothing can be filled in."""

        def without(match: re.Match[str]) -> str:
            if not self._is_piped(match[0]):
                return match[0]
            self.lost(match[0], "a label is fixed and takes no fill")
            return NOTHING

        return _PIPED.sub(without, text)

    def _is_piped(self, text: str) -> bool:
        """Whether brackets pipe something in, and are not just brackets."""
        if _SMART.search(text):
            return True
        names = [
            re.split(r"[(:]", part)[0].strip().lower() for part in re.findall(r"\[([^]]*)", text)
        ]
        there = [name in self.fields.known or name in self.fields.gone for name in names]
        return any(there)

    def _fill(self, text: str) -> str | None:
        """The fill of a piece of piping; None if these are just brackets."""
        if not self._is_piped(text):
            return None
        try:
            return f"{{{self._name(text)}}}"
        except Untranslatable as error:
            self.lost(text, str(error))
            return NOTHING

    def _name(self, text: str) -> str:
        reference = read_reference(text)
        name = reference.field
        if name in self.fields.gone:
            raise Untranslatable(f"[{name}] is no item here: {self.fields.gone[name]}")
        known = self.fields.known[name]
        if known.place >= self.place:
            raise Untranslatable(f"[{name}] has no answer yet; a text reads only what comes before")
        if reference.code is not None:
            raise Untranslatable("whether one box is ticked cannot be read within a text")
        wanted = reference.suffix
        if wanted == "value" and known.sort in (Sort.CHOICE, Sort.YES_NO, Sort.BOXES):
            raise Untranslatable("a text is filled with the label of a choice, never with its code")
        if wanted not in ("", "value", "label", "checked"):
            raise Untranslatable(f"':{wanted}' has no equal here")
        return known.name


def prose_piece(text: str) -> str:
    """A piece of a text between fills: braces doubled, space around it kept."""
    inner = prose(text)
    lead = text[: len(text) - len(text.lstrip())]
    trail = text[len(text.rstrip()) :] if text.strip() else ""
    return lead + inner + trail
