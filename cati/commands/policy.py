"""`cati study`: its fingerprint and its policy."""

from pathlib import Path
from typing import Annotated

import typer

from cati.commands.acting import Acting, acting_with
from cati.commands.shared import JsonOption, StudyOption, one_of, opened, say, say_json
from cati.refusal import Refusal

LONGEST = 65_536
"""Bytes; an undertaking is a page."""

app = typer.Typer(help="The study itself: its fingerprint, its policy.", no_args_is_help=True)


@app.command("show")
def show(context: typer.Context, study: StudyOption = None, as_json: JsonOption = False) -> None:
    """Show title, kind, policy, and the fingerprint that a new computer is to be told."""
    with opened(context, study) as found:
        policy = found.body.policy
        shown: dict[str, object] = {
            "title": found.title,
            "kind": found.kind,
            "fingerprint": found.fingerprint,
            "review": policy.review,
            "lock_after_minutes": policy.lock_after_minutes,
            "undertaking": policy.undertaking,
        }
    if as_json:
        say_json(shown)
        return
    for name, value in shown.items():
        say(f"{name.replace('_', ' ')}: {'none' if value is None else value}")


@app.command("policy")
@acting_with
def policy(
    me: Acting,
    review: Annotated[
        str | None,
        typer.Option(
            "--review", metavar="all|none", help="Which submitted cases supervisors review."
        ),
    ] = None,
    lock_after: Annotated[
        int | None,
        typer.Option("--lock-after", metavar="MINUTES", help="Idle minutes before it locks, 1-15."),
    ] = None,
    undertaking: Annotated[
        Path | None,
        typer.Option(
            "--undertaking",
            metavar="FILE",
            help="A text that everyone has to accept before they work; an empty file ends it.",
        ),
    ] = None,
) -> None:
    """Change rules of the study (by an administrator).

    When review begins a key for it is made, which takes a data manager too (--with).
    """
    changes: dict[str, object] = {}
    if review is not None:
        changes["review"] = one_of(review, ("all", "none"), "rule for review")
    if lock_after is not None:
        changes["lock_after_minutes"] = lock_after
    if undertaking is not None:
        changes["undertaking"] = _text(undertaking) or None
    if not changes:
        raise Refusal(
            "Say what to change: --review, --lock-after or --undertaking; `cati study show` shows "
            "what they are."
        )
    with me.both() as (access, second):
        access.people.change_policy(second, **changes)
    say("The policy is changed.")


def _text(file: Path) -> str:
    try:
        with file.open("rb") as handle:
            return handle.read(LONGEST).decode("utf-8").strip()
    except OSError as error:
        raise Refusal(f"{file}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise Refusal(f"{file}: this is not UTF-8 text.") from None
