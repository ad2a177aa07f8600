"""For each code of the catalog files that have its problem and no other."""

from typing import Final

from instrument.catalog import PAGES as FOLDER
from instrument.catalog import TITLES
from tests.instrument.household import HOME, Files, files
from tests.instrument.pages import Page, read_page

PAGES: Final[dict[str, Page]] = {
    code: read_page(code) for code in TITLES if (FOLDER / f"{code}.md").is_file()
}
"""Code to the page about it."""

MADE: Final[dict[str, tuple[str, Files]]] = {
    "yaml-not-utf8": ("home.yaml:1:10", files() | {"home.yaml": b"section: \xff\xfe"}),
    "yaml-too-large": ("home.yaml:1:1", files() | {"home.yaml": b"#" * (1024 * 1024 + 1)}),
    "yaml-control-character": ("home.yaml:2:8", files(home=HOME.replace("title: ", "title: \x1b"))),
}
"""Code to the place of its problem and the files that have it, where no page can show them."""

ELSEWHERE: Final = {"file-unreadable", "problems-many"}
"""Codes with a test of their own: one needs a real folder, one never comes alone."""

EXAMPLES: Final[dict[str, Files]] = {
    **{code: page.wrong for code, page in PAGES.items() if page.wrong},
    **{code: made for code, (_, made) in MADE.items()},
}
"""Code to files that have its problem."""
