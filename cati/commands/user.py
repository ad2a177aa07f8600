"""`cati user`: the people of a study."""

from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.passphrases import Passphrases
from cati.commands.shared import (
    JsonOption,
    PassphraseOption,
    PersonOption,
    StudyOption,
    WithOption,
    accompanied,
    ask_name,
    one_of,
    opened,
    say,
    say_json,
    say_table,
    undertake,
    unlocked,
)
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import Access, LeftToDo, PersonCard, Role

app = typer.Typer(
    help="The people of a study: add, suspend, remove, change roles or a passphrase.",
    no_args_is_help=True,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Login name of the person.")]
RoleOption = Annotated[
    list[str],
    typer.Option(
        "--role",
        help="interviewer, supervisor, data_manager or administrator; give it again for more.",
    ),
]


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Login name of the new person.")],
    role: RoleOption,
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Add a person (by an administrator; a data manager with another one, by --with).

    Asks for your passphrase, then twice for the new person's, which they should type themselves.
    """
    from store import NewPerson

    roles = _roles(role)
    passphrases = Passphrases(passphrase_file, acting, with_, name)
    with (
        unlocked(context, study, acting, passphrases) as access,
        accompanied(access, with_, passphrases) as second,
    ):
        access.people.add(NewPerson(name, roles, passphrases.ask_new(name)), second)
        on_server = access.study.database.kind == "postgres"
    say(f"{name} takes part now.")
    if on_server:
        say("Whoever runs the server gives them a login there:")
        for line in login_sql(name, roles):
            say(f"    {line}")
        say("Then they make a folder of their own with cati join, with their key file in it.")


@app.command("list")
def list_people(
    context: typer.Context,
    everyone: Annotated[
        bool, typer.Option("--all", help="Also who was removed or enrolled again.")
    ] = False,
    study: StudyOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the people of a study, their roles and the fingerprints of their keys."""
    with opened(context, study) as found:
        people = found.everyone if everyone else found.people
    if as_json:
        say_json(
            [
                {
                    "name": one.name,
                    "roles": sorted(one.roles),
                    "fingerprint": one.fingerprint,
                    "status": one.status,
                    "expires": one.expires,
                }
                for one in people
            ]
        )
        return
    say_table(
        ("name", "roles", "status", "key fingerprint"),
        [(one.name, ", ".join(sorted(one.roles)), _status(one), one.fingerprint) for one in people],
    )


@app.command("suspend")
def suspend(
    context: typer.Context,
    name: NameArgument,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Keep a person out until `cati user resume`; what they have open is ended."""
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
        left = access.people.suspend(name)
    say(f"{name} is suspended.")
    _say_left(left)


@app.command("resume")
def resume(
    context: typer.Context,
    name: NameArgument,
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Let a person who was suspended take part again."""
    passphrases = Passphrases(passphrase_file, acting, with_)
    with (
        unlocked(context, study, acting, passphrases) as access,
        accompanied(access, with_, passphrases) as second,
    ):
        access.people.resume(name, second)
    say(f"{name} takes part again.")


@app.command("remove")
def remove(
    context: typer.Context,
    name: NameArgument,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """End a person's part for good; what they did goes on counting. Says what is left to do."""
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
        left = access.people.remove(name)
    say(f"{name} is removed.")
    _say_left(left)


@app.command("enroll")
def enroll(
    context: typer.Context,
    name: NameArgument,
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Give a person who lost their passphrase or key file new keys.

    They keep name and roles. What was sealed to their old keys stays closed to them, so their cases
    have to be reassigned.
    """
    passphrases = Passphrases(passphrase_file, acting, with_, name)
    with (
        unlocked(context, study, acting, passphrases) as access,
        accompanied(access, with_, passphrases) as second,
    ):
        _require_another_manager(access, name)
        left = access.people.enroll_again(name, passphrases.ask_new(name), second)
    say(f"{name} is enrolled again.")
    _say_left(left)


@app.command("roles")
def roles(
    context: typer.Context,
    name: NameArgument,
    role: RoleOption,
    acting: PersonOption = None,
    with_: WithOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Change what a person does: name all the roles that they are to have."""
    wanted = _roles(role)
    passphrases = Passphrases(passphrase_file, acting, with_)
    with (
        unlocked(context, study, acting, passphrases) as access,
        accompanied(access, with_, passphrases) as second,
    ):
        left = access.people.change_roles(name, wanted, second)
    say(f"{name} is {', '.join(sorted(wanted))} now.")
    _say_left(left)


@app.command("expire")
def expire(
    context: typer.Context,
    name: NameArgument,
    day: Annotated[
        str, typer.Argument(metavar="DAY", help="The last day, such as 2027-03-31; or never.")
    ],
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Set the last day (UTC) on which a person can unlock the study."""
    with unlocked(context, study, acting, Passphrases(passphrase_file)) as access:
        access.people.set_expiry(name, None if day == "never" else day)
    say(f"{name} has no last day." if day == "never" else f"The last day of {name} is {day}.")


@app.command("passphrase")
def passphrase(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Change your own passphrase: asks for the old one, then twice for the new one."""
    passphrases = Passphrases(passphrase_file, acting, acting or "the new one")
    with opened(context, study) as found:
        name = acting or ask_name(found)
        old = passphrases.ask(name)
        access = found.unlock(name, old)
        try:
            access.change_passphrase(old, passphrases.ask_new(name))
        finally:
            access.lock()
    say(f"The passphrase of {name} is changed.")


@app.command("undertake")
def undertake_(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Accept it; for scripts.")] = False,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Read and accept the undertaking of the study. That you accepted is noted in the audit."""
    passphrases = Passphrases(passphrase_file)
    with opened(context, study) as found:
        name = acting or ask_name(found)
        access = found.unlock(name, passphrases.ask(name))
        try:
            text = access.people.undertaking()
            if text is not None and yes:
                say(text)
            done = undertake(access, accept=yes)
        finally:
            access.lock()
    say(f"{name} accepted it." if done else f"There is nothing that {name} has still to accept.")


@app.command("accept-restored")
def accept_restored(
    context: typer.Context,
    acting: PersonOption = None,
    study: StudyOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Go on with a study that was restored on purpose, although you saw a later state of it.

    Ask the administrator first. That you accepted it is noted in the audit.
    """
    passphrases = Passphrases(passphrase_file)
    with opened(context, study) as found:
        name = acting or ask_name(found)
        found.unlock(name, passphrases.ask(name), accept_older=True).lock()
    say("The study is taken as it is now; this is noted in its audit.")


def _roles(said: list[str]) -> "frozenset[Role]":
    from store import Role

    known = [one.value for one in Role]
    return frozenset(Role(one_of(one.replace("-", "_"), known, "role")) for one in said)


def _status(person: "PersonCard") -> str:
    if person.expires is None or person.status != "active":
        return person.status
    return f"until {person.expires}"


def login_sql(name: str, roles: "frozenset[Role]") -> list[str]:
    """The statements by which a person may work in a database on a server."""
    login = '"' + name.replace('"', '""') + '"'
    granted = ", ".join(f"cati_{role.value}" for role in sorted(roles))
    return [f"CREATE ROLE {login} LOGIN PASSWORD '…';", f"GRANT {granted} TO {login};"]


def _require_another_manager(access: "Access", name: str) -> None:
    """Refuse, before anybody types a passphrase, where nobody could pass on the keys."""
    from store import Role

    managers = access.study.body.active(Role.DATA_MANAGER, on=access.study.now().date())
    if [one.name for one in managers] == [name] and name != access.person.name:
        raise Refusal(
            f"{name} is the only data manager, so nobody can pass on the keys: with two recovery "
            f"sheets, `cati user remove {name}`, then `cati keys let-in {name}`. Nothing was "
            "changed."
        )


def _say_left(left: "LeftToDo") -> None:
    for sentence in left.sentences:
        say(f"Left to do: {sentence}")
