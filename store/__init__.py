"""Where it is kept: keys, sealed records, people, audit and backup.

`create_study` and `open_study` give a `Study`; `Study.unlock` gives an `Access`, one person's
keys and what they reach; `Access.open_case` gives an `OpenCase`. Every error is a `StoreError`
whose text is one sentence for the screen. FORMAT.md describes attacker, keys and bytes.
"""

from store.access import Access
from store.canonical import JSON
from store.errors import (
    AlreadySubmitted,
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
    StoreBusy,
    StoreError,
    StudyInPlace,
    TooSoon,
    UnknownCase,
    UnknownInstrument,
    UnknownPerson,
    Unwritable,
    WrongPassphrase,
)
from store.founding import create_study
from store.open_case import OpenCase
from store.passphrase import generate_passphrase
from store.roles import Action, Role
from store.study import Study, open_study
from store.values import (
    CaseCard,
    CaseState,
    InstrumentCard,
    InstrumentFiles,
    JournalEntry,
    KdfCost,
    Kind,
    NewPerson,
    PersonCard,
    Receipt,
    SubmittedCase,
    VerifyReport,
)

__all__ = [
    "JSON",
    "Access",
    "Action",
    "AlreadySubmitted",
    "CaseCard",
    "CaseInUse",
    "CaseState",
    "DamagedCase",
    "DamagedKeyFile",
    "DamagedNotice",
    "DamagedStudy",
    "DiskFull",
    "InstrumentCard",
    "InstrumentFiles",
    "InvalidInput",
    "JournalEntry",
    "KdfCost",
    "Kind",
    "LeaseLost",
    "Locked",
    "NewPerson",
    "NewerFormat",
    "NotAllowed",
    "OlderFormat",
    "OpenCase",
    "PersonCard",
    "Receipt",
    "Role",
    "StoreBusy",
    "StoreError",
    "Study",
    "StudyInPlace",
    "SubmittedCase",
    "TooSoon",
    "UnknownCase",
    "UnknownInstrument",
    "UnknownPerson",
    "Unwritable",
    "VerifyReport",
    "WrongPassphrase",
    "create_study",
    "generate_passphrase",
    "open_study",
]
