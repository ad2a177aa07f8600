"""Identifying text that has a shape of its own: numbers, addresses, dates, user names.

Every pattern is a row of data. Each repeats only a bounded number of times, or over characters that
the next part cannot match, so that no text makes one slow; a test walks the patterns to see to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cati.identifying.words import word_list

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"(?:{YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.]{DAY}"
    rf"|{DAY}[-/.]{DAY}[-/.](?:{YEAR}|\d\d)"
    rf"|{MONTH} {{1,3}}{DAY}(?:st|nd|rd|th)?(?:,? {{1,3}}{YEAR})?"
    rf"|{DAY}(?:st|nd|rd|th)?(?: of)? {{1,3}}{MONTH}(?:,? {{1,3}}{YEAR})?)"
)
STREET = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|boulevard|blvd|circle|cir|place|pl"
    r"|terrace|ter|way|parkway|pkwy|highway|hwy|trail|square|sq|loop|pike|alley)"
)
COUNTED = (
    r"(?:images?|files?|videos?|pictures?|photos?|photographs?|messages?|texts?|chats?|dollars?"
    r"|users?|items?|pages?|accounts?|times|people|minutes|hours|days|depictions|thumbnails"
    r"|unique|different|other|more|suspected|digital|explicit|illegal|pieces|hits|gb|mb)\b"
)
CALLED = (
    r"(?:user ?names?|screen ?names?|handles?|gamer ?tags?|profile names?|nick ?names?|logins?"
    r"|account names?)"
)
NOT_A_NAME = (
    r"(?:\w{2,30}ed|and|or|that|which|who|to|on|in|for|with|the|an?|of|was|were|is|are|from|by|at"
    r"|but|his|her|their|my|not|unknown|he|she|they|it|as|known|given|than|when|while|under|via"
    r"|because|had|has|found|similar|shown|never|also|later|then|still|public|private|fake|real"
    r"|false|common|minor|someone|another|one)"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape of identifying text."""

    kind: str
    suggestion: str
    """Neutral words for it; `{year}` takes the year found in the text."""
    expression: re.Pattern[str]
    """The identifying part is its group `x`, or all of it."""


def _pattern(kind: str, suggestion: str, expression: str, *, exact: bool = False) -> Pattern:
    return Pattern(kind, suggestion, re.compile(expression, 0 if exact else re.IGNORECASE))


PATTERNS: Final[tuple[Pattern, ...]] = (
    _pattern(
        "e-mail address", "an e-mail address", r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    ),
    _pattern(
        "e-mail address",
        "an e-mail address",
        r"\b[\w.+-]{1,64} {0,2}[(\[]?\bat\b[)\]]? {0,2}[\w-]{1,63} {0,2}[(\[]?\bdot\b[)\]]? {0,2}"
        r"(?:com|net|org|edu|gov|us)\b",
    ),
    _pattern(
        "e-mail address",
        "an e-mail address",
        r"\b[\w.+-]{1,64} ?[(\[] ?at ?[)\]] ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    ),
    _pattern("web address", "a website", r"\b(?:https?://|www\.)[^\s<>\"']{1,300}"),
    _pattern(
        "web address",
        "a website",
        r"(?<![\w.@-])(?:[a-z\d-]{1,63}\.){1,4}(?:com|net|org|edu|gov|info|io|ru|co|us|xyz|tv)\b"
        r"(?:/[^\s<>\"']{0,300})?",
    ),
    _pattern("IP address", "an IP address", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]\d)"),
    _pattern("IP address", "an IP address", r"(?<![\w:])(?:[\da-f]{1,4}:){4,7}[\da-f]{1,4}\b"),
    _pattern(
        "social security number",
        "a social security number",
        r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])",
    ),
    _pattern(
        "social security number",
        "a social security number",
        r"\b(?:ssn|social security)(?: number)?(?: (?:is|was|ended in|ending in))? "
        r"(?P<x>[\dxX*-]{4,11})\b",
    ),
    _pattern(
        "telephone number",
        "a telephone number",
        r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ ./-]?)\d{3}[ .-]?\d{4}(?![\w-])",
    ),
    _pattern("telephone number", "a telephone number", r"(?<![\w-])\d{3}[ .-]\d{4}(?![\w-])"),
    _pattern(
        "date of birth",
        "the age at the time",
        rf"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|born)(?: is| was)?(?: on| in)?"
        rf"[ :]{{0,3}}(?P<x>{DATE})(?![\w-])",
    ),
    _pattern("date", "a date{year}", rf"(?<![\w-])(?P<x>{DATE})(?![\w-])"),
    _pattern(
        "case number",
        "a reference number",
        r"\b(?:case|report|incident|docket|file|complaint|warrant|cyber ?tip(?:line)?|tip|badge"
        r"|indictment|booking|inmate|reference|citation|subpoena|license|plate)s?"
        r"(?: report)?(?: (?:numbers?|nos?\.?|id))?(?: (?:was|is))?[ :#]{0,3}"
        r"(?P<x>(?=[a-z/-]{0,8}\d{2})(?!(?:19|20)\d\d\b(?![-/]))[a-z\d][a-z\d/-]{2,30})\b(?!,\d)"
        rf"(?! {{0,2}}{COUNTED})",
    ),
    _pattern(
        "case number",
        "a reference number",
        r"(?<![\w-])(?:\d{1,4}[:-])?\d{2,4}-?[a-z]{1,4}-?\d{3,8}(?![\w-])",
    ),
    _pattern(
        "case number", "a reference number", r"(?<![\w-])[a-z]{1,4}-?\d{2,4}-\d{3,8}(?![\w-])"
    ),
    _pattern("case number", "a reference number", r"(?<![\w-])\d{2,4}-\d{4,8}(?![\w-])"),
    _pattern(
        "number",
        "a license plate",
        r"\bplates?(?: numbers?)?(?: (?:was|is|of|with))?[ :#]{1,3}"
        r"(?P<x>(?!(?:in|on|from|by|for)\b)[a-z\d]{1,4}[ -]?[a-z]?\d[a-z\d]{1,5})\b",
    ),
    _pattern("number", "an identifying number", r"(?<![\w-])(?:\d{3,5}[ -]){2,6}\d{2,7}(?![\w-])"),
    _pattern(
        "number",
        "an identifying number",
        r"\b(?=[A-Z]{0,24}\d)(?=\d{0,24}[A-Z])[A-Z\d]{8,25}\b",
        exact=True,
    ),
    _pattern("number", "an identifying number", r"(?<![\w.,$-])\d{6,20}(?![\w,])"),
    _pattern(
        "street address",
        "an address",
        rf"(?<![\w-])\d{{1,6}}[a-z]? (?:[nsew]\.? |north |south |east |west )?"
        rf"(?:[\w'.-]{{1,24}} ){{1,3}}{STREET}\b\.?"
        r"(?:,? (?:apt|apartment|unit|suite|ste|#)\.? ?[\w-]{1,6})?",
    ),
    _pattern(
        "street address",
        "an address",
        r"(?<!\w)(?:[A-Z][\w'-]{1,24} ){1,3}(?:Street|Avenue|Ave|Road|Rd|Drive|Lane|Ln|Court|Ct"
        r"|Boulevard|Blvd|Circle|Terrace|Parkway|Pkwy|Highway|Hwy|Trail|Square)\b",
        exact=True,
    ),
    _pattern(
        "street address", "an address", r"\b(?:p\.? ?o\.? ?box|apt\.?|apartment) #?\d{1,6}[a-z]?\b"
    ),
    _pattern(
        "street address",
        "a road",
        r"\b(?:interstate|highway|hwy|route|i|us|exit)[ -]\d{1,4}\b(?! (?:files?|images?|of)\b)",
    ),
    _pattern("ZIP code", "an area", r"(?<![\w.,$-])\d{5}-\d{4}(?![\w-])"),
    _pattern(
        "ZIP code", "an area", rf"(?<![\w.,$#:/-])\d{{5}}(?![\w-]|,\d|\.\d)(?! {{0,2}}{COUNTED})"
    ),
    _pattern("user name", "a user name", r"(?<![\w.@])@[\w.-]{2,64}"),
    _pattern("user name", "a user name", r"(?<![\w.])[\w.]{2,32}#\d{4}\b"),
    _pattern(
        "name",
        "a person",
        r"\b(?:girl|boy|minor|suspect|victim|offender|man|woman|mother|father|brother|sister|friend"
        r"|cousin)(?:['’]s)?(?: (?:first|last|full|real))? (?:names? (?:is|was)|named) "
        rf"(?P<x>(?!{NOT_A_NAME}\b)[^\W\d][\w'-]{{1,24}})",
    ),
    _pattern(
        "user name",
        "a user name",
        rf"\b{CALLED}(?: (?:was|is|of|as|called|named)\b ?|: ?| (?=[\"'“‘]))[\"'“‘]?"
        rf"(?P<x>(?!{NOT_A_NAME}\b)[\w.-]{{2,40}})",
    ),
    _pattern(
        "user name",
        "a user name",
        rf"\b{CALLED} (?P<x>(?=[a-z.-]{{0,30}}(?:(?-i:[A-Z])|[\d_]))[\w.-]{{2,40}})",
    ),
    _pattern(
        "user name",
        "a user name",
        rf"\bonline as [\"'“‘]?(?P<x>(?!{NOT_A_NAME}\b)[\w.-]{{2,40}})",
    ),
    _pattern(
        "user name",
        "a user name",
        r"(?<![\w@.-])(?=[\w.-]{0,30}[a-z])(?!(?:\d{1,6}(?:st|nd|rd|th|s|k|m|g|gb|mb|tb|kb|yo|am|pm|x|ft|lbs?|hrs?"
        r"|mins?|h|p|d|f)\b))(?:[a-z\d.-]{1,30}_[\w.-]{1,30}|[a-z]{2,30}[.]?\d{2,8}[a-z\d]{0,10}"
        r"|[a-z]{1,30}\d[a-z]{2,20}\d{0,4})(?![\w@])",
    ),
)

_FOUR_DIGITS = re.compile(YEAR)


@dataclass(frozen=True, slots=True)
class Find:
    """A stretch of text that may identify somebody."""

    start: int
    end: int
    kind: str
    suggestion: str


def finds(text: str) -> Iterator[Find]:
    """Every match of every pattern, in the order of the patterns; matches may overlap."""
    for pattern in PATTERNS:
        group = "x" if "x" in pattern.expression.groupindex else 0
        for match in pattern.expression.finditer(text):
            start, end = match.span(group)
            while end > start and text[end - 1] in ".,;:!?)'\"- ":
                end -= 1
            found = text[start:end]
            if not _is_harmless(pattern.kind, found):
                yield Find(start, end, pattern.kind, _suggestion(pattern, found))


def _suggestion(pattern: Pattern, found: str) -> str:
    year = _FOUR_DIGITS.search(found)
    return pattern.suggestion.replace("{year}", f" in {year.group()}" if year else "")


def _is_harmless(kind: str, found: str) -> bool:
    """Whether a match is a word everyone uses, such as the name of a platform."""
    lower = found.lower()
    if kind == "web address":
        name = lower.removeprefix("www.").rpartition(".")[0]
        return "/" not in lower and (lower in word_list("neutral") or name in word_list("neutral"))
    if kind == "user name":
        base = lower.rstrip("0123456789.")
        return lower in word_list("neutral") or base in word_list("neutral")
    if kind == "case number":
        return lower.rstrip("0123456789-") in word_list("neutral") and len(lower) < 9
    return False
