"""What can go wrong with a study, each as one sentence fit for the screen.

The text of an error names people by login, cases by their short id, and files by their place in
the study folder. It never quotes an answer, a contact or anything else that is kept encrypted,
and never the message of a library below, which may carry parameters.
"""

from math import ceil

__all__ = [
    "AlreadySubmitted",
    "CaseAway",
    "CaseErased",
    "CaseInUse",
    "DamagedCase",
    "DamagedKeyFile",
    "DamagedStudy",
    "DiskFull",
    "InvalidInput",
    "LeaseLost",
    "Locked",
    "NewerFormat",
    "NotAllowed",
    "OlderFormat",
    "PutBack",
    "Refused",
    "StoreBusy",
    "StoreError",
    "StudyInPlace",
    "Suspended",
    "TooSoon",
    "UnknownCase",
    "UnknownInstrument",
    "UnknownPerson",
    "Unreachable",
    "Unwritable",
    "WrongPassphrase",
]


class StoreError(Exception):
    """Base of everything this package raises on purpose; `str()` is one sentence for the screen."""


class InvalidInput(StoreError):
    """A value given by the caller cannot be stored; nothing was changed."""


class StudyInPlace(StoreError):
    """A new study was to be made in a folder that already holds something."""


class DamagedStudy(StoreError):
    """The manifest or the database is missing, altered or unreadable."""


class PutBack(DamagedStudy):
    """The study is in an earlier or another state than the one this person has seen.

    Attributes:
        missing: how many entries of the audit are gone at least; None when others stand in place.
    """

    def __init__(self, missing: int | None) -> None:
        self.missing = missing
        what = {None: "entries of its audit are others than those", 1: "1 entry of its audit"}
        gone = what.get(missing, f"{missing} entries of its audit")
        verb = "that you saw" if missing is None else "that you have seen"
        told = (
            f"{gone} {verb}"
            if missing is None
            else (f"{gone} {verb} {'is' if missing == 1 else 'are'} missing")
        )
        super().__init__(
            f"This study was put back to another state: {told}. Do not go on, unless "
            "an administrator restored it on purpose: then `cati user accept-restored` takes it."
        )


class AuditAltered(DamagedStudy):
    """The audit was altered behind the newest manifest that it names, so a newer one may be hidden.

    Attributes:
        entry: number of the last entry that does not hold.
    """

    def __init__(self, entry: int) -> None:
        self.entry = entry
        super().__init__(
            f"Entry {entry} of the audit was altered, so nobody knows who takes part: only a "
            "verification and a backup are possible. Restore the study from a backup."
        )


class NotFollowed(DamagedStudy):
    """The manifest in place is by somebody who was no administrator then, or exchanged keys.

    Attributes:
        entry: number of the entry of the audit by which it is in place.
    """

    def __init__(self, entry: int) -> None:
        self.entry = entry
        super().__init__(
            f"By entry {entry} of the audit the manifest is of somebody who was no administrator "
            "then, or who put other keys under somebody's name, so it is not followed: only a "
            "verification and a backup are possible. Put the study.yaml of before back from a "
            "backup; where that is refused, too, restore the backup."
        )


class NewerFormat(StoreError):
    """The study was written by a newer release."""


class OlderFormat(StoreError):
    """The database was written by an earlier release and has to be brought to this one."""

    def __init__(self) -> None:
        super().__init__(
            "This study was written by an earlier release of cati: have an administrator bring it "
            "to this one with `cati upgrade`, which makes a backup first."
        )


class Unwritable(StoreError):
    """A file or folder of the study cannot be written."""


class DiskFull(StoreError):
    """There is no room for what was to be saved; what was saved before is intact."""


class StoreBusy(StoreError):
    """Another process kept the database locked for longer than we wait."""


class Unreachable(StoreError):
    """The database server does not answer, or the connection to it broke.

    What was being written may or may not have happened; the next use connects again.
    """


class UnknownPerson(StoreError):
    """No person of that name takes part in the study."""


class WrongPassphrase(StoreError):
    """The key file is sound and the passphrase does not open it."""


class TooSoon(StoreError):
    """After wrong passphrases the next try has to wait.

    Attributes:
        seconds: how long, rounded up, at least 1.
    """

    def __init__(self, seconds: float) -> None:
        from instrument.counts import counted

        self.seconds = max(1, ceil(seconds))
        super().__init__(
            "After a wrong passphrase the next try has to wait: "
            f"try again in {counted(self.seconds, 'second')}."
        )


class DamagedKeyFile(StoreError):
    """A key file is missing, altered, or belongs to another person or study."""


class Locked(StoreError):
    """The keys were put away; the person has to unlock again."""

    def __init__(self) -> None:
        super().__init__("The study is locked: unlock it with your passphrase to go on.")


class NotAllowed(StoreError):
    """The person's roles or keys do not reach that far."""


class UnknownInstrument(StoreError):
    """No instrument with that fingerprint belongs to the study."""


class UnknownCase(StoreError):
    """No case with that id belongs to the study."""


class CaseInUse(StoreError):
    """Another running program holds the case.

    Attributes:
        by: login name of the holder.
        since: when it was taken, UTC, as ISO 8601.
    """

    def __init__(self, short_id: str, by: str, since: str) -> None:
        self.by = by
        self.since = since
        super().__init__(
            f"Case {short_id} is open in another window or program, by {by} since {since}: "
            "close it there first."
        )


class CaseAway(StoreError):
    """The case went to another computer with a packet and has not come back."""

    def __init__(self, short_id: str) -> None:
        super().__init__(
            f"Case {short_id} is on another computer: receive the packet that brings it back, or "
            "have a data manager take it back with `cati send --take-back`."
        )


class Refused(StoreError):
    """A case goes on elsewhere, so nothing more is written to it from here.

    Attributes:
        kept: how many entries that are not in the case are kept beside the database.
    """

    kept = 0
    readers = "you and the data managers"

    def __str__(self) -> str:
        """The sentence, and what became of what was entered."""
        if not self.kept:
            return super().__str__()
        what = "1 entry is" if self.kept == 1 else f"{self.kept} entries are"
        kept = f"Not in the case: {what} kept in this study folder, for {self.readers}."
        return f"{super().__str__()} {kept}"


class LeaseLost(Refused):
    """The case was taken over by another program; nothing more is written from here."""

    def __init__(self, short_id: str) -> None:
        super().__init__(
            f"Case {short_id} was taken over by another program, so this change was not saved: "
            "open the case again."
        )


class Suspended(LeaseLost):
    """Who held the case takes part no more, so it was taken from them."""

    readers = "the data managers"

    def __init__(self, short_id: str) -> None:
        StoreError.__init__(
            self,
            "You do not take part in this study at present, so this change was not saved in case "
            f"{short_id}: ask the administrator.",
        )


class CaseErased(NotAllowed):
    """The case was erased; nothing of it is to stay here either."""

    def __init__(self, short_id: str) -> None:
        super().__init__(f"Case {short_id} was erased: nothing of it is left.")


class DamagedNotice(StoreError):
    """A notice in the study's folder is not what a data manager signed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The notice {name} of this study is damaged or was not signed by a data manager: it "
            "is not used. Ask a data manager to write it anew."
        )


class AlreadySubmitted(Refused):
    """The case was submitted and is closed to its interviewer."""

    def __init__(self, short_id: str) -> None:
        super().__init__(
            f"Case {short_id} was submitted and can no longer be opened for interviewing."
        )


class DamagedCase(StoreError):
    """What is stored of a case is not what its writers stored.

    Attributes:
        short_id: the case, as people call it.
    """

    def __init__(self, short_id: str) -> None:
        self.short_id = short_id
        super().__init__(
            f"Case {short_id} is damaged or was altered outside cati: nothing of it was changed; "
            "tell your data manager and run a verification."
        )
