"""Where it is kept: keys, sealed records, people, audit and backup.

`create_study` and `open_study` give a `Study`; `Study.unlock` gives an `Access`, one person's
keys and what they reach; `Access.open_case` gives an `OpenCase`. Every error is a `StoreError`
whose text is one sentence for the screen. FORMAT.md describes attacker, keys and bytes.
"""

from store.access import Access
from store.backup.backup_file import DamagedBackup, UnreadableBackup
from store.backup.backups import BackupMade, BackupReport, Backups, backup_before
from store.canonical import JSON
from store.casework.lease import HEARTBEAT
from store.casework.listing import Queue
from store.casework.open_case import OpenCase
from store.casework.rewrapping import Progress
from store.crypto.passphrase import generate_passphrase
from store.erasing.certificates import Certificate
from store.erasing.erasures import Erasures
from store.erasing.ledger import Reason
from store.errors import (
    AlreadySubmitted,
    CaseAway,
    CaseErased,
    CaseInUse,
    DamagedCase,
    DamagedKeyFile,
    DamagedNotice,
    DamagedStudy,
    DiskFull,
    InvalidInput,
    LeaseLost,
    Locked,
    NewerFormat,
    NotAllowed,
    OlderFormat,
    PutBack,
    StoreBusy,
    StoreError,
    StudyInPlace,
    TooSoon,
    UnknownCase,
    UnknownInstrument,
    UnknownPerson,
    Unreachable,
    Unwritable,
    WrongPassphrase,
)
from store.study import Study, open_study, require_fingerprint
from store.team.founding import create_study
from store.team.joining import join_study
from store.team.people import LeftToDo, People
from store.team.study_keys import KeyStatus, StudyKeys
from store.team.taking_over import take_over
from store.trust.roles import Action, Role
from store.values import (
    CaseCard,
    CaseState,
    DueCase,
    InstrumentCard,
    InstrumentFiles,
    JournalEntry,
    KdfCost,
    Kind,
    NewPerson,
    PersonCard,
    Receipt,
    ReviewedCase,
    SubmittedCase,
    VerifyReport,
)
from store.waiting.local_drafts import LocalDraft, LocalDrafts

__all__ = [
    "HEARTBEAT",
    "JSON",
    "Access",
    "Action",
    "AlreadySubmitted",
    "BackupMade",
    "BackupReport",
    "Backups",
    "CaseAway",
    "CaseCard",
    "CaseErased",
    "CaseInUse",
    "CaseState",
    "Certificate",
    "DamagedBackup",
    "DamagedCase",
    "DamagedKeyFile",
    "DamagedNotice",
    "DamagedStudy",
    "DiskFull",
    "DueCase",
    "Erasures",
    "InstrumentCard",
    "InstrumentFiles",
    "InvalidInput",
    "JournalEntry",
    "KdfCost",
    "KeyStatus",
    "Kind",
    "LeaseLost",
    "LeftToDo",
    "LocalDraft",
    "LocalDrafts",
    "Locked",
    "NewPerson",
    "NewerFormat",
    "NotAllowed",
    "OlderFormat",
    "OpenCase",
    "People",
    "PersonCard",
    "Progress",
    "PutBack",
    "Queue",
    "Reason",
    "Receipt",
    "ReviewedCase",
    "Role",
    "StoreBusy",
    "StoreError",
    "Study",
    "StudyInPlace",
    "StudyKeys",
    "SubmittedCase",
    "TooSoon",
    "UnknownCase",
    "UnknownInstrument",
    "UnknownPerson",
    "Unreachable",
    "UnreadableBackup",
    "Unwritable",
    "VerifyReport",
    "WrongPassphrase",
    "backup_before",
    "create_study",
    "generate_passphrase",
    "join_study",
    "open_study",
    "require_fingerprint",
    "take_over",
]
