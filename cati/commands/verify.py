"""`cati verify`: check every seal, signature and chain that your keys reach."""

import typer

from cati.commands.acting import Acting, acting
from cati.commands.asking import patience
from cati.commands.shared import JsonOption, counted, say, say_json


@acting
def verify(
    me: Acting,
    as_json: JsonOption = False,
) -> None:
    """Verify a study: the audit, and every journal and sealed case that your keys open.

    Says what could not be checked with your keys. Exit code 1 when something is wrong.
    """
    from cati.disk import disk_note

    with me.unlocked() as access:
        with patience("Verifying"):
            report = access.verify()
        note = disk_note(access.study.folder) if access.study.kind == "live" else ""
    if as_json:
        say_json(
            {
                "ok": report.ok,
                "audit_entries": report.audit_entries,
                "cases": report.cases,
                "journals": report.journals,
                "sealed": report.sealed,
                "problems": list(report.problems),
                "unchecked": list(report.unchecked),
                "disk": note,
            }
        )
    else:
        say(
            f"Verified: {counted(report.audit_entries, 'audit entry', 'audit entries')}, "
            f"{counted(report.cases, 'case')}, {counted(report.journals, 'journal')}, "
            f"{counted(report.sealed, 'sealed case')}."
        )
        for sentence in report.unchecked:
            say(sentence)
        if note:
            say(note)
        for sentence in report.problems:
            say(f"Problem: {sentence}")
        if report.ok:
            say("No problem found.")
    if not report.ok:
        raise typer.Exit(1)
