"""A journal put under a new answers key: the same events at the same times, with the same ids.

Happens when a case is returned, and when an assignee opens a case whose answers key somebody else
gave them: from then on only they and the data key open what is written.
"""

import os
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from store.casework import cases, grants
from store.casework.grants import CaseRecord
from store.casework.journal import Opened, first_head, seal_event
from store.casework.progress import place_of
from store.clock import quarter
from store.crypto.keys import KEY_SIZE, CaseKeys, wipe
from store.record.audit import Signer
from store.trust.manifest import Body
from store.values import JournalEntry


def put_journal(
    connection: Connection,
    body: Body,
    case: CaseRecord,
    entries: Iterable[JournalEntry],
    granter: Signer,
    now: datetime,
) -> tuple[CaseKeys, list[Opened]]:
    """Seal a journal under a new answers key and grant that to assignee and data key.

    What was stored of the journal and of its keys before is deleted; the case is `open` afterwards.

    Args:
        connection: in the caller's transaction.
        body: the manifest.
        case: whose journal it is; its `assignee` is granted the key.
        entries: the whole journal, in order.
        granter: who signs the grants.
        now: the present time.

    Returns:
        The new keys, which the caller overwrites, and the journal with its new links.
    """
    place, case_key = place_of(body, case), bytearray(os.urandom(KEY_SIZE))
    keys = CaseKeys.derive(case_key)
    grants.forget_answers(connection, case.id)
    for recipient in (case.assignee, body.data_key_name):
        grants.grant(connection, body, case.id, "answers", recipient, case_key, *granter)
    wipe(case_key)
    link = first_head(keys, place)
    envelopes: list[bytes] = []
    journal: list[Opened] = []
    for seq, one in enumerate(entries, start=1):
        event_id = uuid.UUID(one.event_id)
        sealed = seal_event(keys, place, seq, link, one.at, event_id, one.event)
        link = sealed.head
        envelopes.append(sealed.envelope)
        journal.append(Opened(one.at, event_id, one.event, link))
    cases.put_journal(connection, case.id, envelopes, link, quarter(now))
    return keys, journal


def entries_of(journal: Iterable[Opened]) -> list[JournalEntry]:
    """A replayed journal as entries with numbers."""
    return [
        JournalEntry(seq, one.at, str(one.event_id), one.event)
        for seq, one in enumerate(journal, start=1)
    ]
