"""What the readers of foreign expressions share: grammars beside them, and depth."""

from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import VisitError


def parser_of(grammar: Path, build: Transformer[Token, Any]) -> Lark:
    """The parser of a grammar, which makes its parts while it reads.

    Args:
        grammar: the file.
        build: has a method for each alias in the grammar.
    """
    text = grammar.read_text(encoding="utf-8")
    return Lark(text, parser="lalr", transformer=build, maybe_placeholders=False)


def parsed(parser: Lark, text: str, passed: type[Exception]) -> Any:
    """What a text is read as.

    Raises:
        LarkError: it does not follow the grammar.
        Exception: one of type `passed`, as the making of a part raised it.
    """
    try:
        return parser.parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, passed):
            raise error.orig_exc from None
        raise


def deepest(text: str) -> int:
    """How many parentheses are open at the deepest place of a text."""
    most = depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        most = max(most, depth)
    return most
