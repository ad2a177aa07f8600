"""How many of something there are, in words that fit one as well as several.

The store and the commands import it in the functions that count: the package `instrument` takes a
third of a second to import, which nobody else there needs.
"""


def counted(count: int, one: str, several: str | None = None) -> str:
    """Such as `1 case`, `0 cases`, `1,204 cases`.

    Args:
        count: how many.
        one: what one of them is called, and what follows it: `case`, `case is`.
        several: the same of several; `one` with an s when not given.
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
