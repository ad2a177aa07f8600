"""`cati case drafts`: what could not be saved in a case, kept on this computer."""

from typing import Annotated

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import JsonOption, say, say_json
from cati.kept_drafts import lines_of
from cati.refusal import Refusal


@acting
def drafts(
    me: Acting,
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="The first digits of its id; all without it."),
    ] = None,
    throw_away: Annotated[
        bool, typer.Option("--throw-away", help="Delete them for good. Needs a case.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what was entered when a case was no longer that person's to write.

    You see your own; a data manager sees everybody's. It is kept in the study folder, until the
    case is accepted or erased, and is never put into the case: type again what is still wanted,
    then throw the rest away.
    """
    if throw_away and case is None:
        raise Refusal("Name the case whose drafts are to be thrown away.")
    with me.unlocked() as access:
        found = [one for one in access.drafts.every() if one.case_id.startswith(case or "")]
        waiting = {
            case_id: count
            for case_id, count in access.drafts.waiting().items()
            if case_id.startswith(case or "")
        }
        if throw_away and len({one.case_id for one in found}) > 1:
            raise Refusal(f"{case} fits several cases: give more digits of the id.")
        if throw_away:
            for one in found:
                access.drafts.throw_away(one)
    if as_json:
        say_json(
            {
                "drafts": [
                    {
                        "case": one.case_id,
                        "by": one.by,
                        "kept_at": one.kept_at.isoformat(),
                        "thrown_away": throw_away,
                        "entries": [entry.event for entry in one.entries],
                    }
                    for one in found
                ],
                "waiting": dict(waiting),
            }
        )
        return
    if throw_away:
        say(f"Drafts thrown away: {len(found)}.")
        return
    for one in found:
        say(f"Case {one.case_id[:8]}, entered by {one.by} and not saved:")
        for line in lines_of(one):
            say(f"  {line}")
    for case_id, count in waiting.items():
        say(f"Case {case_id[:8]}: {count} saved on this computer; opening it sends them on.")
    if not (found or waiting):
        say("Nothing is kept here that is not in its case.")
