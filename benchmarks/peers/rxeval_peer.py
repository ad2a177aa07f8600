"""The Python package `rxeval`, an evaluator of ODK XForms written in Rust, as one of the peers.

`python -m benchmarks.peers.rxeval_peer FORM SCRIPT SECONDS`, where Python finds `rxeval`. Sections
become groups, conditions `relevant`, computed values `calculate`. One answer is `Session.set` and
then `Session.recompute`, which is its only way to learn what an answer changed.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import process_time, process_time_ns
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from benchmarks.peers.memory import resident_mb

TYPES = {"integer": "int", "any_of": "odk:select-multiple"}
HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:odk="http://www.opendatakit.org/xforms">'
)


def xform(form: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """A neutral form as an XForm, and the path of every item."""
    paths = {
        item["name"]: f"/data/{section['name']}/{item['name']}"
        for section in form["sections"]
        for item in section["items"]
    }
    instance = "".join(
        f"<{section['name']}>"
        + "".join(f"<{item['name']}/>" for item in section["items"])
        + f"</{section['name']}>"
        for section in form["sections"]
    )
    binds = "".join(bind for section in form["sections"] for bind in _binds(section, paths))
    body = "".join(_group(section, paths) for section in form["sections"])
    document = (
        f"{HEAD}<h:head><h:title>{escape(form['name'])}</h:title><model><instance>"
        f'<data id="generated">{instance}</data></instance>{binds}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    )
    return document, paths


def _binds(section: dict[str, Any], paths: dict[str, str]) -> Iterator[str]:
    if section["gate"]:
        gate = quoteattr(_xpath(section["gate"], paths))
        yield f'<bind nodeset="/data/{section["name"]}" relevant={gate}/>'
    for item in section["items"]:
        kind = TYPES.get(item["kind"], "string")
        bind = f'<bind nodeset="{paths[item["name"]]}" type="{kind}"'
        if item["ask_if"]:
            bind += f" relevant={quoteattr(_xpath(item['ask_if'], paths))}"
        if item["kind"] == "computed":
            calculation = f"if({_xpath(item['value'], paths)}, 'yes', 'no')"
            bind += f' readonly="true()" calculate={quoteattr(calculation)}'
        yield bind + "/>"


def _xpath(condition: list[Any], paths: dict[str, str]) -> str:
    word, *rest = condition
    match word:
        case "and" | "or":
            return "(" + f" {word} ".join(_xpath(part, paths) for part in rest) + ")"
        case "yes":
            return f"{paths[rest[0]]} = 'yes'"
        case "in":
            return "(" + " or ".join(f"{paths[rest[0]]} = '{one}'" for one in rest[1]) + ")"
        case "has":
            return f"selected({paths[rest[0]]}, '{rest[1]}')"
        case _:
            return f"{paths[rest[0]]} {word} {rest[1]}"


def _group(section: dict[str, Any], paths: dict[str, str]) -> str:
    questions = "".join(_question(item, paths[item["name"]]) for item in section["items"])
    label = f"<label>{escape(section['title'])}</label>"
    return f'<group ref="/data/{section["name"]}">{label}{questions}</group>'


def _question(item: dict[str, Any], path: str) -> str:
    label = f"<label>{item['name']}</label>"
    match item["kind"]:
        case "computed":
            return ""
        case "integer":
            return f'<input ref="{path}">{label}</input>'
        case kind:
            tag = "select" if kind == "any_of" else "select1"
            choices = "".join(
                f"<item><label>{one}</label><value>{one}</value></item>" for one in item["choices"]
            )
            return f'<{tag} ref="{path}">{label}{choices}</{tag}>'


def words(value: Any) -> str:
    """A value of a script as an XForm holds it: choices with blanks between them."""
    return " ".join(value) if isinstance(value, list) else str(value)


def relevant(form: dict[str, Any], paths: dict[str, str], told: dict[str, bool]) -> list[str]:
    """The items on the route: their section is relevant, and they are."""
    return [
        item["name"]
        for section in form["sections"]
        if told.get(f"/data/{section['name']}", True)
        for item in section["items"]
        if told.get(paths[item["name"]], True)
    ]


def run(form_text: str, steps: list[list[Any]], seconds: float) -> dict[str, Any]:
    """The whole measurement, as the contract of peers has it."""
    rxeval = import_module("rxeval")
    before = resident_mb()
    start = process_time_ns()
    form = json.loads(form_text)
    document, paths = xform(form)
    session = rxeval.Session(document)
    told = session.recompute()["relevant"]
    load_ms = (process_time_ns() - start) / 1e6
    answers: list[float] = []
    flips: list[float] = []
    until = process_time() + seconds
    for name, value, is_flip in steps:
        if process_time() > until:
            break
        path, text = paths[name], words(value)
        start = process_time_ns()
        session.set(path, text)
        told = session.recompute()["relevant"]
        (flips if is_flip else answers).append((process_time_ns() - start) / 1_000)
    after = resident_mb()
    values = {name: session.get(path) for name, path in paths.items()}
    return {
        "engine": "rxeval",
        "version": version("rxeval"),
        "load_ms": load_ms,
        "steps_done": len(answers) + len(flips),
        "answer_us": answers,
        "flip_us": flips,
        "rss_mb": after,
        "heap_mb": after - before,
        "relevant": relevant(form, paths, told),
        "values": {name: value for name, value in values.items() if value},
        "note": "one answer: set and recompute, which reports all; heap: growth of rss",
    }


def main() -> None:
    """Read the arguments, lead the interview, print the result."""
    form_text = Path(sys.argv[1]).read_text(encoding="utf-8")
    steps = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["steps"]
    json.dump(run(form_text, steps, float(sys.argv[3])), sys.stdout)


if __name__ == "__main__":
    main()
