"""Tables of pages that are written by hand: every row has as many cells as the head."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("store/*.md")})

FENCE = re.compile(r"^ *(```|~~~).*?^ *\1", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"``.*?``|`[^`\n]*`")


def uneven_rows(text: str) -> list[str]:
    """The rows of Markdown tables that have more or fewer cells than the head."""
    found, cells = [], None
    for line in FENCE.sub("", text).splitlines():
        if not line.startswith("|"):
            cells = None
            continue
        plain = CODE.sub("code", line.replace(r"\|", "/"))
        count = plain.strip().strip("|").count("|")
        if cells is None:
            cells = count
        elif count != cells:
            found.append(line)
    return found


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    assert len(PAGES) > 20
    uneven = {page.name: rows for page in PAGES if (rows := uneven_rows(page.read_text("utf-8")))}
    assert uneven == {}


def test_a_row_of_another_table_is_found() -> None:
    head = "| a | b |\n| --- | --- |\n| `x|y` | 1 \\| 2 |\n"
    assert uneven_rows(head) == []
    assert uneven_rows(head + "| 1 | 2 | 3 |\n") == ["| 1 | 2 | 3 |"]
    assert uneven_rows(head + "| 1 |\n") == ["| 1 |"]
    assert uneven_rows("```\n" + head + "| 1 |\n```\n") == []
