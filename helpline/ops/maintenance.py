"""Recurring chores by APScheduler. Each is safe to run late, twice or not at all: no deadline hangs
on it.

APScheduler 3.11.3 drops late jobs by default and was seen to stop when the wall clock steps back,
so whatever must happen at a moment is a row that the engine polls; here stands what watches the
house and keeps it tidy. The watchdog's own thread runs the audit when the scheduler forgets it.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from helpline.base.calendar import local_date, moment_on
from helpline.base.errors import NotSaved
from helpline.base.spans import DAY
from helpline.inbound import canary
from helpline.ops.backup import backup, drill
from helpline.ops.watch.auditor import Auditor
from helpline.ops.watch.ping import Pinger
from helpline.ops.watch.systemd import Watchdog
from helpline.town.rows import HEARTBEATS
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.app.build import Gateway

log = logging.getLogger(__name__)

DRILL_EVERY = 30 * DAY
SETTLE_LIMIT = 20.0  # seconds given to the engine after the start to catch up, before it is judged
TROUBLE = EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES


class Maintenance:
    """The audit and what follows from it, copies of the database, the canary, and tidying up."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.troubles: Counter[str] = Counter()  # chores that failed or were missed, by name
        self.pinger = Pinger(gateway.settings.watch.ping_urls, on_success=self._note_ping)
        self.auditor = Auditor(gateway, self.pinger)
        self._watchdog = Watchdog(gateway, lambda: not self.auditor.is_overdue(), self.auditor.run)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            executors={"default": ThreadPoolExecutor(3)},
            daemon=True,
        )
        self._scheduler.add_listener(self._note_trouble, TROUBLE)

    def jobs(self) -> dict[str, tuple[Callable[[], object], timedelta, timedelta]]:
        """Return each chore by name, with how often it runs and how long after the start it first
        does."""
        minute = timedelta(minutes=1)
        return {
            "audit": (self.auditor.run, minute, minute),
            "first audit": (self.audit_first, timedelta(days=3650), 0 * minute),
            "canary": (self.send_canary, 60 * minute, 2 * minute),
            "backup": (self.back_up_if_due, 10 * minute, minute),
            "drill": (self.rehearse_if_due, 360 * minute, 30 * minute),
            "tidy": (self.tidy, 60 * minute, 60 * minute),
            "checkpoint": (self.checkpoint, 10 * minute, 10 * minute),
        }

    def start(self) -> None:
        """Begin."""
        try:
            self._beat("start")
        # Held by another process for a moment; the engine itself tries until it can write
        except NotSaved as error:
            log.warning("the start could not be written down (%s); going on", error.__cause__)
        self.pinger.start()
        self._watchdog.start()
        now = datetime.now(UTC)
        for name, (work, every, after) in self.jobs().items():
            trigger = IntervalTrigger(seconds=int(every.total_seconds()), timezone="UTC")
            self._scheduler.add_job(work, trigger, id=name, next_run_time=now + after)
        self._scheduler.start()

    def stop(self) -> None:
        """End without waiting for a chore under way."""
        self._watchdog.stop()
        self._scheduler.shutdown(wait=False)
        self.pinger.stop()

    # --- the chores -------------------------------------------------------------------------------

    def audit_first(self) -> None:
        """Audit once the engine has caught up with what waited for it while it was off."""
        self._gateway.engine.settle(SETTLE_LIMIT)
        self.auditor.run()

    def send_canary(self) -> None:
        """Send this hour's trial text, where a second number is set."""
        if self._gateway.engine.active:
            self._gateway.change(canary.send)

    def back_up_if_due(self) -> None:
        """Copy the database when the day's moment has come and no copy was made since; remove old
        copies."""
        now = self._gateway.clock.now()
        if not self._gateway.engine.active or not self._is_backup_due(now):
            return
        settings = self._gateway.settings
        made = backup.back_up(settings, now)
        with self._gateway.read() as store:
            backup.note(store, made, now)
        backup.rotate(settings.backup_folder, settings.backup.keep_days, now)

    def rehearse_if_due(self) -> None:
        """Try the newest copy once a month; what comes of it stands in the tables, for the auditor
        and the doctor."""
        now = self._gateway.clock.now()
        last = self._beats().get("drill", 0)
        if (
            not self._gateway.engine.active
            or now - last < DRILL_EVERY
            or not backup.copies(self._gateway.settings.backup_folder)
        ):
            return
        done = drill.rehearse(self._gateway.settings)
        with self._gateway.read() as store:
            drill.note(store, done, now)

    def tidy(self) -> None:
        """Forget what is long over."""
        self._gateway.engine.submit(forget)

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the file."""
        with self._gateway.read() as store:
            store.checkpoint()

    # --- helpers ----------------------------------------------------------------------------------

    def _is_backup_due(self, now: int) -> bool:
        settings = self._gateway.settings
        zone, at = settings.service.timezone, settings.backup.at
        today = date.fromisoformat(local_date(now, zone))
        latest = max(
            m
            for day in (today, today - timedelta(days=1))
            if (m := moment_on(day, at, zone)) <= now
        )
        return self._beats().get("backup", 0) < latest

    def _beats(self) -> dict[str, int]:
        with self._gateway.read() as store:
            return {row["name"]: int(row["at"]) for row in store.all(HEARTBEATS)}

    def _beat(self, name: str, **data: Any) -> None:
        with self._gateway.read() as store, store.transaction():
            store.run("beat", name=name, now=self._gateway.clock.now(), data=json.dumps(data))

    def _note_ping(self) -> None:
        self._gateway.signs.note("ping", self._gateway.clock.now())

    def _note_trouble(self, event: Any) -> None:
        """A chore failed or could not run: it is logged and counted; its next turn comes all the
        same."""
        error = getattr(event, "exception", None)
        log.error(
            "the chore %s %s", event.job_id, "was missed" if error is None else f"failed: {error}"
        )
        self.troubles[event.job_id] += 1
        try:
            self._beat("chores", **self.troubles)
        except Exception:
            log.exception("that could not be written down")


def forget(tx: Tx) -> None:
    """Forget conversations that expired, sessions long over, and flow versions nobody uses any
    more."""
    tx.run("forget_conversations", now=tx.now)
    tx.run("forget_ussd_sessions", before=tx.now - DAY)
    tx.run("forget_flows")
    tx.store.kept_flows.clear()
