"""`cati case move`: open cases go on in another version of their instrument."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from cati.commands.acting import Acting, acting
from cati.commands.asking import agreed
from cati.commands.case_list import named
from cati.commands.move_report import as_json as report_json
from cati.commands.move_report import tell
from cati.commands.renames import DropOption, Names, RenameOption, read_names
from cati.commands.shared import JsonOption, say, say_json
from cati.errors import known_errors, sentence
from cati.refusal import Refusal

if TYPE_CHECKING:
    from cati.record import CaseRecord
    from skips import Program
    from store import Access, CaseCard, InstrumentCard, OpenCase

_LEFT = "Left as it is."


@acting
def move(
    me: Acting,
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
    rename: RenameOption = None,
    drop: DropOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen to the answers.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a case is moved.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Move open cases to another version of their instrument (by their interviewer).

    Answers go along by name. Those that the new version has no place for are left behind: they
    stay with the case for ever, and come back if it moves to a version that takes them. Moving a
    case that nobody has begun begins it: the list then says that it is open.
    """
    if every == (case is not None):
        raise Refusal("Say which case is to be moved, or --all for all that are assigned to you.")
    names = read_names(rename, drop)
    with me.unlocked() as access:
        manner = _Manner(every, dry_run, yes, as_json)
        cards = _chosen(access, case)
        _check_once(access, cards, to, names, manner)
        done: list[dict[str, Any]] = []
        stayed = False
        for card in cards:
            try:
                told = _move_one(access, card, to, names, manner)
            except _NobodyToAsk:
                raise
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


class _NobodyToAsk(Refusal):
    """There is no terminal; that is so for every case."""


@dataclass(frozen=True)
class _Manner:
    """How cases are moved."""

    every: bool
    dry_run: bool
    yes: bool
    as_json: bool


def _chosen(access: "Access", case: str | None) -> "list[CaseCard]":
    """The cases that are meant; with `--all` those that this person could open."""
    if case is None:
        cards = access.cases(mine_only=True)
        return [one for one in cards if one.state in ("fresh", "open") and not one.damaged]
    found = named(access, case)
    if not found:
        raise Refusal("There is no such case: `cati case list` shows what they are called.")
    if len(found) > 1:
        raise Refusal("Several cases are called so: name one as the first column of the list does.")
    return found


def _check_once(
    access: "Access",
    cards: "Sequence[CaseCard]",
    to: str | None,
    names: Names,
    manner: _Manner,
) -> None:
    """Refuse, before a case is opened, what fits none of the cases."""
    added_with = dict.fromkeys(card.instrument for card in cards)
    found = [_fitting(access, one, to, manner) for one in added_with]
    targets = [one for one in found if one is not None]
    if not targets or not (names.renamed or names.dropped):
        return
    wrong = [list(_wrong(access, target, names)) for target in targets]
    if all(wrong):
        raise Refusal(wrong[0][0])


def _wrong(access: "Access", target: "InstrumentCard", names: Names) -> Iterator[str]:
    """What is wrong with names for every case that could move to a version."""
    from cati.library import read_kept
    from skips.migration import is_dropped

    cards = [one for one in access.study.instruments if one.name == target.name]
    items = {
        one.fingerprint: read_kept(
            access.study.instrument_folder(one.fingerprint), one.fingerprint
        ).items.keys()
        for one in cards
    }
    version = f"version {target.version} of {target.name}"
    for old, new in names.renamed.items():
        if not is_dropped(old) and not any(old in one for one in items.values()):
            yield f"--rename {old}={new}: no version of {target.name} has an item '{old}'."
        if new not in items[target.fingerprint]:
            yield f"--rename {old}={new}: {version} has no item '{new}'."
    for name in names.dropped:
        if name not in items[target.fingerprint]:
            yield (
                f"--drop {name}: {version} has no item '{name}'; what was answered to a question "
                "that is gone is left behind without --drop."
            )


def _move_one(
    access: "Access", card: "CaseCard", to: str | None, names: Names, manner: _Manner
) -> dict[str, Any] | None:
    """Move one case; what was or would be done, or None for a case in the version that is meant."""
    if card.state == "fresh":
        # Opening it would begin it, and nothing is answered in it: first ask, then open.
        target = _target(access, card.instrument, to, manner)
        if target is None:
            return None
        _check_names(access, card, target, names)
        _require_somebody(manner)
        told = {"case": card.id, "to": target.fingerprint, "moved": False}
        _tell_fresh(card, target, manner)
        if manner.dry_run or not _agreed(card, manner):
            return told
        manner = replace(manner, yes=True)
    held = access.open_case(card.id)
    try:
        target = _target(access, held.instrument, to, manner)
        if target is None:
            return None
        return _with_case(access, held, card, target, names, manner)
    finally:
        held.release()


def _agreed(card: "CaseCard", manner: _Manner) -> bool:
    """Whether the case is to be moved, by option or because somebody says so.

    Raises:
        Refusal: it is not, and no other case is asked about.
    """
    if manner.yes:
        return True
    _require_somebody(manner)
    if agreed(f"Move case {card.short_id}?"):
        return True
    if not manner.every:
        raise Refusal(_LEFT)
    say(_LEFT, err=manner.as_json)
    return False


def _require_somebody(manner: _Manner) -> None:
    if not (manner.yes or manner.dry_run or sys.stdin.isatty()):
        raise _NobodyToAsk("There is no terminal to ask whether to go on: use --yes, or --dry-run.")


def _with_case(
    access: "Access",
    held: "OpenCase",
    card: "CaseCard",
    target: "InstrumentCard",
    names: Names,
    manner: _Manner,
) -> dict[str, Any]:
    from cati.case_journal import CaseJournal
    from cati.events import write_event
    from cati.moving import move_event, propose
    from skips.migration import MigrationError

    journal = CaseJournal(held)
    record = _record(access, held, card.mode)
    program = _program(access, card, target)
    called = names.of_move(len(record.moves) + 1)
    try:
        proposed = propose(record, program, called)
    except MigrationError as error:
        raise Refusal(f"New names: {error}") from None
    _require_somebody(manner)
    told = report_json(card, record.route.program, program, proposed)
    if not manner.as_json:
        tell(card, record.route.program, program, proposed)
    if manner.dry_run or not _agreed(card, manner):
        return told
    event = move_event(
        record, program, proposed, called, by=access.person.name, t=datetime.now(UTC)
    )
    journal.append(write_event(event), uuid4())
    if not manner.as_json:
        say(f"Case {card.short_id} is in version {program.instrument.version} now.")
    return told | {"moved": True}


def _check_names(
    access: "Access", card: "CaseCard", target: "InstrumentCard", names: Names
) -> None:
    """Raise Refusal where a case that nobody has begun could not be moved so."""
    from cati.casework import fresh_route
    from skips.migration import CaseState, MigrationError, migrate

    old = fresh_route(access.study, card.mode, card.instrument).program
    try:
        migrate(CaseState({}, {}), old, _program(access, card, target), names.of_move(1))
    except MigrationError as error:
        raise Refusal(f"New names: {error}") from None


def _program(access: "Access", card: "CaseCard", target: "InstrumentCard") -> "Program":
    """A version for the mode of a case; Refusal if it does not have that."""
    from cati.casework import fresh_route
    from skips import RouteError

    try:
        return fresh_route(access.study, card.mode, target.fingerprint).program
    except RouteError:
        raise Refusal(
            f"Case {card.short_id} is collected in the mode {card.mode}, which version "
            f"{target.version} does not have: it stays in the version it is in."
        ) from None


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
    target = _fitting(access, in_use, to, manner)
    if target is None or target.fingerprint != in_use:
        return target
    if manner.every:
        return None
    newest = "the newest that the study has" if to is None else "there is nothing to move"
    raise Refusal(f"The case is in version {target.version} already: {newest}.")


def _fitting(
    access: "Access", fingerprint: str, to: str | None, manner: _Manner
) -> "InstrumentCard | None":
    """The version that is meant, for cases in a version of the same instrument; see `_target`."""
    cards = access.study.instruments
    here = next(one for one in cards if one.fingerprint == fingerprint)
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
    return fitting[0]


def _is_meant(card: "InstrumentCard", said: str) -> bool:
    return said in {card.version, f"{card.name} {card.version}"} or (
        len(said) >= 8 and card.fingerprint.startswith(said)
    )


def _tell_fresh(card: "CaseCard", target: "InstrumentCard", manner: _Manner) -> None:
    if not manner.as_json:
        say(
            f"Case {card.short_id} to version {target.version}: nothing is answered in it yet. "
            "Moving it begins it: the list will say that it is open."
        )
