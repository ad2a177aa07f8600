"""How often simulated respondents choose what: weights by item and choice, from YAML.

```yaml
instrument: household
weights:
  owns_car: {yes: 3, no: 1}
```
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from cati.library import shipped_instruments
from cati.practice.reader import PracticeError
from instrument import Instrument
from instrument.models import CHOICE_KINDS, Question
from instrument.problems import Problem
from instrument.source import Source
from instrument.yaml_door import read_yaml
from instrument.yaml_nodes import Mapping as MappingNode
from instrument.yaml_nodes import Scalar, YamlNode

SHIPPED = "simulation/marginals.yaml"
"""Where the folder of an instrument keeps its own; no part of the instrument itself."""

Marginals = Mapping[str, Mapping[str, float]]
"""Item to choice to weight."""


def shipped_marginals(read: Instrument) -> Marginals:
    """The weights that come with an instrument of cati's; none for others."""
    for folder in shipped_instruments().values():
        file = folder / SHIPPED
        if file.is_file() and _name_in(_read(file)) == read.name:
            return read_marginals(file, read)
    return {}


def read_marginals(file: Path, read: Instrument) -> Marginals:
    """The weights in a file, held against the instrument.

    Raises:
        PracticeError: with every problem, each at file:line:column.
    """
    root = _read(file)
    if _name_in(root) != read.name:
        text = f"`instrument:` has to say {read.name}"
        raise PracticeError([Problem("marginals-form", root.source, text)])
    weights = root.entries["weights"].node if "weights" in root.entries else None
    if not isinstance(weights, MappingNode):
        text = "`weights:` has to be a mapping of items"
        raise PracticeError([Problem("marginals-form", root.source, text)])
    problems: list[Problem] = []
    found: dict[str, dict[str, float]] = {}
    for name, entry in weights.entries.items():
        item = read.items.get(name)
        if not isinstance(item, Question) or item.kind not in CHOICE_KINDS:
            text = f"'{name}' is no question with choices"
            problems.append(Problem("marginals-item", entry.key.source, text))
        elif not isinstance(entry.node, MappingNode):
            text = f"'{name}' needs a mapping of choices to weights"
            problems.append(Problem("marginals-form", entry.node.source, text))
        else:
            problems.extend(_misfits(item, entry.node))
            found[name] = {
                choice: float(one.node.value)
                for choice, one in entry.node.entries.items()
                if isinstance(one.node, Scalar) and isinstance(one.node.value, int | Decimal)
            }
    if problems:
        raise PracticeError(problems)
    return found


def _misfits(item: Question, node: MappingNode) -> Iterable[Problem]:
    for choice, entry in node.entries.items():
        if choice not in item.choice:
            known = ", ".join(item.choice)
            text = f"'{item.name}' has no choice '{choice}'"
            yield Problem("marginals-choice", entry.key.source, text, f"choices are: {known}")
        elif not _is_weight(entry.node):
            text = "a weight is a number from 0 up"
            yield Problem("marginals-weight", entry.node.source, text)


def _is_weight(node: YamlNode) -> bool:
    return (
        isinstance(node, Scalar) and isinstance(node.value, int | Decimal) and node.value >= 0
    ) and not isinstance(node.value, bool)


def _read(file: Path) -> MappingNode:
    node, problems = read_yaml(str(file), file.read_bytes())
    if problems or not isinstance(node, MappingNode):
        start = Source(str(file), 1, 1)
        raise PracticeError(problems or [Problem("marginals-form", start, "a mapping is needed")])
    return node


def _name_in(root: MappingNode) -> object:
    entry = root.entries.get("instrument")
    return entry.node.value if entry and isinstance(entry.node, Scalar) else None
