"""Where it is kept: keys, sealed records, people, audit and backup.

`create_study` and `open_study` give a `Study`; `Study.unlock` gives an `Access`, one person's
keys and what they reach; `Access.open_case` gives an `OpenCase`. Every error is a `StoreError`
whose text is one sentence for the screen. FORMAT.md describes attacker, keys and bytes.
"""

from store.access import Access
from store.backup_file import DamagedBackup, UnreadableBackup
from store.backups import BackupMade, BackupReport, Backups, backup_before
from store.canonical import JSON
from store.certificates import Certificate
from store.erasures import Erasures
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
from store.founding import create_study
from store.joining import join_study
from store.lease import HEARTBEAT
from store.ledger import Reason
from store.listing import Queue
from store.local_drafts import LocalDraft, LocalDrafts
from store.open_case import OpenCase
from store.passphrase import generate_passphrase
from store.people import LeftToDo, People
from store.rewrapping import Progress
from store.roles import Action, Role
from store.study import Study, open_study, require_fingerprint
from store.study_keys import KeyStatus, StudyKeys
from store.taking_over import take_over
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
