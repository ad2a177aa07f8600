"""What the interviewer reads: fills, complaints of checks, and why something is asked."""

import datetime
from decimal import Decimal

import pytest

from instrument.conditions.nodes import And, IsYes, Node, Not
from instrument.models import Question
from instrument.values import Duration, PartialDate
from skips import Phrases, Route
from skips.fills import spoken, within_sentence
from skips.speech import _in_figures, _units
from tests.scenario import DECLINED, NOT_SURE, Scenario, place
from tests.skips.questionnaires import HOUSEHOLD, OPEN_ROSTER, SECTIONS

# --- checks and fills -----------------------------------------------------------------------------

CHECKS = """
    - {question: adults, kind: integer}
    - question: members
      kind: integer
      checks:
        - {hard: members >= adults, say: "{adults} adults are more than {members} members."}
        - {soft: members < 12, say: "{members} is very many."}
"""


def test_checks_fire_when_they_are_no_and_never_when_unknown() -> None:
    interview = Scenario(CHECKS).answer(adults=3)
    assert interview.complaints == []
    interview.answer(members=2)
    assert interview.complaints == ["3 adults are more than 2 members."]
    assert [failing.check.severity for failing in interview.last.failing] == ["hard"]
    interview.answer(adults=NOT_SURE)
    assert interview.complaints == []
    interview.answer(members=20)
    assert interview.complaints == ["20 is very many."]
    assert interview.route_.failing(place("adults")) == []


def test_a_check_fires_when_an_earlier_answer_changes() -> None:
    interview = Scenario(CHECKS).answer(adults=1, members=2, adults__0=5)
    assert interview.last.failing[0].instance == place("members")
    assert interview.preview(adults=1).failing == ()
    assert interview.complaints == ["5 adults are more than 2 members."]


FILLS = """
    - question: relation
      kind: one_of
      choices: [{name: friend, code: 1, label: A friend}, {name: fbi, code: 2, label: FBI agent}]
    - {question: when, kind: date}
    - question: pets
      kind: any_of
      at_least: 0
      choices:
        - {name: cats, code: 1, label: Cats}
        - {name: dogs, code: 2, label: Dogs}
        - {name: fish, code: 3, label: Fish}
    - {question: rent, kind: decimal}
    - statement: recap
      say: "{relation | somebody}; {when}; {pets}; {rent}; {rent * 2 | no rent}."
"""


def test_times_and_text_read_as_people_speak() -> None:
    interview = Scenario("""
        - {question: at, kind: time}
        - {question: who, kind: text}
        - {statement: recap, say: "{who} at {at}"}
    """)
    interview.answer(at=datetime.time(14, 5), who="IT staff")
    assert interview.text("recap") == "IT staff at 2:05 pm"
    assert interview.answer(at=datetime.time(0, 30)).text("recap") == "IT staff at 12:30 am"


def test_why_names_statements_and_what_is_not_taken() -> None:
    interview = Scenario("""
        - {statement: intro, say: Hello.}
        - {question: pets, kind: any_of, at_least: 0, choices: [{name: cat, code: 1, label: Cat}]}
        - {question: name, kind: text, ask_if: answered(intro) and pets has cat}
    """).answer(intro="read")
    assert "pets has no answer yet" in interview.why("name")
    interview.answer(pets=[])
    assert interview.why("name") == (
        "Not asked: nothing is taken of pets, and this is asked only when pets has cat."
    )
    interview.answer(pets=["cat"])
    assert interview.why("name") == (
        "Asked: intro was read, pets is cat, and this is asked when "
        "answered(intro) and pets has cat."
    )


def test_fills_read_as_people_speak() -> None:
    interview = Scenario(FILLS)
    assert interview.text("recap") == "somebody; …; …; …; no rent."
    interview.answer(
        relation="friend", when="2019-03-19", pets=["cats", "dogs", "fish"], rent="1.50"
    )
    assert interview.text("recap") == "a friend; March 19, 2019; cats, dogs and fish; 1.5; 3."
    interview.answer(relation="fbi", when="2019-03", pets=["dogs"])
    assert interview.text("recap") == "FBI agent; March 2019; dogs; 1.5; 3."


TRANSLATED = """
    - question: relation
      kind: one_of
      choices:
        - {name: friend, code: 1, label: {en: A friend, es: Una amistad, de: Bekannt}}
        - {name: nobody, code: 2, label: Nobody}
    - {question: spare, kind: one_of, choices: [{name: friend, code: 1, label: Some friend}]}
    - {question: when, kind: date}
    - {question: at, kind: time}
    - {question: way, kind: duration, units: [hours]}
    - statement: recap
      say:
        en: "{relation | nothing}; {when}; {at}; {way}"
        es: "{relation | nada}, {when}, {at}, {way}"
    - {statement: german, say: {en: "{when}", de: "{relation}, am {when} um {at}, {way}"}}
    - {statement: either, say: "{first(relation, spare)}"}
"""


def test_texts_are_filled_in_their_language() -> None:
    interview = Scenario(TRANSLATED)
    assert interview.text("recap") == "nothing; …; …; …"
    assert interview.text("recap", "es") == "nada, …, …, …"
    interview.answer(
        relation="friend", when="2019-03-19", at=datetime.time(14, 5), way="1.50 hours"
    )
    assert interview.text("recap") == "a friend; March 19, 2019; 2:05 pm; 1.5 hours"
    assert interview.text("recap", "es") == ("una amistad, 19 de marzo de 2019, 14:05, 1.5 horas")
    assert interview.text("german", "de") == "Bekannt, am 19. März 2019 um 14:05, 1,5 Stunden"
    assert interview.text("german", "es") == "19 de marzo de 2019"
    interview.answer(relation="nobody", way="1 hours")
    assert interview.text("recap", "es") == "nobody, 19 de marzo de 2019, 14:05, 1 hora"


def test_languages_whose_words_are_not_known_are_written_in_figures() -> None:
    assert spoken(PartialDate(2019, 3), language="fi") == "2019-03"
    assert spoken(datetime.time(9, 5), language="fi") == "9:05"
    assert spoken(Duration.parse("1.5 hours"), language="fi") == "1.5 hours"
    assert spoken(("a", "b"), language="fi") == "a, b"
    assert spoken(PartialDate(2019, 3, 1), language="pt-BR") == "1 de março de 2019"


def test_a_fill_that_picks_an_item_reads_its_label() -> None:
    interview = Scenario(TRANSLATED).answer(spare="friend", relation=NOT_SURE)
    assert interview.text("either") == "a friend"
    assert interview.text("either", "es") == "una amistad"


# --- why ------------------------------------------------------------------------------------------


def test_why_names_the_deciding_part_and_what_it_read() -> None:
    interview = Scenario("""
        - {question: age, kind: integer}
        - {question: lives_alone, kind: yes_no}
        - {question: married, kind: yes_no, ask_if: age >= 18 and not lives_alone}
    """)
    assert interview.why("age") == "Asked in every interview."
    assert interview.why("married") == (
        "Not asked so far: age has no answer yet, and this is asked only when age >= 18."
    )
    interview.answer(age=16)
    assert interview.why("married") == (
        "Not asked: age is 16, and this is asked only when age >= 18."
    )
    interview.answer(age=20, lives_alone="yes")
    assert interview.why("married") == (
        "Not asked: lives_alone is yes, and this is asked only when not lives_alone."
    )
    interview.answer(lives_alone="no")
    assert interview.why("married") == (
        "Asked: age is 20, lives_alone is no, and this is asked when age >= 18 and not lives_alone."
    )


def test_why_leaves_out_what_did_not_decide() -> None:
    interview = Scenario("""
        - {question: a, kind: yes_no}
        - {question: b, kind: yes_no}
        - {question: c, kind: yes_no}
        - {compute: sum_of_it, kind: yes_no, as: a or b and c}
        - {question: d, kind: yes_no, ask_if: a or b and c}
    """).answer(a="no", b="no", c="yes")
    assert interview.why("d") == (
        "Not asked: a is no, b is no, and this is asked only when a or b."
    )
    assert interview.why("sum_of_it") == "Worked out as no: a is no, b is no."
    interview.answer(b="yes")
    assert interview.why("d") == ("Asked: b is yes, c is yes, and this is asked when b and c.")
    assert interview.why("sum_of_it") == "Worked out as yes: b is yes, c is yes."


def test_why_names_the_gate_that_decides() -> None:
    interview = Scenario(SECTIONS).answer(works="yes", hours=20, commutes="yes", hours__0=5)
    assert interview.why("commutes") == (
        "Not asked: hours is 5, and section “Travel” is asked when hours >= 10. "
        "Its answer is kept aside and counts again once it is asked."
    )
    interview.answer(hours=20)
    assert interview.why("minutes") == (
        "Asked: hours is 20, and section “Travel” is asked when hours >= 10; "
        "commutes is yes, and this is asked when commutes."
    )


def test_why_speaks_of_rows_and_rosters() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=1, age__1=70)
    assert interview.why("age__3") == (
        "Not asked: size is 1, and this is row 3 of “People”, which has 1 row."
    )
    assert interview.why("age__1") == (
        "Asked: size is 1, and this is row 1 of “People”, which has 1 row."
    )
    assert interview.why("adults") == "Worked out as 1: people has 1 row, age in row 1 is 70."
    interview.answer(size=DECLINED)
    assert interview.why("age__1") == (
        "Not asked so far: size is “Declined”, and it is not known how many rows “People” has. "
        "Its answer is kept aside and counts again once it is asked."
    )
    removed = Scenario(OPEN_ROSTER).answer(any_pets="yes")
    assert removed.why("animal__2") == "Not asked: row 2 of “Pets” is not in use."
    removed.answer(any_pets="no")
    assert removed.why("animal__2") == (
        "Not asked: any_pets is no, and roster “Pets” is asked when any_pets."
    )


def test_why_names_what_functions_read() -> None:
    interview = Scenario("""
        - {question: born, kind: date}
        - {question: owns, kind: yes_no}
        - {question: rent, kind: integer}
        - {question: price, kind: integer}
        - {question: vote, kind: yes_no, ask_if: "years_between(born, interview_date) >= 18"}
        - {compute: cost, kind: integer, as: "if(owns, price, rent)"}
        - {compute: either, kind: integer, as: "first(rent, price)"}
        - {question: dear, kind: yes_no, ask_if: "if(owns, price > 9, rent > 9)"}
        - {question: far, kind: yes_no, ask_if: cost + 0 > 9}
    """).answer(born="2000-03-19", rent=5)
    assert interview.why("vote") == (
        "Not asked so far: the date of the interview is not known yet, "
        "and this is asked when years_between(born, interview_date) >= 18."
    )
    interview.sit("2018-03-18")
    assert interview.why("vote").startswith(
        "Not asked: born is March 19, 2000, the date of the interview is March 18, 2018, and "
    )
    assert interview.why("cost") == "Not known so far: owns has no answer yet."
    interview.answer(owns="no")
    assert interview.why("cost") == "Worked out as 5: owns is no, rent is 5."
    assert interview.why("either") == "Worked out as 5: rent is 5."
    assert interview.why("dear").startswith("Not asked: owns is no, rent is 5, and this is asked")
    assert interview.why("far").startswith("Not asked: cost is 5 (owns is no, rent is 5), and")


def test_setting_the_date_of_the_interview_changes_what_reads_it_and_nothing_else() -> None:
    interview = Scenario("""
        - {question: born, kind: date}
        - {question: vote, kind: yes_no, ask_if: "years_between(born, interview_date) >= 18"}
        - {compute: age, kind: integer, as: "years_between(born, interview_date)"}
    """).answer(born="2000-03-19")
    interview.sit("2018-03-19")
    assert interview.last.entered == (place("vote"),)
    assert interview.last.computed == ((place("age"), None, 18),)
    assert interview.sit("2018-03-20").last.is_empty
    assert interview.answer(vote="yes").sit("2017-01-01").last.parked == (place("vote"),)
    date = PartialDate(2018, 3, 19)
    route = Route(interview.route_.program, {place("born"): PartialDate(2000, 3, 19)}, date)
    assert route.interview_date == date
    assert route.counted(place("age")) == 18


def test_why_a_choice_is_offered_and_why_a_check_fires() -> None:
    interview = Scenario("""
        - {question: adults, kind: integer}
        - {question: children, kind: integer}
        - question: who
          kind: one_of
          choices:
            - {name: me, code: 1, label: Me}
            - {name: child, code: 2, label: A child, ask_if: children >= 1 and adults >= 1}
          checks: [{hard: who == me and adults >= 1 or children > 3, say: Somebody else.}]
    """)
    who = place("who")

    def offered(name: str) -> str:
        item = interview.instrument.items["who"]
        assert isinstance(item, Question)
        return interview.route_.explainer(who).of_choice(item.choice[name])

    assert offered("me") == "Offered to everybody who is asked."
    assert offered("child") == (
        "Offered, as nothing speaks against it yet: children has no answer yet, "
        "adults has no answer yet."
    )
    interview.answer(children=0)
    assert offered("child") == (
        "Not offered: children is 0, and it is offered only when children >= 1."
    )
    interview.answer(children=1, adults=1)
    assert offered("child") == (
        "Offered: children is 1, adults is 1, and it is offered when children >= 1 and adults >= 1."
    )
    interview.answer(who="child")
    (failing,) = interview.route_.failing()
    explainer = interview.route_.explainer(who)
    assert explainer.of_check(failing.check) == (
        "It fires: who is a child, children is 1, and it wants that who == me or children > 3."
    )
    interview.answer(who="me")
    assert explainer.of_check(failing.check) == "It does not fire."


def test_why_in_words_says_nothing_twice() -> None:
    interview = Scenario("""
        - {question: works, kind: yes_no}
        - {question: kind_of_work, kind: one_of, choices: [{name: a, code: 1, label: Own shop}]}
        - {compute: earns, kind: yes_no, as: works and kind_of_work == a}
        - {question: pay, kind: integer, ask_if: earns and works}
        - {question: tip, kind: integer, ask_if: not works}
    """).answer(works="yes")
    words = Phrases(item=lambda name: f"“{name}”", condition=in_words, in_words=True)

    def why(name: str) -> str:
        return interview.route_.explainer(place(name), words).text()

    assert why("earns") == "Not known so far: “kind_of_work” has no answer yet."
    assert why("tip") == "Not asked: “works” is yes, and this is asked when that is no."
    interview.answer(kind_of_work="a")
    assert why("earns") == "Worked out as yes: “works” is yes, “kind_of_work” is “Own shop”."
    assert why("pay") == ("Asked: “earns” is yes (“kind_of_work” is “Own shop”), “works” is yes.")


def in_words(tree: Node) -> str:
    """Conditions of yes-no items in words."""
    match tree:
        case And(parts=parts):
            return " and ".join(map(in_words, parts))
        case Not(part=IsYes(item=item)):
            return f"“{item.name}” is no"
        case IsYes(item=item):
            return f"“{item.name}” is yes"
        case _:
            return str(tree)


def test_every_language_has_a_word_for_one_and_for_several_of_each_unit() -> None:
    said = {
        "en": "1 second, 2 seconds, 1 year, 2 years",
        "es": "1 segundo, 2 segundos, 1 año, 2 años",
        "fr": "1 seconde, 2 secondes, 1 an, 2 ans",
        "de": "1 Sekunde, 2 Sekunden, 1 Jahr, 2 Jahre",
        "pt-PT": "1 segundo, 2 segundos, 1 ano, 2 anos",
        "fi": "1 seconds, 2 seconds, 1 years, 2 years",
    }
    for language, words in said.items():
        durations = [f"{number} {unit}" for unit in ("seconds", "years") for number in (1, 2)]
        found = [spoken(Duration.parse(one), language=language) for one in durations]
        assert ", ".join(found) == words
    assert _in_figures()["weeks"] == ("weeks", "weeks")
    with pytest.raises(ValueError, match="shorter"):
        _units([("second", "seconds")])


def test_labels_keep_their_capitals_where_a_language_wants_them() -> None:
    assert [within_sentence(label) for label in ("A friend", "FBI agent", "I do", "X", "")] == [
        *("a friend", "FBI agent", "I do", "x", ""),
    ]
    assert spoken((), language="de") == "Nichts davon"
    assert spoken(("a", "b", "c"), language="de") == "a, b und c"
    assert spoken(Decimal("1.50"), language="pt") == "1,5"
    assert [spoken(datetime.time(hour, 9)) for hour in (0, 11, 12, 13, 23)] == [
        *("12:09 am", "11:09 am", "12:09 pm", "1:09 pm", "11:09 pm"),
    ]
    assert spoken(PartialDate(2019)) == "2019"
    assert [spoken(PartialDate(2019, month)) for month in (1, 12)] == [
        *("January 2019", "December 2019"),
    ]
