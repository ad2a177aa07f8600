"""Which database a study folder names: `study.db`, or a server in `database.yaml`.

The file holds the place of the database and never a password; that comes from libpq's own places
(`~/.pgpass`, a client certificate, the login of the operating system on a local socket).
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from store import limited_yaml
from store.databases.database import Database
from store.databases.sqlite import FILE_NAME as SQLITE
from store.databases.sqlite import SqliteDatabase
from store.errors import DamagedStudy, InvalidInput
from store.files import read_limited, write_file

FILE_NAME = "database.yaml"
MAX_SIZE = 16 * 1024
_SCHEMES = ("postgresql", "postgres")
_OPTIONS = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey")


@dataclass(frozen=True)
class Place:
    """Where a database on a server is.

    Attributes:
        host: a folder with the server's socket, such as /run/postgresql, or a host's name.
        port: as usual 5432.
        database: its name on the server.
        user: the login there; empty means that of the operating system.
        options: `sslmode` and the files that belong to it.
    """

    host: str
    port: int
    database: str
    user: str
    options: tuple[tuple[str, str], ...]

    @property
    def is_local(self) -> bool:
        """Whether it is reached by a socket in a folder of this computer."""
        return self.host.startswith("/")

    @property
    def url(self) -> str:
        """As it stands in database.yaml."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        options = dict(self.options)
        if self.is_local:
            host, options = "", {"host": self.host, **options}
            port = "" if self.port == 5432 else f":{self.port}"
        else:
            host = f"[{self.host}]" if ":" in self.host else self.host
            port = f":{self.port}"
        query = f"?{urlencode(options, safe='/')}" if options else ""
        return f"postgresql://{user}{host}{port}/{quote(self.database, safe='')}{query}"

    def __str__(self) -> str:
        return f"{self.database} on {self.host}"


def place(url: str) -> Place:
    """Read a URL such as postgresql://ina@db.example.org/households?sslmode=verify-full.

    Raises:
        InvalidInput: it is not one, holds a password, or is neither a local socket nor verified.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise _unusable("it cannot be read") from None
    if parts.scheme not in _SCHEMES:
        raise _unusable("it does not begin with postgresql://")
    if parts.password is not None:
        raise _unusable("it holds a password, which belongs in ~/.pgpass")
    options = _options(parts)
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise _unusable("it names no database behind the host")
    host = options.pop("host", "") or unquote(parts.hostname or "")
    if not host or "," in host or (parts.hostname and "host" in dict(parse_qsl(parts.query))):
        raise _unusable("it must name one host, or a socket's folder as ?host=/run/postgresql")
    found = Place(host, port, database, unquote(parts.username or ""), tuple(options.items()))
    if not all(value.isprintable() for value in (host, database, found.user, *options.values())):
        raise _unusable("it holds characters that nobody can see")
    if not found.is_local and options.get("sslmode") != "verify-full":
        raise _unusable(
            "over a network it needs sslmode=verify-full, so that nobody can stand in for the "
            "server"
        )
    return found


def named(folder: Path) -> Place | None:
    """The server that a study folder names; None when the study is in `study.db`.

    Raises:
        DamagedStudy: database.yaml is there and says nothing usable.
    """
    try:
        data = read_limited(folder / FILE_NAME, MAX_SIZE)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise _damaged("it cannot be read") from None
    try:
        fields = limited_yaml.read(data)
    except ValueError:
        raise _damaged("it is not plain YAML") from None
    url = fields.get("database") if isinstance(fields, dict) and len(fields) == 1 else None
    if not isinstance(url, str):
        raise _damaged("it must hold one line, database: postgresql://…")
    try:
        return place(url)
    except InvalidInput as error:
        raise _damaged(str(error)) from None


def name(folder: Path, at: Place) -> None:
    """Let the study folder name a server."""
    write_file(folder / FILE_NAME, limited_yaml.write({"database": at.url}))


def open_database(folder: Path) -> Database:
    """Open the database that the folder names.

    Raises:
        StoreError: one sentence on what is wrong; nothing was changed.
    """
    at = named(folder)
    if at is None:
        return SqliteDatabase(folder / SQLITE)
    from store.databases.postgres import PostgresDatabase

    return PostgresDatabase(at)


def _options(parts: SplitResult) -> dict[str, str]:
    given = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(given)
    if "password" in options or "passfile" in options:
        raise _unusable("it holds a password, which belongs in ~/.pgpass")
    for name in options:
        if name not in _OPTIONS:
            known = ", ".join(_OPTIONS)
            raise _unusable(f"only {known} may stand behind the question mark")
    if len(options) != len(given) or not all(options.values()):
        raise _unusable("an option stands there twice or without a value")
    return options


def _unusable(why: str) -> InvalidInput:
    return InvalidInput(f"The database's URL cannot be used: {why}.")


def _damaged(why: str) -> DamagedStudy:
    return DamagedStudy(f"{FILE_NAME} in the study folder cannot be used: {why.rstrip('.')}.")
