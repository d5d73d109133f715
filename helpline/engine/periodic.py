"""What the engine does without being asked: hellos, reminders, cases, the day's summary. Tables
hold the due times."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from helpline.base.spans import MINUTE
from helpline.cases import half_way, stuck
from helpline.cases import work as casework
from helpline.check_ins import hello, silence
from helpline.engine.rows import MODULE_VERSION, NEXT_DUE
from helpline.inbound import unread
from helpline.messaging import callback_health, delivery, reconcile, tracking
from helpline.reports import digest
from helpline.town.events import note
from helpline.town.tx import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One recurring piece of work. A database used with another version of it lets it stand idle,
    loudly.

    `judges`: it draws conclusions from silence, so it waits while we cannot be sure to have heard
    everything. `every`: how many milliseconds it rests once it finds nothing to do; 0: it looks
    each time.
    """

    name: str
    version: int
    run_once: Callable[[Tx], int]
    judges: bool = False
    every: int = 0


PERIODIC = (
    Periodic("leases", 1, reconcile.settle_leases),
    Periodic(
        "callback_health", 1, callback_health.run_once, every=30_000
    ),  # before anybody is judged
    Periodic("cases", 1, casework.run_due, judges=True),
    Periodic("check_ins", 1, silence.run_due, judges=True),
    Periodic("hellos", 1, hello.ask_due),
    Periodic("half_way", 1, half_way.run_due, judges=True),
    Periodic("unread", 1, unread.run_due),
    Periodic("deliveries", 1, tracking.run_due),
    Periodic("stuck_alarms", 1, stuck.mail_stuck_alarms, every=10_000),
    Periodic("expiry", 1, delivery.drop_expired, every=MINUTE),  # it looks at each text that waits
    Periodic("digest", 1, digest.send_due),
)


class PeriodicWork:
    """All periodic work of an active engine, each in its own savepoint: one that fails does not
    stop the others."""

    def __init__(self, periodic: tuple[Periodic, ...] = PERIODIC) -> None:
        self._periodic = periodic
        self._agreed: set[str] = set()
        self._idle_since: dict[str, int] = {}

    def run(self, tx: Tx, *, judging: bool = True) -> int:
        """Do a slice of what is due. Return how much was done."""
        return sum(
            self._run(tx, periodic) for periodic in self._periodic if judging or not periodic.judges
        )

    def _run(self, tx: Tx, periodic: Periodic) -> int:
        if self._rests(periodic, tx.now) or not self._may_run(tx, periodic):
            return 0
        try:
            with tx.savepoint():
                done = periodic.run_once(tx)
        except tx.store.unavailable:
            raise
        except Exception:
            log.exception("the duty %s failed", periodic.name)
            note(tx, "duty_failed", duty=periodic.name)
            return 0
        if not done:
            self._idle_since[periodic.name] = tx.now
        return done

    def _rests(self, periodic: Periodic, now: int) -> bool:
        return 0 <= now - self._idle_since.get(periodic.name, now - periodic.every) < periodic.every

    def _may_run(self, tx: Tx, periodic: Periodic) -> bool:
        if periodic.name in self._agreed:
            return True
        tx.run("set_module_version", name=periodic.name, version=periodic.version)
        found = tx.one(MODULE_VERSION, name=periodic.name)
        if found is not None and found["version"] == periodic.version:
            self._agreed.add(periodic.name)
            return True
        log.error(
            "the duty %s stands idle: this database is used with another version of it",
            periodic.name,
        )
        return False

    def next_due(self, tx: Tx) -> int:
        """Return the earliest moment at which anything waits for the engine."""
        row = tx.one(NEXT_DUE)
        summary = digest.next_at(tx)
        return summary if row is None or row["at"] is None else min(row["at"], summary)

    def texts_wait(self, tx: Tx) -> bool:
        """Tell whether a text may leave now."""
        return tx.one("text_waits", now=tx.now) is not None
