"""Moves a town from one database to another with everything in it: same ids, same history, compared
row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from itertools import zip_longest
from typing import Any

from helpline.base.errors import HelplineError
from helpline.store.migrations import steps
from helpline.store.shapes import Shape, shapes
from helpline.store.sqlite import Store as SqliteStore

MANY = 1000
AnyStore = Any  # a file's store or a server's: their raw connections are used here


@dataclass(frozen=True, slots=True)
class Copied:
    """One table that is the same on both sides: how many rows, and a fingerprint of all of them in
    order."""

    table: str
    rows: int
    fingerprint: str


def count_rows(store: AnyStore) -> dict[str, int]:
    """Return how many rows each table of a town holds, in the order in which tables are copied."""
    counted = {}
    for shape in in_order(store):
        row = store.connection.execute(f"SELECT count(*) AS count FROM {shape.table}").fetchone()
        counted[shape.table] = int(row["count"])
    return counted


def in_order(store: AnyStore) -> list[Shape]:
    """Return the tables so that each comes after those it refers to: the order in which the schema
    makes them."""
    there = shapes(store)
    order = [name for _, _, sql in steps() for name in _made(sql) if name in there]
    return [there[name] for name in dict.fromkeys(order)]


def _made(sql: str) -> Iterator[str]:
    for line in sql.splitlines():
        if line.startswith("CREATE TABLE "):
            yield line.split()[2]


def refuse_if_used(target: AnyStore, place: str) -> None:
    """Raise HelplineError when `target` holds anything."""
    full = [f"{table} ({rows})" for table, rows in count_rows(target).items() if rows]
    if full:
        raise HelplineError(
            f"{place} is not empty: {', '.join(full[:4])}.",
            "Copy into an empty database; nothing was changed.",
        )


def copy_town(
    source: AnyStore, target: AnyStore, place: str, tell: Callable[[Copied], None]
) -> None:
    """Copy every row into the empty `target`, compare, and keep all of it or nothing. Nobody writes
    meanwhile.

    `tell` is called for each table once it is the same on both sides. Raises HelplineError when it
    cannot be.
    """
    with source.transaction(), target.transaction():
        _be_patient(source)
        _be_patient(target)
        refuse_if_used(target, place)
        tables = in_order(source)
        for shape in tables:
            _fill(target, shape, _rows(source, shape))
        _go_on_counting(source, target)
        for shape in tables:
            tell(_compare(source, target, shape))


def _be_patient(store: AnyStore) -> None:
    if not isinstance(store, SqliteStore):  # one side waits while the other reads a large table
        store.connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


# --- rows -----------------------------------------------------------------------------------------


def _rows(store: AnyStore, shape: Shape) -> Iterator[tuple[Any, ...]]:
    """Give all rows of a table by primary key, some at a time."""
    sql = f"SELECT {', '.join(shape.columns)} FROM {shape.table} ORDER BY {', '.join(shape.key)}"
    if isinstance(store, SqliteStore):
        cursor = store.connection.execute(sql)
    else:
        from psycopg.rows import tuple_row

        cursor = store.connection.cursor(name=f"copy_{shape.table}", row_factory=tuple_row)
        cursor.execute(sql)
    with closing(cursor):
        while some := cursor.fetchmany(MANY):
            yield from map(tuple, some)


def _fill(target: AnyStore, shape: Shape, rows: Iterator[tuple[Any, ...]]) -> None:
    columns = ", ".join(shape.columns)
    try:
        if isinstance(target, SqliteStore):
            marks = ", ".join("?" * len(shape.columns))
            target.connection.executemany(
                f"INSERT INTO {shape.table} ({columns}) VALUES ({marks})", rows
            )
            return
        with target.connection.cursor().copy(f"COPY {shape.table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except target.unavailable:
        raise
    except Exception as error:
        raise HelplineError(
            f"A row of {shape.table} cannot be kept there: "
            f"{(str(error).splitlines() or ['?'])[0]}.",
            "Nothing was copied; the town stays where it was.",
        ) from error


def _compare(source: AnyStore, target: AnyStore, shape: Shape) -> Copied:
    """Compare a table row by row, by a hash of each, and return its fingerprint."""
    count, whole = 0, blake2b(digest_size=8)
    for ours, theirs in zip_longest(_rows(source, shape), _rows(target, shape)):
        if ours is None or theirs is None or _hash(ours) != _hash(theirs):
            raise HelplineError(
                f"Row {count + 1} of {shape.table} is not the same on both sides.",
                "Nothing was copied; the town stays where it was.",
            )
        whole.update(_hash(theirs))
        count += 1
    return Copied(shape.table, count, whole.hexdigest())


def _hash(row: tuple[Any, ...]) -> bytes:
    return blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()


# --- numbers given out ----------------------------------------------------------------------------


def _go_on_counting(source: AnyStore, target: AnyStore) -> None:
    """Let the target give out numbers after those in use; a case number is never used again, even
    after a deletion."""
    last = _last_case_number(source)
    if isinstance(target, SqliteStore):
        target.connection.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'cases'", [last]
        )
        return
    for shape in in_order(target):
        if shape.counted:
            least = last if shape.table == "cases" else 0
            target.connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{shape.table}', '{shape.counted}'), "
                f"nullif(greatest((SELECT max({shape.counted}) FROM {shape.table}), {least}), 0))"
            )


def _last_case_number(store: AnyStore) -> int:
    if isinstance(store, SqliteStore):
        row = store.connection.execute(
            "SELECT seq AS last FROM sqlite_sequence WHERE name = 'cases'"
        ).fetchone()
    else:
        row = store.connection.execute(
            "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END AS last FROM "
            "cases_number_seq"
        ).fetchone()
    return int(row["last"])
