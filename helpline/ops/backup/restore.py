"""Brings a copy back as a new database whose sender stands still until it was compared with the
provider's list.

A copy is old: texts that waited when it was made have probably left since. Sent again they would
frighten a street; dropped unseen, an alarm might be lost. So nothing leaves before `resume` has
asked the provider about each.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpline.base.errors import HelplineError
from helpline.base.ports import Accepted, Store, Transport
from helpline.messaging import delivery
from helpline.messaging.routes import MAIL
from helpline.messaging.rows import TEXT_BY_PROVIDER_ID
from helpline.messaging.sender import text_of
from helpline.ops.backup import crypt
from helpline.ops.backup.backup import check_room, checked
from helpline.ops.rows import WAITING_TEXTS, WaitingText
from helpline.store.migrations import migrate, steps, version
from helpline.store.sqlite import Store as SqliteStore
from helpline.store.sqlite import sqlite3
from helpline.town.events import note, write_down
from helpline.town.purpose import Priority
from helpline.town.rows import HEARTBEATS, PAUSE
from helpline.town.tx import Tx

COUNTED = ("people", "residents", "volunteers", "cases", "check_ins", "outbox", "inbox", "events")
MARGIN = 10_000  # the last sign of life in a copy may be that much older than the copy


@dataclass(frozen=True, slots=True)
class Restored:
    """What a copy held: when it was made, how many rows of each table, its schema, how many texts
    waited."""

    made_at: int
    counts: Mapping[str, int]
    schema: int
    waiting: int


def restore(source: Path, target: Path, now: int, key_file: Path | None) -> Restored:
    """Make a database at `target` from the copy `source`, with its sender paused.

    Raises HelplineError when something is at `target`, the copy is damaged, sealed with another
    key, or made by a newer version; then nothing is left behind.
    """
    if target.exists():
        raise HelplineError(
            f"{target} is there already; nothing was changed.",
            "Stop the service and move it away with its -wal and -shm files, or choose another "
            "place: --into.",
        )
    with opened_copy(source, target.parent, key_file) as store:
        found = _described(store)
        with store.transaction():
            store.run(
                "set_pause_of",
                name="sender",
                since_at=found.made_at,
                reason=f"restored from {source.name}",
            )
            write_down(store, now, "restored", made_at=found.made_at)
        path = store.path
        store.close()
        path.replace(target)
    return found


@contextmanager
def opened_copy(source: Path, folder: Path, key_file: Path | None) -> Iterator[SqliteStore]:
    """Give the content of a copy as a database of its own in `folder`, sound and of this version's
    schema."""
    if not source.is_file():
        raise HelplineError(f"There is no copy at {source}.", "`helpline backup` makes one.")
    folder.mkdir(parents=True, exist_ok=True)
    check_room(folder, source.stat().st_size)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as place:
        path = Path(place) / "copy.db"
        _unpack(source, path, key_file)
        _check(path, source.name)
        store = SqliteStore(path)
        try:
            _bring_up_to_date(store, source.name)
            yield store
        finally:
            store.close()


def _unpack(source: Path, path: Path, key_file: Path | None) -> None:
    path.touch(mode=0o600)
    if crypt.is_sealed(source):
        if key_file is None:
            raise HelplineError(
                f"{source.name} is sealed.", "Name its key: [backup] key_file, or --key FILE."
            )
        with path.open("wb") as file:
            crypt.unseal(source, file, crypt.read_key(key_file))
    else:
        shutil.copyfile(source, path)
    with path.open("rb") as file:
        if file.read(5) == b"PGDMP":
            raise HelplineError(
                f"{source.name} is a copy of a PostgreSQL database.",
                "Restore it with pg_restore, then run `helpline restore --pause` before the "
                "service starts.",
            )


def _check(path: Path, name: str) -> None:
    try:
        state = checked(path)
    except sqlite3.DatabaseError as error:
        state = str(error)
    if state != "ok":
        raise HelplineError(f"The copy {name} is damaged: {state}.", "Take an older one.")


def _bring_up_to_date(store: SqliteStore, name: str) -> None:
    have, known = version(store), steps()[-1][0]
    if have > known:
        raise HelplineError(
            f"The copy {name} was made by a newer version of helpline (schema {have}, known: "
            f"{known}).",
            "Install that version and restore with it; nothing was changed.",
        )
    if not have:
        raise HelplineError(
            f"{name} is not a copy of helpline's database.",
            "Name a file that `helpline backup` made.",
        )
    migrate(store)
    broken = store.connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise HelplineError(
            f"The copy {name} is damaged: {broken[0]} names rows that are not there.",
            "Take an older one.",
        )


def _described(store: SqliteStore) -> Restored:
    def number(sql: str) -> int:
        return int(store.connection.execute(sql).fetchone()[0] or 0)

    return Restored(
        made_at=number("SELECT max(at) FROM heartbeats") or number("SELECT max(at) FROM events"),
        counts={table: number(f"SELECT count(*) FROM {table}") for table in COUNTED},
        schema=version(store),
        waiting=number(
            "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')"
        ),
    )


# --- resuming -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Compared:
    """What became of texts that waited: had left already, leave now, came too late, could not be
    looked up."""

    had_left: int = 0
    leave: int = 0
    dropped: int = 0
    not_comparable: int = 0


def pause(store: Store, now: int) -> None:
    """Let the sender stand still: what was restored by other means may hold texts that left long
    ago."""
    with store.transaction():
        row = store.one(PAUSE, name="sender")
        if row is None:
            beats = [int(beat["at"]) for beat in store.all(HEARTBEATS)]
            store.run(
                "set_pause_of",
                name="sender",
                since_at=max(beats, default=now),
                reason="paused by hand",
            )


def resume(tx: Tx, transports: Mapping[str, Transport]) -> Compared | None:
    """Compare every waiting text with the provider's list, then let the sender go on. None when it
    was not paused.

    Raises HelplineError, with the sender still paused, when the provider cannot be asked.
    """
    paused = tx.one(PAUSE, name="sender")
    if paused is None:
        return None
    compared, used = Compared(), set[str]()
    found: list[tuple[WaitingText, Accepted | None, str, bool]] = []
    for row in tx.all(WAITING_TEXTS):
        route = _route(row, transports)
        records, is_comparable = _found(
            row, transports.get(route), paused["since_at"] - MARGIN, tx.now
        )
        # a record that belongs to another text with the same words does not count
        hit = next((each for each in records if not _is_anothers(tx, each, used)), None)
        if hit is not None:
            used.add(hit.provider_id)
        found.append((row, hit, route, is_comparable))
    with tx.store.transaction():
        for row, hit, route, is_comparable in found:
            _settle(tx, row, hit, route, is_comparable, compared)
        tx.run("end_pause_of", name="sender")
        note(
            tx,
            "resumed",
            had_left=compared.had_left,
            leave=compared.leave,
            dropped=compared.dropped,
        )
    return compared


def _route(row: WaitingText, transports: Mapping[str, Transport]) -> str:
    if row["channel"] == "email":
        return MAIL
    texts = [name for name in transports if name != MAIL]
    return row["route"] if row["route"] in texts else next(iter(texts), "")


def _is_anothers(tx: Tx, record: Accepted, used: set[str]) -> bool:
    return (
        record.provider_id in used
        or tx.one(TEXT_BY_PROVIDER_ID, provider_id=record.provider_id) is not None
    )


def _found(
    row: WaitingText, transport: Transport | None, since: int, now: int
) -> tuple[Sequence[Accepted], bool]:
    """Return the provider's records that may be a text, and whether the provider has a list to look
    in."""
    if transport is None or row["channel"] != "sms":
        return (), False
    try:
        return transport.look_up(
            text_of(row, now), min(since, row["first_tried_at"] or since) / 1000
        ), True
    except NotImplementedError:
        return (), False
    except LookupError as error:
        raise HelplineError(
            f"The provider could not be asked what has left: {error}",
            "The sender stays paused; try again in a while.",
        ) from error


def _settle(  # noqa: PLR0913
    tx: Tx,
    row: WaitingText,
    hit: Accepted | None,
    route: str,
    is_comparable: bool,
    compared: Compared,
) -> None:
    if not tx.run("text_doubted", id=row["id"]):
        return
    compared.not_comparable += not is_comparable
    if hit is not None:
        delivery.record(tx, row["id"], hit, route)
        compared.had_left += 1
    elif _must_leave(row) or (is_comparable and row["expires_at"] > tx.now):
        delivery.again(tx, row, tx.now, "restored")
        compared.leave += 1
    else:
        tx.town.purposes.of(row).together.parts(
            tx, row, tx.now
        )  # its own case is over; others that it said may not be
        tx.run("drop_doubted", id=row["id"], reason="restored")
        compared.dropped += 1


def _must_leave(row: WaitingText) -> bool:
    """Tell whether a text that did not leave still matters: an alarm of an open case, a question
    not answered."""
    if row["priority"] == Priority.ALARM:
        return row["case_status"] is not None and row["case_status"] != "closed"
    return row["check_in_status"] in ("asking", "waiting")
