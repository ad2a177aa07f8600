"""The codebook as plain values, before it is written in any format."""

import pytest

from cati.codebook import Codebook, codebook
from cati.codebook.model import Entry, Group, plain
from cati.export import ExportError
from tests.cati.codebook_survey import TRIPS, travel


@pytest.fixture(scope="module")
def book() -> Codebook:
    return codebook(travel())


def entry(book: Codebook, name: str) -> Entry:
    return next(one for one in book.entries if one.name == name)


def test_every_item_stands_in_it_once_and_in_order(book: Codebook) -> None:
    items = travel().items
    groups = {"travelers", "stops"}
    assert [one.name for one in book.entries] == [name for name in items if name not in groups]
    assert [one.position for one in book.entries] == [
        place for place, name in enumerate(items, start=1) if name not in groups
    ]


def test_grids_and_rosters_hold_their_items(book: Codebook) -> None:
    groups = [block for part in book.sections for block in part.blocks if isinstance(block, Group)]
    held = {group.name: [block.name for block in group.blocks] for group in groups}
    assert held == {
        "rating": ["rating_seat", "rating_food"],
        "travelers": ["age", "seat"],
        "stops": ["stop"],
    }
    stops = groups[-1]
    assert [column.name for column in stops.columns] == ["stops_1", "stops_2"]


USES = {
    "went": {
        ("people", "section"): ("universe",),
        ("means", "item"): ("universe",),
        ("plans", "summary"): ("universe",),
    },
    "means": {
        ("means_specify", "item"): ("universe",),
        ("cost", "item"): ("universe", "check", "text"),
        ("bought", "item"): ("choices", "check"),
    },
    "size": {("travelers", "item"): ("number of rows", "rows"), ("family", "item"): ("rule",)},
    "travelers": {("family", "item"): ("rule",)},
    "cost": {("fare", "item"): ("rule",)},
    "opinion": {},
}


@pytest.mark.parametrize(("name", "uses"), USES.items(), ids=list(USES))
def test_who_reads_a_variable(
    book: Codebook, name: str, uses: dict[tuple[str, str], tuple[str, ...]]
) -> None:
    groups = [block for part in book.sections for block in part.blocks if isinstance(block, Group)]
    known: list[Entry | Group] = [*book.entries, *groups]
    found = next(one for one in known if one.name == name)
    said = {(use.reader, use.sort): use.how for use in found.used_by}
    if name == "went":
        said = {key: how for key, how in said.items() if key in uses}
    assert said == uses


MISSING = {
    "went": [
        (-1, "Not sure", ()),
        (-2, "Declined", ("Telephone interview",)),
        (-3, "Not on the ticket", ("Ticket records",)),
        (-90, "Not applicable", ()),
        (-91, "Answered, then set aside", ()),
        (-92, "Not reached", ()),
    ],
    "at": [
        (-1, "Not sure", ()),
        (-2, "Declined", ()),
        (-90, "Not applicable", ()),
        (-91, "Answered, then set aside", ()),
        (-92, "Not reached", ()),
    ],
    "ticket": [
        (-90, "Not applicable", ()),
        (-91, "Answered, then set aside", ()),
        (-92, "Not reached", ()),
    ],
}


@pytest.mark.parametrize(("name", "missing"), MISSING.items(), ids=list(MISSING))
def test_codes_where_there_is_no_value(
    book: Codebook, name: str, missing: list[tuple[int, str, tuple[str, ...]]]
) -> None:
    assert [(one.code, one.label, one.modes) for one in entry(book, name).missing] == missing


def test_columns_are_those_of_a_full_export(book: Codebook) -> None:
    names = {one.name: [column.name for column in one.columns] for one in book.variables}
    assert names["age"] == ["age_1", "age_2", "age_3"]
    assert names["bought"] == ["bought__food", "bought__fuel", "bought__none"]
    assert names["left"] == ["left_year", "left_month", "left_day"]
    assert names["opinion"] == ["opinion", "opinion_status"]
    left_out = {one.name: one.left_out for one in book.variables if one.left_out}
    assert left_out["ticket"] == "identifying"
    assert left_out["opinion"] == "free text"
    assert "cost" not in left_out


def test_alike_in_all_modes_is_said_once(book: Codebook) -> None:
    said = [(text.field, text.modes) for text in entry(book, "means").texts]
    assert said == [
        ("ask", ()),
        ("instruct", ("Telephone interview",)),
        ("instruct", ("Ticket records",)),
        ("probe", ()),
        ("help", ()),
    ]


def test_one_language_alone_falls_back_to_the_first() -> None:
    book = codebook(travel(), "es")
    assert book.title == "Encuesta de viajes"
    assert book.definitions[0].term == "viaje"
    assert entry(book, "went").missing[0].label == "No sabe"
    asked = entry(book, "means").texts[0].said
    assert [(one.language, plain(one.words)) for one in asked] == [("es", "¿Cómo viajó usted?")]
    rest = entry(book, "cost").texts[0].said
    assert [one.language for one in rest] == ["en"]
    labels = [one.labels for one in entry(book, "means").choices]
    assert [(one[0].language, plain(one[0].words)) for one in labels[:2]] == [
        ("es", "Tren"),
        ("en", "Ship"),
    ]


def test_what_could_not_be_exported_has_no_codebook() -> None:
    twice = TRIPS.replace(
        "question: left,",
        "question: left_year, kind: yes_no, label: X, ask: X?}\n  - {question: left,",
    )
    with pytest.raises(ExportError, match="left_year"):
        codebook(travel(trips=twice))
