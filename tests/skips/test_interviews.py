"""Interviews told step by step: what is asked, what counts, and what a change of mind does."""

from skips import Route, SectionState, Status
from tests.scenario import NOT_SURE, Scenario, place
from tests.skips.questionnaires import CARS, SECTIONS

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


def test_a_section_comes_and_goes_with_its_gate() -> None:
    interview = Scenario(SECTIONS).answer(works="yes", hours=20, commutes="yes", minutes=30)
    assert interview.route == ["works", "hours", "commutes", "minutes", "thanks"]
    interview.answer(works="no")
    assert interview.route == ["works", "thanks"]
    assert interview.last.parked == (place("hours"), place("commutes"), place("minutes"))
    interview.answer(works="yes")
    assert interview.counted == {"works": "yes", "hours": 20, "commutes": "yes", "minutes": 30}


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


UNASKED = """
    asked:
    - {question: works, kind: yes_no}
    - {question: pets, kind: integer}
    worked_out:
    - {compute: idle, as: not works}
    spoken:
    - {question: tone, kind: text, modes: [interview]}
    counted:
    - roster: animals
      title: Animals
      size: pets
      at_most: 2
      row_label: Animal
      items: [{question: cat, kind: yes_no}]
    told:
    - {roster: trips, title: Trips, at_most: 2, row_label: Trip,
       items: [{question: far, kind: yes_no}]}
"""


def test_a_section_in_which_nothing_can_be_asked_is_none_that_lies_ahead() -> None:
    interview = Scenario(UNASKED, "record")
    ahead, off = (SectionState.AHEAD, 0, 0), (SectionState.OFF, 0, 0)
    assert "worked_out" not in interview.sections
    assert interview.sections["spoken"] == off
    assert interview.sections["counted"] == ahead
    assert interview.sections["told"] == ahead
    interview.answer(works="no", pets=0)
    assert interview.sections["counted"] == off
    assert interview.sections["told"] == ahead
    interview.add_row("trips")
    assert interview.sections["told"] == (SectionState.AHEAD, 0, 1)
    assert Scenario(UNASKED).sections["spoken"] == (SectionState.AHEAD, 0, 1)


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


def test_a_route_can_be_begun_with_answers() -> None:
    program = Scenario(CARS).route_.program
    route = Route(program, {place("cars"): 2, place("owns_car"): "yes"})
    assert route.counted(place("cars")) == 2
