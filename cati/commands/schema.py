"""`cati schema`: the language of instruments for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cati.commands.shared import say
from cati.refusal import Refusal


def schema(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write it here instead of printing it."
        ),
    ] = None,
) -> None:
    """Print the JSON Schema of instruments, with which editors complete and check their files.

    Write it to a file beside your instrument and name it in the first line of each of its files:
    # yaml-language-server: $schema=cati.schema.json
    """
    from instrument.schema import instrument_schema

    text = json.dumps(instrument_schema(), indent=1, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refusal(f"{output} cannot be written: {reason}.") from None
    say(f"Written to {output}. Name it in the first line of each file of your instrument:")
    say(f"# yaml-language-server: $schema={output.name}")
