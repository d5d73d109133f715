"""Opens the town's memory wherever it is: a file, or a PostgreSQL server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpline.base.errors import HelplineError
from helpline.settings.database import Database, File, Server

if TYPE_CHECKING:
    from helpline.store.postgres import Store as PostgresStore
    from helpline.store.sqlite import Store as SqliteStore


def open_store(database: Database) -> SqliteStore | PostgresStore:
    """Return the store of a database, made or brought up to date when needed.

    Raises HelplineError when it cannot be opened, is damaged, or was written by a newer version.
    """
    match database:
        case File(path):
            from helpline.store.migrations import open_file

            return open_file(path)
        case Server():
            return _up_to_date(connect_server(database))


def _up_to_date(store: PostgresStore) -> PostgresStore:
    from helpline.store.postgres_migrations import migrate

    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def check_whole(database: Database) -> None:
    """Look through a file before anything is written to it; about a second for a gigabyte.

    A file that is not there is not damaged; a server looks after its own. Raises HelplineError when
    a part is damaged.
    """
    match database:
        case File(path) if path.exists():
            from helpline.store.sqlite import check_whole as check_file

            check_file(path)
        case File() | Server():
            pass


def connect(database: Database, *, busy_seconds: float = 10.0) -> SqliteStore | PostgresStore:
    """Return one more connection to a store that was opened before, or raise HelplineError."""
    match database:
        case File(path):
            from helpline.store.sqlite import Store as SqliteStore

            return SqliteStore(path, busy_seconds=busy_seconds)
        case Server():
            return connect_server(database, busy_seconds=busy_seconds)


def connect_server(server: Server, *, busy_seconds: float = 10.0) -> PostgresStore:
    """Return a connection to a server as it is. Raises HelplineError when it cannot be reached."""
    try:
        from helpline.store.postgres import Store as PostgresStore
    except ImportError as error:
        raise HelplineError(
            "PostgreSQL needs the package psycopg, which is not here.",
            "Install it: pip install 'helpline[postgres]'.",
        ) from error
    return PostgresStore(server, busy_seconds=busy_seconds)
