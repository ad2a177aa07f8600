"""What a server must be like: the way to it, its settings, and tables just as we made them."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, LargeBinary, Table, text
from sqlmodel import SQLModel

from store.databases.answering import ending
from store.databases.column_types import Integer, Text
from store.databases.tables import SCHEMA_VERSION, TABLES
from store.errors import DamagedStudy, NewerFormat, StoreError, Unreachable

if TYPE_CHECKING:
    import psycopg

    from store.databases.server import Place

OLDEST_SERVER = 150_000
"""PostgreSQL 15, as `server_version_num` says it."""

SESSION = {
    "client_encoding": "UTF8",
    "search_path": "public, pg_temp",
    "statement_timeout": "60s",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "10s",
    "idle_session_timeout": "0",
    "default_transaction_isolation": "read committed",
    "standard_conforming_strings": "on",
    "row_security": "on",
}
"""Set on each connection and read back. A transaction that sleeps ends before others stop waiting
for its lock."""

MISSING_EXTRA = (
    "This study is on a PostgreSQL server, for which a part of cati is missing here: install it "
    "with the extra postgres (pip install 'cati[postgres]')."
)

SETTLES_WITHIN = 5.0
"""Seconds for the settings of a new connection."""

_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def require_extra() -> None:
    """Raise StoreError unless the driver is installed."""
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError:
        raise StoreError(MISSING_EXTRA) from None


def connect(at: "Place") -> "psycopg.Connection[Any]":
    """Connect over a local socket or a verified way, whatever the environment says.

    Raises:
        Unreachable: no connection came about.
    """
    import psycopg

    # Where an option is given, libpq does not look for it in the environment.
    options: dict[str, Any] = {
        "host": at.host,
        "hostaddr": "",
        "port": at.port,
        "dbname": at.database,
        "options": "",
        "gssencmode": "disable",
        "target_session_attrs": "any",
        "sslmode": "disable" if at.is_local else "verify-full",
        "application_name": "cati",
        "client_encoding": "UTF8",
        **_NETWORK,
        **{name: value for name, value in at.options if not at.is_local},
    }
    if at.user:
        options["user"] = at.user
    try:
        connection = psycopg.connect(autocommit=True, **options)
    except psycopg.OperationalError:
        raise unreachable(at) from None
    try:
        setting = ", ".join("set_config(%s, %s, false)" for _ in SESSION)
        values = [part for pair in SESSION.items() for part in pair]
        with ending(connection.fileno(), SETTLES_WITHIN):
            connection.execute(f"SELECT {setting}".encode(), values)
    except BaseException:
        connection.close()
        raise
    return connection


def require_rules(connection: Connection, at: "Place") -> None:
    """Raise StoreError unless what is committed there stays, and nobody can stand between."""
    driver: Any = connection.connection.dbapi_connection
    if not at.is_local and not driver.pgconn.ssl_in_use:
        raise _refused("the way to it is not encrypted: connect with sslmode=verify-full")
    names = (*SESSION, "server_version_num", "fsync", "full_page_writes", "synchronous_commit")
    wanted = ", ".join(f"current_setting('{name}')" for name in (*names, "server_encoding"))
    row = connection.execute(text(f"SELECT pg_is_in_recovery(), {wanted}")).one()
    standby, *values = (str(value) for value in row)
    found = dict(zip((*names, "server_encoding"), values, strict=True))
    if int(found["server_version_num"]) < OLDEST_SERVER:
        raise _refused("it is older than PostgreSQL 15: update the server")
    if standby != "False":
        raise _refused("it is a standby: connect to the primary server")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if found[name] == "off":
            raise _refused(f"it runs with {name}=off, which can lose saved answers: turn it on")
    if found["server_encoding"] != "UTF8":
        raise _refused("the database is not in UTF8: make it with ENCODING 'UTF8'")
    for name, value in SESSION.items():
        if _plain(found[name]) != _plain(value):
            raise _refused(f"it does not keep the setting {name} of a connection: tell its keeper")


def require_tables(connection: Connection) -> None:
    """Raise DamagedStudy unless the tables are those of this release, and nothing acts on them."""
    version = schema_version(connection)
    if version is None:
        raise DamagedStudy(
            "The database on the server holds no study of cati: check database.yaml, or make the "
            "study with cati init --database."
        )
    if version > SCHEMA_VERSION:
        raise NewerFormat(
            "The database was written by a newer release of cati: update cati to open it."
        )
    if version != SCHEMA_VERSION or schema(connection) != expected_schema():
        raise DamagedStudy(
            "The tables on the server are not those of cati: restore them from a backup, or tell "
            "whoever runs the server."
        )


def schema_version(connection: Connection) -> int | None:
    """The version that the comment on the table `meta` says; None without such a table."""
    said = connection.execute(
        text("SELECT obj_description(to_regclass('public.meta'), 'pg_class')")
    ).scalar()
    words = str(said or "").split()
    if len(words) != 2 or words[0] != "cati" or not words[1].isdecimal() or len(words[1]) > 9:
        return None
    return int(words[1])


def set_schema_version(connection: Connection, version: int) -> None:
    """Say it; for who makes or migrates the tables."""
    connection.execute(text(f"COMMENT ON TABLE public.meta IS 'cati {int(version)}'"))


def schema(connection: Connection) -> list[tuple[str, ...]]:
    """Columns and keys of every table, and all that could act by itself."""
    return sorted(tuple(map(str, row)) for row in connection.execute(_SCHEMA))


def expected_schema() -> list[tuple[str, ...]]:
    """What `schema` gives for a new database."""
    found: list[tuple[str, ...]] = []
    for model in TABLES:
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        found += _columns(table)
        found += _keys(table)
    return sorted(found)


def _columns(table: Table) -> list[tuple[str, ...]]:
    return [
        ("column", table.name, column.name, _type(column.type), "", "NO")
        for column in table.columns
    ]


def _keys(table: Table) -> list[tuple[str, ...]]:
    name = f'"{table.name}"' if table.name in ("case", "grant") else table.name
    primary = ", ".join(column.name for column in table.primary_key)
    keys = [("p", f"PRIMARY KEY ({primary})")]
    keys += [
        ("f", f'FOREIGN KEY ({column.name}) REFERENCES "case"(id)')
        for constraint in table.foreign_key_constraints
        for column in constraint.columns
    ]
    index = f"CREATE UNIQUE INDEX {table.name}_pkey ON public.{name} USING btree ({primary})"
    return [
        *(("key", table.name, kind, meaning, "", "") for kind, meaning in keys),
        ("index", table.name, index, "", "", ""),
    ]


def _type(kind: object) -> str:
    if isinstance(kind, Integer):
        return "bigint"
    if isinstance(kind, Text):
        return "text C"
    assert isinstance(kind, LargeBinary)
    return "bytea"


_SCHEMA = text("""
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relpersistence
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind NOT IN ('i', 'I', 't')
)
SELECT 'column', c.relname::text, a.attname::text,
       format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attcollation = 0 THEN '' ELSE ' ' || o.collname END,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '')
           || a.attidentity::text || a.attgenerated::text,
       CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END
  FROM ours c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_collation o ON o.oid = a.attcollation
 WHERE c.relkind = 'r'
UNION ALL
SELECT 'kind', c.relname, c.relkind::text || c.relpersistence::text, '', '', ''
  FROM ours c WHERE c.relkind <> 'r' OR c.relpersistence <> 'p'
UNION ALL
SELECT 'key', c.relname, k.contype::text, pg_get_constraintdef(k.oid), '', ''
  FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n'
UNION ALL
SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid), '', '', ''
  FROM ours c JOIN pg_index i ON i.indrelid = c.oid
UNION ALL
SELECT 'trigger', c.relname, t.tgname, '', '', ''
  FROM ours c JOIN pg_trigger t ON t.tgrelid = c.oid
 WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'
UNION ALL
SELECT 'rule', c.relname, r.rulename, '', '', ''
  FROM ours c JOIN pg_rewrite r ON r.ev_class = c.oid WHERE c.relkind = 'r'
UNION ALL
SELECT 'policy', c.relname, p.polname, '', '', ''
  FROM ours c JOIN pg_policy p ON p.polrelid = c.oid
UNION ALL
SELECT 'function', p.proname, '', '', '', ''
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'
UNION ALL
SELECT 'event trigger', e.evtname, '', '', '', '' FROM pg_event_trigger e
""")


def unreachable(at: "Place") -> Unreachable:
    """What is said when no connection comes about."""
    return Unreachable(
        f"The database {at} cannot be reached, or it refused your login: check the network, "
        "database.yaml, and the password in ~/.pgpass."
    )


def _plain(value: str) -> str:
    return {"60s": "1min"}.get(value, value).replace(" ", "")


def _refused(why: str) -> StoreError:
    return StoreError(f"This database server is not used: {why}.")
