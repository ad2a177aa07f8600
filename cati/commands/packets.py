"""`cati send` and `cati receive`: move cases between computers that share no network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import Acting, acting
from cati.commands.case_list import case_id
from cati.commands.passphrases import Passphrases
from cati.commands.shared import JsonOption, counted, say, say_json, say_table
from cati.places import seen_folder
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import Access
    from store.moving.reports import PacketMade, PacketReport

_BECAME = {
    "brought": "is here now, to be worked on",
    "journal": "was received as far as it is; it goes on where it was sent from",
    "given back": "is here again, not submitted",
    "submitted": "was submitted and is here now",
    "older": "is here as new or newer already",
    "erased": "was erased here: nothing of it was taken; delete the packet",
    "aside": "comes too late, since it was taken back or went out again: kept aside",
}


@acting
def send(
    me: Acting,
    case: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE]...",
            help="First digits of the cases; by default all that are due.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="NAME",
            help="The interviewer whose cases go out. Without it, cases that came with a packet "
            "go back.",
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        Path,
        typer.Option(
            "--file",
            metavar="PATH",
            help="The folder that the packet is put into, or a new file NAME.cati-packet.",
        ),
    ] = Path(),
    give_back: Annotated[
        bool,
        typer.Option("--give-back", help="Give back cases that are not submitted, too."),
    ] = False,
    take_back: Annotated[
        bool,
        typer.Option(
            "--take-back",
            help="Write nothing: open the named cases here again although they are away.",
        ),
    ] = False,
    away: Annotated[
        bool, typer.Option("--away", help="Write nothing: list the cases that are away.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a packet: cases for another computer, or back from it.

    What went out is away until it comes back: nobody can open it here. A packet is as safe to carry
    as the study's database; key files are never in it.
    """
    if not away and not take_back:
        _require_place(target)
    with me.unlocked() as access:
        if away:
            _list_away(access, as_json)
            return
        ids = [case_id(access, said) for said in case or []]
        if take_back:
            if not ids:
                raise Refusal("Say which cases are to be taken back: name their first digits.")
            for one in ids:
                access.packets.take_back(one)
                say(f"Case {one[:8]} can be opened here again.")
            return
        chosen = ids or access.packets.due(to)
        made = access.packets.send(chosen, target, to=to, give_back=give_back)
    if as_json:
        say_json({"id": made.id, "file": str(made.file), "to": made.to, "cases": list(made.cases)})
        return
    _tell_made(made)


@acting
def receive(
    me: Acting,
    packet: Annotated[Path, typer.Argument(metavar="PACKET", help="The file.")],
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            metavar="FOLDER",
            help="On a new computer: the folder that the study is to be made in.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="With --into: your key file, NAME.key, which travels apart from the packet.",
            show_default=False,
        ),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            "--fingerprint",
            metavar="TEXT",
            help="With --into: the study's fingerprint, as its administrator printed it.",
            show_default=False,
        ),
    ] = None,
    let_in: Annotated[
        list[str] | None,
        typer.Option(
            "--let-in",
            metavar="CASE",
            help="Take this case although it comes too late (by a data manager). What stands here "
            "of it is kept aside.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take what a packet brings. Receiving it again changes nothing.

    On a new computer the first packet makes the study: give --into, --key and --fingerprint.
    Exit code 1 when a case came too late and was not taken.
    """
    passphrases = me.passphrases()
    if into is not None:
        report = _start(packet, into, key, fingerprint, passphrases)
    else:
        with me.unlocked(passphrases) as access:
            ids = [case_id(access, said) for said in let_in or []]
            report = access.packets.receive(packet, let_in=ids)
    _tell(report, as_json)
    if any(outcome.value == "aside" for _, outcome in report.outcomes):
        raise typer.Exit(1)


def _require_place(target: Path) -> None:
    """Refuse a folder that is not there, before a file of its name is written in its place."""
    from store.moving.packet_file import SUFFIX

    if not target.exists() and target.suffix != SUFFIX:
        raise Refusal(
            f"There is no folder {target}: make it, or connect its drive. "
            f"A new file for the packet is called NAME{SUFFIX}."
        )


def _start(
    packet: Path,
    into: Path,
    key: Path | None,
    fingerprint: str | None,
    passphrases: Passphrases,
) -> "PacketReport":
    from store.moving.arriving import start_study

    if key is None or fingerprint is None:
        raise Refusal("A study on a new computer takes --key FILE and --fingerprint TEXT too.")
    report = start_study(
        packet,
        into,
        key_file=key,
        passphrase=passphrases.ask(key.stem),
        expected=fingerprint,
        seen=seen_folder(),
    )
    say(f"The study is in {into}.", err=True)
    return report


def _tell_made(made: "PacketMade") -> None:
    count = len(made.cases)
    what = counted(count, "case") if count else "news of the study and no case"
    say(f"{made.file}: a packet with {what}.")
    if made.to is None:
        return
    match count:
        case 0:
            then = "no case is away with it"
        case 1:
            then = "until the case comes back, it is away"
        case _:
            then = "until the cases come back, they are away"
    say(f"{made.to} receives it with `cati receive`; {then}.")


def _list_away(access: "Access", as_json: bool) -> None:
    found = access.packets.away()
    if as_json:
        say_json(
            [{"case": one.id, "assignee": one.assignee, "packet": one.packet} for one in found]
        )
    elif not found:
        say("No case is away.")
    else:
        rows = [(one.id[:8], one.assignee, str(int(one.packet[:8], 16))) for one in found]
        say_table(("case", "interviewer", "packet"), rows)


def _tell(report: "PacketReport", as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "id": report.id,
                "number": report.number,
                "by": report.by,
                "already": report.already,
                "cases": {one: outcome.value for one, outcome in report.outcomes},
                "manifest": report.manifest,
                "erased": report.erased,
                "kept_aside": list(report.kept_aside),
            }
        )
        return
    if report.already:
        say(f"Packet {report.number} by {report.by} is known here: nothing was changed.")
        return
    say(f"Packet {report.number} by {report.by} was received.")
    for one, outcome in report.outcomes:
        say(f"Case {one[:8]} {_BECAME[outcome.value]}.")
    if report.manifest:
        say("People, instruments or rules of the study changed: they are as they were sent.")
    if report.erased:
        entries = counted(report.erased, "entry", "entries")
        say(f"Erased here too, by {entries} of the erasure ledger.")
    for name in report.kept_aside:
        say(f"Kept: aside/{name} in the study's folder.")
