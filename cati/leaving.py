"""What is done for a study when it is left: the backup of the day."""

import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

from cati.settings import BackupPlan

if TYPE_CHECKING:
    from store import Access, Study

STOPPED = "No backup was made, since it was stopped; it is due again when you leave next."


def backs_up(study: "Study", plan: BackupPlan | None) -> bool:
    """Whether a study is backed up on leaving; also takes its room anew, if it holds any.

    Practice studies hold invented cases, and servers are backed up where they are: both are left
    alone.
    """
    from store.backup import ballast

    if study.kind != "live" or study.database.kind != "sqlite":
        return False
    ballast.keep(study.folder)
    return plan is not None


def last_thing(access: "Access", plan: BackupPlan | None, told: TextIO) -> str:
    """Make the backup of the day once the screen is gone, and put the keys away behind it.

    What ends the program meanwhile (Ctrl+C, a closed window) leaves no half of a backup behind.

    Returns:
        As `back_up`.
    """

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    try:
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, end)
        return back_up(access, plan, told)
    except KeyboardInterrupt:
        return STOPPED
    finally:
        access.lock()


def back_up(access: "Access", plan: BackupPlan | None, told: TextIO | None = None) -> str:
    """Make the backup of the day when it is due; leaving does not depend on it.

    Returns:
        A sentence for whoever leaves; empty when there was nothing to do.
    """
    from store import StoreError
    from store.backup.retention import backups_in, is_due, make_scheduled

    study = access.study
    if not backs_up(study, plan) or plan is None:
        return ""
    try:
        folder = Path(plan.folder).expanduser()
        if told is not None and is_due(backups_in(folder, study.body), study.now()):
            told.write("Backing up …\n")
            told.flush()
        made = make_scheduled(access, folder, plan.daily, plan.weekly)
    except StoreError as error:
        return f"No backup was made. {error}"
    if made is None:
        return ""
    if made.problems:
        return f"A backup was made, and the study has problems: run cati verify. {made.path}"
    return f"Backup made: {made.path}"
