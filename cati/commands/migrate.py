"""`cati case move`: open cases go on in another version of their instrument."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from cati.commands.passphrases import Passphrases
from cati.commands.shared import (
    JsonOption,
    PassphraseOption,
    PersonOption,
    StudyOption,
    say,
    say_json,
    unlocked,
)
from cati.errors import known_errors, sentence
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.record import CaseRecord
    from instrument.values import Instance
    from skips import Program
    from skips.migration import Migration, MigrationReport
    from store import Access, CaseCard, InstrumentCard, OpenCase

_LISTED = 40
"""Items listed under one heading before the rest is only counted."""


def move(
    context: typer.Context,
    case: Annotated[
        str | None,
        typer.Argument(metavar="CASE", help="As it is called in the list.", show_default=False),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All cases assigned to you that are not submitted.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="VERSION",
            help="An approved version of the case's instrument, or its fingerprint; by default "
            "the one approved last.",
            show_default=False,
        ),
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            metavar="OLD=NEW",
            help="A question or roster that has another name in the new version; give it again "
            "for more.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen to the answers.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a case is moved.")] = False,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move open cases to another version of their instrument (by their interviewer).

    Answers go along by name. Those that the new version has no place for are left behind: they
    stay with the case for ever, and come back if it moves to a version that takes them.
    """
    if every == (case is not None):
        raise Refusal("Say which case is to be moved, or --all for all that are assigned to you.")
    if not (yes or dry_run or sys.stdin.isatty()):
        raise Refusal("There is no terminal to ask whether to go on: use --yes, or --dry-run.")
    names = _names(rename or [])
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
        manner = _Manner(every, dry_run, yes, as_json)
        done: list[dict[str, Any]] = []
        stayed = False
        for card in _chosen(access, case):
            try:
                told = _move_one(access, card, to, names, manner)
            except known_errors() as error:
                if not every:
                    raise
                stayed = True
                say(f"Case {card.short_id} stays as it is. {sentence(error)}", err=True)
            else:
                done += [] if told is None else [told]
    if as_json:
        say_json(done)
    elif every and not done and not stayed:
        say("No case of yours is in another version.")
    if stayed:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Manner:
    """How cases are moved."""

    every: bool
    dry_run: bool
    yes: bool
    as_json: bool


def _names(said: Sequence[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in said:
        old, equals, new = (part.strip() for part in one.partition("="))
        if not (old and equals and new):
            raise Refusal("A new name is given as OLD=NEW, such as --rename cars=vehicles.")
        if old in names:
            raise Refusal(f"--rename gives '{old}' two new names: give it one.")
        names[old] = new
    return names


def _chosen(access: "Access", case: str | None) -> "list[CaseCard]":
    """The cases that are meant; with `--all` those that this person could open."""
    cards = access.cases()
    if case is None:
        return [one for one in cards if one.mine and one.state != "submitted" and not one.damaged]
    found = [
        one for one in cards if case == one.label or (len(case) >= 4 and one.id.startswith(case))
    ]
    if not found:
        raise Refusal("There is no such case: `cati case list` shows what they are called.")
    if len(found) > 1:
        raise Refusal("Several cases are called so: name one as the first column of the list does.")
    return found


def _move_one(
    access: "Access", card: "CaseCard", to: str | None, names: dict[str, str], manner: _Manner
) -> dict[str, Any] | None:
    """Move one case; what was or would be done, or None for a case that is left as it is."""
    if card.state == "fresh" and manner.dry_run:
        # Opening it would begin it; nothing is answered in it, so that nothing can be said.
        return _tell_fresh(card, _target(access, card.instrument, to, manner), manner)
    held = access.open_case(card.id)
    try:
        target = _target(access, held.instrument, to, manner)
        if target is None:
            return None
        return _with_case(access, held, card, target, names, manner)
    finally:
        held.release()


def _with_case(
    access: "Access",
    held: "OpenCase",
    card: "CaseCard",
    target: "InstrumentCard",
    names: dict[str, str],
    manner: _Manner,
) -> dict[str, Any] | None:
    from cati.case_journal import CaseJournal
    from cati.casework import fresh_route
    from cati.events import write_event
    from cati.moving import move_event, propose
    from skips import RouteError
    from skips.migration import MigrationError

    journal = CaseJournal(held)
    record = _record(access, held, card.mode)
    try:
        program = fresh_route(access.study, card.mode, target.fingerprint).program
    except RouteError:
        raise Refusal(
            f"Case {card.short_id} is collected in the mode {card.mode}, which version "
            f"{target.version} does not have: it stays in the version it is in."
        ) from None
    try:
        proposed = propose(record, program, names)
    except MigrationError as error:
        raise Refusal(f"--rename: {error}") from None
    told = _as_json(card, record, program, proposed, moved=False)
    if not manner.as_json:
        _tell(card, record, program, proposed)
    if manner.dry_run:
        return told
    if not manner.yes and not typer.confirm(f"Move case {card.short_id}?", err=True):
        say("Left as it is.")
        return None
    event = move_event(record, program, proposed, names, by=access.person.name, t=datetime.now(UTC))
    journal.append(write_event(event), uuid4())
    if not manner.as_json:
        say(f"Case {card.short_id} is in version {program.instrument.version} now.")
    return told | {"moved": True}


def _record(access: "Access", held: "OpenCase", mode: str) -> "CaseRecord":
    """The case as its journal tells it."""
    from functools import partial

    from cati.casework import fresh_route
    from cati.events import read_event
    from cati.record import CaseRecord

    versions = partial(fresh_route, access.study, mode)
    route = versions(held.card.instrument)
    record = CaseRecord(route.instrument, route, versions)
    for event in held.events:
        record.replay(read_event(event))
    return record


def _target(
    access: "Access", in_use: str, to: str | None, manner: _Manner
) -> "InstrumentCard | None":
    """The version to move to; None where a case of many has none to go to.

    Raises:
        Refusal: the version is not known, or the case is in it.
    """
    cards = access.study.instruments
    here = next(one for one in cards if one.fingerprint == in_use)
    known = [one for one in cards if one.name == here.name]
    fitting = [one for one in known if _is_meant(one, to)] if to else known[-1:]
    if not fitting:
        other = [one for one in cards if to and _is_meant(one, to)]
        if manner.every and other:
            return None
        why = f"{to} is a version of {other[0].name}, and " if other else ""
        versions = ", ".join(one.version for one in known)
        raise Refusal(
            f"{why}{'t' if other else 'T'}he study has no version {to} of {here.name}: "
            f"choose from {versions}."
        )
    if len(fitting) > 1:
        raise Refusal(
            f"The study has several instruments {here.name} {to}: give the fingerprint of one, "
            "which `cati instrument list` shows."
        )
    if fitting[0].fingerprint == in_use:
        if manner.every:
            return None
        newest = "the newest that the study has" if to is None else "there is nothing to move"
        raise Refusal(f"The case is in version {here.version} already: {newest}.")
    return fitting[0]


def _is_meant(card: "InstrumentCard", said: str) -> bool:
    return said in {card.version, f"{card.name} {card.version}"} or (
        len(said) >= 8 and card.fingerprint.startswith(said)
    )


# --- in words -------------------------------------------------------------------------------------


def _tell_fresh(
    card: "CaseCard", target: "InstrumentCard | None", manner: _Manner
) -> dict[str, Any] | None:
    if target is None:
        return None
    if not manner.as_json:
        say(f"Case {card.short_id} to version {target.version}: nothing is answered in it yet.")
    return {"case": card.id, "to": target.fingerprint, "moved": False}


def _tell(card: "CaseCard", record: "CaseRecord", program: "Program", made: "Migration") -> None:
    """The report in words: counts first, then items."""
    report = made.report
    versions = f"version {record.instrument.version} to {program.instrument.version}"
    say(f"Case {card.short_id}, {versions}: {_counts(report)}.")
    _list("Left behind", report.left_behind, lambda one: f"{one[0]}: {one[1]}")
    _list("Back, from what was left behind before", report.restored, str)
    _list("Written in another way, since the kind has changed", report.converted, str)
    _list("Set aside: answered, and not asked in this version", report.parked, str)
    _list("Counting again", report.unparked, str)
    _list("To be asked again", report.asked_again, str)
    _list("New to be asked", report.opened, str)
    _list("Worked out anew", [one.instance for one in report.computed], str)
    # What a check says can name answers, and what is printed stays in the terminal.
    _list("With a check to settle", [one.instance for one in report.failing], str)
    waiting = len(made.case.left_behind) - len(report.left_behind)
    if waiting:
        say(f"  Left behind by an earlier move, and still waiting: {_count(waiting, 'answer')}.")


def _counts(report: "MigrationReport") -> str:
    unasked = len(report.asked_again) + len(report.opened)
    return (
        f"{_count(len(report.carried), 'answer')} kept, {len(report.restored)} back, "
        f"{len(report.left_behind)} left behind, {_count(unasked, 'item')} to be asked"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _list(heading: str, found: Sequence[Any], named: Callable[[Any], str]) -> None:
    if not found:
        return
    say(f"  {heading}:")
    for one in found[:_LISTED]:
        say(f"    {named(one)}")
    if len(found) > _LISTED:
        say(f"    and {len(found) - _LISTED} more; --json lists all.")


def _as_json(
    card: "CaseCard", record: "CaseRecord", program: "Program", made: "Migration", *, moved: bool
) -> dict[str, Any]:
    """The whole report; of answers only where they stand."""
    report = made.report

    def places(found: "Sequence[Instance]") -> list[str]:
        return [str(at) for at in found]

    return {
        "case": card.id,
        "from": record.instrument.fingerprint,
        "to": program.instrument.fingerprint,
        "moved": moved,
        "carried": places(report.carried),
        "converted": places(report.converted),
        "restored": places(report.restored),
        "left_behind": {str(at): why for at, why in report.left_behind},
        "parked": places(report.parked),
        "unparked": places(report.unparked),
        "opened": places(report.opened),
        "asked_again": places(report.asked_again),
        "computed": places([one.instance for one in report.computed]),
        "failing": places([one.instance for one in report.failing]),
        "waiting": places(list(made.case.left_behind)),
    }
