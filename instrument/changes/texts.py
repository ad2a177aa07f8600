"""How the parts of an instrument are shown where they are compared."""

from typing import Final

from instrument.models import Expression, Kind, Question, Roster, Text

_LONGEST: Final = 200
"""Characters of a text that are shown."""


def quoted(text: Text | str | None) -> str | None:
    """A text on one line, in quotes, cut where it is very long; None for none."""
    if text is None:
        return None
    line = " ".join(str(text).split())
    return f'"{line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"}"'


def quoted_from_first_difference(before: str, after: str) -> tuple[str, str]:
    """Two texts that differ, so that the difference is seen although they are long."""
    first, second = " ".join(before.split()), " ".join(after.split())
    if max(len(first), len(second)) <= _LONGEST:
        return f'"{first}"', f'"{second}"'
    same = next(
        (at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
        min(len(first), len(second)),
    )
    start = first.rfind(" ", 0, max(same - 30, 0)) + 1
    lead = "…" if start else ""
    cut = [text[start : start + _LONGEST] for text in (first, second)]
    tails = ["…" if start + _LONGEST < len(text) else "" for text in (first, second)]
    return f'"{lead}{cut[0]}{tails[0]}"', f'"{lead}{cut[1]}{tails[1]}"'


def condition(expression: Expression | None, otherwise: str = "always") -> str:
    """A condition as its author typed it, on one line."""
    return otherwise if expression is None else " ".join(expression.text.split())


def limits(question: Question) -> str | None:
    """The range of a question, such as `1..20`; None where it has none."""
    if question.minimum is None and question.maximum is None:
        return None
    low = "" if question.minimum is None else str(question.minimum)
    return f"{low}..{'' if question.maximum is None else question.maximum}"


def how_many_choices(question: Question) -> str | None:
    """How many choices of an any-of question can be taken; None where it does not say."""
    parts = [f"at least {question.at_least}"] if question.at_least else []
    parts += [] if question.at_most is None else [f"at most {question.at_most}"]
    return " and ".join(parts) or None


def rows(roster: Roster) -> str:
    """Where the number of a roster's rows comes from."""
    if roster.size is not None:
        return f"as many as {condition(roster.size)}, at most {roster.at_most}"
    if roster.rows is not None:
        return f"{roster.rows} rows"
    return f"as many as are added, at most {roster.at_most}"


def kind(item: object) -> str:
    """What sort of item it is, such as `a question of the kind integer`."""
    sort = type(item).__name__.lower()
    own: Kind | None = getattr(item, "kind", None)
    said = {"computed": "a computed value"}.get(sort, f"a {sort}")
    return said if own is None else f"{said} of the kind {own}"
