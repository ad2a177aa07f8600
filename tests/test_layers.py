"""Imports point down: cati -> store, skips -> instrument. Read from the source, file by file."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_USE = {
    "instrument": set[str](),
    "skips": {"instrument"},
    "store": {"instrument"},
    "cati": {"instrument", "skips", "store"},
}
"""Which of our packages each of them may import, besides itself."""

NOT_IN_THE_PROGRAM = {"tests", "benchmarks", "docs"}
"""Folders beside the packages that no package may lean on."""

KEPT_OUT = {
    "instrument": {"textual", "rich", "typer", "click", "sqlmodel", "sqlalchemy", "cryptography"},
    "skips": {"textual", "rich", "typer", "click", "sqlmodel", "sqlalchemy", "cryptography"},
    "store": {"textual", "rich", "typer", "click"},
    "cati": set[str](),
}
"""Libraries that belong to another layer: only cati has a screen and a command line."""

HEAVY = [
    "z3",
    "igraph",
    "polars",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "matplotlib",
    "pyreadstat",
    "openpyxl",
    "xlsxwriter",
    "psycopg",
]
"""Libraries of the extras. The start of the program waits for none of them."""


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, wherever it stands, those by name included.

    A relative import yields its dots, so that it is never mistaken for a package of ours.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
            in {"import_module", "__import__"}
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, str(node.args[0].value)


def offenses(package: str, source: str, where: str) -> list[str]:
    """Every import in `source`, a file of `package`, that the layers forbid, as a sentence."""
    forbidden = (set(MAY_USE) - MAY_USE[package] - {package}) | NOT_IN_THE_PROGRAM
    found = []
    for line, name in imported(ast.parse(source, where)):
        top = name.partition(".")[0]
        if name.startswith("."):
            found.append(f"{where}:{line}: import by full name instead of {name!r}")
        elif top in forbidden:
            found.append(f"{where}:{line}: {package} must not import {name}")
        elif top in KEPT_OUT[package]:
            found.append(f"{where}:{line}: {name} belongs to another layer than {package}")
    return found


def heavy_after(program: str) -> set[str]:
    """Which heavy libraries are loaded once `program` has run in a fresh interpreter."""
    report = f"import sys; print('loaded:', *(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{report}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("package", MAY_USE)
def test_imports_point_down(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files, f"{package}/ holds no Python file"
    found = [
        offense
        for file in files
        for offense in offenses(
            package, file.read_text(encoding="utf-8"), str(file.relative_to(ROOT))
        )
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("package", "planted"),
    [
        ("instrument", "import skips"),
        ("instrument", "from store.keys import unlock"),
        ("instrument", "from cati import app"),
        ("instrument", "import textual.app"),
        ("instrument", "import typer"),
        ("skips", "import store"),
        ("skips", "from cati.interview import Interview"),
        ("skips", "def f():\n    from textual.widgets import Label"),
        ("store", "import os, skips.route"),
        ("store", "if True:\n    import cati"),
        ("store", "from typer import Option"),
        ("store", "import importlib\nimportlib.import_module('cati.app')"),
        ("store", "__import__('skips')"),
        ("store", "from ..skips import route"),
        ("cati", "from tests.scenario import Scenario"),
    ],
)
def test_control_a_planted_import_is_caught(package: str, planted: str) -> None:
    assert len(offenses(package, planted, "planted.py")) == 1


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("cati", "import store, skips, instrument, textual, typer"),
        ("skips", "from instrument.models import Section"),
        ("store", "from instrument import Instrument\nimport storehouse"),
        ("instrument", "import instrument.models, lark, pydantic, yaml"),
    ],
)
def test_control_an_import_downward_is_not_held_against_anyone(package: str, allowed: str) -> None:
    assert offenses(package, allowed, "allowed.py") == []


def test_the_start_loads_no_library_of_an_extra() -> None:
    assert heavy_after("import cati.program") == set()


@pytest.mark.parametrize("library", ["polars", "pyreadstat", "openpyxl"])
def test_control_a_heavy_import_is_seen(library: str) -> None:
    assert library in heavy_after(f"import {library}")
