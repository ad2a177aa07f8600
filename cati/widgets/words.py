"""Texts that cati did not write, made fit to be shown.

Every answer, label, instrument text, name and error goes through `said` or `named` before a widget
gets it. Both return Textual content, whose markup is never interpreted.
"""

from textual.content import Content

from cati.safe import display_safe, one_line


def said(text: str, style: str = "") -> Content:
    """A text that may run over several lines."""
    return Content.styled(display_safe(text), style)


def named(text: str, style: str = "", *, width: int | None = None) -> Content:
    """A label on one line, cut with `…` if it is wider than `width` cells."""
    content = Content.styled(one_line(text), style)
    return content if width is None else content.truncate(max(1, width), ellipsis=True)


def joined(*parts: Content | str) -> Content:
    """Pieces put together; a plain string is one that cati wrote."""
    return Content("").join([Content(part) if isinstance(part, str) else part for part in parts])
