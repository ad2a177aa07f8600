"""`cati upgrade`: bring the database of a study to this release."""

from typing import Annotated

import typer

from cati.commands.acting import Acting, acting
from cati.commands.shared import JsonOption, find_study, say, say_json
from cati.refusal import Refusal


@acting
def upgrade(
    me: Acting,
    look: Annotated[
        bool, typer.Option("--look", help="Only say what would be done; asks no passphrase.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring a study that an earlier release wrote to this one (by an administrator).

    Begins with a copy of the database, study.db.before-N, that is read back and compared. What goes
    wrong leaves the study as it was. A study of this release is left alone.
    """
    from store import Role
    from store.migrations import current, needed
    from store.migrations.upgrading import format_of
    from store.migrations.upgrading import upgrade as bring
    from store.study import read_manifest

    folder = find_study(me.context, me.folder)
    if look:
        found = format_of(folder)
        if as_json:
            say_json({"format": found, "of_this_release": current()})
        elif needed(found):
            say(f"The database is of format {found}, and {current()} is this release's.")
        else:
            say("There is nothing to upgrade.")
        return
    _, signed = read_manifest(folder)
    names = [person.name for person in signed.body.active(Role.ADMINISTRATOR)]
    name = me.name or (names[0] if len(names) == 1 else None)
    if name is None:
        raise Refusal(f"Say who you are with --as NAME: administrators are {', '.join(names)}.")
    done = bring(folder, name, me.passphrases().ask(name))
    if as_json:
        copy = None if done.backup is None else done.backup.name
        say_json({"before": done.before, "after": done.after, "backup": copy})
    elif done.backup is None:
        say("There was nothing to upgrade.")
    else:
        say(
            f"Upgraded from format {done.before} to {done.after}. "
            f"As it was before, the database is kept in {done.backup.name}: remove it when "
            "everything works."
        )
