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


def cut_within(text: str, width: int) -> str:
    """A label on one line that takes at most `width` cells, cut in its middle.

    What tells labels apart stands at either end of them.
    """
    content = Content(one_line(text))
    if content.cell_length <= width:
        return content.plain
    behind = max(0, (width - 1) // 2)
    end = content.plain[len(content.plain) - behind :]
    while Content(end).cell_length > behind:
        end = end[1:]
    return content.truncate(max(1, width - Content(end).cell_length), ellipsis=True).plain + end


def joined(*parts: Content | str) -> Content:
    """Pieces put together; a plain string is one that cati wrote."""
    return Content("").join([Content(part) if isinstance(part, str) else part for part in parts])
