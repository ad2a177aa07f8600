"""The language as a JSON Schema, with which editors complete and check the YAML while it is typed.

It knows forms: which keys there are, which of them belong together, and what their values look
like. Names, conditions and everything that lies between two files only the reader can judge
(`cati check`). The draft is 07, which editors understand best.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import JsonValue

from instrument.acknowledged import ACKNOWLEDGED_CODES, ACKNOWLEDGED_KEYS
from instrument.header import HEADER_KEYS
from instrument.items import MOST_ROWS
from instrument.key_descriptions import description
from instrument.keys import (
    COMMON,
    COMPUTED_KEYS,
    GRID_KEYS,
    KIND_KEYS,
    OF_KIND,
    QUESTION_KEYS,
    ROSTER_KEYS,
    ROW_KEYS,
    STATEMENT_KEYS,
)
from instrument.models import CHOICE_KINDS, Kind, Measure, Sensitivity
from instrument.validity import VALIDITY_KEYS
from instrument.values import SECONDS_OF_UNIT
from instrument.wordings import QUESTION_TEXTS, STATEMENT_TEXTS

DRAFT: Final = "http://json-schema.org/draft-07/schema#"

Schema = dict[str, JsonValue]

_NAME: Final[Schema] = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"}
_LINE: Final[Schema] = {"type": ["string", "number"]}
_TEXT: Final[Schema] = {"type": ["string", "number"]}
_LANGUAGE: Final[Schema] = {"pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"}
_SAID: Final[Schema] = {
    "anyOf": [
        {"type": ["string", "number"]},
        {
            "type": "object",
            "propertyNames": _LANGUAGE,
            "additionalProperties": {"type": ["string", "number"]},
            "minProperties": 1,
        },
    ]
}
_EXPRESSION: Final[Schema] = {"type": ["string", "number"]}
_TRUE: Final[Schema] = {"type": "boolean"}
_NAMES: Final[Schema] = {"type": "array", "items": _NAME, "minItems": 1}
_ITEMS: Final[Schema] = {"type": "array", "items": {"$ref": "#/definitions/item"}, "minItems": 1}
_LISTS: Final[Schema] = {
    "type": "object",
    "propertyNames": _NAME,
    "additionalProperties": {"$ref": "#/definitions/choices"},
}


def _ref(sort: str) -> Schema:
    return {"$ref": f"#/definitions/{sort}"}


def _list(sort: str) -> Schema:
    return {"type": "array", "items": _ref(sort)}


def _enum(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


_FORMS: Final[dict[str, Schema]] = {
    "instrument": _NAME, "section": _NAME, "question": _NAME, "statement": _NAME,
    "compute": _NAME, "roster": _NAME, "grid": _NAME, "item": _NAME, "name": _NAME,
    "reason": _NAME, "guide": _NAME, "part": _NAME,
    "title": _SAID, "label": _LINE, "version": {"type": "string", "maxLength": 32},
    "ask": _SAID, "say": _SAID, "instruct": _SAID, "probe": _SAID, "help": _SAID,
    "row_label": _SAID, "term": _SAID, "means": _SAID, "text": _SAID, "hint": _SAID, "note": _TEXT,
    "ask_if": _EXPRESSION, "as": _EXPRESSION, "when": _EXPRESSION, "is": _EXPRESSION,
    "otherwise": _EXPRESSION, "size": _EXPRESSION, "row_if": _EXPRESSION, "hard": _EXPRESSION,
    "soft": _EXPRESSION,
    "modes": _NAMES, "record_modes": {"type": "array", "items": _NAME},
    "sections": {**_NAMES, "uniqueItems": True}, "choice_files": _NAMES, "units": {
        "type": "array", "items": _enum(SECONDS_OF_UNIT), "minItems": 1, "uniqueItems": True,
    },
    "kind": _enum(Kind), "measure": _enum(Measure), "sensitivity": _enum(Sensitivity),
    "choices": {"anyOf": [_NAME, _ref("choices")]},
    "read_choices": _TRUE, "shuffle": _TRUE, "code_later": _TRUE, "exclusive": _TRUE,
    "read": _TRUE, "fixed": _TRUE, "specify": {"anyOf": [_TRUE, _SAID]},
    "at_least": {"type": "integer", "minimum": 0}, "at_most": {"type": "integer", "minimum": 1},
    "rows": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
    "max_length": {"type": "integer", "minimum": 1, "maximum": 20_000},
    "range": {"type": "string", "pattern": r"\.\."}, "unit": _LINE, "mask": {"type": "string"},
    "code": {"type": "integer"}, "key": {"type": "string", "pattern": "^f([1-9]|1[0-2])$"},
    "checks": _list("check"), "branches": {**_list("branch"), "minItems": 1}, "items": _ITEMS,
    "no_missing": {"anyOf": [{"const": "all"}, {"type": "array", "items": _NAME}]},
    "missing": _list("missing"), "definitions": _list("definition"), "guides": _list("guide"),
    "summary": _list("summary"), "validity": _ref("validity"),
    "acknowledged": _list("acknowledged"), "finding": _enum(ACKNOWLEDGED_CODES), "at": _LINE,
    "share": _NAME, "share_label": _LINE, "enough": _NAME, "enough_label": _LINE,
    "percent": {"type": "integer", "minimum": 1, "maximum": 100},
    "valid_reasons": {"type": "array", "items": _NAME},
    "languages": {
        "type": "object", "propertyNames": _LANGUAGE, "additionalProperties": _LINE,
        "minProperties": 1,
    },
    "words": {"type": "object", "additionalProperties": _SAID},
}  # fmt: skip
"""The form of a key's value, unless its sort of mapping says otherwise."""

_MODES: Final[Schema] = {"type": "object", "propertyNames": _NAME, "additionalProperties": _LINE}
_SPECIAL_FORMS: Final[dict[tuple[str, str], Schema]] = {
    ("header", "modes"): _MODES,
    ("header", "choices"): _LISTS,
    ("choice file", "choices"): _LISTS,
    ("choice", "label"): _SAID,
    ("missing", "label"): _SAID,
    ("summary", "label"): _SAID,
    ("missing", "code"): {"type": "integer", "minimum": -49, "maximum": -1},
    ("grid", "items"): {"type": "array", "items": _ref("row"), "minItems": 1},
    ("roster", "at_most"): {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
    ("acknowledged", "reason"): _TEXT,
    ("guide", "items"): {"type": "array", "items": _NAME},
    ("summary", "ask_if"): _NAME,
}

SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "header": HEADER_KEYS,
    "section": ("section", "title", "ask_if", "items"),
    "choice file": ("choices",),
    "question": tuple(sorted(QUESTION_KEYS, key=(*COMMON, *sorted(KIND_KEYS)).index)),
    "statement": STATEMENT_KEYS,
    "compute": COMPUTED_KEYS,
    "roster": ROSTER_KEYS,
    "grid": GRID_KEYS,
    "row": ROW_KEYS,
    "wording": QUESTION_TEXTS,
    "spoken": STATEMENT_TEXTS,
    "choice": ("name", "code", "label", "exclusive", "specify", "read", "fixed", "ask_if"),
    "check": ("hard", "soft", "say"),
    "branch": ("when", "is", "otherwise"),
    "missing": ("reason", "code", "label", "key", "modes"),
    "definition": ("term", "means"),
    "guide": ("guide", "title", "items", "text"),
    "summary": ("part", "label", "hint", "ask_if"),
    "validity": VALIDITY_KEYS,
    "acknowledged": ACKNOWLEDGED_KEYS,
}
"""Every sort of mapping with its keys."""

_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "header": ("instrument", "title", "version", "sections"),
    "section": ("section", "title", "items"),
    "choice file": ("choices",),
    "question": ("question", "kind", "label"),
    "statement": ("statement",),
    "compute": ("compute", "label"),
    "roster": ("roster", "title", "row_label", "items"),
    "grid": ("grid", "title", "items"),
    "row": ("item", "label"),
    "choice": ("name", "code", "label"),
    "check": ("say",),
    "missing": ("reason", "code", "label", "key"),
    "definition": ("term", "means"),
    "guide": ("guide", "title", "text"),
    "summary": ("part", "label", "hint"),
    "validity": ("share", "share_label", "enough", "enough_label", "percent"),
    "acknowledged": ACKNOWLEDGED_KEYS,
}
_WITH_MODES: Final[Mapping[str, str]] = {
    "question": "wording",
    "grid": "wording",
    "row": "wording",
    "statement": "spoken",
}
"""Sorts that have a key for each mode, with what stands under it."""

_ITEM_SORTS: Final = ("question", "statement", "compute", "roster", "grid")


def instrument_schema() -> Schema:
    """The JSON Schema of every file of an instrument."""
    definitions: Schema = {sort.replace(" ", "_"): _mapping(sort) for sort in SORTS}
    definitions["choices"] = {"type": "array", "items": _ref("choice"), "minItems": 1}
    definitions["item"] = {
        "type": "object",
        "anyOf": [{"required": [sort]} for sort in _ITEM_SORTS],
        "allOf": [_if_has(sort, _ref(sort)) for sort in _ITEM_SORTS],
    }
    return {
        "$schema": DRAFT,
        "title": "A file of a cati instrument",
        "description": "instrument.yaml, a section, or a file of shared choices.",
        "type": "object",
        "anyOf": [{"required": [key]} for key in ("instrument", "section", "choices")],
        "if": {"required": ["instrument"]},
        "then": _ref("header"),
        "else": {
            "if": {"required": ["section"]},
            "then": _ref("section"),
            "else": _ref("choice_file"),
        },
        "definitions": definitions,
    }


def _mapping(sort: str) -> Schema:
    """One sort of mapping: its keys, which of them it must have, and what its kind allows."""
    properties: Schema = {
        key: {
            "description": description(sort, key),
            **_SPECIAL_FORMS.get((sort, key), _FORMS[key]),
        }
        for key in SORTS[sort]
    }
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": list(_REQUIRED.get(sort, ())),
        "additionalProperties": _ref(_WITH_MODES[sort]) if sort in _WITH_MODES else False,
    }
    more = _MORE.get(sort)
    return schema if more is None else {**schema, **more}


def _if_has(key: str, then: Schema) -> Schema:
    return {"if": {"required": [key]}, "then": then}


def _kinds(*, required: bool) -> Schema:
    """Of each kind, the keys that it needs and those that it does not take."""
    rules: list[JsonValue] = []
    for kind in Kind:
        unfit: Schema = dict.fromkeys(sorted(KIND_KEYS - set(OF_KIND[kind])), False)
        needs: list[JsonValue] = []
        if kind in CHOICE_KINDS - {Kind.YES_NO}:
            needs = ["choices"]
        elif kind is Kind.DURATION:
            needs = ["units"]
        named: Schema = {"properties": {"kind": {"const": kind}}}
        if required or kind is not Kind.ONE_OF:
            named["required"] = ["kind"]
        rules.append({"if": named, "then": {"properties": unfit, "required": needs}})
    return {"allOf": rules}


_MORE: Final[Mapping[str, Schema]] = {
    "question": _kinds(required=True),
    # A grid is of the kind one_of unless it says otherwise.
    "grid": _kinds(required=False),
    "check": {"oneOf": [{"required": ["hard"]}, {"required": ["soft"]}]},
    "branch": {"oneOf": [{"required": ["when", "is"]}, {"required": ["otherwise"]}]},
    "compute": {"oneOf": [{"required": ["as"]}, {"required": ["branches", "kind"]}]},
    "roster": {"not": {"required": ["size", "rows"]}},
}
