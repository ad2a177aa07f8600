"""Who takes no part any more, or not now, and what is left to do then."""

from dataclasses import dataclass
from datetime import date

from store.errors import NotAllowed
from store.trust.entries import DATA, PersonEntry, family_of
from store.trust.roles import Role


@dataclass(frozen=True)
class LeftToDo:
    """What remains to be done after someone was suspended, removed, or changed roles."""

    cases: tuple[str, ...] = ()
    """Short ids of cases that nobody can go on with before they are reassigned."""
    data_key: bool = False
    """They held the data key, which should be changed."""
    review_key: bool = False
    """They held the review key, which should be changed."""
    key_file: str | None = None
    """A file that should be deleted wherever there is a copy of it."""
    last_manager: bool = False
    """No data manager is left."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in words."""
        from instrument.counts import counted

        count = len(self.cases)
        told = (
            (
                count,
                f"Reassign {counted(count, 'open case')}: "
                + ", ".join(self.cases)
                + " (`cati case reassign CASE --to NAME`).",
            ),
            (
                self.data_key,
                "Change the data key, of which they may have kept a copy: `cati keys rotate`.",
            ),
            (
                self.review_key,
                (
                    "Change the review key, of which they may have kept a copy: "
                    "`cati keys rotate --key review`."
                ),
            ),
            (self.key_file, f"Delete {self.key_file} wherever there is a copy of it."),
            (
                self.last_manager,
                (
                    "No data manager is left: let one in with two recovery sheets, "
                    "`cati keys let-in NAME`."
                ),
            ),
        )
        return tuple(sentence for needed, sentence in told if needed)


def require_active(person: PersonEntry, today: date, by_clock: date | None = None) -> None:
    """Raise NotAllowed when someone does not take part now, with the reason.

    Args:
        person: who.
        today: the day (UTC) by which their last day is over, or not.
        by_clock: what the clock of this computer says, where that may be another day.
    """
    if person.is_active(today):
        return
    why = {
        "suspended": f"{person.name} is suspended: an administrator can end that.",
        "removed": f"{person.name} was removed from the study and takes no part any more.",
        "replaced": f"{person.name} was enrolled again, with other keys: these no longer count.",
    }
    ended = f"The last day of {person.name} was {person.expires}: an administrator can extend it."
    if by_clock is not None and person.is_active(by_clock):
        ended = (
            f"The last day of {person.name} was {person.expires}. The clock of this computer says "
            f"{by_clock}, but the newest entry of the audit is of {today}: put the clock right. If "
            "it is right and that of the entry was not, an administrator, or anybody whose last "
            "day is not over, does something in the study, and the audit goes by that."
        )
    raise NotAllowed(why.get(person.status, ended))


def may_hold(person: PersonEntry, key: str) -> bool:
    """Whether what they do now takes this key; they may have been given it for what they did."""
    if Role.DATA_MANAGER in person.roles:
        return True
    return family_of(key) != DATA and Role.SUPERVISOR in person.roles
