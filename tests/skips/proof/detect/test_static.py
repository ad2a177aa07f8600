"""What is said twice and what is never used, each with a sound twin."""

from pathlib import Path
from typing import Final

import pytest

import instrument
from instrument import read_files, read_instrument
from instrument.models import Instrument
from skips.proof.detect import static
from skips.proof.detect.mentions import Texts
from skips.proof.findings import Finding
from tests.instrument.household import HEADER, HOME, files
from tests.scenario import inline_instrument

SHIPPED = Path(instrument.__file__).parent


def found(read: Instrument) -> list[str]:
    """`code at place` of every finding."""
    return [f"{one.code} at {one.place}" for one in static.find(read)]


# --- items that are the same ---------------------------------------------------------------------

CARS = "{question: cars, kind: integer, ask: How many cars., label: Cars}"
VANS = "{question: vans, kind: integer, ask: How many cars., label: Cars}"
GATES = """
first: [{question: owns, kind: yes_no, ask: Own.}, {question: rooms, kind: integer, ask: Rooms.}]
"""
ROSTER = "{roster: r, title: R, rows: 2, at_most: 2, row_label: '{row}', items: [FIRST, SECOND]}"

SAME = {
    "copied and forgotten": (
        f"[{CARS}, {VANS}]",
        "vans, kind: integer, ask: How many cars",
        "vans, kind: integer, ask: How many vans",
    ),
    "laid out in another way": (
        f"[{CARS}, {VANS.replace('How many cars', 'how  many cars')}]",
        "vans, kind: integer",
        "vans, kind: decimal",
    ),
    "a universe in other words": (
        """
        - {question: owns, kind: yes_no, ask: Own.}
        - {question: cars, kind: integer, ask: How many., ask_if: not owns}
        - {question: vans, kind: integer, ask: How many., ask_if: owns == no}
        """,
        "owns == no",
        "owns == yes",
    ),
    "in two sections": (
        f"""{GATES}
second: {{ask_if: owns and rooms > 2, items: [{CARS}]}}
third: {{ask_if: 2 < rooms and owns, items: [{VANS}]}}
""",
        "2 < rooms and owns",
        "2 < rooms",
    ),
    "in two sections, with one label": (
        f"{GATES}\nsecond: [{CARS}]\nthird: [{VANS}]\n",
        "third: [{question: vans, kind: integer, ask: How many cars., label: Cars",
        "third: [{question: vans, kind: integer, ask: How many cars., label: Cars of others",
    ),
    "in two sections, with one condition": (
        f"{GATES}\nsecond: [{CARS[:-1]}, ask_if: owns}}]\nthird: [{VANS[:-1]}s, ask_if: owns}}]\n",
        "third: [{question: vans, kind: integer, ask: How many cars., label: Carss, ask_if: owns",
        "third: [{question: vans, kind: integer, ask: How many cars., label: Carss",
    ),
    "gated by its section and once more by itself": (
        f"""{GATES}
second:
  ask_if: owns
  items:
    - {CARS}
    - {VANS[:-1]}, ask_if: owns}}
""",
        ", ask_if: owns}",
        ", ask_if: rooms > 1}",
    ),
    "with the same choices": (
        """
        - {question: fuel, kind: one_of, ask: Fuel., choices: [{name: a, code: 1, label: Gas}]}
        - {question: vans, kind: one_of, ask: Fuel., choices: [{name: a, code: 2, label: Gas}]}
        """,
        "code: 2, label: Gas",
        "code: 2, label: Diesel",
    ),
    "a statement": (
        """
        - {question: owns, kind: yes_no, ask: Own.}
        - {statement: cars, say: Now the cars., ask_if: owns}
        - {statement: vans, say: Now the cars., ask_if: owns}
        """,
        "vans, say: Now the cars., ask_if: owns",
        "vans, say: Now the cars., ask_if: not owns",
    ),
    "with one fill": (
        """
        - {question: n, kind: integer, ask: How many.}
        - {question: sure, kind: yes_no, ask: "Are {n} right."}
        - {question: vans, kind: yes_no, ask: "Are { n } right."}
        """,
        "{ n }",
        "{ n + 1 }",
    ),
    "in a mode that both have": (
        f"[{CARS[:-1]}, modes: [record, interview]}}, {VANS[:-1]}, modes: [record]}}]",
        "modes: [record, interview]",
        "modes: [interview]",
    ),
    "in one roster": (
        f"[{ROSTER.replace('FIRST', CARS).replace('SECOND', VANS)}]",
        f", {VANS}]}}",
        f"]}}, {VANS}",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_an_item_that_repeats_another_is_found(name: str) -> None:
    wrong, old, new = SAME[name]
    assert wrong.count(old) == 1
    assert found(inline_instrument(wrong)) == ["items-same at vans"]
    assert found(inline_instrument(wrong.replace(old, new))) == []


def test_what_is_said_of_an_item_that_repeats_another() -> None:
    (one,) = static.find(inline_instrument(f"[{CARS}, {VANS[:-1]}, modes: [record]}}]"))
    assert one.text == (
        "'vans' (Cars) repeats 'cars' (Cars): the same words and answers, for the same cases."
    )
    assert one.modes == ("record",)
    assert [says for _, says in one.related] == ["'cars' (Cars) says it first"]


def test_of_three_copies_two_are_found() -> None:
    third = VANS.replace("vans", "buses")
    assert found(inline_instrument(f"[{CARS}, {VANS}, {third}]")) == [
        "items-same at vans",
        "items-same at buses",
    ]


def test_rows_of_a_grid_and_words_for_other_are_not_the_same() -> None:
    grid = "[{grid: g, title: G, ask: How good is, choices: [{name: a, code: 1, label: A}], items: "
    rows = "[{item: x, label: The food, ask: Food}, {item: y, label: The bed, ask: Bed}]}]"
    assert found(inline_instrument(grid + rows)) == []
    assert found(inline_instrument(grid + rows.replace("Bed", "Food"))) == ["items-same at y"]
    other = "choices: [{name: other, code: 9, label: Other, specify: true}]"
    twice = "".join(
        f"- {{question: {name}, kind: one_of, ask: Which {name}., {other}}}\n" for name in "ab"
    )
    assert found(inline_instrument(twice)) == []


# --- what is never used --------------------------------------------------------------------------

SPARE = "  spare:\n    - {name: a, code: 1, label: A}\n"


SOUND: Final = HOME[: HOME.index("  - compute: crowded")]


def survey(header: str = HEADER, more: str = "") -> Instrument:
    """The household survey without the one value that nothing reads, and perhaps with more."""
    return read_files(files(header, SOUND + more))


def with_lists(*names: str) -> str:
    spare = "".join(SPARE.replace("spare", name) for name in names)
    return HEADER.replace("definitions:", f"{spare}definitions:")


def test_lists_that_nobody_takes_are_found() -> None:
    (one,) = static.find(survey(with_lists("spare")))
    assert (one.code, one.place) == ("list-unused", "spare")
    assert one.text == "No item takes the shared list of choices 'spare'."
    assert found(survey(with_lists("a", "b"))) == ["list-unused at a", "list-unused at b"]
    in_a_file = files(HEADER + "choice_files: [lists]\n", SOUND)
    in_a_file["lists.yaml"] = f"choices:\n{SPARE}".encode()
    assert found(read_files(in_a_file)) == ["list-unused at spare"]
    own = SOUND.replace("choices: tenures", "choices: [{name: rented, code: 1, label: Rented}]")
    assert found(read_files(files(HEADER, own))) == ["list-unused at tenures"]


@pytest.mark.parametrize(
    "taken",
    [
        "  - {question: x, kind: one_of, label: X, ask: X?, choices: spare}\n",
        "  - {question: x, kind: any_of, label: X, ask: X?, choices: spare}\n",
        "  - {grid: x, title: X, ask: X, choices: spare, items: [{item: y, label: Y, ask: Y}]}\n",
        "  - {compute: x, kind: one_of, label: X, choices: spare, branches: [{otherwise: a}]}\n",
    ],
)
def test_a_list_that_any_sort_of_item_takes_is_used(taken: str) -> None:
    asked = "  - {question: z, kind: yes_no, label: Z, ask: 'Is {x | it} right?'}\n"
    read = survey(with_lists("spare"), taken + (asked if "compute" in taken else ""))
    assert found(read) == []


TERM = "  - {term: household, means: Everybody who lives together.}\n"


@pytest.mark.parametrize(
    ("term", "unused"),
    [
        ("household", False),
        ("Households", False),
        ("lodger", True),
        ("lodger, household", False),
        ("lodger (household)", False),
        ("lodger and tenant", True),
        ("people", False),
        ("person", False),
        ("house", False),
        ("home life", True),
        ("page", False),
        ("rental", True),
        ("street", False),
        ("arrangement of a home", True),
        ("another arrangement of a home", False),
        ("CSX", True),
    ],
)
def test_terms_that_no_text_mentions_are_found(term: str, unused: bool) -> None:
    read = survey(HEADER.replace(TERM, f'  - {{term: "{term}", means: "A word like {term}."}}\n'))
    assert found(read) == ([f"definition-unused at {term}"] if unused else [])


def test_a_term_that_another_definition_mentions_is_used() -> None:
    more = TERM + "  - {term: lodger, means: Somebody who pays.}\n"
    assert found(survey(HEADER.replace(TERM, more))) == ["definition-unused at lodger"]
    mentioned = more.replace("lives together", "lives together with lodgers")
    assert found(survey(HEADER.replace(TERM, mentioned))) == []


@pytest.mark.parametrize(
    ("text", "term", "says"),
    [
        ("Two children came.", "child", True),
        ("The child's mother", "children", True),
        ("The childhood", "child", True),
        ("An arcade", "arc", False),
        ("She was arrested.", "arrest", True),
        ("parties", "party", True),
        ("Follow-up visits", "follow-up visit", True),
        ("visits to follow up", "follow-up visit", False),
        ("a gas bus", "gas", True),
        ("crisis", "crisis", True),
        ("", "gas", False),
    ],
)
def test_mentions(text: str, term: str, says: bool) -> None:
    texts = Texts([("it", text)])
    assert texts.mention(term, besides="another") is says
    assert not texts.mention(term, besides="it")


HALL = "- {question: cars, kind: integer, ask: Cars.}\n"
END = "- {question: end, kind: yes_no, ask: E.}\n"
USES = {
    "ask_if": "- {question: end, kind: yes_no, ask: E., ask_if: many > 2}\n",
    "a fill": "- {question: end, kind: yes_no, ask: 'All {many | of them}.'}\n",
    "a fill in another language": (
        "- {question: end, kind: yes_no, ask: {en: 'All.', es: '¿Los {many | x}.'}}\n"
    ),
    "a check": (
        "- {question: end, kind: integer, ask: E., checks: [{soft: end > many, say: Really.}]}\n"
    ),
    "what a check says": (
        "- {question: end, kind: integer, ask: E., checks: [{soft: end > 1, say: 'Not {many}.'}]}\n"
    ),
    "a choice": (
        "- {question: end, kind: one_of, ask: E., choices: [{name: a, code: 1, label: A, "
        "ask_if: many > 1}, {name: b, code: 2, label: B}]}\n"
    ),
    "the size of a roster": (
        "- {roster: end, title: E, size: many, at_most: 3, row_label: '{row}', "
        "items: [{question: x, kind: yes_no, ask: X.}]}\n"
    ),
    "the label of a row": (
        "- {roster: end, title: E, rows: 2, at_most: 3, row_label: '{row} of {many}', "
        "items: [{question: x, kind: yes_no, ask: X.}]}\n"
    ),
    "a value that is read": (
        "- {compute: twice, kind: integer, as: many * 2}\n"
        "- {question: end, kind: yes_no, ask: E., ask_if: twice > 2}\n"
    ),
    "another mode's words": (
        "- {question: end, kind: yes_no, ask: E., record: {ask: 'See {many | x}.'}}\n"
    ),
}
MANY = "- {compute: many, kind: integer, as: cars + 1}\n"


@pytest.mark.parametrize("use", USES)
def test_a_computed_value_that_anything_reads_is_used(use: str) -> None:
    assert found(inline_instrument(HALL + MANY + USES[use])) == []


def test_computed_values_that_nothing_reads_are_found() -> None:
    (one,) = static.find(inline_instrument(HALL + MANY + END))
    assert (one.code, one.place) == ("computed-unused", "many")
    assert one.text.endswith("is worked out in section 'Main', and nothing reads it.")
    twice = "- {compute: twice, kind: integer, as: many * 2}\n"
    assert found(inline_instrument(HALL + MANY + twice + END)) == ["computed-unused at twice"]
    in_rows = (
        "- {roster: r, title: R, rows: 2, at_most: 3, row_label: '{row}', items: "
        "[{question: x, kind: integer, ask: X.}, {compute: y, kind: integer, as: x + 1}]}\n"
    )
    assert found(inline_instrument(in_rows + END)) == ["computed-unused at y"]
    used = in_rows + END.replace("ask: E.", "ask: E., ask_if: any(r where y > 1)")
    assert found(inline_instrument(used)) == []


def test_sections_of_computed_values_and_those_at_the_end_are_for_the_data() -> None:
    body = "[{compute: many, kind: integer, as: cars + 1}]"
    asked, end = f"[{HALL[2:-1]}]", f"[{END[2:-1]}]"
    apart = f"hall: {asked}\ndata: {body}\nlast: {end}\n"
    mixed = f"hall: {asked}\ndata: [{body[1:-1]}, {END[2:-1]}]\n"
    assert found(inline_instrument(apart)) == []
    assert found(inline_instrument(mixed)) == ["computed-unused at many"]
    assert found(inline_instrument(HALL + END + MANY)) == []


# --- real ones -----------------------------------------------------------------------------------


def test_the_household_survey_has_one_value_that_nothing_reads() -> None:
    assert found(read_files(files())) == ["computed-unused at crowded"]
    assert found(survey()) == []


@pytest.mark.parametrize("name", ["njov4", "njov4_screener"])
def test_the_shipped_instruments_say_nothing_twice(name: str) -> None:
    read = read_instrument(SHIPPED / name)
    every: list[Finding] = list(static.find(read))
    assert {one.code for one in every} <= {"definition-unused", "computed-unused"}


def test_questions_that_take_other_answers_are_not_the_same() -> None:
    text = """
    - {question: one, kind: integer, range: 0..5, ask: How many, label: Many}
    - {question: two, kind: integer, range: 0..5, ask: How many, label: Many}
    """
    (found,) = static.same_items(inline_instrument(text))
    assert found.place == "two"
    other = text[::-1].replace("5..0", "7..0", 1)[::-1]
    assert list(static.same_items(inline_instrument(other))) == []
