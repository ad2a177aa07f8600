"""The JSON Schema takes what the reader takes, and describes every key of it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

import instrument
from instrument.catalog import TITLES
from instrument.key_descriptions import KEYS, SPECIAL
from instrument.schema import SORTS, instrument_schema
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping, Scalar, YamlNode
from tests.instrument.examples import EXAMPLES
from tests.instrument.household import files as household

SCHEMA = instrument_schema()
VALIDATOR = Draft7Validator(SCHEMA)
HOME = Path(instrument.__file__).parent
ROOT = HOME.parent

ABOUT_FORMS = (
    "file-form", "key-unknown", "key-missing", "key-misplaced", "value-unknown", "name-form",
    "item-form", "check-form", "compute-form", "roster-form", "unit-unknown", "unit-repeated",
    "language-form", "summary-ask-if",
)  # fmt: skip
"""Codes of problems that lie in the form of one file, which a schema can know."""


def plain(node: YamlNode | None) -> Any:
    """What an editor's parser of YAML 1.2 makes of a file."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return float(node.value) if isinstance(node.value, Decimal) else node.value
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    return [plain(one) for one in node.nodes]


def errors(content: bytes) -> list[str]:
    node, _ = read_yaml("f.yaml", content)
    return [
        f"{list(one.absolute_path)}: {one.message}" for one in VALIDATOR.iter_errors(plain(node))
    ]


def sound_files() -> list[Path]:
    folders = [*HOME.glob("*/instrument.yaml"), *ROOT.glob("docs/tutorial/*/instrument.yaml")]
    return sorted(file for head in folders for file in head.parent.glob("*.yaml"))


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", sound_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_instruments_that_load_are_valid(file: Path) -> None:
    assert errors(file.read_bytes()) == []


def test_the_household_survey_is_valid() -> None:
    assert [one for content in household().values() for one in errors(content)] == []


@pytest.mark.parametrize("code", sorted(TITLES.keys() & EXAMPLES.keys()))
def test_mistakes_of_form_are_refused(code: str) -> None:
    """What is wrong in form an editor shows at once; all else is left to the reader."""
    found = [one for content in EXAMPLES[code].values() for one in errors(content)]
    if code in ABOUT_FORMS:
        assert found
    elif not code.startswith(("yaml-", "value-", "choice", "mask", "range", "language", "name-")):
        assert not found


def test_every_key_is_described_once() -> None:
    used = {key for keys in SORTS.values() for key in keys}
    assert used == set(KEYS)
    assert all(key in SORTS[sort] for sort, key in SPECIAL)
    definitions = SCHEMA["definitions"]
    assert isinstance(definitions, dict)
    for sort, keys in SORTS.items():
        described = definitions[sort.replace(" ", "_")]
        assert isinstance(described, dict)
        properties = described["properties"]
        assert isinstance(properties, dict)
        assert list(properties) == list(keys)
        for key in keys:
            entry = properties[key]
            assert isinstance(entry, dict)
            assert str(entry["description"]).endswith((".", "none"))


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ("{question: q, kind: integer, label: Q, ask: A?}", False),
        ("{question: q, kind: intiger, label: Q, ask: A?}", True),
        ("{question: q, kind: one_of, label: Q, ask: A?}", True),
        ("{question: q, kind: time, label: Q, aks: A?}", True),
        ("{question: q, kind: time, label: Q, ask: {en: A?, es: B?}}", False),
        ("{question: q, kind: time, label: Q, ask: A?, record: {ask: B?}}", False),
        ("{question: q, kind: time, label: Q, ask: A?, range: 1..2}", True),
        ("{compute: q, label: Q, as: a > 1, branches: []}", True),
        ("{compute: q, label: Q, as: a > 1}", False),
    ],
)  # fmt: skip
def test_kinds_decide_which_keys_fit(item: str, wrong: bool) -> None:
    assert bool(errors(f"section: a\ntitle: A\nitems:\n  - {item}\n".encode())) is wrong
