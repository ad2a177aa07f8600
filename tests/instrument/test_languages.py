"""Texts in several languages: read, fallen back on, refused, and reported as untranslated."""

from types import MappingProxyType
from typing import Final

import pytest

from instrument import Instrument, InstrumentError, Roster, Statement, read_files
from instrument.cache import dump, load
from instrument.normal import normal_form
from instrument.translations import untranslated, words_of
from tests.instrument.household import one_section, question

HEADER: Final = """\
instrument: bilingual
title: {en: Household survey, es: Encuesta de hogares}
version: "1"
languages: {en: English, es: Español, pt-BR: Português}
modes: {interview: Telephone interview, record: Record extraction}
missing:
  - reason: not_sure
    code: -1
    label: {es: No está seguro, en: Not sure}
    key: f8
choices:
  tenures:
    - {name: owned, code: 1, label: {en: Owned, es: Propia}}
    - {name: other, code: 9, label: Another, specify: {en: Which one?, es: ¿Cuál?}}
definitions:
  - {term: {en: household, es: hogar}, means: {en: Who lives here., es: Quien vive aquí.}}
guides:
  - guide: counts
    title: {en: Who counts, es: Quién cuenta}
    text: {en: "1. All.", es: "1. Todos."}
summary:
  - {part: who, label: {en: Who, es: Quién}, hint: Write a sentence.}
sections: [home]
"""

HOME: Final = """\
section: home
title: {en: Home, es: Hogar}
items:
  - statement: intro
    say: {en: Hello., es: Hola.}
    record: {say: {en: Open the file., es: Abra el expediente.}}
  - question: size
    kind: integer
    label: Persons
    ask: {en: How many people live here?, es: ¿Cuántas personas viven aquí?, pt-BR: Quantas?}
    instruct: Count children, too.
    checks:
      - soft: size < 9
        say: {en: "Is {size} right?", es: "¿Son {size + 0 | tantas} personas?"}
  - {question: tenure, kind: one_of, label: Tenure, ask: Owned?, choices: tenures}
  - roster: people
    title: {en: People, es: Personas}
    size: size
    at_most: 5
    row_label: {en: "Person {row}", es: "Persona {row}"}
    items:
      - {question: works, kind: yes_no, label: Works, ask: Works?}
"""


def files(header: str = HEADER, home: str = HOME) -> dict[str, bytes]:
    return {"instrument.yaml": header.encode(), "home.yaml": home.encode()}


@pytest.fixture(scope="module")
def survey() -> Instrument:
    return read_files(files())


def refused(header: str = HEADER, home: str = HOME) -> list[str]:
    with pytest.raises(InstrumentError) as caught:
        read_files(files(header, home))
    return [f"{one.source} {one.code}" for one in caught.value.problems]


def test_texts_of_items_are_kept_in_each_language(survey: Instrument) -> None:
    ask = question(survey, "size").wordings["interview"].ask
    assert [str(ask.in_language(one)) for one in (None, "en", "es", "pt-BR", "fr")] == [
        "How many people live here?",
        "How many people live here?",
        "¿Cuántas personas viven aquí?",
        "Quantas?",
        "How many people live here?",
    ]
    assert list(ask.translations) == ["es", "pt-BR"]
    statement = survey.items["intro"]
    assert isinstance(statement, Statement)
    assert str(statement.wordings["record"].ask.in_language("es")) == "Abra el expediente."


def test_fills_are_read_for_each_language(survey: Instrument) -> None:
    (check,) = question(survey, "size").checks
    assert [fill.expression.text for fill in check.say.fills] == ["size"]
    (spanish,) = check.say.in_language("es").fills
    assert (str(spanish.expression.tree), spanish.fallback) == ("size + 0", "tantas")
    roster = survey.items["people"]
    assert isinstance(roster, Roster)
    assert str(roster.row_label.in_language("es")) == "Persona {row}"


def test_fixed_words_are_said_in_a_language_or_else_in_the_first(survey: Instrument) -> None:
    tenure, people = question(survey, "tenure"), survey.items["people"]
    assert isinstance(people, Roster)
    said = [
        survey.said("title", "es"),
        survey.sections[0].said("title", "es"),
        people.said("title", "es"),
        survey.missing[0].said("label", "es"),
        survey.missing[0].said("label"),
        survey.definitions[0].said("term", "es"),
        survey.definitions[0].said("means", "es"),
        survey.guides[0].said("title", "es"),
        survey.guides[0].said("text", "es"),
        survey.summary[0].said("label", "es"),
        survey.summary[0].said("hint", "es"),
        tenure.choice["owned"].said("label", "es"),
        tenure.choice["other"].said("label", "es"),
        str(question(survey, "tenure_specify").wordings["interview"].ask.in_language("es")),
    ]
    assert said == [
        "Encuesta de hogares", "Hogar", "Personas", "No está seguro", "Not sure", "hogar",
        "Quien vive aquí.", "Quién cuenta", "1. Todos.", "Quién", "Write a sentence.", "Propia",
        "Another", "¿Cuál?",
    ]  # fmt: skip


def test_choices_differ_in_every_language() -> None:
    listed = HEADER.replace("label: Another,", "label: {en: Another, es: Propia},")
    with pytest.raises(InstrumentError) as caught:
        read_files(files(listed))
    assert str(caught.value).split("\n")[0] == (
        "instrument.yaml:14:7: this choice has the label 'Propia' in language 'es', "
        "like the one in line 13 [choice-repeated]"
    )


def test_a_kept_instrument_speaks_all_its_languages(survey: Instrument) -> None:
    assert load(dump(survey)) == survey


def test_an_instrument_without_languages_has_one() -> None:
    one = read_files(
        {
            "instrument.yaml": b'instrument: one\ntitle: {en: One}\nversion: "1"\nsections: [a]\n',
            "a.yaml": b"section: a\ntitle: A\nitems:\n  - {statement: s, say: {en: Hello.}}\n",
        }
    )
    assert one.languages == MappingProxyType({"en": "English"})
    assert one.title == "One"


def test_order_of_languages_in_a_text_changes_no_fingerprint_and_a_word_does() -> None:
    plain = read_files(files()).fingerprint
    turned = HOME.replace("{en: Home, es: Hogar}", "{es: Hogar, en: Home}")
    other = HOME.replace("es: Hola.", "es: Buenos días.")
    assert read_files(files(home=turned)).fingerprint == plain
    assert read_files(files(home=other)).fingerprint != plain
    assert "Buenos días." in normal_form(read_files(files(home=other)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("es: Hogar}", "ex: Hogar}", ["home.yaml:2:19 language-unknown"]),
        ("title: {en: Home, es: Hogar}", "title: {es: Hogar}", ["home.yaml:2:8 language-missing"]),
        ("title: {en: Home, es: Hogar}", "title: {eng: Home}", ["home.yaml:2:9 language-unknown"]),
        ("title: {en: Home, es: Hogar}", "title: {en: Home, es: }", ["home.yaml:2:19 value-empty"]),
        ("title: {en: Home, es: Hogar}", "title: {en: [Home]}", ["home.yaml:2:13 value-form"]),
        ("title: {en: Home, es: Hogar}", "title: {size}", ["home.yaml:2:8 value-form"]),
        ("title: {en: Home, es: Hogar}", "title: [Home]", ["home.yaml:2:8 value-form"]),
        ("es: Hogar}", 'es: "{size}"}', ["home.yaml:2:23 fill-not-here"]),
        ("label: Persons", "label: {en: Persons}", ["home.yaml:9:12 value-form"]),
        ("{size + 0 | tantas}", "{sise}", ["home.yaml:14:43 condition-name"]),
        ("es: Hola.", 'es: "Hola {a."', ["home.yaml:5:27 fill-syntax"]),
    ],
)  # fmt: skip
def test_one_mistake_in_a_translation_is_one_problem(
    old: str, new: str, expected: list[str]
) -> None:
    assert HOME.count(old) == 1
    assert refused(home=HOME.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("languages: {english: English, es: Español}", "instrument.yaml:4:13 language-form"),
        ("languages: English", "instrument.yaml:4:12 value-form"),
        ("languages: {}", "instrument.yaml:4:12 value-empty"),
        ("languages: {en: , es: Español}", "instrument.yaml:4:13 value-empty"),
        ("langages: {en: English, es: Español, pt-BR: Brasil}", "instrument.yaml:4:1 key-unknown"),
    ],
)
def test_unusable_languages_are_said_once_and_not_by_every_text(new: str, expected: str) -> None:
    listed = "languages: {en: English, es: Español, pt-BR: Português}"
    assert refused(HEADER.replace(listed, new)) == [expected]


def test_the_report_names_every_text_that_a_language_lacks(survey: Instrument) -> None:
    lacking = [f"{one.source} {one.what}: {one.text}" for one in untranslated(survey, "es")]
    assert lacking == [
        "instrument.yaml:14:7 'label' of choice 'other': Another",
        "instrument.yaml:22:5 'hint' of part 'who' of the summary: Write a sentence.",
        "home.yaml:11:15 'instruct' of question 'size': Count children, too.",
        "home.yaml:15:58 'ask' of question 'tenure': Owned?",
        "home.yaml:22:60 'ask' of question 'works': Works?",
    ]
    # Of Portuguese there is one text of the author's, and the words that cati knows.
    every = words_of(survey)
    assert len(untranslated(survey, "pt-BR")) == len(every) - 4
    assert {one.what for one in every} >= {
        "'yes' under 'words'",
        "'specify_instruct' under 'words'",
    }


def test_what_is_the_same_in_every_language_needs_no_translation() -> None:
    home = "section: home\ntitle: '12'\nitems:\n  - {statement: s, say: '12. {1 + 1}'}\n"
    survey = read_files(files(home=home))
    assert [one.what for one in untranslated(survey, "es")] == [
        "'hint' of part 'who' of the summary"
    ]


@pytest.mark.parametrize(
    ("languages", "words", "expected"),
    [
        ("{en: English, es: Español}", "", ("Yes", "Sí")),
        ("{es: Español, en: English}", "", ("Sí", "Yes")),
        ("{en: English, tl: Tagalog}", "", ("Yes", "Yes")),
        ("{tl: Tagalog, es: Español}", "words: {yes: {tl: Oo, es: Si}}\n", ("Oo", "Si")),
        ("{en: English, es: Español}", "words: {yes: True}\n", ("True", "Sí")),
    ],
)  # fmt: skip
def test_yes_and_no_are_said_in_every_language(
    languages: str, words: str, expected: tuple[str, str]
) -> None:
    items = "  - {question: a, kind: yes_no, label: A, ask: A?}\n"
    made = one_section(items)
    made["instrument.yaml"] += f"languages: {languages}\n{words}".encode()
    survey = read_files(made)
    yes = question(survey, "a").choice["yes"]
    assert (yes.label, yes.said("label", list(survey.languages)[1])) == expected


def test_what_the_rows_of_a_grid_share_is_reported_once() -> None:
    made = one_section(
        "  - grid: rooms\n    title: Rooms\n    ask: How do you like each room?\n"
        "    instruct: {en: Read every row., es: Lea cada fila.}\n    help: Any room counts.\n"
        "    choices: [{name: a, code: 1, label: Well}, "
        "{name: b, code: 2, label: {en: Bad, es: Mal}}]\n"
        "    items:\n      - {item: kitchen, label: K, ask: The kitchen?}\n"
        "      - {item: hall, label: H, ask: {en: The hall?, es: ¿El pasillo?}}\n"
    )
    made["instrument.yaml"] += b"languages: {en: English, es: Spanish}\n"
    lacking = untranslated(read_files(made), "es")
    assert [(one.source.line, one.text) for one in lacking if one.source.file == "only.yaml"] == [
        (1, "Only"),
        (4, "Rooms"),
        (6, "How do you like each room?"),
        (8, "Any room counts."),
        (9, "Well"),
        (11, "The kitchen?"),
    ]


def test_a_word_that_no_language_has_is_reported_once() -> None:
    items = "".join(f"  - {{question: {q}, kind: yes_no, label: A, ask: 1?}}\n" for q in "abc")
    made = one_section(items)
    made["instrument.yaml"] += b"languages: {en: English, tl: Tagalog}\n"
    lacking = [one.what for one in untranslated(read_files(made), "tl")]
    assert lacking == [
        "'title' of the instrument",
        "'yes' under 'words'",
        "'no' under 'words'",
        "'title' of section 'only'",
    ]
