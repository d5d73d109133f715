"""Schema steps: numbered files, forward only, each kept whole or not at all; a copy of the file is
made first."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from helpline.base.errors import HelplineError

if TYPE_CHECKING:
    from helpline.store.sqlite import Store

FIRST_CASE_NUMBER = (
    201  # no single digits (they are menu answers), no number that rings at an emergency service
)


def steps() -> list[tuple[int, str, str]]:
    """Return (number, name, SQL) of every schema step, in order."""
    folder = files("helpline.store").joinpath("schema")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [
        (
            int(name.split("_")[0]),
            name.removesuffix(".sql"),
            folder.joinpath(name).read_text("utf-8"),
        )
        for name in names
    ]


def migrate(store: Store) -> None:
    """Bring the file up to date. A newer file than this version knows is refused in words."""
    have, known = version(store), steps()
    newest = known[-1][0]
    if have > newest:
        raise newer(store.path, have, newest)
    if have == newest:
        return
    if have:
        _copy(store, have)
    # sqlite-utils is loaded only when there is something to do: it costs 0.2 s and 16 MB
    from sqlite_utils import Database

    database = Database(store.connection)
    with store.transaction():
        current = version(store)  # another process may have done it while we waited for the lock
        for number, name, sql in known:
            if number > current:
                for statement in _split(sql):
                    database.execute(statement)
                database.table("schema_steps").insert({"number": number, "name": name}, pk="number")
        if current == 0:
            database.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ('cases', ?)",
                [FIRST_CASE_NUMBER - 1],
            )


def newer(place: object, have: int, newest: int) -> HelplineError:
    """Return the refusal of a database that was written by a newer version."""
    return HelplineError(
        f"The database {place} was written by a newer version of helpline (schema {have}, known: "
        f"{newest}).",
        "Install that version again; nothing was changed.",
    )


def version(store: Store) -> int:
    """Return the number of the last schema step done; 0 for an empty file. Raises HelplineError for
    a damaged one."""
    try:
        found = store.connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_steps'"
        ).fetchone()
        if not found:
            return 0
        return int(
            store.connection.execute(
                "SELECT coalesce(max(number), 0) FROM schema_steps"
            ).fetchone()[0]
        )
    except Exception as error:
        raise HelplineError(
            f"The file {store.path} is not a database that can be read: {error}.",
            "Put back the last copy, or name another file in [service] database.",
        ) from error


def _copy(store: Store, have: int) -> None:
    target = store.path.with_name(f"{store.path.name}.before-schema-{have + 1}")
    if not target.exists():
        store.connection.execute("VACUUM INTO ?", [str(target)])


def _split(sql: str) -> Iterator[str]:
    from helpline.store.sqlite import sqlite3

    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def open_file(path: Path) -> Store:
    """Return the store at `path`, made or brought up to date when needed.

    Raises HelplineError when the file cannot be opened, is damaged, or was written by a newer
    version.
    """
    from helpline.store.sqlite import Store

    path.parent.mkdir(parents=True, exist_ok=True)
    store = Store(path)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store
