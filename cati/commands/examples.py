"""The order of `cati --help`, and an example for each command."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

SECTIONS = {
    "Beginning": {
        "demo": "Practice: a study with three invented cases.",
        "init": "Start a study.",
        "join": "Take part in a study that is on a server.",
        "settings": "Where your settings are, and what they say.",
    },
    "People, rules and keys": {
        "user": "Who takes part; roles and passphrases.",
        "study": "The study's fingerprint and its rules.",
        "keys": "Recovery sheets; new keys when someone leaves.",
    },
    "Interviews": {
        "interview": "Open a study at its cases.",
        "case": "Cases: add, list, correct, give to someone else.",
        "review": "The second look at submitted cases.",
        "send": "Write a packet of cases for another computer.",
        "receive": "Take what a packet brings.",
    },
    "Results": {
        "export": "Submitted cases as CSV and SPSS files.",
        "codebook": "What every variable is, as HTML or DDI.",
        "pace": "How long items take in this study.",
        "simulate": "Fill practice cases at random, to rehearse an export.",
    },
    "Safekeeping": {
        "backup": "Backups: make, list, try out.",
        "restore": "A study from a backup, in a new folder.",
        "verify": "Whether everything is as it was left.",
        "audit": "Who did what when.",
        "erase": "Destroy a case, or all identities, for good.",
        "upgrade": "Bring a study of an earlier release to this one.",
    },
    "Writing an instrument": {
        "check": "Every problem in its files, and proofs about its routes.",
        "explain": "What a message means, and what to do.",
        "preview": "Its questions, line by line, without a study.",
        "instrument": "Format one, see what is untranslated, add it to a study.",
        "import": "Make one from a questionnaire of another system.",
        "schema": "What editors need to complete and check its files.",
        "map": "Drawings of its sections, to be printed.",
        "deck": "Few test interviews that cover all of it.",
        "replay": "Whether test interviews still go as expected.",
        "diff": "What differs between two versions.",
    },
}
"""Commands under the headings of `cati --help`, in the order in which they are needed."""

EXAMPLES = {
    "demo": "demo --discard",
    "interview": "--study study interview --as ina",
    "preview": "preview my-instrument --watch",
    "check": "check my-instrument",
    "diff": "diff my-instrument-1 my-instrument-2",
    "map": "map my-instrument --to drawings",
    "deck": "deck my-instrument --to deck",
    "replay": "replay deck",
    "export": "export --to results --as dan",
    "verify": "verify --as dan",
    "audit": "audit --since 2027-03-01 --as ada",
    "upgrade": "upgrade --as ada",
    "send": "send --to ina --file stick --as dan",
    "receive": "receive stick/cati-1a2b3c4d-000012.cati-packet --as dan",
    "restore": "restore FILE.zip restored --keys keys --as ada",
    "codebook": "codebook my-instrument --format html",
    "simulate": "simulate --cases 100 --study practice",
    "explain": "explain key-missing",
    "schema": "schema --output cati.schema.json",
    "settings": "settings",
    "init": 'init study --title "Households" --administrator ada --data-manager dan',
    "join": 'join study --database postgresql://ina@db.example.org/households --fingerprint "…"',
    "user add": "user add ina --role interviewer --as ada",
    "user list": "user list --all",
    "user suspend": "user suspend ina --as ada",
    "user resume": "user resume ina --as ada",
    "user remove": "user remove ina --as ada",
    "user enroll": "user enroll ina --as ada",
    "user roles": "user roles ina --role interviewer --role supervisor --as ada",
    "user expire": "user expire ina 2027-03-31 --as ada",
    "user passphrase": "user passphrase --as ina",
    "user undertake": "user undertake --as ina",
    "user accept-restored": "user accept-restored --as ina",
    "study show": "study show",
    "study policy": "study policy --review all --as ada --with dan",
    "instrument check": "instrument check my-instrument",
    "instrument translations": "instrument translations my-instrument --language es",
    "instrument format": "instrument format my-instrument --diff",
    "instrument diff": "instrument diff my-instrument-1 my-instrument-2",
    "instrument deck": "instrument deck my-instrument --to deck",
    "instrument add": "instrument add my-instrument --as ada",
    "instrument list": "instrument list",
    "import xlsform": "import xlsform form.xlsx --output my-instrument",
    "import redcap": "import redcap dictionary.csv --output my-instrument",
    "case add": "case add --assign ina --as dan",
    "case list": "case list --search Example --as dan",
    "case move": "case move --all --dry-run --as ina",
    "case drafts": "case drafts --as ina",
    "case contact": "case contact 1a2b3c4d --as dan",
    "case reassign": "case reassign 1a2b3c4d --to ivo --as dan",
    "case release": "case release 1a2b3c4d --as sue",
    "review list": "review list --as sue",
    "review read": "review read 1a2b3c4d --as sue",
    "review accept": "review accept 1a2b3c4d --as sue",
    "review return": 'review return 1a2b3c4d --comment "Please check" --about "age=A slip?" '
    "--as sue",
    "review reopen": 'review reopen 1a2b3c4d --comment "Please check" --as dan',
    "review request-reopening": "review request-reopening 1a2b3c4d --as sue",
    "review lend": "review lend 1a2b3c4d --to sue --reason quality --days 3 --as dan",
    "pace learn": "pace learn --as dan",
    "pace show": "pace show",
    "backup make": "backup make --to backups --as dan",
    "backup list": "backup list --to backups",
    "backup verify": "backup verify backups/FILE.zip --as dan",
    "erase request": "erase request 1a2b3c4d --as ina",
    "erase requests": "erase requests --as dan",
    "erase case": "erase case 1a2b3c4d --reason withdrawn --certificate erased.json --as dan "
    "--with ada",
    "erase identities": "erase identities --certificate erased.json --as dan --with ada",
    "erase certificate": "erase certificate 1 --certificate again.json --as dan",
    "erase clean": "erase clean --as dan",
    "erase check": "erase check erased.json",
    "keys status": "keys status --as ada",
    "keys sheets": "keys sheets --to stick --as ada --with dan",
    "keys rehearse": "keys rehearse --as ada",
    "keys let-in": "keys let-in dan --as ada",
    "keys take-over": "keys take-over ada",
    "keys rotate": "keys rotate --as dan --with ada",
    "keys rewrap": "keys rewrap --as dan",
}
"""What may be typed behind `cati`, by the words of the command."""


class Sections(TyperGroup):
    """The commands of `cati --help` under headings, a line each."""

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write the commands with what each is for."""
        known = self.list_commands(ctx)
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, commands[name]) for name in commands if name in known])


class Commands(TyperGroup):
    """The commands of a group, each with the first paragraph of its help."""

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write the commands in the order in which they were made."""
        with formatter.section("Commands"):
            names = self.list_commands(ctx)
            formatter.write_dl([(name, _first(self.commands[name].help)) for name in names])


def _first(text: str | None) -> str:
    return " ".join((text or "").partition("\n\n")[0].split())


def complete(app: typer.Typer, *words: str) -> None:
    """Give each command of an app and of its groups its example; list groups' commands in full."""
    for command in app.registered_commands:
        name = command.name or ""
        command.epilog = f"Example: cati {EXAMPLES[' '.join((*words, name))]}"
    for group in app.registered_groups:
        if group.typer_instance is not None and group.name:
            group.cls = Commands
            complete(group.typer_instance, *words, group.name)


def every_command(app: typer.Typer, *words: str) -> Iterator[str]:
    """The words of each command of an app and of its groups."""
    for command in app.registered_commands:
        yield " ".join((*words, command.name or ""))
    for group in app.registered_groups:
        if group.typer_instance is not None and group.name:
            yield from every_command(group.typer_instance, *words, group.name)
