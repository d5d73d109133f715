"""Recurring chores by APScheduler. Each is safe to run late, twice or not at all: no deadline hangs on it.

APScheduler 3.11.3 drops late jobs by default and was seen to stop when the wall clock steps back, so whatever
must happen at a moment is a row that the engine polls; here stands only what keeps the house tidy.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from helpline.desk.outgoing import HOUR
from helpline.ports import Store

if TYPE_CHECKING:
    from helpline.wiring import House

log = logging.getLogger(__name__)


class Chores:
    """Tidying up: conversations and sessions long left alone, the write-ahead log."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            daemon=True,
        )

    def start(self) -> None:
        """Begin."""
        self._scheduler.add_job(self._tidy, IntervalTrigger(hours=1, timezone="UTC"))
        self._scheduler.add_job(self._checkpoint, IntervalTrigger(minutes=10, timezone="UTC"))
        self._scheduler.start()

    def stop(self) -> None:
        """End without waiting."""
        self._scheduler.shutdown(wait=False)

    def _tidy(self) -> None:
        self._house.engine.submit(forget)

    def _checkpoint(self) -> None:
        with self._house.read() as store:
            store.checkpoint()


def forget(store: Store, now: int) -> None:
    """Forget conversations that expired, sessions long over, and flow versions nobody uses any more."""
    store.run("forget_conversations", now=now)
    store.run("forget_ussd_sessions", before=now - 24 * HOUR)
    store.run("forget_flows")
    store.kept_flows.clear()
