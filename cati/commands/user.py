"""`cati user`: the people of a study."""

from typing import Annotated

import typer

from cati.commands.passphrases import Passphrases
from cati.commands.shared import (
    JsonOption,
    PassphraseOption,
    PersonOption,
    StudyOption,
    ask_name,
    one_of,
    opened,
    say,
    say_json,
    say_table,
    unlocked,
)

app = typer.Typer(
    help="The people of a study: add, list, change a passphrase.", no_args_is_help=True
)


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Login name of the new person.")],
    role: Annotated[
        list[str],
        typer.Option(
            "--role",
            help="interviewer, supervisor, data_manager or administrator; give it again for more.",
        ),
    ],
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Add a person (by an administrator).

    Asks for your passphrase, then twice for the new person's, which they should type themselves.
    """
    from store import NewPerson, Role

    known = [one.value for one in Role]
    roles = frozenset(Role(one_of(one.replace("-", "_"), known, "role")) for one in role)
    passphrases = Passphrases(passphrase_file)
    with unlocked(context, study, acting, passphrases) as access:
        access.add_person(NewPerson(name, roles, passphrases.ask_new(name)))
    say(f"{name} takes part now.")


@app.command("list")
def list_people(
    context: typer.Context, study: StudyOption = None, as_json: JsonOption = False
) -> None:
    """List the people of a study, their roles and the fingerprints of their keys."""
    with opened(context, study) as found:
        people = found.people
    if as_json:
        say_json(
            [
                {"name": one.name, "roles": sorted(one.roles), "fingerprint": one.fingerprint}
                for one in people
            ]
        )
        return
    say_table(
        ("name", "roles", "key fingerprint"),
        [(one.name, ", ".join(sorted(one.roles)), one.fingerprint) for one in people],
    )


@app.command("passphrase")
def passphrase(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Change your own passphrase: asks for the old one, then twice for the new one."""
    passphrases = Passphrases(passphrase_file)
    with opened(context, study) as found:
        name = acting or ask_name(found)
        old = passphrases.ask(name)
        access = found.unlock(name, old)
        try:
            access.change_passphrase(old, passphrases.ask_new(name))
        finally:
            access.lock()
    say(f"The passphrase of {name} is changed.")
