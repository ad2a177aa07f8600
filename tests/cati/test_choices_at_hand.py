"""Lists of choices as an interview finds them: none taken, few or none offered, shuffled."""

import io
import re
import sys
from random import Random

import pytest

from cati.events import read_event, write_event
from cati.export.columns import Profile
from cati.export.layout import layout_of
from cati.hints import hint_of
from cati.interview import CannotAdvance, Interview
from cati.memory import MemoryJournal
from cati.simulate_values import random_answer
from cati.walk import walk
from instrument import EntryError, Instrument, check_value, read_entry, read_files, show
from instrument.models import Choice, Question
from instrument.values import Instance, Missing
from skips import Route, compile_instrument
from tests.cati.household import Clock
from tests.instrument.household import one_section

EXTRAS = """
  - question: extras
    kind: any_of
    label: Extras
    ask: What else did you do?
    at_least: 0
    choices: [{name: swim, code: 1, label: Swimming}, {name: row, code: 2, label: Rowing}]
  - {statement: told, say: "You said: {extras | nothing}."}
  - {compute: some, as: extras has swim or extras has row, label: Some}
"""
CONDITIONAL = """
  - {question: garden, kind: yes_no, label: Garden, ask: Is there a garden?}
  - question: sits
    kind: any_of
    label: Seats
    ask: Where can one sit?
    at_least: 2
    at_most: 3
    shuffle: true
    choices:
      - {name: lawn, code: 1, label: Lawn, ask_if: garden}
      - {name: hall, code: 2, label: Hall, fixed: true}
      - {name: bench, code: 3, label: Bench, ask_if: garden}
      - {name: swing, code: 4, label: Swing, ask_if: garden}
      - {name: roof, code: 5, label: Roof, ask_if: garden}
"""
MISSING = "missing: [{reason: not_sure, code: -1, label: Not sure, key: f8}]\n"


def instrument(items: str, header: str = MISSING) -> Instrument:
    files = one_section(items)
    files["instrument.yaml"] += header.encode()
    return read_files(files)


def begun(
    read: Instrument, journal: MemoryJournal | None = None, seed: str = "1"
) -> tuple[Interview, MemoryJournal]:
    kept = journal or MemoryJournal(Clock())
    route = Route(compile_instrument(read, "interview"))
    interview = Interview(read, route, kept, by="ines", now=Clock(), events=list(kept.events))
    interview.begin(seed=seed)
    return interview, kept


def question(read: Instrument, name: str) -> Question:
    found = read.items[name]
    assert isinstance(found, Question)
    return found


# --- none taken -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["0", "none", " None "])
def test_none_is_typed_kept_read_again_and_said(typed: str) -> None:
    read = instrument(EXTRAS)
    interview, journal = begun(read)
    interview.type_in(typed)
    extras = Instance("extras")
    again, _ = begun(read, journal)
    for one in (interview, again):
        assert one.route.kept(extras) == ()
        assert one.is_settled(extras)
        assert one.route.counted(Instance("some")) == "no"
        assert one.speech.kept_answer(extras) == "None of these"
        told = read.items["told"].wordings["interview"].ask  # type: ignore[union-attr]
        assert one.speech.fill(told) == "You said: none of these."
    given = next(event for event in journal.events if event.get("q") == "extras")
    assert given["v"] == []
    assert write_event(read_event(given)) == given
    (entry,) = [one for one in again.document()["answers"] if one["q"] == "extras"]  # type: ignore[union-attr,index,call-overload]
    assert (entry["s"], entry["v"]) == ("answered", [])  # type: ignore[index,call-overload]


def test_none_is_taken_only_where_none_need_be_and_no_choice_goes_by_it() -> None:
    extras = question(instrument(EXTRAS), "extras")
    assert (show(extras, (), "es-MX"), show(extras, ())) == (
        "Ninguna de estas opciones",
        "None of these",
    )
    for kind, at_least in (("any_of", "1"), ("one_of", "")):
        least = f"at_least: {at_least}" if at_least else "note: x"
        other = EXTRAS.replace("any_of", kind, 1).replace("at_least: 0", least)
        other = other.partition("  - {statement")[0]
        with pytest.raises(EntryError, match=r"^That is not one of the choices\.$"):
            read_entry(question(instrument(other), "extras"), "0")
    coded = EXTRAS.replace("name: row, code: 2", "name: none, code: 2").replace(
        "code: 1", "code: 0"
    )
    own = question(instrument(coded.replace("extras has row", "extras has none")), "extras")
    assert (read_entry(own, "0"), read_entry(own, "none")) == (("swim",), ("none",))


def test_a_preview_takes_enter_alone_for_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n<\n2\n<\n\n<\n0\n<\nq\n"))
    walk(instrument(EXTRAS), "interview")
    _, *seen = capsys.readouterr().out.split("[Only] extras\n")
    kept = ["".join(re.findall("^  so far.*", one, re.MULTILINE)) for one in seen]
    none, rowing = "  so far: None of these", "  so far: Rowing"
    assert kept == ["", none, rowing, rowing, none]
    assert "  Enter alone: none of these\n" in seen[0]


def test_none_of_several_is_no_in_each_column_and_no_missing_value() -> None:
    shape = layout_of(instrument(EXTRAS), Profile.ANALYSIS)
    field = next(one for one in shape.fields if one.at == Instance("extras"))
    assert [column.name for column in field.columns] == ["extras__swim", "extras__row"]
    assert field.cells(field.decode([])) == (0, 0)
    assert field.lacking[field.reasons["not_sure"]] == (-1, -1)


# --- few or none offered --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "least", "hint", "refused"),
    [
        (None, 2, "take 2 to 3", "Take at least 2."),
        ({"hall"}, 1, "take 1", "Take at least 1."),
        ({"hall", "lawn"}, 2, "take 2", "Take at least 2."),
        (set(), 1, "No choice fits the answers so far.", "No choice fits the answers so far."),
    ],
)
def test_no_more_must_be_taken_than_is_offered(
    offered: set[str] | None, least: int, hint: str, refused: str
) -> None:
    sits = question(instrument(CONDITIONAL), "sits")
    names = None if offered is None else frozenset(offered)
    assert hint_of(sits, names) == hint
    assert check_value(sits, (), offered=names) == refused
    if names:
        taken = tuple(one.name for one in sits.choices if one.name in names)[:least]
        assert check_value(sits, taken, offered=names) is None
        choices: list[Choice] = [one for one in sits.choices if one.name in names]
        value = random_answer(sits, Random(1), {}, choices)
        assert check_value(sits, value, offered=names) is None


def test_an_exclusive_choice_alone_does_and_is_all_that_is_needed() -> None:
    items = CONDITIONAL.replace("fixed: true", "exclusive: true")
    sits = question(instrument(items, ""), "sits")
    for names in (frozenset({"hall"}), frozenset({"hall", "lawn"})):
        assert check_value(sits, ("hall",), offered=names) is None
        assert check_value(sits, (), offered=names) == "Take at least 1."
    assert check_value(sits, ("lawn",), offered=frozenset({"hall", "lawn"})) is None


def test_what_is_offered_decides_how_many_are_typed_and_a_reason_ends_a_list_of_none() -> None:
    interview, _ = begun(instrument(CONDITIONAL))
    interview.type_in("no")
    interview.advance()
    interview.type_in("hall")
    assert interview.route.kept(Instance("sits")) == ("hall",)
    nothing = CONDITIONAL.replace("fixed: true", "ask_if: garden")
    interview, _ = begun(instrument(nothing))
    interview.type_in("no")
    interview.advance()
    with pytest.raises(EntryError, match=r"^No choice fits the answers so far\.$"):
        interview.give(())
    with pytest.raises(CannotAdvance, match=r"so far\. Say why there is no answer: F8 Not sure\.$"):
        interview.advance()
    interview.give(Missing("not_sure"))
    interview.advance()
    assert interview.place is None


# --- shuffled -------------------------------------------------------------------------------------


def test_an_order_stays_when_choices_drop_out_and_come_back() -> None:
    items = """
  - {question: no_a, kind: yes_no, label: A, ask: Is a out?}
  - {question: no_b, kind: yes_no, label: B, ask: Is b out?}
  - question: q
    kind: one_of
    label: Q
    ask: Which?
    shuffle: true
    choices:
      - {name: a, code: 1, label: A, ask_if: not no_a}
      - {name: f, code: 2, label: F, fixed: true}
      - {name: b, code: 3, label: B, ask_if: not no_b}
      - {name: c, code: 4, label: C}
      - {name: d, code: 5, label: D}
"""
    read, place, orders = instrument(items), Instance("q"), set()
    for seed in range(30):
        interview, _ = begun(read, seed=str(seed))
        everything = [one.name for one in interview.offered(place)]
        orders.add(tuple(everything))
        for out_a, out_b in (("yes", "no"), ("yes", "yes"), ("no", "yes"), ("no", "no")):
            for name, given in (("no_a", out_a), ("no_b", out_b)):
                interview.jump(Instance(name))
                interview.give(given)
            out = {name for name, gone in (("a", out_a), ("b", out_b)) if gone == "yes"}
            kept = [one for one in everything if one not in out]
            assert [one.name for one in interview.offered(place)] == kept
    assert len(orders) > 10
