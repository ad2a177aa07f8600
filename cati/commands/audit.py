"""`cati audit`: who did what when, by name and in words."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import JsonOption, say, say_json, say_table
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import Study
    from store.record.audit import Entry

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_CASE = re.compile(r"[0-9a-f]{4,32}")
_ALL = frozenset({"submitted cases read", "cases exported", "identities erased"})
"""Deeds that are about every case and name none."""
_ABOUT_CASES = frozenset(
    {
        "erasure requested",
        "journal received by a packet",
        "lease ended by another",
        "reopening requested",
    }
)
"""Deeds about one case that do not have the word."""


@acting
def audit(
    me: Acting,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", metavar="CASE", help="Only what was done about this case, by its digits."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="NAME", help="Only what this person did or confirmed."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only from this day (UTC) on: 2027-03-31."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say who did what when: who read a case, who let someone in, who changed a key.

    With --case also what was done to all cases at once, such as reading them for an export. `cati
    verify` checks that nothing of it was altered.
    """
    from store.record import audit as stored
    from store.trust.roles import Action

    _require_day(since)
    if case is not None and not _CASE.fullmatch(case):
        raise Refusal(f"{case} names no case: give the 8 digits that the list of cases shows.")
    with me.unlocked() as access:
        access.require(Action.READ_AUDIT)
        found = access.study
        wanted = _ids(found, person)
        with found.database.read() as connection:
            entries = _chosen(stored.entries(connection), case, wanted, since)
            told = [_told(found, entry) for entry in entries]
    if as_json:
        say_json(told)
        return
    if not told:
        say("The audit holds nothing of that.")
        return
    say_table(
        ("when (UTC)", "who", "what"),
        [(one["at"][:19].replace("T", " "), _who(one), _what(one)) for one in told],
    )


def _chosen(
    entries: "Iterable[Entry]", case: str | None, people: set[str] | None, since: str | None
) -> "Iterator[Entry]":
    for entry in entries:
        about = any(one.startswith(case) for one in _ID.findall(entry.object)) if case else True
        if not about and entry.action not in _ALL:
            continue
        if people is not None and not people & {entry.actor, entry.second}:
            continue
        if since is None or entry.at[:10] >= since:
            yield entry


def _told(study: "Study", entry: "Entry") -> dict[str, str]:
    """An entry with names for ids; `case` and `about` are empty where there are none."""
    names = {one.id: one.name for one in study.everyone}
    ids = _ID.findall(entry.object)
    about = [names[one] for one in dict.fromkeys(ids) if one in names]
    cases = [one for one in ids if one not in names and one != study.id]
    deed = entry.action
    return {
        "number": str(entry.seq),
        "at": entry.at,
        "who": names.get(entry.actor, "someone unknown"),
        "confirmed_by": names.get(entry.second, "someone unknown") if entry.second else "",
        "what": deed,
        "case": cases[0] if cases and _is_about_a_case(deed) else "",
        "about": ", ".join(about),
    }


def _is_about_a_case(deed: str) -> bool:
    return "case" in deed or deed in _ABOUT_CASES


def _who(told: dict[str, str]) -> str:
    return told["who"] + (f" with {told['confirmed_by']}" if told["confirmed_by"] else "")


def _what(told: dict[str, str]) -> str:
    """Such as `submitted case read: 1a2b3c4d`."""
    details = [told["case"][:8], told["about"]]
    if told["what"] in _ALL:
        details.append("all cases")
    said = ", ".join(filter(None, details))
    return f"{told['what']}: {said}" if said else told["what"]


def _ids(study: "Study", name: str | None) -> set[str] | None:
    """Ids of everyone who has or had that name; None without a name."""
    if name is None:
        return None
    found = {one.id for one in study.everyone if one.name == name}
    if not found:
        known = ", ".join(sorted({one.name for one in study.everyone}))
        raise Refusal(f"Nobody in the study is or was called {name}: choose from {known}.")
    return found


def _require_day(said: str | None) -> None:
    try:
        usable = said is None or date.fromisoformat(said).isoformat() == said
    except ValueError:
        usable = False
    if not usable:
        raise Refusal("--since takes a day such as 2027-03-31.")
