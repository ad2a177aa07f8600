"""From format 1 to format 2, as released: never to be changed.

New columns stand in the middle of nothing that is signed, but the schema of a study is compared
with that of a new one, text by text; so tables are made anew and filled, not altered.
"""

_OF_CASE = 'FOREIGN KEY(case_id) REFERENCES "case" (id)'
_WITHOUT_ROWID = " WITHOUT ROWID,\n STRICT\n\n"
_STRICT = " STRICT\n\n"


def _create(name: str, *columns: str, form: str = _WITHOUT_ROWID) -> str:
    return f"CREATE TABLE {name} (\n\t" + ", \n\t".join(columns) + f"\n)\n{form}"


def _rebuild(create: str, name: str, kept: str, added: str) -> tuple[str, ...]:
    """Make a table anew; `kept` are its columns of before, `added` each new one's first value."""
    values = ", ".join(part.split(" AS ")[0] for part in added.split(", "))
    names = ", ".join(part.split(" AS ")[1] for part in added.split(", "))
    return (
        f"ALTER TABLE {name} RENAME TO {name}_1",
        create,
        f"INSERT INTO {name} ({kept}, {names}) SELECT {kept}, {values} FROM {name}_1",  # noqa: S608
        f"DROP TABLE {name}_1",
    )


_GRANT = _create(
    "grant",
    "case_id TEXT NOT NULL",
    "what TEXT NOT NULL",
    "recipient TEXT NOT NULL",
    "wrap BLOB NOT NULL",
    "granted_by TEXT NOT NULL",
    "signature BLOB NOT NULL",
    "expires TEXT NOT NULL",
    "PRIMARY KEY (case_id, what, recipient)",
    _OF_CASE,
)
_SEALED = _create(
    "sealed",
    "case_id TEXT NOT NULL",
    "data_key TEXT NOT NULL",
    "wrap BLOB NOT NULL",
    "envelope BLOB NOT NULL",
    "PRIMARY KEY (case_id)",
    _OF_CASE,
    form=_STRICT,
)
_LEASE = _create(
    "lease",
    "case_id TEXT NOT NULL",
    "token INTEGER NOT NULL",
    "holder TEXT NOT NULL",
    "boot TEXT NOT NULL",
    "pid INTEGER NOT NULL",
    "started TEXT NOT NULL",
    "since TEXT NOT NULL",
    "until INTEGER NOT NULL",
    "away TEXT NOT NULL",
    "came TEXT NOT NULL",
    "PRIMARY KEY (case_id)",
    _OF_CASE,
)
_AUDIT = _create(
    "audit",
    "seq INTEGER NOT NULL",
    "at TEXT NOT NULL",
    "actor TEXT NOT NULL",
    "action TEXT NOT NULL",
    "object TEXT NOT NULL",
    "hash BLOB NOT NULL",
    "signature BLOB NOT NULL",
    "second TEXT NOT NULL",
    "second_signature BLOB NOT NULL",
    "PRIMARY KEY (seq)",
)
_ERASURE = _create(
    "erasure",
    "seq INTEGER NOT NULL",
    "scope TEXT NOT NULL",
    "case_id TEXT NOT NULL",
    "reason TEXT NOT NULL",
    "at TEXT NOT NULL",
    "actor TEXT NOT NULL",
    "hash BLOB NOT NULL",
    "signature BLOB NOT NULL",
    "second TEXT NOT NULL",
    "second_signature BLOB NOT NULL",
    "PRIMARY KEY (seq)",
)
_PACKET = _create("packet", "id TEXT NOT NULL", "at TEXT NOT NULL", "PRIMARY KEY (id)")
_FILE = _create(
    "file", "path TEXT NOT NULL", "content BLOB NOT NULL", "PRIMARY KEY (path)", form=_STRICT
)

SQLITE = (
    *_rebuild(
        _GRANT, "grant", "case_id, what, recipient, wrap, granted_by, signature", "'' AS expires"
    ),
    *_rebuild(_SEALED, "sealed", "case_id, wrap, envelope", "'data' AS data_key"),
    *_rebuild(
        _LEASE,
        "lease",
        "case_id, token, holder, boot, pid, started, since",
        "0 AS until, '' AS away, '' AS came",
    ),
    *_rebuild(
        _AUDIT,
        "audit",
        "seq, at, actor, action, object, hash, signature",
        "'' AS second, x'' AS second_signature",
    ),
    _ERASURE,
    _PACKET,
    _FILE,
)
