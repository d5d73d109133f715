"""A morning's hellos put into the outbox at once, against SQLite copying the same rows by
itself."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpline.app.build import Gateway, build
from helpline.app.settings import load_settings
from helpline.base.clock import SystemClock
from helpline.check_ins import hello
from helpline.store.sqlite import Store
from helpline.town.tx import Tx
from tests.bench.machine import SERVER_CORE, on_core
from tests.bench.report import Figure, Report
from tests.bench.towns import settings_for

LATE = 60_000
COPY_OUTBOX = """
INSERT INTO yard (idempotency_key, channel, priority, person_id, receiver, name, body, segments,
check_in_id, state,
                  not_before_at,
                  expires_at, created_at)
SELECT 'ask:' || n.resident_id, 'sms', 2, r.person_id, p.phone, 'check_in',
       'Bonjour ' || p.name || ',
       ici Bonjour Belleville. Comment allez-vous?' || char(10) || '1 Bien' || char(10) ||
       '2 Pas bien' || char(10) || '3 Besoin d''aide', 1, n.resident_id, 'queued', :now,
       :now + 10800000, :now
  FROM plans n JOIN residents r ON r.id = n.resident_id JOIN people p ON p.id = r.person_id
  WHERE n.ask_at <= :now
"""
COPY_CHECK_INS = """
INSERT INTO yard_check_ins (resident_id, local_date, slot, status, policy, asking_at, due_at)
SELECT resident_id, local_date, 'plan', 'asking', 'yard', :now,
:now + 86400000 FROM plans WHERE ask_at <= :now
"""
MOVE_PLANS = (
    "UPDATE plans SET ask_at = ask_at + 86400000, local_date = date(local_date, '+1 day') WHERE "
    "ask_at <= :now"
)


@dataclass
class Spent:
    """What a piece of work took, in seconds; `clock` counts the CPU. `longest` is its longest write
    transaction."""

    cpu: float = 0.0
    wall: float = 0.0
    longest: float = 0.0
    transactions: int = 0
    clock: Callable[[], float] = time.process_time

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one transaction in."""
        cpu, wall = self.clock(), time.perf_counter()
        yield
        took = time.perf_counter() - wall
        self.cpu += self.clock() - cpu
        self.wall += took
        self.longest = max(self.longest, took)
        self.transactions += 1


def measure(report: Report, folder: Path, town: Path, residents: int) -> None:
    """Ask everybody of `town`, whose residents are due at one instant, in three ways; `town` stays
    as it is."""
    with on_core(SERVER_CORE):
        raw, all_three = _by_sql_alone(_copy(town, folder / "raw.db"), residents)
        asked = _with_house(_copy(town, folder / "asked.db"), residents, _in_slices)
        cycled = _with_house(_copy(town, folder / "cycled.db"), residents, _in_cycles)
    per_row = 1e6 / residents
    yard, three = "raw INSERT..SELECT", "the same with check-ins and plans"
    report.add(
        Figure(
            "fan-out",
            f"CPU a hello, {residents:,} due",
            asked.cpu * per_row,
            "us",
            yard,
            raw.cpu * per_row,
            "<= 4x",
        ),
        Figure("fan-out", "the same", asked.cpu * per_row, "us", three, all_three.cpu * per_row),
        Figure("fan-out", "time a hello", asked.wall * per_row, "us", yard, raw.wall * per_row),
        Figure("fan-out", "longest write transaction", asked.longest * 1000, "ms", aim="<= 100 ms"),
        Figure(
            "fan-out",
            "CPU a hello, all duties of the engine",
            cycled.cpu * per_row,
            "us",
            yard,
            raw.cpu * per_row,
        ),
        Figure(
            "fan-out", "longest cycle, all duties", cycled.longest * 1000, "ms", aim="<= 100 ms"
        ),
    )


def _by_sql_alone(database: Path, residents: int) -> tuple[Spent, Spent]:
    """Return what the outbox rows take alone, and with the other two tables of a hello."""
    store, now = Store(database), SystemClock().now()
    _twin(store, "outbox", "yard")
    _twin(store, "check_ins", "yard_check_ins")
    store.connection.execute("PRAGMA foreign_keys=OFF")
    raw, rest = Spent(), Spent()
    with raw.one(), store.transaction():
        copied = store.connection.execute(COPY_OUTBOX, {"now": now}).rowcount
    with rest.one(), store.transaction():
        store.connection.execute(COPY_CHECK_INS, {"now": now})
        store.connection.execute(MOVE_PLANS, {"now": now})
    store.close()
    assert copied == residents, copied
    return raw, Spent(raw.cpu + rest.cpu, raw.wall + rest.wall, rest.longest, 2)


def _twin(store: Store, table: str, name: str) -> None:
    """Make an empty table equal to `table`, with equal indexes."""
    found = store.connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql <> ''", [table]
    )
    for kind, of, sql in sorted(map(tuple, found.fetchall()), key=lambda row: row[0] != "table"):
        if kind == "table":
            store.connection.execute(
                sql.replace(f"CREATE TABLE {table}", f"CREATE TABLE {name}", 1)
            )
        elif kind == "index":
            store.connection.execute(sql.replace(f" {of} ON {table}", f" {name}_{of} ON {name}", 1))


def _with_house(database: Path, residents: int, ask: Callable[[Gateway, Store], Spent]) -> Spent:
    settings = load_settings(None, settings_for(database) | {"HELPLINE_WEB_PORT": "1"})
    gateway = build(settings, threads=0, carriers={})
    store = Store(database)
    try:
        spent = ask(gateway, store)
        asked = store.connection.execute(
            "SELECT count(*) FROM outbox WHERE name = 'check_in'"
        ).fetchone()[0]
        assert asked == residents, asked
    finally:
        store.close()
        gateway.engine.stop()
    return spent


def _in_slices(gateway: Gateway, store: Store) -> Spent:
    spent, done = Spent(), 1
    while done:
        with spent.one(), store.transaction():
            done = hello.ask_due(Tx(store, gateway.town, gateway.clock.now()))
    return spent


def _in_cycles(gateway: Gateway, store: Store) -> Spent:
    spent, done = Spent(), True
    while done:
        with spent.one():
            done = gateway.engine.cycle()
    return spent


def _copy(database: Path, target: Path) -> Path:
    shutil.copy(database, target)
    return target
