"""Opens the town's memory wherever it is: a file, or a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpline.core.errors import HelplineError

if TYPE_CHECKING:
    from helpline.store.postgres import Store as PostgresStore
    from helpline.store.sqlite import Store as SqliteStore

FILE = "sqlite:///"
SERVER = ("postgresql://", "postgres://")


def is_server(place: str | Path) -> bool:
    """Tell whether `place` names a PostgreSQL database; otherwise it is a file."""
    return str(place).startswith(SERVER)


def open_store(place: str | Path) -> SqliteStore | PostgresStore:
    """Return the store at `place` (sqlite:///PATH, postgresql://…, or a path), made or brought up to date when needed.

    Raises HelplineError when it cannot be opened, is damaged, or was written by a newer version.
    """
    if not is_server(place):
        from helpline.store.sqlite import open_store as open_file

        return open_file(path_of(place))
    store = _server(str(place))
    try:
        from helpline.store.postgres_migrations import migrate

        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def check_whole(place: str | Path) -> None:
    """Look through a file before anything is written to it. Raises HelplineError when a part of it is damaged.

    A file that is not there is not damaged; a server looks after its own. Takes about a second for a gigabyte.
    """
    if not is_server(place) and path_of(place).exists():
        from helpline.store.sqlite import check_whole as check_file

        check_file(path_of(place))


def connect(place: str | Path, *, busy_seconds: float = 10.0) -> SqliteStore | PostgresStore:
    """Return one more connection to a store that was opened before. Raises HelplineError when there is none."""
    if is_server(place):
        return _server(str(place), busy_seconds)
    from helpline.store.sqlite import Store as SqliteStore

    return SqliteStore(path_of(place), busy_seconds=busy_seconds)


def path_of(place: str | Path) -> Path:
    """Return the file that `place` names. Raises HelplineError for something that is no file."""
    text = str(place)
    if "://" in text and not text.startswith(FILE):
        raise HelplineError(
            f"“{text.partition('://')[0]}://…” is no kind of database known here.",
            "Write sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME.",
        )
    return Path(text.removeprefix(FILE))


def _server(url: str, busy_seconds: float = 10.0) -> PostgresStore:
    try:
        from helpline.store.postgres import Store as PostgresStore
    except ImportError as error:
        raise HelplineError(
            "PostgreSQL needs the package psycopg, which is not here.", "Install it: pip install 'helpline[postgres]'."
        ) from error
    return PostgresStore(url, busy_seconds=busy_seconds)
