"""Pages of a map as SVG: black on white, told apart by shape and word and never by color."""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from cati.mapping.lanes import Lane
from cati.mapping.pages import GAP, HEAD, HEIGHT, LINE, MARGIN, PAD, WIDTH, Node, Page, TextLine
from cati.safe import one_line

LEFT: Final = 40.0
RIGHT: Final = 152.0
"""Between these stand the nodes; lines pass them on both sides."""
_LANE: Final = 4.6
_NOSE: Final = 4.0
"""How far the sides of a condition come to a point."""
_SIGNS: Final = {"dead": "✕ ", "open": "! ", "meant": "(✓) "}
_STYLE: Final = (
    "text{font-family:Helvetica,Arial,sans-serif;font-size:2.82px;fill:#000}"
    ".title{font-size:4.6px;font-weight:bold}.small{font-size:2.5px}.bold{font-weight:bold}"
    ".node{fill:#fff;stroke:#000;stroke-width:.35}.gate{fill:#eee}.dead{stroke-width:.9;"
    "stroke-dasharray:2 1}.line{fill:none;stroke:#000;stroke-width:.3}"
    ".no{stroke-dasharray:1.6 .8}.reads{stroke-dasharray:.3 .9;stroke-linecap:round;"
    "stroke-width:.4}"
)


def draw(page: Page) -> str:
    """A page as an SVG document of its printed size."""
    title = page.sheet.title
    if page.of > 1:
        title += f" ({page.number} of {page.of})"
    tops = _tops(page)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH:g}mm" '
            f'height="{HEIGHT:g}mm" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
            'aria-labelledby="title desc">'
        ),
        f'<title id="title">{_safe(title)}</title>',
        f'<desc id="desc">{_safe(_described(page))}</desc>',
        f"<style>{_STYLE}</style>",
        (
            '<defs><marker id="tip" viewBox="0 0 4 4" refX="3.6" refY="2" markerWidth="5" '
            'markerHeight="5" orient="auto"><path d="M0 0L4 2L0 4Z"/></marker></defs>'
        ),
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>',
        _text(MARGIN, MARGIN + 4, title, "title"),
        _text(MARGIN, MARGIN + 9, page.sheet.subtitle, "small"),
        *_legend(page),
        *_straight(page, tops),
        *(part for lane in page.lanes for part in _lane(page, lane, tops)),
        *(part for node, top in zip(page.nodes, tops, strict=True) for part in _node(node, top)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _described(page: Page) -> str:
    words = [
        " ".join(f"{line.bold} {_sign(line)}{line.text}".strip() for line in node.lines)
        for node in page.nodes
    ]
    return "; ".join(words)


def _tops(page: Page) -> list[float]:
    found, at = [], MARGIN + HEAD
    for node in page.nodes:
        found.append(at)
        at += node.height + GAP
    return found


def _legend(page: Page) -> Iterator[str]:
    words = (
        "Solid: what comes next.  Dashed, left: where it goes on when the condition is not yes.  "
        "Dotted, right: an answer read by a condition, by its number."
    )
    yield _text(MARGIN, MARGIN + 13.5, words, "small")
    marks = " · ".join(
        f"{_sign_of(mark.is_dead, mark.is_acknowledged)}{mark.words}" for mark in page.sheet.marks
    )
    if marks:
        yield _text(MARGIN, MARGIN + 17, marks, "bold")


def _sign_of(is_dead: bool, is_acknowledged: bool) -> str:
    return _SIGNS["meant" if is_acknowledged else "dead" if is_dead else "open"]


def _node(node: Node, top: float) -> Iterator[str]:
    height, middle = node.height, (LEFT + RIGHT) / 2
    if node.kind == "pill":
        yield (
            f'<rect class="node" x="{middle - 22:g}" y="{top:.2f}" width="44" '
            f'height="{height:.2f}" rx="{height / 2:.2f}"/>'
        )
        yield _text(middle, top + PAD + 2.7, node.lines[0].text, "small", middle=True)
        return
    if node.kind in ("gate", "section"):
        nose, half = _NOSE, height / 2
        points = [
            (LEFT, top + half),
            (LEFT + nose, top),
            (RIGHT - nose, top),
            (RIGHT, top + half),
            (RIGHT - nose, top + height),
            (LEFT + nose, top + height),
        ]
        shape = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        yield f'<polygon class="node gate" points="{shape}"/>'
    else:
        yield (
            f'<rect class="node {node.kind}" x="{LEFT:g}" y="{top:.2f}" '
            f'width="{RIGHT - LEFT:g}" height="{height:.2f}"/>'
        )
    if node.kind == "roster":
        yield (
            f'<rect class="node" fill-opacity="0" x="{LEFT + 0.9:g}" y="{top + 0.9:.2f}" '
            f'width="{RIGHT - LEFT - 1.8:g}" height="{height - 1.8:.2f}"/>'
        )
    inset = 2.6 if node.kind in ("items", "roster", "dead") else 6.0
    for at, line in enumerate(node.lines):
        yield _line_of(line, LEFT + inset, top + PAD + 2.7 + at * LINE)


def _line_of(line: TextLine, x: float, y: float) -> str:
    indent = 0.0 if line.bold else 5.5
    if line.bold:
        return (
            f'<text x="{x:.2f}" y="{y:.2f}"><tspan class="bold">{_safe(line.bold)}</tspan>'
            f'<tspan dx="2.2" class="small">{_safe(line.text)}</tspan></text>'
        )
    return _text(x + indent, y, _sign(line) + line.text, "bold" if line.sign else "")


def _sign(line: TextLine) -> str:
    return _SIGNS.get(line.sign, "")


def _straight(page: Page, tops: list[float]) -> Iterator[str]:
    x = (LEFT + RIGHT) / 2
    for at in range(len(page.nodes) - 1):
        start = tops[at] + page.nodes[at].height
        way = f"M{x:g} {start:.2f}V{tops[at + 1]:.2f}"
        yield f'<path class="line" marker-end="url(#tip)" d="{way}"/>'
        if page.nodes[at].kind in ("gate", "section"):
            yield _text(x + 1.5, start + 3.1, "yes", "small")
        if page.nodes[at].kind == "section":
            yield _text(MARGIN, tops[at] + 2.6, "no: the section", "small")
            yield _text(MARGIN, tops[at] + 5.6, "is passed over", "small")


def _lane(page: Page, lane: Lane, tops: list[float]) -> Iterator[str]:
    line = lane.line
    start, end = page.nodes[line.start], page.nodes[line.end]
    begin, stop = tops[line.start], tops[line.end]
    if line.kind == "reads":
        x = RIGHT + 5 + lane.place * _LANE
        begin += start.middle_of(line.label)
        stop += end.height / 2
        yield _path(line.kind, RIGHT, begin, x, stop, RIGHT)
        yield _text(x + 0.6, stop - 0.8, str(start.number_of(line.label) or ""), "small")
        return
    x = LEFT - 5 - lane.place * _LANE
    begin += start.height * 0.75
    stop += end.height * 0.25
    inset = {"gate": _NOSE / 2, "pill": (RIGHT - LEFT) / 2 - 21.5}.get(end.kind, 0.0)
    yield _path(line.kind, LEFT + _NOSE / 2, begin, x, stop, LEFT + inset)
    yield _text(LEFT - 4.4, begin + 3, "no", "small")


def _path(kind: str, begin_x: float, begin_y: float, x: float, stop_y: float, end_x: float) -> str:
    """A line out to a lane, along it, and back."""
    return (
        f'<path class="line {kind}" marker-end="url(#tip)" '
        f'd="M{begin_x:g} {begin_y:.2f}H{x:.2f}V{stop_y:.2f}H{end_x:g}"/>'
    )


def _text(x: float, y: float, words: str, style: str = "", *, middle: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    kind = f" class={quoteattr(style)}" if style else ""
    return f'<text x="{x:.2f}" y="{y:.2f}"{kind}{anchor}>{_safe(words)}</text>'


def _safe(words: str) -> str:
    """Words within SVG: on one line, and escaped."""
    return escape(one_line(words))
