"""The page that is printed for one recovery sheet: as HTML, or as plain text."""

from dataclasses import dataclass
from html import escape
from textwrap import fill

from cati.safe import display_safe

PER_LINE = 7
"""Groups of a code that stand in one line."""

ADVICE = """\
What it is for
Any two of the three sheets of this set open the keys of the study when nobody who holds them is \
left, and can replace its only administrator. One sheet alone opens nothing.

Where to keep it
In a closed envelope, under lock, in a place of its own. Each of the other two belongs in another \
place, with another person.
Do not copy, scan or photograph it, and do not keep it with the study's computer or its backups.

How to use it
To try it: cati keys rehearse. To let a new data manager in: cati keys let-in NAME. To replace the \
only administrator: cati keys take-over NAME, which asks for the fingerprint above.
Type both lines as printed; capitals and spaces make no difference. The digit 1 and the letters b, \
i and o do not occur: 0 is zero, l is the letter l.

When it ends
When new sheets are made. Destroy the old ones then: together with an old copy of the study two of \
them still open what that copy holds.
"""
"""Heads, each with its paragraphs, one a line."""


@dataclass(frozen=True)
class SheetPage:
    """What stands on the page of one sheet."""

    title: str
    """Of the study."""
    kind: str
    """`live` or `practice`."""
    fingerprint: str
    """Of the study, in groups of four."""
    number: int
    """1, 2 or 3."""
    made: str
    """Day on which the set was made, ISO 8601."""
    set: str
    """Number of the set, to tell it from others of the same day."""
    key: str
    """Name of the data key that the set opens."""
    code: str
    """14 groups of five characters."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The code in lines of seven groups, as it is asked for."""
        groups = self.code.split(" ")
        return tuple(
            "  ".join(groups[at : at + PER_LINE]) for at in range(0, len(groups), PER_LINE)
        )

    @property
    def file_name(self) -> str:
        """Without a suffix; it says which sheet and nothing of the study."""
        return f"recovery-sheet-{self.number}"


def _facts(page: SheetPage) -> list[tuple[str, str]]:
    return [
        ("Study", f"{page.title} ({page.kind})"),
        ("Fingerprint", page.fingerprint),
        ("Made on", page.made),
        ("Set", page.set),
        ("Opens", f"the data key “{page.key}” and those before it"),
    ]


def _advice() -> list[tuple[str, list[str]]]:
    parts = [part.splitlines() for part in ADVICE.split("\n\n")]
    return [(head, paragraphs) for head, *paragraphs in parts]


def text_page(page: SheetPage) -> str:
    """The page as plain text, at most 78 characters wide, with a form feed at its end."""
    head = f"RECOVERY SHEET {page.number} OF 3"
    out = [head, "=" * len(head), ""]
    out += [f"{name + ':':<13} {display_safe(value)}" for name, value in _facts(page)]
    out += ["", *(f"    {line}" for line in page.lines), ""]
    for head, paragraphs in _advice():
        out += [head.upper(), *(fill(one, 78) for one in paragraphs), ""]
    return "\n".join(out) + "\f"


def html_page(page: SheetPage) -> str:
    """The page as one HTML file that refers to nothing else."""
    facts = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(display_safe(value))}</td></tr>"
        for name, value in _facts(page)
    )
    code = "<br>".join(escape(line).replace("  ", " &nbsp;") for line in page.lines)
    advice = "".join(
        f"<h2>{escape(head)}</h2>" + "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
        for head, paragraphs in _advice()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Recovery sheet {page.number} of 3</title>
<style>
@page {{ margin: 20mm; }}
body {{ font: 12pt/1.4 sans-serif; color: #000; background: #fff; max-width: 170mm; margin: auto; }}
h1 {{ font-size: 20pt; }}
h2 {{ font-size: 13pt; margin-bottom: 0; }}
p {{ margin: 0.3em 0; }}
th {{ text-align: left; padding-right: 1em; font-weight: bold; vertical-align: top; }}
.code {{ font: bold 15pt/2 monospace; white-space: nowrap; }}
.code {{ border: 1.5pt solid #000; padding: 3mm; }}
</style>
</head>
<body>
<h1>Recovery sheet {page.number} of 3</h1>
<table>{facts}</table>
<p class="code">{code}</p>
{advice}
</body>
</html>
"""
