"""Who acts in a command: --as, --with, --study and --passphrase-file, and the keys they open."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from cati.commands.asking import agreed, ask_line, patience
from cati.commands.passphrases import Passphrases
from cati.commands.shared import StudyOption, opened, say
from cati.refusal import Refusal

if TYPE_CHECKING:
    from store import Access, Study

Own = ParamSpec("Own")

PersonOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        envvar="CATI_NAME",
        help="Your login name in the study; asked when not given.",
        show_default=False,
    ),
]
WithOption = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar="NAME",
        help="The second person, where two are needed; their passphrase is asked after yours.",
        show_default=False,
    ),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="For scripts: a file with one passphrase a line, each once, in the order they are "
        "asked (- for standard input). Never given on the command line itself.",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Acting:
    """The person at the terminal in a study and, where one is named, the second beside them."""

    context: typer.Context
    folder: Path | None
    name: str | None
    second: str | None
    passphrase_file: Path | None

    def passphrases(self, *new: str | None) -> Passphrases:
        """Passphrases of the person, the second one, and then of `new` people, in this order."""
        return Passphrases(self.passphrase_file, self.name, self.second, *new)

    @contextmanager
    def opened(self) -> "Iterator[Study]":
        """The study, before anybody unlocked it; open until the block ends."""
        with opened(self.context, self.folder) as study:
            yield study

    @contextmanager
    def unlocked(self, passphrases: Passphrases | None = None) -> "Iterator[Access]":
        """The study through the keys of the person, put away when the block ends."""
        from store.backup.ballast import keep_for

        ready = passphrases or self.passphrases()
        with self.opened() as study:
            person = self.name or ask_name(study)
            access = unlock(study, person, ready.ask(person))
            try:
                undertake(access)
                keep_for(study)
                yield access
            finally:
                access.lock()

    @contextmanager
    def accompanied(self, access: "Access", passphrases: Passphrases) -> "Iterator[Access | None]":
        """The second person beside `access`, if one is named; their keys are put away as well."""
        if self.second is None:
            yield None
            return
        second = unlock(access.study, self.second, passphrases.ask(self.second))
        try:
            undertake(second)
            yield second
        finally:
            second.lock()

    @contextmanager
    def both(
        self, passphrases: Passphrases | None = None
    ) -> "Iterator[tuple[Access, Access | None]]":
        """The study through the keys of the person, and of the second one if one is named."""
        ready = passphrases or self.passphrases()
        with self.unlocked(ready) as access, self.accompanied(access, ready) as second:
            yield access, second


def unlock(study: "Study", name: str, passphrase: str, *, accept_older: bool = False) -> "Access":
    """What a passphrase opens; looking takes about a second on purpose."""
    with patience("Checking the passphrase"):
        return study.unlock(name, passphrase, accept_older=accept_older)


def acting(command: Callable[Concatenate[Acting, Own], None]) -> Callable[..., None]:
    """A command by one person: it has the options --as, --study and --passphrase-file."""
    return _with_options(command, second=False)


def acting_with(command: Callable[Concatenate[Acting, Own], None]) -> Callable[..., None]:
    """A command that may take two people: it has the option --with too."""
    return _with_options(command, second=True)


def _with_options(command: Callable[..., None], *, second: bool) -> Callable[..., None]:
    """The command with its own options first, then those that become its `Acting`."""

    @wraps(command)
    def run(
        context: typer.Context,
        as_: str | None,
        study: Path | None,
        passphrase_file: Path | None,
        with_: str | None = None,
        **own: Any,
    ) -> None:
        command(Acting(context, study, as_, with_, passphrase_file), **own)

    said = inspect.signature(command, eval_str=True)
    options: dict[str, Any] = {"as_": PersonOption}
    if second:
        options["with_"] = WithOption
    options |= {"study": StudyOption, "passphrase_file": PassphraseOption}
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("context", keyword, annotation=typer.Context),
        *(one.replace(kind=keyword) for one in list(said.parameters.values())[1:]),
        *(
            inspect.Parameter(name, keyword, annotation=option, default=None)
            for name, option in options.items()
        ),
    ]
    vars(run)["__signature__"] = said.replace(parameters=parameters)
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def undertake(access: "Access", *, accept: bool = False) -> bool:
    """Show the study's undertaking to a person who has not accepted it; note that they do.

    Args:
        access: whose keys are open.
        accept: whether it was said already that they accept it.

    Returns:
        Whether there was anything to accept.

    Raises:
        Refusal: they do not, or cannot be asked here.
    """
    text = access.people.undertaking()
    if text is None:
        return False
    name = access.person.name
    if not accept:
        if not os.isatty(0):
            raise Refusal(
                f"{name} has not accepted the undertaking of this study: "
                f"`cati user undertake --as {name}` shows it."
            )
        say(text, err=True)
        if not agreed(f"Do you, {name}, accept this?"):
            raise Refusal("It was not accepted: nothing was done.")
    access.people.accept_undertaking(text)
    return True


def ask_name(study: "Study") -> str:
    """The login name of the person at the terminal; not asked when the study has but one."""
    if len(study.people) == 1:
        return study.people[0].name
    if not os.isatty(0):
        raise Refusal("There is no terminal to ask for your name: give it with --as NAME.")
    return ask_line("Your login name", None)
