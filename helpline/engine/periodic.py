"""What the engine does without being asked: hellos, reminders, cases, the day's summary. Tables hold the due times."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from helpline.cases import work as casework
from helpline.check_ins import hello, silence
from helpline.messaging import callback_health, delivery, reconcile, tracking
from helpline.reports import digest
from helpline.town.events import note
from helpline.town.tx import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """One recurring piece of work. A database used with another version of it lets it stand idle, loudly.

    `judges`: it draws conclusions from silence, so it waits while we cannot be sure to have heard everything.
    `every`: how many milliseconds it rests once it finds nothing to do; 0: it looks each time.
    """

    name: str
    version: int
    run_once: Callable[[Tx], int]
    judges: bool = False
    every: int = 0


DUTIES = (
    Duty("leases", 1, reconcile.settle_leases),
    Duty("ears", 1, callback_health.run_once, every=30_000),  # before anybody is judged
    Duty("cases", 1, casework.run_due, judges=True),
    Duty("check_ins", 1, silence.run_due, judges=True),
    Duty("hellos", 1, hello.ask_due),
    Duty("deliveries", 1, tracking.run_due),
    Duty("stuck_alarms", 1, tracking.mail_stuck_alarms, every=10_000),
    Duty("expiry", 1, delivery.drop_expired, every=60_000),  # it looks at each text that waits
    Duty("digest", 1, digest.send_due),
)


class Duties:
    """All duties of an active engine, each in its own savepoint: one that fails does not stop the others."""

    def __init__(self, duties: tuple[Duty, ...] = DUTIES) -> None:
        self._duties = duties
        self._agreed: set[str] = set()
        self._idle_since: dict[str, int] = {}

    def run(self, tx: Tx, *, judging: bool = True) -> int:
        """Do a slice of what is due. Return how much was done."""
        return sum(self._run(tx, duty) for duty in self._duties if judging or not duty.judges)

    def _run(self, tx: Tx, duty: Duty) -> int:
        if self._rests(duty, tx.now) or not self._may_run(tx, duty):
            return 0
        try:
            with tx.savepoint():
                done = duty.run_once(tx)
        except tx.store.unavailable:
            raise
        except Exception:
            log.exception("the duty %s failed", duty.name)
            note(tx, "duty_failed", duty=duty.name)
            return 0
        if not done:
            self._idle_since[duty.name] = tx.now
        return done

    def _rests(self, duty: Duty, now: int) -> bool:
        return 0 <= now - self._idle_since.get(duty.name, now - duty.every) < duty.every

    def _may_run(self, tx: Tx, duty: Duty) -> bool:
        if duty.name in self._agreed:
            return True
        tx.run("set_module_version", name=duty.name, version=duty.version)
        found = tx.one("module_version", name=duty.name)
        if found is not None and found["version"] == duty.version:
            self._agreed.add(duty.name)
            return True
        log.error("the duty %s stands idle: this database is used with another version of it", duty.name)
        return False

    def next_due(self, tx: Tx) -> int:
        """Return the earliest moment at which anything waits for the engine."""
        row = tx.one("next_due")
        summary = digest.next_at(tx)
        return summary if row is None or row["at"] is None else min(row["at"], summary)

    def texts_wait(self, tx: Tx) -> bool:
        """Tell whether a text may leave now."""
        return tx.one("text_waits", now=tx.now) is not None
