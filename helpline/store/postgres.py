"""The town's memory in PostgreSQL: one writer at a time, as in the file, and many processes waiting
for nothing else.

Why one writer, and what it costs: docs/decisions/0006-two-databases.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, overload

import psycopg
from psycopg.pq import TransactionStatus

from helpline.base.errors import HelplineError, not_saved
from helpline.base.ports import R, Row, Statement
from helpline.settings.database import Server
from helpline.store import dialect
from helpline.store.postgres_connection import SERVER_LEFT, Connection, connect
from helpline.store.statements import statements

__all__ = ["Store"]

_OPEN = (TransactionStatus.ACTIVE, TransactionStatus.INTRANS, TransactionStatus.INERROR)

# What others wrote is read as it stands once the lock is ours: each statement sees the newest
# committed state. The commit itself does not wait for the disk, so the next writer need not either;
# we wait for it after letting go (_KEEP).
_BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off; SELECT "
    "pg_advisory_xact_lock(1751477360, CAST(CAST(current_schema() AS regnamespace) AS "
    "oid)::bigint::int)"
)
# The last part is a commit of its own that waits for the disk: all that was committed before is on
# disk with it.
_KEEP = "NOTIFY helpline; COMMIT; SELECT pg_logical_emit_message(true, 'helpline', '')"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A named statement as PostgreSQL takes it; `bare` is without what it returns."""

    sql: str
    bare: str
    writes: bool


@cache
def _statements() -> dict[str, _Statement]:
    return {name: _prepared(dialect.statement(sql)) for name, sql in statements("postgres").items()}


def _prepared(sql: str) -> _Statement:
    return _Statement(sql, sql.rsplit(" RETURNING ", 1)[0], not sql.startswith("SELECT"))


class Store:
    """One connection, made again when it was lost. Not for use by two threads at once. Implements
    ports.Store."""

    unavailable: tuple[type[Exception], ...] = SERVER_LEFT
    is_damaged = False  # a server looks after its own pages

    def __init__(self, server: Server, *, busy_seconds: float = 10.0) -> None:
        self.url, self.place = server.url, server.place
        self._busy_seconds = busy_seconds
        self._statements = _statements()
        self.kept_flows: set[str] = set()  # hashes of flow versions known to be in the database
        self._changes = 0
        self._listening = self._inside = self._wrote = False
        # Savepoints that ended well; told with the next command, or by COMMIT: a way there and back
        # saved
        self._ended = 0
        try:
            self.connection: Connection = connect(self.url, busy_seconds)
        except psycopg.Error as error:
            raise HelplineError(
                f"The database {self.place} cannot be opened: {_first_line(error)}.",
                "Check that the server runs, and the name, user and password in [service] "
                "database.",
            ) from error

    # --- statements -------------------------------------------------------------------------------

    @overload
    def one(self, name: Statement[R], /, **values: Any) -> R | None: ...
    @overload
    def one(self, name: str, /, **values: Any) -> Row | None: ...
    def one(self, name: str, /, **values: Any) -> Any:
        """Return the first row of the statement `name`, or None."""
        return self._execute(name, values).fetchone()

    @overload
    def all(self, name: Statement[R], /, **values: Any) -> list[R]: ...
    @overload
    def all(self, name: str, /, **values: Any) -> list[Row]: ...
    def all(self, name: str, /, **values: Any) -> list[Any]:
        """Return all rows of the statement `name`."""
        return list[Any](self._execute(name, values).fetchall())

    def add(self, name: str, /, **values: Any) -> int:
        """Run an INSERT that ends in RETURNING and return the new id; 0 when a conflict left things
        as they were."""
        row = self._execute(name, values).fetchone()
        return int(next(iter(row.values()))) if row is not None else 0

    def run(self, name: str, /, **values: Any) -> int:
        """Run the statement `name` and return how many rows it changed."""
        return self._execute(name, values).rowcount

    def many(self, name: str, /, rows: Iterable[Mapping[str, Any]]) -> int:
        """Run the statement `name`, without what it returns, once for each of `rows`; return how
        many rows changed."""
        if not self._inside:
            with self.transaction():
                return self.many(name, rows)
        with self.connection.cursor() as cursor:
            cursor.executemany(self._statements[name].bare, rows)
            self._wrote = self._wrote or cursor.rowcount > 0
            return max(cursor.rowcount, 0)

    def _execute(self, name: str, values: Mapping[str, Any]) -> psycopg.Cursor[dict[str, Any]]:
        statement = self._statements[name]
        if statement.writes and not self._inside:
            with self.transaction():
                return self._execute(name, values)
        try:
            cursor = self.connection.execute(statement.sql, values)
        except self.unavailable:
            if self._inside or not self.connection.closed:
                raise
            # Nothing was under way: the server was restarted since our last reading
            self._connect_again()
            cursor = self.connection.execute(statement.sql, values)
        if statement.writes and cursor.rowcount > 0:
            self._wrote = True
        return cursor

    # --- transactions -----------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """Keep everything done inside, or nothing. Raises NotSaved when the database cannot take
        it.

        Opens by taking the writers' lock, so what is read inside stays true until the end. Inside
        an open transaction this is a savepoint.
        """
        if self._inside:
            with self.savepoint():
                yield self
            return
        self._begin()
        try:
            yield self
            self._commit()
        except BaseException as error:
            self._roll_back()
            self.kept_flows.clear()
            if isinstance(error, self.unavailable):
                self._not_saved(error)
            raise
        finally:
            self._inside = False

    def _begin(self) -> None:
        try:
            try:
                self._tell(_BEGIN)
            except self.unavailable:
                if not self.connection.closed:
                    raise
                self._connect_again()
                self._tell(_BEGIN)
        except self.unavailable as error:
            self._roll_back()
            self._not_saved(error)
        self._inside, self._wrote, self._ended = True, False, 0

    def _commit(self) -> None:
        if self.connection.info.transaction_status is not TransactionStatus.INTRANS:
            # PostgreSQL would answer COMMIT by undoing everything without a word
            raise psycopg.OperationalError("the transaction had failed before its end")
        self._tell(_KEEP if self._wrote else "COMMIT")

    def _roll_back(self) -> None:
        if self.connection.info.transaction_status in _OPEN:
            with suppress(psycopg.Error):
                self._tell("ROLLBACK")

    def _not_saved(self, error: Exception) -> NoReturn:
        raise not_saved(psycopg.OperationalError(_first_line(error))) from error

    @contextmanager
    def savepoint(self) -> Iterator[Store]:
        """Undo what was done inside when it raises; the transaction around goes on."""
        self._tell("RELEASE turn; " * self._ended + "SAVEPOINT turn")
        self._ended = 0
        try:
            yield self
        except BaseException:
            if self.in_transaction():  # a lost connection has already undone the whole transaction
                with suppress(psycopg.OperationalError):
                    self._tell("ROLLBACK TO turn; RELEASE turn; " * (self._ended + 1))
            self._ended = 0
            self.kept_flows.clear()
            raise
        self._ended += 1

    def in_transaction(self) -> bool:
        """Tell whether a transaction is open: a lost connection may have ended it."""
        return self.connection.info.transaction_status in _OPEN

    def _tell(self, commands: str) -> None:
        self.connection.execute(
            commands, prepare=False
        )  # several commands in one go cannot be prepared

    # --- the connection ---------------------------------------------------------------------------

    def change_count(self) -> int:
        """Return a number that changes whenever another connection has committed, or asked. The
        server told us."""
        try:
            if not self._listening:
                self._listen()
            pgconn = self.connection.pgconn
            pgconn.consume_input()
            while (news := pgconn.notifies()) is not None:
                self._heard(news.be_pid)
        except self.unavailable:
            self._listening = False
            # Who knows what was missed; the next transaction connects again, or says it cannot
            self._changes += 1
        return self._changes

    def ask(self) -> None:
        """Let the active engine, which may be another process, notice us and give a sign of
        life."""
        with suppress(*self.unavailable):
            self._tell("NOTIFY helpline")

    def put_signs(self, beat_at: int, signs: Mapping[str, int]) -> None:
        """Keep signs of life by part, in the tables: a server's disk is no memory card."""
        for name, at in signs.items():
            self.run("still_alive", name=name, at=at)

    def signs(self, beat_at: int) -> Mapping[str, int]:
        """Return nothing: all stands in the tables."""
        return {}

    def wrote(self) -> bool:
        """Tell whether the open transaction changed anything so far."""
        return self._wrote

    def listen(self) -> None:
        """Do nothing: the server tells everybody who asked to hear."""

    def deafen(self) -> None:
        """Do nothing."""

    def news(self) -> int | None:
        """Return the descriptor that can be read once others have committed; None where one has to
        look."""
        return self.connection.fileno() if self._listening and not self.connection.closed else None

    def _listen(self) -> None:
        if self.connection.closed:
            self._connect_again()
        self.connection.add_notify_handler(lambda news: self._heard(news.pid))
        self._tell("LISTEN helpline")
        self._listening = True
        self._changes += 1  # what was written before we listened counts as news

    def _heard(self, process: int) -> None:
        if process != self.connection.info.backend_pid:
            self._changes += 1

    def _connect_again(self) -> None:
        with suppress(psycopg.Error):
            self.connection.close()
        self._listening = False
        self.kept_flows.clear()
        self.connection = connect(self.url, self._busy_seconds)

    def checkpoint(self) -> None:
        """Do nothing: the server sees to its own log."""

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
