"""What is done for a study when it is left: the backup of the day."""

from pathlib import Path
from typing import TYPE_CHECKING

from cati.settings import BackupPlan

if TYPE_CHECKING:
    from store import Access


def back_up(access: "Access", plan: BackupPlan | None) -> str:
    """Make the backup of the day when it is due; leaving does not depend on it.

    Practice studies hold invented cases, and servers are backed up where they are: both are left
    alone.

    Returns:
        A sentence for whoever leaves; empty when there was nothing to do.
    """
    from store import StoreError, ballast
    from store.retention import make_scheduled

    study = access.study
    if study.kind != "live" or study.database.kind != "sqlite":
        return ""
    ballast.keep(study.folder)
    if plan is None:
        return ""
    try:
        folder = Path(plan.folder).expanduser()
        made = make_scheduled(access, folder, plan.daily, plan.weekly)
    except StoreError as error:
        return f"No backup was made. {error}"
    if made is None:
        return ""
    if made.problems:
        return f"A backup was made, and the study has problems: run cati verify. {made.path}"
    return f"Backup made: {made.path}"
