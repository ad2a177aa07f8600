"""`cati user`: the people of a study."""

from typing import TYPE_CHECKING, Annotated

import typer

from cati.commands.acting import Acting, acting, acting_with, ask_name, undertake, unlock
from cati.commands.shared import JsonOption, StudyOption, one_of, opened, say, say_json, say_table
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
@acting_with
def add(
    me: Acting,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Login name of the new person.")],
    role: RoleOption,
) -> None:
    """Add a person (by an administrator; a data manager with another one, by --with).

    Asks for your passphrase, then twice for the new person's, which they should type themselves.
    """
    from store import NewPerson

    roles = _roles(role)
    passphrases = me.passphrases(name)
    with me.both(passphrases) as (access, second):
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
@acting
def suspend(
    me: Acting,
    name: NameArgument,
) -> None:
    """Keep a person out until `cati user resume` (by an administrator).

    What they have open is ended. Says what is left to do.
    """
    with me.unlocked() as access:
        left = access.people.suspend(name)
    say(f"{name} is suspended.")
    _say_left(left)


@app.command("resume")
@acting_with
def resume(
    me: Acting,
    name: NameArgument,
) -> None:
    """Let a person who was suspended take part again (by an administrator).

    A data manager is let in with another one (--with).
    """
    with me.both() as (access, second):
        access.people.resume(name, second)
    say(f"{name} takes part again.")


@app.command("remove")
@acting
def remove(
    me: Acting,
    name: NameArgument,
) -> None:
    """End a person's part for good (by an administrator).

    What they did goes on counting. Says what is left to do.
    """
    with me.unlocked() as access:
        left = access.people.remove(name)
    say(f"{name} is removed.")
    _say_left(left)


@app.command("enroll")
@acting_with
def enroll(
    me: Acting,
    name: NameArgument,
) -> None:
    """Give a person who lost their passphrase or key file new keys (by an administrator).

    They keep name and roles. What was sealed to their old keys stays closed to them, so their cases
    have to be reassigned.
    """
    passphrases = me.passphrases(name)
    with me.both(passphrases) as (access, second):
        _require_another_manager(access, name)
        left = access.people.enroll_again(name, passphrases.ask_new(name), second)
    say(f"{name} is enrolled again.")
    _say_left(left)


@app.command("roles")
@acting_with
def roles(
    me: Acting,
    name: NameArgument,
    role: RoleOption,
) -> None:
    """Change what a person does (by an administrator): name all the roles they are to have."""
    wanted = _roles(role)
    with me.both() as (access, second):
        left = access.people.change_roles(name, wanted, second)
    say(f"{name} is {', '.join(sorted(wanted))} now.")
    _say_left(left)


@app.command("expire")
@acting
def expire(
    me: Acting,
    name: NameArgument,
    day: Annotated[
        str, typer.Argument(metavar="DAY", help="The last day, such as 2027-03-31; or never.")
    ],
) -> None:
    """Set the last day (UTC) on which a person can unlock the study (by an administrator)."""
    with me.unlocked() as access:
        access.people.set_expiry(name, None if day == "never" else day)
    say(f"{name} has no last day." if day == "never" else f"The last day of {name} is {day}.")


@app.command("passphrase")
@acting
def passphrase(
    me: Acting,
) -> None:
    """Change your own passphrase: asks for the old one, then twice for the new one."""
    passphrases = me.passphrases(me.name or "the new one")
    with me.opened() as found:
        name = me.name or ask_name(found)
        old = passphrases.ask(name)
        access = unlock(found, name, old)
        try:
            access.change_passphrase(old, passphrases.ask_new(name))
        finally:
            access.lock()
    say(f"The passphrase of {name} is changed.")


@app.command("undertake")
@acting
def undertake_(
    me: Acting,
    yes: Annotated[bool, typer.Option("--yes", help="Accept it; for scripts.")] = False,
) -> None:
    """Read and accept the undertaking of the study. That you accepted is noted in the audit."""
    passphrases = me.passphrases()
    with me.opened() as found:
        name = me.name or ask_name(found)
        access = unlock(found, name, passphrases.ask(name))
        try:
            text = access.people.undertaking()
            if text is not None and yes:
                say(text)
            done = undertake(access, accept=yes)
        finally:
            access.lock()
    say(f"{name} accepted it." if done else f"There is nothing that {name} has still to accept.")


@app.command("accept-restored")
@acting
def accept_restored(
    me: Acting,
) -> None:
    """Go on with a study that was restored on purpose, although you saw a later state of it.

    Ask the administrator first. That you accepted it is noted in the audit.
    """
    passphrases = me.passphrases()
    with me.opened() as found:
        name = me.name or ask_name(found)
        unlock(found, name, passphrases.ask(name), accept_older=True).lock()
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
