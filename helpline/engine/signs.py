"""Signs of life: kept in memory, put down cheaply once a minute, given at once when another process
asks for one.

Why not each on disk at once: docs/decisions/0012-signs-of-life.md.
"""

from __future__ import annotations

import threading
import time

from helpline.base.ports import Store
from helpline.base.spans import MINUTE
from helpline.engine.rows import LEASE, LeaseRow
from helpline.town.rows import HEARTBEATS

OFTEN = 5_000  # ms: the engine goes round so often, and says so where something is written anyway
# Ms: it is put down at least so often; half of what counts as an outage (check_ins/outage.py)
SELDOM = MINUTE
PROOF = 600_000  # ms: and in the tables, which shows that they still take what is written
FRESH = 30_000  # ms: a sign of life as young as that need not be asked for
PATIENCE = 5.0  # seconds for an answer; an engine that lives gives it in a moment
LOOK = 0.02  # seconds between looks for it
TURN = 1.0  # seconds for somebody else's question to be answered


class Signs:
    """When each part of this process last gave a sign of life. For any thread."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._asking = threading.Lock()
        self.patience = PATIENCE

    def note(self, name: str, at: int) -> None:
        """The part `name` lives."""
        self._at[name] = at

    def of_all(self, store: Store) -> dict[str, int]:
        """Return when each part gave its last sign of life: known here, in the tables, or beside
        them."""
        found = {row["name"]: int(row["at"]) for row in store.all(HEARTBEATS)}
        for known in (self._at, store.signs(found.get("engine", 0))):
            for name, at in known.items():
                found[name] = max(at, found.get(name, at))
        return found

    def of_engine(self, store: Store, now: int) -> int | None:
        """Return when the active engine last gave a sign of life, wherever it runs; it is asked if
        that is long ago.

        One question at a time: a page that anybody may open must not hold all threads while no
        engine answers.
        """
        at = self._newest(store)
        if at is None or now - at <= FRESH or not self._asking.acquire(timeout=TURN):
            return at
        try:
            store.ask()
            return self._wait_for_another(store, at)
        finally:
            self._asking.release()

    def _wait_for_another(self, store: Store, than: int) -> int:
        for _ in range(int(self.patience / LOOK)):
            at = self._newest(store)
            if at is not None and at != than:
                return at
            time.sleep(LOOK)
        return than

    def _newest(self, store: Store) -> int | None:
        here, there = self._at.get("engine"), last_of(store, store.one(LEASE))
        return here if there is None else max(there, here or 0)

    def put_down(self, store: Store, beat_at: int, now: int) -> None:
        """Put them down where they outlive the process, cheaply, the active engine's too.

        `beat_at` is the engine's last sign of life in the tables.
        """
        store.put_signs(beat_at, {**self._at, "engine": now})

    def write(self, store: Store) -> None:
        """Write them into the tables, inside a transaction, but for the engine's own."""
        for name, at in tuple(self._at.items()):
            if name != "engine":
                store.run("still_alive", name=name, at=at)


def last_of(store: Store, held: LeaseRow | None) -> int | None:
    """Return the last sign of life of the engine that holds, or held, the lease; None: it never
    gave one."""
    if held is None or held["engine_at"] is None:
        return None
    in_tables = int(held["engine_at"])
    return max(in_tables, store.signs(in_tables).get("engine", 0))
