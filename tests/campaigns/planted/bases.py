"""The instruments in which defects are planted, as texts: file name to content.

A *base* is one of the shipped instruments, one of the small ones that the tests have, or one of
`sound/`. Those are single files in a short form: the keys of `instrument.yaml`, with the sections
themselves under `sections`; labels, the version and the missing reasons can be left out.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import instrument
from instrument import Instrument, instrument_files, read_files
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Scalar, Sequence, YamlNode
from tests.cati.travel import TRAVEL
from tests.instrument import commuting, household
from tests.scenario import dump

HERE = Path(__file__).parent
SHORT = "instrument"
"""The name of the only text of an instrument in short form."""
MISSING = [
    {"reason": "not_sure", "code": -1, "label": "Not sure", "key": "f8"},
    {"reason": "declined", "code": -2, "label": "Declined", "key": "f9"},
]

Texts = Mapping[str, str]


@cache
def base(name: str) -> Texts:
    """The texts of a base, by the name that a defect calls it by.

    Raises:
        KeyError: there is no such base.
    """
    short = HERE / "sound" / f"{name}.yaml"
    if short.exists():
        return {SHORT: short.read_text("utf-8")}
    shipped = Path(instrument.__file__).parent / name
    if (shipped / "instrument.yaml").exists():
        return _texts(instrument_files(shipped))
    return {
        "tests/household": _texts(household.files()),
        "tests/commuting": _texts(commuting.files()),
        "tests/travel": TRAVEL,
    }[name]


def base_files(name: str) -> dict[str, bytes]:
    """The files of a base, as an instrument is read from them."""
    texts = base(name)
    if set(texts) == {SHORT}:
        return _in_full(texts[SHORT])
    return {file: text.encode() for file, text in texts.items()}


def sound_names() -> list[str]:
    """The instruments that nothing may be said of."""
    return sorted(file.stem for file in (HERE / "sound").glob("*.yaml"))


def read_texts(texts: Texts) -> Instrument:
    """Read an instrument from its texts.

    Raises:
        InstrumentError: it cannot be used.
    """
    if set(texts) == {SHORT}:
        return read_files(_in_full(texts[SHORT]))
    return read_files({name: text.encode() for name, text in texts.items()})


def plain_yaml(name: str, content: bytes) -> Any:
    """What a file holds, as lists and mappings, read the way that instruments are read.

    Raises:
        ValueError: it cannot be read.
    """
    node, problems = read_yaml(name, content)
    if node is None or problems:
        raise ValueError("\n".join(map(str, problems)))
    return _plain(node)


def _plain(node: YamlNode) -> Any:
    if isinstance(node, Scalar):
        return float(node.value) if isinstance(node.value, Decimal) else node.value
    if isinstance(node, Sequence):
        return [_plain(one) for one in node.nodes]
    return {key: _plain(entry.node) for key, entry in node.entries.items()}


def _texts(files: Mapping[str, bytes]) -> Texts:
    return {name: content.decode() for name, content in files.items()}


def _in_full(short: str) -> dict[str, bytes]:
    header: dict[str, Any] = plain_yaml(SHORT, short.encode())
    sections: dict[str, dict[str, Any]] = header["sections"]
    files = {
        f"{name}.yaml": dump(
            {"section": name, **body, "items": [_labeled(item) for item in body["items"]]}
        )
        for name, body in sections.items()
    }
    defaults = {"version": "1", "missing": MISSING}
    header_file = dump({**defaults, **header, "sections": list(sections)})
    return {"instrument.yaml": header_file, **files}


def _labeled(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with a label, when it needs one and has none."""
    if "roster" in item:
        return {**item, "items": [_labeled(one) for one in item["items"]]}
    named = item.get("question") or item.get("compute")
    return {"label": named.replace("_", " ").capitalize(), **item} if named else dict(item)
