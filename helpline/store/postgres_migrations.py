"""Schema steps on PostgreSQL: those of the file, translated; forward only, all in one
transaction."""

from __future__ import annotations

from importlib.resources import files

import psycopg

from helpline.base.errors import HelplineError
from helpline.store import dialect
from helpline.store.migrations import FIRST_CASE_NUMBER, newer, steps
from helpline.store.postgres import Store


def migrate(store: Store) -> None:
    """Bring the database up to date. A newer one than this version knows is refused in words."""
    known = steps()
    have, newest = version(store), known[-1][0]
    if have > newest:
        raise newer(store.place, have, newest)
    if have == newest:
        return
    try:
        with store.transaction():
            _go_on(
                store, known, version(store)
            )  # another process may have done it while we waited for the lock
    except psycopg.Error as error:
        raise HelplineError(
            f"The tables of {store.place} could not be made: {str(error).splitlines()[0]}.",
            "Nothing was changed. Let the user of [service] database own the database, then start "
            "again.",
        ) from error


def version(store: Store) -> int:
    """Return the number of the last schema step done; 0 for an empty database."""
    found = store.connection.execute(
        "SELECT to_regclass('schema_steps') IS NOT NULL AS there"
    ).fetchone()
    if found is None or not found["there"]:
        return 0
    last = store.connection.execute(
        "SELECT coalesce(max(number), 0) AS number FROM schema_steps"
    ).fetchone()
    assert last is not None
    return int(last["number"])


def _go_on(store: Store, known: list[tuple[int, str, str]], have: int) -> None:
    execute = store.connection.execute
    execute("CREATE TABLE IF NOT EXISTS schema_steps (number BIGINT PRIMARY KEY, name TEXT)")
    for number, name, sql in known:
        if number > have:
            execute(step(name, sql), prepare=False)
            execute("INSERT INTO schema_steps (number, name) VALUES (%s, %s)", [number, name])
    if have == 0:
        execute(
            f"ALTER TABLE cases ALTER COLUMN number RESTART WITH {FIRST_CASE_NUMBER}", prepare=False
        )


def step(name: str, sql: str) -> str:
    """Return one schema step as PostgreSQL takes it: its own file where there is one, else
    translated."""
    own = files("helpline.store").joinpath("postgres_schema", f"{name}.sql")
    return own.read_text("utf-8") if own.is_file() else dialect.schema(sql)
