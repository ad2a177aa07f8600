"""Export simulated cases and read the files back: `python -m tests.campaigns.export_cases`.

Cases are simulated into a practice study, submitted, exported by `cati export` in the profile with
everything, and read back by polars (CSV) and pyreadstat (.sav). What each cell and label has to be
is worked out here from the case documents and the YAML of the instrument, without any code of
`cati.export`.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import polars
import pyreadstat
import yaml

from cati.library import shipped_instruments
from cati.marginals import shipped_marginals
from cati.simulate import Habits
from cati.simulate_study import simulate_into
from tests.campaigns.support import (
    DATA_MANAGER,
    INTERVIEWER,
    PASSPHRASE,
    make_practice_study,
    njov4,
    open_study,
    tell,
)

STATUS = {
    "not_applicable": (-90, "Not applicable"),
    "parked": (-91, "Answered, then set aside"),
    "not_reached": (-92, "Not reached"),
}
NOT_EXACT = -93


@dataclass
class Expected:
    """One column of the file, as it has to be."""

    label: str
    cells: list[str] = field(default_factory=list)
    """One a case, written as in the CSV."""
    values: dict[int, str] = field(default_factory=dict)
    """Value labels that have to be there; the file may have more only if it says them all."""


@dataclass(frozen=True)
class Asked:
    """A question of the YAML, with its row."""

    name: str
    row: int
    kind: str
    label: str
    choices: dict[str, tuple[int, str]]


def yaml_file(name: str) -> dict[str, Any]:
    """A file of the shipped instrument, every scalar as the text it is."""
    text = (shipped_instruments()["njov4"] / name).read_text(encoding="utf-8")
    return cast(dict[str, Any], yaml.load(text, Loader=yaml.BaseLoader))


def questions() -> Iterator[Asked]:
    """Every question of the instrument, rows of rosters one by one, texts for "other" included."""
    header = yaml_file("instrument.yaml")
    for section in header["sections"]:
        for item in yaml_file(f"{section}.yaml")["items"]:
            if "roster" in item:
                for row in range(1, int(item["at_most"]) + 1):
                    for inner in item["items"]:
                        yield from _asked(inner, row, header)
            else:
                yield from _asked(item, 0, header)


def _asked(item: dict[str, Any], row: int, header: dict[str, Any]) -> Iterator[Asked]:
    if "question" not in item:
        return
    name, listed = item["question"], item.get("choices", [])
    if isinstance(listed, str):
        listed = header["choices"][listed]
    choices = {one["name"]: (int(one["code"]), one["label"]) for one in listed}
    if item["kind"] == "yes_no":
        choices = {"yes": (1, "Yes"), "no": (0, "No")}
    yield Asked(name, row, item["kind"], item["label"], choices)
    if any(one.get("specify") == "true" for one in listed):
        label = f"{item['label']}: other, specified"
        yield Asked(f"{name}_specify", row, "text", label, {})


def expected(documents: list[dict[str, Any]]) -> dict[str, Expected]:
    """Every column of every question."""
    reasons = {
        one["reason"]: (int(one["code"]), one["label"])
        for one in yaml_file("instrument.yaml")["missing"]
    }
    answers = [{(one["q"], one["r"]): one for one in doc["answers"]} for doc in documents]
    columns: dict[str, Expected] = {}
    for asked in questions():
        for end, label, values in _columns(asked):
            name = f"{asked.name}_{asked.row}" if asked.row else asked.name
            row = f" [row {asked.row}]" if asked.row else ""
            column = Expected(" ".join(f"{asked.label}{row}{label}".split()), [], values)
            for case in answers:
                column.cells.append(_cell(case[asked.name, asked.row], asked, end, reasons))
            columns[name + end] = column
    return columns


def _columns(asked: Asked) -> Iterator[tuple[str, str, dict[int, str]]]:
    """End of the name, end of the label and labels of values of each column of a question."""
    if asked.kind == "any_of":
        for name, (_, label) in asked.choices.items():
            yield f"__{name}", f": {label}", {0: "Not chosen", 1: "Chosen"}
    elif asked.kind == "date":
        for part in ("year", "month", "day"):
            yield f"_{part}", f" ({part})", {}
    elif asked.kind in ("text", "long_text"):
        yield "", "", {}
        yield "_status", " (status)", {0: "Answered"}
    else:
        yield "", "", dict(asked.choices.values())


def _cell(
    answer: dict[str, Any], asked: Asked, end: str, reasons: dict[str, tuple[int, str]]
) -> str:
    """What has to stand in the CSV."""
    text = asked.kind in ("text", "long_text")
    if answer["s"] != "answered":
        code = reasons[answer["m"]][0] if answer["s"] == "missing" else STATUS[answer["s"]][0]
        return "" if text and not end else str(code)
    value = answer["v"]
    if asked.kind == "any_of":
        return str(int(end.removeprefix("__") in value))
    if asked.kind == "date":
        parts = dict(zip(("_year", "_month", "_day"), value.split("-"), strict=False))
        return str(int(parts[end])) if end in parts else str(NOT_EXACT)
    if text:
        return "0" if end else str(value)
    return str(asked.choices[value][0]) if asked.choices else str(value)


def differences(exported: "Exported") -> tuple[list[str], Counter[str]]:
    """Where the files and what they should hold differ, and how much was compared."""
    folder, ids = exported.target, exported.ids
    wanted = expected(exported.documents)
    found: list[str] = []
    compared: Counter[str] = Counter()
    csv = next(path for path in folder.glob("*.csv") if "codebook" not in path.name)
    frame = polars.read_csv(csv, infer_schema=False, empty_string_is_null=False)
    order = [frame["case_id"].to_list().index(one) for one in ids]
    sav, meta = pyreadstat.read_sav(
        next(folder.glob("*.sav")), user_missing=True, output_format="polars"
    )
    by_sav = {name: sav[name].to_list() for name in sav.columns}
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    for name, column in wanted.items():
        if name not in frame.columns or name not in by_sav:
            found.append(f"{name}: no such column")
            continue
        cells = frame[name].to_list()
        for at, cell in zip(order, column.cells, strict=True):
            compared["cells of the CSV"] += 1
            if cells[at] != cell:
                found.append(f"CSV {name}, row {at + 1}")
            compared["cells of the .sav"] += 1
            if not _same(by_sav[name][at], cell):
                found.append(f".sav {name}, row {at + 1}")
        compared["variable labels"] += 1
        if labels[name] != column.label:
            found.append(f".sav {name}: variable label {labels[name]!r}")
        in_file = meta.variable_value_labels.get(name, {})
        used = dict(STATUS.values()) if in_file else {}
        for code, label in (column.values | used).items():
            compared["value labels"] += 1
            if in_file.get(float(code)) != label:
                found.append(f".sav {name}: label of {code}")
    extra = {name for name in frame.columns if name.split("__")[0] not in _known(wanted)}
    compared["other columns (case, computed, summary)"] = len(extra)
    return found, compared


def _known(wanted: dict[str, Expected]) -> set[str]:
    return {name.split("__")[0] for name in wanted}


def _same(cell: object, wanted: str) -> bool:
    if isinstance(cell, str):
        return cell == wanted
    return isinstance(cell, int | float) and str(int(cell)) == wanted and cell == int(cell)


def export(folder: Path, target: Path) -> None:
    """`cati export` as a data manager types it."""
    passphrases = folder.parent / "passphrases.txt"
    passphrases.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    words = ["cati", "export", "--study", str(folder), "--as", DATA_MANAGER, "--to", str(target)]
    words += ["--profile", "full", "--passphrase-file", str(passphrases)]
    done = subprocess.run([sys.executable, "-m", *words], check=False)
    assert done.returncode == 0, "cati export did not succeed"


@dataclass(frozen=True)
class Exported:
    """What was exported, and where."""

    target: Path
    documents: list[dict[str, Any]]
    ids: list[str]
    """Of the cases, in the order of the documents."""


def simulate_and_export(cases: int, place: Path, seed: int = 1) -> Exported:
    """Simulated cases in a practice study, half of them in record mode, and their export."""
    folder, target = place / "study", place / "export"
    make_practice_study(folder).close()
    study = open_study(folder)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    interviewer = study.unlock(INTERVIEWER, PASSPHRASE)
    read = njov4()
    habits = Habits(marginals=shipped_marginals(read))
    half = cases // 2
    for mode, count in (("interview", cases - half), ("record", half)):
        done = simulate_into(manager, interviewer, read, mode, count, seed + half, habits)
        for number, _ in enumerate(done, start=1):
            if number % 50 == 0:
                tell(f"  {number} cases in mode {mode}")
    submitted = list(manager.submitted())
    documents = [cast(dict[str, Any], case.document) for case in submitted]
    manager.lock()
    interviewer.lock()
    study.close()
    export(folder, target)
    return Exported(target, documents, [case.id for case in submitted])


def main() -> int:
    """Run it and print the figures; 0 when everything is equal."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        found, compared = differences(simulate_and_export(options.cases, Path(place), options.seed))
    tell(f"{options.cases} simulated cases exported, half of them in record mode; compared:")
    for what, count in compared.items():
        tell(f"  {count:>9,} {what}")
    tell(f"{len(found)} differences; {time.perf_counter() - start:.0f} s")
    for one in found[:20]:
        tell(f"  {one}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
