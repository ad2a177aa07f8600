"""What a check found, as a log in SARIF 2.1.0: what code hosts and editors read.

Problems of reading and findings of the proof are results alike; the pages of `cati explain` are the
help texts of their rules. A finding that was acknowledged is a suppressed result. Where a result is
said by its place in the YAML and by the name of the item; its partial fingerprint holds neither
line nor wording, so that it stays the same result while files are edited.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cati.checking.as_json import witness_json
from cati.checking.outcome import Outcome
from cati.checking.text import as_sentence
from instrument import catalog, findings_catalog
from instrument.header import FILE
from instrument.source import Source
from skips.proof.findings import SEVERITIES, Finding

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
EXPORT: Final = "export"
"""The code of what keeps answers from being exported."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a code means."""

    code: str
    title: str
    level: str
    help: str


def log(outcome: Outcome) -> Json:
    """The log of a check."""
    results = _Results(outcome)
    run = {
        "tool": {
            "driver": {
                "name": "cati",
                "version": version("cati"),
                "rules": [_rule(one) for one in results.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results.all,
    }
    if outcome.read is not None:
        read = outcome.read
        run["properties"] = {
            "instrument": read.name,
            "version": read.version,
            "fingerprint": read.fingerprint,
        }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


class _Results:
    """The results of a check, and the rules that they are of."""

    def __init__(self, outcome: Outcome) -> None:
        self._folder = outcome.folder
        self._seen: Counter[tuple[str, str]] = Counter()
        found, meant = outcome.findings, outcome.acknowledged
        codes = {
            *(one.code for one in outcome.problems),
            *(one.code for one in found),
            *(one.code for one, _ in meant),
            *([EXPORT] if outcome.unfit else []),
        }
        self.rules = [_look_up(code) for code in sorted(codes)]
        self._number = {rule.code: at for at, rule in enumerate(self.rules)}
        self.all: list[Json] = [
            *(
                self._result(one.code, one.source, one.source.file, one.text, one.hint)
                for one in outcome.problems
            ),
            *(self._result(EXPORT, Source(FILE, 1, 1), EXPORT, text, "") for text in outcome.unfit),
            *(self._finding(one) for one in found),
            *(self._finding(one, reason) for one, reason in meant),
        ]

    def _finding(self, one: Finding, reason: str | None = None) -> Json:
        text, hint = as_sentence(one.text), as_sentence(one.hint)
        result = self._result(one.code, one.source, one.place, text, hint, level=str(one.severity))
        result["locations"][0]["logicalLocations"] = [
            {"name": one.place, "fullyQualifiedName": one.place}
        ]
        if one.related:
            result["relatedLocations"] = [
                {"id": at, "message": {"text": as_sentence(says)}, **self._physical(source)}
                for at, (source, says) in enumerate(one.related, start=1)
            ]
        if reason is not None:
            result["suppressions"] = [
                {"kind": "inSource", "status": "accepted", "justification": reason}
            ]
        properties: Json = {"place": one.place, "hint": hint, "modes": list(one.modes)}
        witness = witness_json(one)
        if witness is not None:
            properties |= {"witness": witness, "shows": as_sentence(one.shows)}
        return {**result, "properties": properties}

    def _result(
        self, code: str, source: Source, place: str, text: str, hint: str, *, level: str = "error"
    ) -> Json:
        self._seen[code, place] += 1
        identity = f"{code}\n{place}\n{self._seen[code, place]}"
        number = self._number[code]
        return {
            "ruleId": code,
            "ruleIndex": number,
            "level": level,
            "message": {"text": f"{text}\n{hint}" if hint else text},
            "locations": [self._physical(source)],
            "partialFingerprints": {
                "catiPlace/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]
            },
        }

    def _physical(self, source: Source) -> Json:
        return {
            "physicalLocation": {
                "artifactLocation": {"uri": _uri(self._folder / source.file)},
                "region": {"startLine": source.line, "startColumn": source.column},
            }
        }


def _uri(path: Path) -> str:
    """A path from where the command runs, which is where a code host looks; else a whole one."""
    whole = path.resolve()
    here = Path.cwd().resolve()
    return (
        quote(whole.relative_to(here).as_posix()) if whole.is_relative_to(here) else whole.as_uri()
    )


def _look_up(code: str) -> _Rule:
    if code in SEVERITIES:
        return _Rule(
            code, findings_catalog.TITLES[code], SEVERITIES[code], findings_catalog.page(code)
        )
    if code == EXPORT:
        title = "Answers that could not be exported"
        return _Rule(code, title, "error", f"{title}: see `cati explain {EXPORT}`.")
    return _Rule(code, catalog.TITLES[code], "error", catalog.page(code))


def _rule(one: _Rule) -> Json:
    return {
        "id": one.code,
        "shortDescription": {"text": one.title},
        "help": {"text": one.help, "markdown": one.help},
        "defaultConfiguration": {"level": one.level},
    }
