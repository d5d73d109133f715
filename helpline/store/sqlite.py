"""The town's memory in one SQLite file: durable at each commit, one writer at a time, readers never
waited for."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, overload

from helpline.base.errors import HelplineError, not_saved
from helpline.base.ports import R, Row, Statement
from helpline.store.notifier import ASKED, Notifier, place_of, ring
from helpline.store.signs_file import SignsFile
from helpline.store.statements import statements

# The wheel carries SQLite >= 3.51.3; older ones can corrupt a WAL file (sqlite.org, "WAL-reset
# bug")
try:
    import pysqlite3 as sqlite3
except ImportError:  # pragma: no cover - platforms without the wheel
    import sqlite3

DatabaseError = sqlite3.OperationalError
__all__ = ["DatabaseError", "Row", "Store", "sqlite3"]

# FULL: a commit survives a power cut. The engine commits many turns at once, so it pays this price
# once for all.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA temp_store=MEMORY",
)


class Store:
    """One connection. Not for use by two threads at once; each thread opens its own. Implements
    ports.Store."""

    unavailable: tuple[type[Exception], ...] = (sqlite3.OperationalError,)
    is_damaged = False

    def __init__(self, path: Path, *, busy_seconds: float = 10.0) -> None:
        self.path = path
        try:
            self.connection = sqlite3.connect(
                str(path),
                timeout=busy_seconds,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=512,
            )
            _settle_down(self.connection)
        except sqlite3.Error as error:
            raise HelplineError(
                f"The database {path} cannot be opened: {error}.",
                "Check that the folder exists and may be written to, and that the disk is not "
                "full.",
            ) from error
        self.connection.row_factory = sqlite3.Row
        self._statements = statements()
        self.kept_flows: set[str] = set()  # hashes of flow versions known to be in the file
        self._execute = self.connection.execute
        self._bell: Notifier | None = None
        self._bell_place = place_of(path)
        self._signs = SignsFile(path)
        self._asked = 0
        self._changes_before = 0  # when the open transaction began

    @overload
    def one(self, name: Statement[R], /, **values: Any) -> R | None: ...
    @overload
    def one(self, name: str, /, **values: Any) -> Row | None: ...
    def one(self, name: str, /, **values: Any) -> Any:
        """Return the first row of the statement `name`, or None."""
        return self._execute(self._statements[name], values).fetchone()

    @overload
    def all(self, name: Statement[R], /, **values: Any) -> list[R]: ...
    @overload
    def all(self, name: str, /, **values: Any) -> list[Row]: ...
    def all(self, name: str, /, **values: Any) -> list[Any]:
        """Return all rows of the statement `name`."""
        rows: list[Any] = self._execute(self._statements[name], values).fetchall()
        return rows

    def add(self, name: str, /, **values: Any) -> int:
        """Run an INSERT that ends in RETURNING and return the new id; 0 when a conflict left things
        as they were."""
        row = self._execute(self._statements[name], values).fetchone()
        return int(row[0]) if row is not None else 0

    def run(self, name: str, /, **values: Any) -> int:
        """Run the statement `name` and return how many rows it changed."""
        count: int = self._execute(self._statements[name], values).rowcount
        return count

    def many(self, name: str, /, rows: Iterable[Mapping[str, Any]]) -> int:
        """Run the statement `name`, without what it returns, once for each of `rows`; return how
        many rows changed."""
        statement = self._statements[name].rsplit(" RETURNING ", 1)[0]
        count: int = self.connection.executemany(statement, rows).rowcount
        return count

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """Keep everything done inside, or nothing. Raises NotSaved when the database cannot take
        it.

        Opens with BEGIN IMMEDIATE: a transaction that reads and then writes under a plain BEGIN
        fails at once when another process writes meanwhile. Inside an open transaction this is a
        savepoint.
        """
        if self.connection.in_transaction:
            with self.savepoint():
                yield self
            return
        try:
            self._execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise not_saved(error) from error
        self._changes_before = self.connection.total_changes
        try:
            yield self
            self._execute("COMMIT")
        except BaseException as error:
            if self.connection.in_transaction:
                self._execute("ROLLBACK")
            self.kept_flows.clear()
            if isinstance(error, sqlite3.OperationalError) or self._tells_of_damage(error):
                raise not_saved(error) from error  # type: ignore[arg-type]
            raise
        if self._bell is None and self.wrote():
            ring(self._bell_place)

    @contextmanager
    def savepoint(self) -> Iterator[Store]:
        """Undo what was done inside when it raises; the transaction around goes on."""
        self._execute("SAVEPOINT turn")
        try:
            yield self
        except BaseException as error:
            if (
                self.connection.in_transaction
            ):  # a full disk may already have undone the whole transaction
                self._execute("ROLLBACK TO turn")
                self._execute("RELEASE turn")
            self.kept_flows.clear()
            if self._tells_of_damage(error):
                raise not_saved(error) from error  # type: ignore[arg-type]
            raise
        self._execute("RELEASE turn")

    def _tells_of_damage(self, error: BaseException) -> bool:
        """Tell whether a page of the file could not be read; other pages may still serve."""
        found = type(error) is sqlite3.DatabaseError
        self.is_damaged = self.is_damaged or found
        return found

    def in_transaction(self) -> bool:
        """Tell whether a transaction is open: a full disk may have ended it."""
        return bool(self.connection.in_transaction)

    def put_signs(self, beat_at: int, signs: Mapping[str, int]) -> None:
        """Keep signs of life by part in a file beside the database, without a commit."""
        try:
            self._signs.put(beat_at, signs)
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error

    def signs(self, beat_at: int) -> Mapping[str, int]:
        """Return what was put down since the engine's sign of life in the tables of `beat_at`."""
        return self._signs.read(beat_at)

    def wrote(self) -> bool:
        """Tell whether the open transaction changed anything so far."""
        return bool(self.connection.total_changes != self._changes_before)

    def checkpoint(self) -> None:
        """Copy what the write-ahead log holds into the file, as far as nobody reads it."""
        self._execute("PRAGMA wal_checkpoint(PASSIVE)")

    def change_count(self) -> int:
        """Return a number that changes whenever another connection has committed, or asked."""
        if self._bell is not None:
            self._asked += self._bell.hush()
        version: int = self._execute("PRAGMA data_version").fetchone()[0]
        return version + self._asked

    def ask(self) -> None:
        """Let the active engine, which may be another process, notice us and give a sign of life.

        Where it cannot be rung for, it sees that somebody wrote.
        """
        if not ring(self._bell_place, ASKED):
            with suppress(sqlite3.OperationalError):
                self.run("count_question")

    def listen(self) -> None:
        """Be the one that others tell at once when they have committed, where that can be had."""
        self.deafen()
        if self._bell_place:
            with suppress(OSError):
                self._bell = Notifier(self._bell_place, self.path.stat().st_mode & 0o777)

    def deafen(self) -> None:
        """Be told no more."""
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def news(self) -> int | None:
        """Return the descriptor that can be read once others have committed; None where one has to
        look."""
        return self._bell.fileno() if self._bell is not None else None

    def close(self) -> None:
        """Close the connection."""
        self.deafen()
        self._signs.close()
        self.connection.close()


def _settle_down(connection: Any) -> None:
    """Set the pragmas. Two processes that open a new file at once meet at the switch to WAL, which
    does not wait."""
    for tries_left in range(20, -1, -1):
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            return
        except sqlite3.OperationalError as error:
            if not tries_left or "locked" not in str(error):
                raise
            time.sleep(0.05)


def check_whole(path: Path) -> None:
    """Raise HelplineError when a page of the file cannot be read, or is not what it should be.
    Writes nothing."""
    found = "ok"
    try:
        # without a write-ahead log beside it nobody has it open, and not even the files for sharing
        # it need be made
        how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)
        try:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return  # locked, or not to be opened: that is told when it is opened for writing
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise HelplineError(
            f"The file {path} is damaged: {' '.join(found.split())}.",
            "Nothing was changed. Put back the last copy (helpline restore), and look at the disk.",
        )
