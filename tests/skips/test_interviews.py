"""Interviews told step by step: what is asked, what counts, and what a change of mind does."""

import datetime

import pytest

from skips import Route, RouteError, SectionState, Status
from tests.scenario import DECLINED, NOT_SURE, Scenario, place

CARS = """
    - {question: owns_car, kind: yes_no}
    - {question: cars, kind: integer, ask_if: owns_car}
    - {question: garage, kind: yes_no, ask_if: cars >= 2}
    - {question: bus, kind: yes_no}
"""


# --- the route ------------------------------------------------------------------------------------


def test_only_what_applies_is_asked() -> None:
    interview = Scenario(CARS)
    assert interview.route == ["owns_car", "bus"]
    interview.answer(owns_car="yes")
    assert interview.route == ["owns_car", "cars", "bus"]
    interview.answer(cars=2)
    assert interview.route == ["owns_car", "cars", "garage", "bus"]


def test_an_answer_left_behind_by_going_back_no_longer_counts() -> None:
    interview = Scenario(CARS).answer(owns_car="yes", cars=2)
    interview.go_back_to("owns_car").answer(owns_car="no")

    assert interview.route == ["owns_car", "bus"]
    assert interview.counted == {"owns_car": "no"}
    assert interview.kept == {"owns_car": "no", "cars": 2}
    assert interview.status("cars") is Status.PARKED


def test_parking_is_transitive() -> None:
    interview = Scenario(CARS).answer(owns_car="yes", cars=3, garage="yes", owns_car__0="no")

    assert interview.last.parked == (place("cars"), place("garage"))
    assert interview.status("garage") is Status.PARKED


def test_a_parked_answer_comes_back_by_itself() -> None:
    interview = Scenario(CARS).answer(owns_car="yes", cars=3, garage="no")
    interview.answer(owns_car="no").answer(owns_car="yes")

    assert interview.last.restored == (place("cars"), place("garage"))
    assert interview.counted == {"owns_car": "yes", "cars": 3, "garage": "no"}


def test_an_answer_changed_while_parked_counts_in_its_new_form() -> None:
    interview = Scenario(CARS).answer(owns_car="yes", cars=3, garage="no", owns_car__0="no")
    interview.answer(cars=1)
    assert interview.counted == {"owns_car": "no"}
    interview.answer(owns_car="yes")
    assert interview.route == ["owns_car", "cars", "bus"]
    assert interview.status("garage") is Status.PARKED


def test_not_sure_at_a_gate_asks_nothing_behind_it() -> None:
    interview = Scenario(CARS).answer(owns_car=NOT_SURE)
    assert interview.route == ["owns_car", "bus"]
    assert interview.status("owns_car") is Status.MISSING
    assert interview.route_.reason(place("owns_car")) == "not_sure"
    assert interview.status("cars") is Status.NOT_REACHED


def test_what_cannot_apply_is_told_from_what_is_not_reached() -> None:
    interview = Scenario(CARS)
    assert interview.status("garage") is Status.NOT_REACHED
    interview.answer(owns_car="yes", cars=1)
    assert interview.status("garage") is Status.NOT_APPLICABLE
    assert interview.status("bus") is Status.NOT_REACHED


def test_clearing_an_answer_opens_the_question_again() -> None:
    interview = Scenario(CARS).answer(owns_car="yes", cars=2, cars__0=None)
    assert interview.status("cars") is Status.NOT_REACHED
    assert interview.route_.first_open() == place("cars")
    assert interview.last.left == (place("garage"),)


def test_going_forward_and_back_follows_the_route() -> None:
    route = Scenario(CARS).answer(owns_car="no").route_
    assert route.following(None) == place("owns_car")
    assert route.following(place("owns_car")) == place("bus")
    assert route.preceding(place("bus")) == place("owns_car")
    assert route.following(place("bus")) is None
    assert route.preceding(place("owns_car")) is None
    assert route.following(place("cars")) == place("bus")


def test_a_preview_tells_what_would_happen_and_leaves_no_trace() -> None:
    interview = Scenario(CARS).answer(owns_car="yes", cars=3, garage="no")
    before = (interview.route, interview.counted, interview.kept, interview.sections)

    would = interview.preview(owns_car="no")
    assert would.left == would.parked == (place("cars"), place("garage"))
    assert (interview.route, interview.counted, interview.kept, interview.sections) == before
    interview.answer(owns_car="no")
    assert interview.last == would


def test_an_item_of_another_mode_is_not_asked() -> None:
    questionnaire = """
        - {question: greeting, kind: yes_no, modes: [interview]}
        - {question: page, kind: integer, modes: [record]}
    """
    assert Scenario(questionnaire).route == ["greeting"]
    in_record = Scenario(questionnaire, mode="record")
    assert in_record.route == ["page"]
    assert in_record.status("greeting") is Status.NOT_APPLICABLE
    assert in_record.why("greeting") == "Not asked: it is no part of “Case record”."


# --- sections -------------------------------------------------------------------------------------

SECTIONS = """
    work:
      - {question: works, kind: yes_no}
      - {question: hours, kind: integer, ask_if: works}
    travel:
      ask_if: hours >= 10
      items:
        - {question: commutes, kind: yes_no}
        - {question: minutes, kind: integer, ask_if: commutes}
    end:
      - {statement: thanks, say: Thank you.}
"""


def test_a_section_comes_and_goes_with_its_gate() -> None:
    interview = Scenario(SECTIONS).answer(works="yes", hours=20, commutes="yes", minutes=30)
    assert interview.route == ["works", "hours", "commutes", "minutes", "thanks"]
    interview.answer(works="no")
    assert interview.route == ["works", "thanks"]
    assert interview.last.parked == (place("hours"), place("commutes"), place("minutes"))
    interview.answer(works="yes")
    assert interview.counted == {"works": "yes", "hours": 20, "commutes": "yes", "minutes": 30}


def test_a_gate_that_is_no_and_then_unknown_still_gives_everything_back() -> None:
    interview = Scenario(SECTIONS).answer(works="yes", hours=20, commutes="yes", minutes=30)
    interview.answer(hours=5).answer(hours=NOT_SURE)
    assert interview.last.is_empty
    assert interview.status("commutes") is Status.PARKED
    assert "Not asked so far" in interview.why("minutes")
    interview.answer(minutes=45)
    assert "minutes" not in interview.counted
    interview.answer(hours=20)
    assert interview.last.restored == (place("commutes"), place("minutes"))
    assert interview.counted["minutes"] == 45


def test_a_gate_known_to_be_closed_before_it_ever_opened() -> None:
    interview = Scenario(SECTIONS).answer(works="yes", hours=5)
    assert interview.status("commutes") is Status.NOT_APPLICABLE
    interview.answer(hours=None)
    assert interview.status("commutes") is Status.NOT_REACHED
    interview.answer(hours=12, commutes="no")
    assert interview.last.is_empty
    assert interview.status("minutes") is Status.NOT_APPLICABLE


def test_sections_tell_how_far_they_have_come() -> None:
    interview = Scenario(SECTIONS)
    assert interview.sections["work"] == (SectionState.AHEAD, 0, 1)
    assert interview.sections["travel"] == (SectionState.AHEAD, 0, 0)
    interview.answer(works="yes")
    assert interview.sections["work"] == (SectionState.OPEN, 1, 2)
    interview.answer(hours=2)
    assert interview.sections["work"] == (SectionState.DONE, 2, 2)
    assert interview.sections["travel"] == (SectionState.OFF, 0, 0)
    interview.answer(thanks="read")
    assert interview.sections["end"] == (SectionState.DONE, 1, 1)
    assert interview.route_.open_count == 0
    assert interview.route_.minutes_left() == 0


def test_minutes_left_shrink_with_every_answer_and_grow_with_the_route() -> None:
    interview = Scenario(SECTIONS)
    start = interview.route_.minutes_left()
    longer = interview.answer(works="yes").route_.minutes_left()
    assert longer > start - 1
    assert interview.answer(hours=2).route_.minutes_left() < longer


# --- computed values ------------------------------------------------------------------------------

COMPUTED = """
    - {question: age, kind: integer}
    - {compute: minor, kind: yes_no, as: age < 18}
    - compute: band
      kind: one_of
      choices: [{name: child, code: 1, label: Child}, {name: adult, code: 2, label: Adult}]
      branches: [{when: minor, is: child}, {otherwise: adult}]
    - {question: school, kind: yes_no, ask_if: band == child}
"""


def test_a_computed_value_follows_its_answers() -> None:
    interview = Scenario(COMPUTED).answer(age=15)
    assert interview.counted == {"age": 15, "minor": "yes", "band": "child"}
    assert interview.route == ["age", "school"]
    interview.answer(age=30)
    assert interview.last.computed == (
        (place("minor"), "yes", "no"),
        (place("band"), "child", "adult"),
    )
    assert interview.route == ["age"]


def test_a_computed_value_of_something_unknown_is_not_reached() -> None:
    interview = Scenario(COMPUTED).answer(age=NOT_SURE)
    assert interview.counted == {}
    assert interview.status("band") is Status.NOT_REACHED
    assert interview.why("minor") == "Not known so far: age is “Not sure”."


# --- rosters --------------------------------------------------------------------------------------

HOUSEHOLD = """
    - {question: size, kind: integer, range: 0..9}
    - roster: people
      size: size
      at_most: 4
      items:
        - {question: age, kind: integer}
        - {question: job, kind: yes_no, ask_if: age >= 18}
    - {compute: adults, kind: integer, as: count(people where age >= 18)}
    - {question: retired, kind: yes_no, ask_if: any(people where age >= 65)}
"""


def test_rows_follow_the_size_and_no_more_than_at_most() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2)
    assert interview.route == ["size", "age__1", "age__2"]
    interview.answer(size=9)
    assert interview.route_.rows("people") == (1, 2, 3, 4)


def test_a_smaller_size_parks_rows_and_deletes_nothing() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2, age__1=70, age__2=40, job__2="yes")
    assert interview.counted["adults"] == 2
    interview.answer(size=1)
    assert interview.last.parked == (place("age__2"), place("job__2"))
    assert interview.counted["adults"] == 1
    assert interview.kept["job__2"] == "yes"
    interview.answer(size=2)
    assert interview.last.restored == (place("age__2"), place("job__2"))
    assert interview.counted["adults"] == 2


def test_each_row_has_its_own_route() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=3, age__1=70, age__2=10, age__3=30)
    assert interview.route == ["size", "age__1", "job__1", "age__2", "age__3", "job__3", "retired"]
    assert interview.status("job__2") is Status.NOT_APPLICABLE
    assert interview.status("age__4") is Status.NOT_APPLICABLE


def test_one_unknown_row_leaves_a_count_unknown_but_settles_any() -> None:
    interview = Scenario(HOUSEHOLD).answer(size=2, age__1=70, age__2=DECLINED)
    assert "adults" not in interview.counted
    assert "retired" in interview.route


OPEN_ROSTER = """
    - {question: any_pets, kind: yes_no}
    - roster: pets
      at_most: 2
      ask_if: any_pets
      row_label: "Pet {row}: {animal | not named}"
      items:
        - {question: animal, kind: text}
"""


def test_rows_of_an_open_roster_are_added_by_hand() -> None:
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets")
    assert interview.last.entered == (place("animal__1"),)
    interview.answer(animal__1="cat").add_row("pets")
    assert interview.route_.rows("pets") == (1, 2)
    assert interview.route_.row_label("pets", 1) == "Pet 1: cat"
    assert interview.route_.row_label("pets", 2) == "Pet 2: not named"
    with pytest.raises(RouteError, match="room for 2 and is full"):
        interview.add_row("pets")


def test_a_removed_row_keeps_its_answers_and_its_number() -> None:
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets").add_row("pets")
    interview.answer(animal__1="cat", animal__2="dog").remove_row("pets", 1)
    assert interview.status("animal__1") is Status.PARKED
    assert interview.route_.rows("pets") == (2,)
    assert interview.counted == {"any_pets": "yes", "animal__2": "dog"}

    interview.add_row("pets")
    assert interview.route_.rows("pets") == (2, 3)
    assert interview.route_.rows("pets", removed=True) == (1, 2, 3)
    interview.remove_row("pets", 3).restore_row("pets", 1)
    assert interview.last.restored == (place("animal__1"),)
    assert interview.counted == {"any_pets": "yes", "animal__1": "cat", "animal__2": "dog"}


def test_a_roster_off_the_route_parks_all_its_rows() -> None:
    interview = Scenario(OPEN_ROSTER).answer(any_pets="yes").add_row("pets")
    interview.answer(animal__1="cat", any_pets="no")
    assert interview.last.parked == (place("animal__1"),)
    assert interview.answer(any_pets="yes").counted["animal__1"] == "cat"


def test_wrong_use_is_told_in_a_sentence() -> None:
    interview = Scenario(HOUSEHOLD)
    with pytest.raises(RouteError, match="follow from answers"):
        interview.add_row("people")
    with pytest.raises(RouteError, match="'nobody' is not an item of 'scenario'"):
        interview.status("nobody")
    with pytest.raises(RouteError, match="'age' in row 7 is not an item"):
        interview.status("age__7")
    with pytest.raises(RouteError, match="is worked out"):
        interview.route_.answer(place("adults"), 3)
    with pytest.raises(RouteError, match="'size' is not a roster"):
        interview.route_.rows("size")


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
        "Not asked: nothing is taken of pets, and this is asked when pets has cat."
    )
    interview.answer(pets=["cat"])
    assert interview.why("name") == (
        "Asked: intro was read, pets is cat, and this is asked when "
        "answered(intro) and pets has cat."
    )


def test_a_route_can_be_begun_with_answers() -> None:
    program = Scenario(CARS).route_.program
    route = Route(program, {place("cars"): 2, place("owns_car"): "yes"})
    assert route.counted(place("cars")) == 2


def test_fills_read_as_people_speak() -> None:
    interview = Scenario(FILLS)
    assert interview.text("recap") == "somebody; …; …; …; no rent."
    interview.answer(
        relation="friend", when="2019-03-19", pets=["cats", "dogs", "fish"], rent="1.50"
    )
    assert interview.text("recap") == "a friend; March 19, 2019; cats, dogs and fish; 1.5; 3."
    interview.answer(relation="fbi", when="2019-03", pets=["dogs"])
    assert interview.text("recap") == "FBI agent; March 2019; dogs; 1.5; 3."


# --- why ------------------------------------------------------------------------------------------


def test_why_names_the_deciding_part_and_what_it_read() -> None:
    interview = Scenario("""
        - {question: age, kind: integer}
        - {question: lives_alone, kind: yes_no}
        - {question: married, kind: yes_no, ask_if: age >= 18 and not lives_alone}
    """)
    assert interview.why("age") == "Asked in every interview."
    assert interview.why("married") == (
        "Not asked so far: age has no answer yet, and this is asked when age >= 18."
    )
    interview.answer(age=16)
    assert interview.why("married") == ("Not asked: age is 16, and this is asked when age >= 18.")
    interview.answer(age=20, lives_alone="yes")
    assert interview.why("married") == (
        "Not asked: lives_alone is yes, and this is asked when not lives_alone."
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
        "Not asked: a is no, b is no, and this is asked when a or b and c."
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
    assert interview.why("adults") == "Worked out as 1: people has 1 row."
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
