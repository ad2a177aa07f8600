"""For each code of the catalogue a broken instrument, and where the problem stands in it."""

from typing import Final

from tests.instrument.household import HEADER, HOME, PEOPLE, Files, changed, files, one_section


def condition(text: str) -> Files:
    """The household survey with another condition on the rent."""
    return changed("ask_if: tenure == rented", f"ask_if: {text!r}")


STAY: Final = (
    "  - question: stay\n    kind: duration\n    label: Length of stay\n    ask: How long was it?\n"
)
"""A question about a duration, up to its units."""

EXAMPLES: Final[dict[str, tuple[str, Files]]] = {
    "yaml-syntax": ("home.yaml:2:1", files(home="section: [home\n")),
    "yaml-not-utf8": ("home.yaml:1:10", files() | {"home.yaml": b"section: \xff\xfe"}),
    "yaml-too-large": ("home.yaml:1:1", files() | {"home.yaml": b"#" * (1024 * 1024 + 1)}),
    "yaml-too-deep": ("home.yaml:1:25", files(home="[" * 100_000)),
    "yaml-control-character": ("home.yaml:2:8", files(home=HOME.replace("title: ", "title: \x1b"))),
    "yaml-alias": ("home.yaml:2:8", files(home=HOME.replace("title: ", "title: &x "))),
    "yaml-tag": ("home.yaml:2:8", files(home=HOME.replace("title: ", "title: !!str "))),
    "yaml-documents": ("people.yaml:3:1", files(people="---\na: 1\n---\n" + PEOPLE)),
    "yaml-empty": ("home.yaml:1:1", files(home="# nothing\n")),
    "yaml-key": ("home.yaml:1:1", files(home='"": 1\n' + HOME)),
    "yaml-key-repeated": (
        "home.yaml:3:1",
        files(home=HOME.replace("title: Home", "title: Home\ntitle: A")),
    ),
    "yaml-number": ("home.yaml:2:8", files(home=HOME.replace("title: Home", "title: .inf"))),
    "file-missing": (
        "instrument.yaml:21:18",
        {"instrument.yaml": HEADER.encode(), "home.yaml": HOME.encode()},
    ),
    "file-strange": ("extra.yaml:1:1", files() | {"extra.yaml": b"a: 1"}),
    "file-form": ("home.yaml:1:1", files(home="- section: home\n")),
    "key-unknown": ("home.yaml:2:1", changed("title: Home\n", "titel: Home\n")),
    "key-missing": ("home.yaml:7:5", changed("    label: Persons in the household\n", "")),
    "key-misplaced": (
        "people.yaml:34:5",
        changed("sensitivity: identifying", "sensitivity: identifying\n    range: 0..9"),
    ),
    "value-empty": ("home.yaml:2:1", changed("title: Home\n", "title:\n")),
    "value-form": ("home.yaml:21:19", changed("read_choices: true", "read_choices: yes")),
    "value-unknown": ("home.yaml:17:11", changed("kind: one_of", "kind: one-of")),
    "value-too-long": ("home.yaml:2:8", changed("title: Home\n", f"title: {'x' * 501}\n")),
    "name-form": ("home.yaml:23:15", changed("question: pets", "question: 1st_pet")),
    "name-reserved": ("home.yaml:23:15", changed("question: pets", "question: count")),
    "name-repeated": ("home.yaml:23:15", changed("question: pets", "question: size")),
    "section-name": ("home.yaml:1:10", changed("section: home", "section: house")),
    "language-form": (
        "instrument.yaml:3:13",
        changed(
            "title: Household survey\n", "title: Household survey\nlanguages: {Spanish: Español}\n"
        ),
    ),
    "language-unknown": (
        "home.yaml:2:19",
        changed("title: Home\n", "title: {en: Home, es: Casa}\n"),
    ),
    "language-missing": (
        "home.yaml:2:8",
        files(
            HEADER.replace("\nmodes:", "\nlanguages: {en: English, es: Español}\nmodes:"),
            HOME.replace("title: Home", "title: {es: Casa}"),
        ),
    ),
    "choice-code": (
        "instrument.yaml:13:28",
        changed("name: rented, code: 2", "name: rented, code: -2"),
    ),
    "choice-repeated": (
        "instrument.yaml:13:7",
        changed("name: rented, code: 2", "name: rented, code: 1"),
    ),
    "choices-unknown": ("home.yaml:22:14", changed("choices: tenures", "choices: tenure")),
    "missing-repeated": ("instrument.yaml:8:5", changed("key: f9, modes: [interview]", "key: f8")),
    "missing-unknown": (
        "home.yaml:32:18",
        changed("no_missing: [declined]", "no_missing: [decline]"),
    ),
    "mode-unknown": (
        "people.yaml:28:81",
        changed("Home by when?, modes: [interview]", "Home by when?, modes: [phone]"),
    ),
    "item-form": ("home.yaml:4:5", changed("statement: intro", "text: intro")),
    "check-form": ("home.yaml:14:9", changed("{soft: size <= 10", "{firm: size <= 10")),
    "compute-form": ("home.yaml:33:5", changed("    as: size > 5 and tenure == rented\n", "")),
    "roster-form": ("people.yaml:8:11", changed("    at_most: 5", "    rows: 2\n    at_most: 5")),
    "range-order": ("home.yaml:11:12", changed("range: 1..20", "range: 20..1")),
    "range-codes": ("home.yaml:11:12", changed("range: 1..20", "range: -5..20")),
    "unit-unknown": (
        "only.yaml:8:13",
        one_section(f"{STAY}    units: [nights, weeks]\n"),
    ),
    "unit-repeated": (
        "only.yaml:8:19",
        one_section(f"{STAY}    units: [days, days]\n"),
    ),
    "mask-form": (
        "people.yaml:34:11",
        changed("sensitivity: identifying", "sensitivity: identifying\n    mask: street"),
    ),
    "shuffle-fixed": (
        "only.yaml:9:14",
        one_section(
            "  - question: a\n    kind: one_of\n    label: A\n    ask: Which?\n"
            "    choices: [{name: b, code: 1, label: B}]\n    shuffle: true\n"
        ),
    ),
    "guide-item": ("instrument.yaml:18:5", changed("items: [size]", "items: [sizes]")),
    "summary-ask-if": (
        "instrument.yaml:20:5",
        changed("label: Who lives there,", "label: Who lives there, ask_if: size,"),
    ),
    "fill-syntax": (
        "home.yaml:14:33",
        changed('say: "Is {size} right?"', 'say: "Is {size right?"'),
    ),
    "fill-not-here": ("home.yaml:2:8", changed("title: Home\n", 'title: "{size}"\n')),
    "condition-syntax": ("people.yaml:23:13", condition("tenure = rented")),
    "condition-limit": ("people.yaml:23:13", condition("not " * 40 + "size > 1")),
    "condition-name": ("people.yaml:23:13", condition("tenur == rented")),
    "condition-choice": ("people.yaml:23:13", condition("tenure == rent_free")),
    "condition-ambiguous": (
        "only.yaml:10:60",
        one_section(
            "  - {question: other, kind: yes_no, label: Other, ask: Other?}\n"
            "  - question: a\n    kind: one_of\n    label: A\n    ask: Which?\n"
            "    choices: [{name: other, code: 1, label: Other}]\n"
            "  - {question: b, kind: yes_no, label: B, ask: B?, ask_if: a == other}\n"
        ),
    ),
    "condition-forward": ("people.yaml:23:13", condition('story == "x"')),
    "condition-roster": ("people.yaml:23:13", condition("age > 3")),
    "condition-type": ("people.yaml:23:13", condition('size == "2"')),
    "condition-function": ("people.yaml:23:13", condition("counted(people) > 1")),
}
"""Code to the place of its problem and the files that have it."""
