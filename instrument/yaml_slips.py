"""What the YAML parser refuses, in words that say which slip of the author it usually is.

The parser speaks of indicators and of what it did not find, at the place where it gave up. That is
often far behind the slip: a quote or brace that is not closed swallows what follows it.
"""

import re
from typing import Final

import yaml

from instrument.problems import Problem
from instrument.source import Source

Place = tuple[int, int]
"""Line and column, both from 0."""

_CODE: Final = "yaml-syntax"
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_TAB: Final = re.compile(r" *\t")
_DASHES: Final = re.compile(r"[- ]*")
_KEY: Final = re.compile(r"[- ]*\w+")
_GLUED: Final = re.compile(r"(\w{1,32}):(?=[^\s/])")
"""A key whose value follows without a space, and no address of the web."""
_CURLY_START: Final = re.compile(r"(?:(?:^|[:-])\s+|[\[{,]\s*)[“”„‟‘’]")
_CLOSES: Final = {"{": "}", "[": "]"}

_SPACES: Final = ("a tab cannot indent YAML", "indent with spaces")
_STRAIGHT: Final = ("curly quotes are no quotes in YAML", 'write straight ones: "…"')
_BEHIND_QUOTE: Final = (
    "a text goes on behind its closing quote",
    "put the whole text in quotes: '…' around one that contains \", \"…\" around one that has '",
)
_NO_COLON: Final = "could not find expected ':'"
_COLON: Final = ("a ':' is not expected here", "put a text that contains ': ' in quotes")
_OR_COMMA: Final = ", or write the comma that is missing before it"
_PLAIN_WORDS: Final = {
    _NO_COLON: (
        "a ':' is missing behind a key",
        "write KEY: VALUE, and check the indentation",
    ),
    "did not find expected key": (
        "a key is expected here",
        "check the indentation, and put a text that begins with a special sign in quotes",
    ),
}


def explain(
    name: str, text: str, error: yaml.MarkedYAMLError, last: yaml.ScalarEvent | None
) -> Problem:
    """The problem that an error of the parser is.

    Args:
        name: what the file is called in messages.
        text: its content.
        error: what the parser says.
        last: the scalar read last before it; None if there was none.
    """
    return _Slip(name, text, error, last).problem()


class _Slip:
    """One error of the parser and what stands around it."""

    def __init__(
        self, name: str, text: str, error: yaml.MarkedYAMLError, last: yaml.ScalarEvent | None
    ) -> None:
        self.name = name
        self.lines = _BREAK.split(text)
        self.said = str(error.problem or error.context or "unexpected text")
        self.context = str(error.context or "")
        mark = error.problem_mark or error.context_mark
        self.at: Place = (mark.line, mark.column) if mark else (0, 0)
        began = error.context_mark
        self.began: Place | None = (began.line, began.column) if began else None
        self.last = last

    def problem(self) -> Problem:
        """The slip, at the place where it is mended."""
        if "quoted scalar" in self.context and self.said.startswith("found unexpected"):
            return self._open_quote(self.began or self.at)
        inside = self.said.startswith("did not find expected ',' or")
        tab = not inside and _TAB.match(self._line(self.at))  # in brackets a tab may indent
        if tab or self._sign() == "\t" or "a tab" in self.said:
            return self._here(*_SPACES)
        if self._behind_quote():
            return self._text_behind_quote(_OR_COMMA if inside else "")
        if _CURLY_START.search(self._line(self.at)[: self.at[1] + 1]):
            return self._here(*_STRAIGHT)
        if inside:
            return self._in_brackets()
        if self.said.startswith("did not find expected") and self.began is not None:
            return self._in_block(self.began)
        if self.said.startswith("mapping values are not allowed"):
            return self._strange_colon()
        if self.said.endswith("that cannot start any token"):
            says = f"a text cannot begin with '{self._sign()}'"
            return self._here(says, "put the text in quotes")
        if self.said == _NO_COLON and self.began is not None:
            return self._no_key(self.began)
        return self._plainly()

    def _no_key(self, began: Place) -> Problem:
        """A line that should begin with a key; the parser finds out in the line behind it."""
        glued = _GLUED.match(self._line(began), began[1])
        if glued is None:
            return self._plainly()
        return self._there(
            began,
            f"a space is missing behind the ':' of '{glued[1]}'",
            "write KEY: VALUE",
        )

    def _behind_quote(self) -> bool:
        """Whether the error comes right behind a quoted text."""
        if self.last is None or self.last.style not in ("'", '"') or self.last.end_mark is None:
            return False
        line, column = self.last.end_mark.line, self.last.end_mark.column
        between = self._line(self.at)[column : self.at[1]]
        return line == self.at[0] and self._sign() != "" and not between.strip()

    def _text_behind_quote(self, more: str) -> Problem:
        """A text with quotes in it; or a quote that was closed by the next one, lines below."""
        assert self.last is not None
        mark = self.last.start_mark
        if mark is not None and mark.line < self.at[0]:
            return self._open_quote((mark.line, mark.column))
        says, hint = _BEHIND_QUOTE
        return self._here(says, hint + more)

    def _open_quote(self, opened: Place) -> Problem:
        if "”" in self._line(opened)[opened[1] :]:
            return self._there(opened, *_STRAIGHT)
        sign = self._line(opened)[opened[1] : opened[1] + 1]
        hint = f"write {sign} at the end of the text, too"
        if sign == "'":
            hint += "; put a text that contains ' in double quotes"
        return self._there(opened, f"the quote ({sign}) that opens here is not closed", hint)

    def _in_brackets(self) -> Problem:
        """What stands where a comma or the closing bracket must."""
        opened = self.began or self.at
        bracket = self._line(opened)[opened[1] : opened[1] + 1]
        closing = _CLOSES.get(bracket, "")
        sign = self._sign()
        if sign in ("", "]", "}") or self._leaves(opened):
            return self._there(
                opened,
                f"the '{bracket}' that opens here is not closed",
                f"write '{closing}' where it ends, and put a text that contains a bracket or "
                "brace in quotes",
            )
        if sign == ":":
            return self._here(_COLON[0], _COLON[1] + _OR_COMMA)
        return self._here(
            f"'{sign}' is not expected inside a text without quotes",
            f"put a text that contains '{sign}' in quotes{_OR_COMMA}",
        )

    def _leaves(self, opened: Place) -> bool:
        """Whether a line between an opening bracket and the error begins a new entry."""
        edge = _width(_DASHES, self._line(opened)[: opened[1]])
        before = self._line(opened)
        for line in self.lines[opened[0] + 1 : self.at[0] + 1]:
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            outside = len(line) - len(line.lstrip()) <= edge and stripped[0] not in "]}"
            if stripped.startswith("- ") or (outside and not before.endswith((",", "[", "{"))):
                return True
            before = line.rstrip()
        return False

    def _in_block(self, began: Place) -> Problem:
        """A line that belongs to nothing, or something behind what is complete."""
        before = self._line(self.at)[: self.at[1]].strip()
        sign = self._sign()
        if before.endswith(("]", "}")) or sign in ("]", "}"):
            says = f"'{sign}' is not expected behind the closing '{before[-1:]}'"
            if not before.endswith(("]", "}")):
                says = f"'{sign}' closes nothing"
            return self._here(
                says, "take it away, or put a text that contains brackets or braces in quotes"
            )
        if before:
            return self._plainly()
        return self._out_of_column(began)

    def _out_of_column(self, began: Place) -> Problem:
        """A line that begins in a column where nothing else of its group or list does."""
        column = self.at[1]
        listed = self._line(self.at).lstrip().startswith("-")
        others = []
        for number in range(began[0], self.at[0]):
            line = self.lines[number]
            edge = len(line) - len(line.lstrip())
            if listed and line.lstrip().startswith("-"):
                others.append((abs(edge - column), edge, number))
            elif not listed and _KEY.match(line):
                inner = _width(_DASHES, line)
                others.append((abs(inner - column), inner, number))
        others = [one for one in others if one[0]]
        if not others:
            return self._plainly()
        _, edge, number = min(others)
        belongs = "entries of its list" if listed else "keys it belongs with"
        return self._here(
            f"this line stands in another column ({column + 1}) than the {belongs} "
            f"({edge + 1}, as in line {number + 1})",
            f"begin it in column {edge + 1}",
        )

    def _strange_colon(self) -> Problem:
        """A colon inside a text, or a key that is read as part of the text before it."""
        line = self._line(self.at)
        if _width(_KEY, line) == self.at[1] and self.at[0] > 0:
            return self._here(
                "this line is read as more of the text in the line before, and has a ':'",
                "begin it in the column of the keys that it belongs with, and write a key in the "
                "line before as KEY: VALUE, with a space behind the colon",
            )
        return self._here(_COLON[0], f"{_COLON[1]}, and check the indentation")

    def _plainly(self) -> Problem:
        """What the parser says, for want of anything better."""
        says, hint = _PLAIN_WORDS.get(self.said, (f"this is not valid YAML: {self.said}", ""))
        if self.began is not None and self.began != self.at:
            says += f" (it belongs to what begins in line {self.began[0] + 1})"
        return self._here(says, hint)

    def _line(self, place: Place) -> str:
        return self.lines[place[0]] if place[0] < len(self.lines) else ""

    def _sign(self) -> str:
        """The character at the error; nothing at the end of a line or of the file."""
        return self._line(self.at)[self.at[1] : self.at[1] + 1]

    def _here(self, says: str, hint: str) -> Problem:
        return self._there(self.at, says, hint)

    def _there(self, place: Place, says: str, hint: str) -> Problem:
        return Problem(_CODE, Source(self.name, place[0] + 1, place[1] + 1), says, hint)


def _width(pattern: re.Pattern[str], line: str) -> int:
    """How many characters at the beginning of a line fit a pattern."""
    match = pattern.match(line)
    return match.end() if match else 0
