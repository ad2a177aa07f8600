"""Making the database of a study on a server: tables, and SQL roles that may do little.

The tables belong to a role that nobody logs in with; each role of the study has a group role with
the rights that its actions need and no more. Keys decide what is read; these rights keep whoever
has only a login from deleting what the role never deletes. Nobody may change or delete an entry of
the audit.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from store.databases.database import make_tables, translated
from store.databases.postgres import engine, ours
from store.databases.postgres_rules import require_rules, require_tables, schema, set_schema_version
from store.databases.server import Place
from store.databases.tables import SCHEMA_VERSION, TABLES
from store.errors import StoreError, StudyInPlace
from store.trust.roles import Role

OWNER = "cati_owner"
"""Owns the tables; whoever brings them to a new release is a member."""

GROUPS = {role: f"cati_{role.value}" for role in Role}
"""The SQL role of each role in the study."""

_SET_SINCE = 160_000
"""The first release, as `server_version_num` says it, that tells acting as a role from the rest."""

_PROGRESS = "UPDATE (state, n, head, updated)"

RIGHTS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.INTERVIEWER: {
        "case": (_PROGRESS,),
        "event": ("INSERT", "DELETE"),
        "grant": ("INSERT", "DELETE"),
        "sealed": ("INSERT", "DELETE"),
        "lease": ("UPDATE",),
        "audit": ("INSERT",),
        "packet": ("INSERT",),
    },
    Role.SUPERVISOR: {
        "case": (_PROGRESS,),
        "event": ("INSERT", "DELETE"),
        "grant": ("INSERT", "DELETE"),
        "sealed": ("DELETE",),
        "lease": ("UPDATE",),
        "audit": ("INSERT",),
    },
    Role.DATA_MANAGER: {
        "case": ("INSERT", "UPDATE"),
        "identity": ("INSERT", "UPDATE", "DELETE"),
        "event": ("INSERT", "DELETE"),
        "grant": ("INSERT", "UPDATE", "DELETE"),
        "sealed": ("INSERT", "UPDATE", "DELETE"),
        "lease": ("INSERT", "UPDATE", "DELETE"),
        "audit": ("INSERT",),
        "erasure": ("INSERT",),
        "packet": ("INSERT",),
        "file": ("INSERT", "UPDATE", "DELETE"),
    },
    Role.ADMINISTRATOR: {
        "grant": ("DELETE",),
        "lease": ("UPDATE",),
        "audit": ("INSERT",),
        "file": ("INSERT", "UPDATE", "DELETE"),
    },
}
"""What each may do besides reading; all may read every table, since all of it is sealed or stands
in clear anyway."""

REPAIR = (
    "ask whoever runs the server to let you own the database and create roles (CREATE ROLE … LOGIN "
    "CREATEROLE; CREATE DATABASE … OWNER …), and, where another study is on the server already, "
    f"to make you a member of its owner (GRANT {OWNER} TO …)"
)


@contextmanager
def new_database(at: Place) -> Iterator[Connection]:
    """The transaction that makes the study's database; what founds the study goes in there too.

    Raises:
        StoreError: one sentence on what is wrong; nothing remains on the server.
    """
    connections = engine(at)
    try:
        with translated(ours), connections.connect() as connection:
            require_rules(connection, at)
            connection.exec_driver_sql("BEGIN")
            make_study_database(connection)
            yield connection
            connection.exec_driver_sql("COMMIT")
    finally:
        connections.dispose()


def require_empty(at: Place) -> None:
    """Raise StudyInPlace unless the database is empty; nothing is changed.

    Raises:
        StoreError: the server is not reached, or is not one for a study.
    """
    connections = engine(at)
    try:
        with translated(ours), connections.connect() as connection:
            require_rules(connection, at)
            _require_nothing(connection)
            _require_rights(connection)
    finally:
        connections.dispose()


def make_study_database(connection: Connection) -> None:
    """Make tables, roles and rights, in the caller's transaction, which acts as the owner then.

    Raises:
        StudyInPlace: the database holds something.
        StoreError: the login may not do this.
    """
    _require_nothing(connection)
    _require_rights(connection)
    _make_roles(connection)
    groups = ", ".join(GROUPS.values())
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    for statement in (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {OWNER}, {groups}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}",
        f"GRANT USAGE ON SCHEMA public TO {groups}",
        f"SET LOCAL ROLE {OWNER}",
    ):
        connection.execute(text(statement))
    make_tables(connection)
    set_schema_version(connection, SCHEMA_VERSION)
    give_rights(connection)
    require_tables(connection)


def give_rights(connection: Connection) -> None:
    """Give each group role its rights anew; a migration calls it after changing tables."""
    groups = ", ".join(GROUPS.values())
    tables = ", ".join(f'"{model.__tablename__}"' for model in TABLES)
    connection.execute(text(f"REVOKE ALL ON {tables} FROM PUBLIC, {groups}"))
    connection.execute(text(f"GRANT SELECT ON {tables} TO {groups}"))
    for role, rights in RIGHTS.items():
        for table, what in rights.items():
            connection.execute(text(f'GRANT {", ".join(what)} ON "{table}" TO {GROUPS[role]}'))


def _require_nothing(connection: Connection) -> None:
    if schema(connection):
        raise StudyInPlace("The database on the server is not empty: make a new one for the study.")


def _require_rights(connection: Connection) -> None:
    owns, creates = connection.execute(
        text(
            "SELECT pg_has_role(d.datdba, 'MEMBER'), r.rolcreaterole OR r.rolsuper "
            "FROM pg_database d, pg_roles r "
            "WHERE d.datname = current_database() AND r.rolname = current_user"
        )
    ).one()
    if not owns or not (creates or _is_owner(connection)):
        raise _no_rights()


def _make_roles(connection: Connection) -> None:
    for role in (OWNER, *GROUPS.values()):
        if _exists(connection, role):
            continue
        try:
            with connection.begin_nested():
                connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
        except DBAPIError:
            # Roles belong to the whole server: another study may just have been made on it.
            if not _exists(connection, role):
                raise
    if not _is_owner(connection):
        try:
            connection.execute(text(f"GRANT {OWNER} TO CURRENT_USER"))
        except DBAPIError:
            raise _no_rights() from None


def _no_rights() -> StoreError:
    return StoreError(f"Your login on the server may not make the study's database: {REPAIR}.")


def _is_owner(connection: Connection) -> bool:
    """Whether the login may act as the owner of the tables.

    Since PostgreSQL 16 whoever makes a role is a member of it that may only give it to others.
    """
    number = connection.execute(text("SELECT current_setting('server_version_num')")).scalar_one()
    kind = "SET" if int(number) >= _SET_SINCE else "MEMBER"
    query = text("SELECT pg_has_role(oid, :kind) FROM pg_roles WHERE rolname = :role")
    return bool(connection.execute(query, {"role": OWNER, "kind": kind}).scalar())


def _exists(connection: Connection, role: str) -> bool:
    # Read from the table: what the server remembers of names may be older than another's commit.
    query = text("SELECT true FROM pg_roles WHERE rolname = :role")
    return bool(connection.execute(query, {"role": role}).scalar())
