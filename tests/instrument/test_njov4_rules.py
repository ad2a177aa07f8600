"""The study's routing rules, written once more in plain Python, against random cases."""

import os
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.models import CHOICE_KINDS, Kind, Question, Statement
from instrument.values import READ, Answer, Instance, Missing, PartialDate, Value
from skips import Route, Status
from tests.instrument.njov4 import TODAY, compiled, njov4, plain_answer, sections_asked

SOAK = int(os.environ.get("CATI_SOAK", "60"))

Told = Mapping[str, Answer]


def said(answers: Told, *names: str, what: str = "yes") -> bool:
    """Whether any of the items was answered so."""
    return any(answers.get(name) == what for name in names)


def expected_sections(answers: Told) -> list[str]:
    """Sections by the rules of the study, from nothing but the answers that count."""
    arrest = answers.get("arrest_outcome") in ("arrest", "warrant", "arraigned")
    no_arrest = answers.get("arrest_outcome") == "no_arrest"
    production = arrest and said(answers, "el_production", "el_minor_depicted")
    possession = arrest and said(answers, "el_possession", "el_distribution")
    rules = {
        "preliminary": True,
        "production": production,
        "possession": possession or production,
        "enticement": arrest and said(answers, "el_enticement"),
        "undercover": arrest and said(answers, "el_uc_posed", "el_uc_monitored"),
        "suspect": arrest and said(answers, "suspect_identified"),
        "minor": arrest and said(answers, "minor_identified"),
        "ypi": (no_arrest and said(answers, "el_minor_produced"))
        or (production and said(answers, "prod_producer_minor")),
    }
    return [section for section, asked in rules.items() if asked]


def values(question: Question) -> st.SearchStrategy[Value]:
    """Any valid value of a question."""
    names = [choice.name for choice in question.choices]
    if question.kind is Kind.ANY_OF:
        shared = [choice.name for choice in question.choices if not choice.exclusive]
        several = st.lists(st.sampled_from(shared), min_size=1, unique=True).map(
            lambda taken: tuple(name for name in names if name in taken)
        )
        alone = [(name,) for name in names if name not in shared]
        return several | st.sampled_from(alone) if alone else several
    if question.kind in CHOICE_KINDS:
        return st.sampled_from(names)
    if question.kind is Kind.INTEGER:
        assert isinstance(question.minimum, int)
        assert isinstance(question.maximum, int)
        low, high = question.minimum, question.maximum
        return st.integers(low, min(high, low + 4)) | st.integers(low, high)
    if question.kind is Kind.DATE:
        return st.sampled_from([PartialDate(2019), PartialDate(2019, 7), PartialDate(2018, 2, 3)])
    return st.just("invented")


@st.composite
def cases(draw: st.DrawFn) -> Route:
    """A whole interview, or what was read from a whole record."""
    mode = draw(st.sampled_from(["interview", "record"]))
    unsure = draw(st.sampled_from([0, 0, 1, 3]))
    route = Route(compiled(mode), interview_date=TODAY)
    while (instance := route.first_open()) is not None:
        item = njov4().items[instance.item]
        if isinstance(item, Statement):
            route.answer(instance, READ)
            continue
        assert isinstance(item, Question)
        reasons = [Missing(reason.name) for reason in njov4().reasons_for(item, mode)]
        if unsure and draw(st.integers(0, 9)) < unsure:
            answer: Answer = draw(st.sampled_from(reasons))
        elif item.name.startswith("elig_"):
            answer = draw(st.sampled_from(["yes", "yes", "yes", "yes", "no"]))
        else:
            answer = draw(values(item))
        route.answer(instance, answer)
    return route


def counted(route: Route) -> dict[str, Answer]:
    """Answers that count outside of rosters, without computed values."""
    return {
        instance.item: value
        for instance in route.route()
        if not instance.row and (value := route.counted(instance)) is not None
    }


@given(cases())
@settings(max_examples=SOAK, deadline=None)
def test_random_cases_meet_the_sections_that_the_study_asks(route: Route) -> None:
    assert sections_asked(route) == expected_sections(counted(route))


@given(cases())
@settings(max_examples=SOAK, deadline=None)
def test_what_is_not_asked_is_not_applicable_unless_somebody_was_not_sure(route: Route) -> None:
    unsure = any(route.status(one) is Status.MISSING for one in route.instances())
    unreached = [one for one in route.instances() if route.status(one) is Status.NOT_REACHED]
    assert not unreached or unsure


@given(cases())
@settings(max_examples=SOAK, deadline=None)
def test_every_hard_check_can_be_settled_where_it_stands(route: Route) -> None:
    """No combination of answers is a trap: the failing item itself can be mended."""
    for failing in route.failing():
        if failing.check.severity == "hard":
            assert any(
                _settles(route, failing.instance, answer) for answer in _ways_out(failing.instance)
            ), failing.check.name


def _ways_out(instance: Instance) -> list[Answer]:
    item = njov4().items[instance.item]
    assert isinstance(item, Question)
    choices: list[Answer] = [choice.name for choice in item.choices]
    return [*choices, plain_answer(item)]


def _settles(route: Route, instance: Instance, answer: Answer) -> bool:
    before = route.kept(instance)
    route.answer(instance, answer)
    settled = all(one.check.severity == "soft" for one in route.failing(instance))
    route.answer(instance, before)
    return settled


def test_the_rules_told_wrongly_are_found_out() -> None:
    """The comparison itself: a rule that forgets distribution disagrees with the instrument."""
    route = Route(compiled())
    told: dict[str, Answer] = {
        "elig_minor": "yes",
        "elig_2019": "yes",
        "elig_technology": "yes",
        "arrest_outcome": "arrest",
        "el_distribution": "yes",
    }
    while (instance := route.first_open()) is not None:
        item = njov4().items[instance.item]
        route.answer(
            instance,
            told.get(item.name, plain_answer(item) if isinstance(item, Question) else READ),
        )
    answers = counted(route)
    assert sections_asked(route) == expected_sections(answers)
    forgetful = {name: answer for name, answer in answers.items() if name != "el_distribution"}
    assert sections_asked(route) != expected_sections(forgetful)
