"""Scenario: a questionnaire inline, answered as a person would.

    interview = Scenario('''
        - {question: owns_car, kind: yes_no}
        - {question: cars, kind: integer, ask_if: owns_car}
    ''')
    interview.answer(owns_car="yes", cars=2)

A list of items becomes one section; a mapping of section names to `{ask_if, items}` (or to a list)
becomes several. Questions without `ask` or `label` get some. Row 2 of an item is written `age__2`;
`age__0` is `age` itself, for answering it a second time within one call.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from textwrap import dedent
from typing import Any, Self

import yaml

from instrument import Instrument, Question, Statement, read_files
from instrument.values import READ, Answer, Duration, Instance, Missing, PartialDate
from skips import Change, Program, Route, SectionState, Status, compile_instrument

HEADER = {
    "instrument": "scenario",
    "title": "Scenario",
    "version": "1.0.0",
    "modes": {"interview": "Telephone interview", "record": "Case record"},
    "languages": {"en": "English", "es": "Español", "de": "Deutsch"},
    "record_modes": ["record"],
    "missing": [
        {"reason": "not_sure", "code": -1, "label": "Not sure", "key": "f8"},
        {"reason": "declined", "code": -2, "label": "Declined", "key": "f9"},
    ],
}
NOT_SURE = Missing("not_sure")
DECLINED = Missing("declined")


class _Words(yaml.SafeLoader):
    """Reads `yes` and `no` as words, as the instrument's own door to YAML does."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if not tag.endswith((":bool", ":timestamp"))]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


class _Plain(yaml.SafeDumper):
    """Writes everything out, as the instrument's own door to YAML wants no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Scenario:
    """One interview, told step by step."""

    def __init__(self, questionnaire: str, mode: str = "interview") -> None:
        self.route_ = Route(program(questionnaire, mode))
        self.instrument = self.route_.instrument
        self.last = Change()
        """What the last step did."""

    # --- what happens ----------------------------------------------------------------------------

    def answer(self, **answers: Any) -> Self:
        """Give answers, in this order. `None` clears one; a Missing is a reason."""
        for name, value in answers.items():
            instance = place(name)
            self.last = self.route_.answer(instance, self._answer(instance, value))
        return self

    def sit(self, date: str) -> Self:
        """The interview takes place on a day."""
        self.last = self.route_.set_interview_date(PartialDate.parse(date))
        return self

    def go_back_to(self, name: str) -> Self:
        """Go back to an item that has been met; fails if it is not on the route."""
        assert self.route_.on_route(place(name)), f"{name} is not on the route"
        return self

    def preview(self, **answers: Any) -> Change:
        """What one answer would do."""
        ((name, value),) = answers.items()
        return self.route_.preview(place(name), self._answer(place(name), value))

    def add_row(self, roster: str) -> Self:
        """Somebody else is mentioned."""
        self.last = self.route_.add_row(roster)
        return self

    def remove_row(self, roster: str, row: int) -> Self:
        """Somebody was mentioned by mistake."""
        self.last = self.route_.remove_row(roster, row)
        return self

    def restore_row(self, roster: str, row: int) -> Self:
        """It was no mistake."""
        self.last = self.route_.restore_row(roster, row)
        return self

    def _answer(self, instance: Instance, value: Any) -> Answer | None:
        item = self.instrument.items[instance.item]
        if value is None or isinstance(value, Missing | PartialDate):
            return value
        if isinstance(item, Statement):
            return READ
        assert isinstance(item, Question)
        match item.kind:
            case "any_of":
                return tuple(value)
            case "decimal":
                return Decimal(str(value))
            case "date":
                return PartialDate.parse(value)
            case "duration":
                return Duration.parse(value)
            case _:
                return value  # type: ignore[no-any-return]

    # --- how things stand ------------------------------------------------------------------------

    @property
    def route(self) -> list[str]:
        """What the interviewer meets."""
        return [name(instance) for instance in self.route_.route()]

    @property
    def counted(self) -> dict[str, Any]:
        """The values that count, computed ones among them."""
        return {
            name(one): value
            for one in self.route_.instances()
            if (value := self.route_.counted(one)) is not None
        }

    @property
    def kept(self) -> dict[str, Any]:
        """All that was answered, whether or not it counts."""
        return {
            name(one): answer
            for one in self.route_.instances()
            if (answer := self.route_.kept(one)) is not None
        }

    def status(self, name_: str) -> Status:
        """The status of one item."""
        return self.route_.status(place(name_))

    def why(self, name_: str) -> str:
        """Why an item is asked or not."""
        return self.route_.explain(place(name_))

    @property
    def complaints(self) -> list[str]:
        """What the checks that fire say."""
        return [failing.text for failing in self.route_.failing()]

    def text(self, name_: str, language: str | None = None) -> str:
        """The text of an item as it is read aloud."""
        instance = place(name_)
        item = self.instrument.items[instance.item]
        assert isinstance(item, Question | Statement)
        return self.route_.fill(item.wordings[self.route_.mode].ask, instance.row, language)

    @property
    def sections(self) -> dict[str, tuple[SectionState, int, int]]:
        """Each section's state, and how many of its items on the route are done."""
        return {one.name: (one.state, one.answered, one.total) for one in self.route_.sections()}


@cache
def program(questionnaire: str, mode: str) -> Program:
    """A questionnaire compiled; the same one is read once only."""
    return compile_instrument(inline_instrument(questionnaire), mode)


def inline_instrument(questionnaire: str, header: Mapping[str, Any] | None = None) -> Instrument:
    """An instrument from a questionnaire in short form, with more keys of its header."""
    short = yaml.load(dedent(questionnaire), Loader=_Words)  # a SafeLoader with fewer types
    sections = short if isinstance(short, Mapping) else {"main": short}
    files = {
        f"{section}.yaml": dump(
            {
                "section": section,
                "title": section.capitalize(),
                **(body if isinstance(body, Mapping) else {}),
                "items": [
                    complete(item)
                    for item in (body["items"] if isinstance(body, Mapping) else body)
                ],
            }
        )
        for section, body in sections.items()
    }
    top = {**HEADER, **(header or {}), "sections": list(sections)}
    return read_files({"instrument.yaml": dump(top), **files})


def complete(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with what every item of its sort must have."""
    if "question" in item:
        asked = {"label": item["question"], "ask": f"What about {item['question']}?"}
        return {**asked, **item}
    if "roster" in item:
        inner = [complete(one) for one in item["items"]]
        title = {"title": item["roster"].capitalize(), "row_label": "Number {row}", "at_most": 5}
        return {**title, **item, "items": inner}
    if "compute" in item:
        return {"label": item["compute"], **item}
    return dict(item)


def dump(document: Any) -> bytes:
    """A document as YAML, without anchors."""
    return yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True).encode()


def place(name_: str) -> Instance:
    """`age__2` is row 2 of `age`."""
    item, _, row = name_.partition("__")
    return Instance(item, int(row or 0))


def name(instance: Instance) -> str:
    """The other way round."""
    return f"{instance.item}__{instance.row}" if instance.row else instance.item
