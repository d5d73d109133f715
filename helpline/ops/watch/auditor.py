"""Runs the audit on live data and passes its result on: to the tables, to the outside, to systemd's
watchdog."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpline.base.errors import HelplineError
from helpline.base.ports import Store
from helpline.ops import audit
from helpline.ops.watch.ping import Pinger
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.app.build import Gateway

log = logging.getLogger(__name__)

SECOND_LOOK = 5.0  # seconds an engine that lives needs at most to finish what it is at
# Seconds on the monotonic clock: a scheduler misled by a jump of the wall clock is helped out
OVERDUE = 120.0


@dataclass
class Auditor:
    """One audit at a time, whoever asks for it. `last_at` is when one ended, in monotonic seconds;
    None: never."""

    gateway: Gateway
    pinger: Pinger
    last_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def run(self) -> Sequence[audit.Breach]:
        """Look, write down, tell; then ping. Return the breaches. Does not raise when the database
        cannot be used."""
        with self._lock:
            try:
                breaches = self._look_and_keep()
            except (HelplineError, OSError) as error:
                log.error("the audit could not be made (%s)", type(error).__name__)
                self.pinger.failed(("database",))
                return ()
            self.last_at = self.gateway.clock.monotonic()
        grave = [each.code for each in breaches if each.is_grave]
        if grave:
            self.pinger.failed(grave)
        else:
            self.pinger.clean()
        return breaches

    def is_overdue(self) -> bool:
        """Tell whether no audit has ended for too long."""
        return self.last_at is None or self.gateway.clock.monotonic() - self.last_at > OVERDUE

    def _look_and_keep(self) -> Sequence[audit.Breach]:
        with self.gateway.read() as store:
            try:
                breaches = self._look(store)
                if breaches:
                    # what a look in the middle of a step or of a jump of the clock shows is gone at
                    # the second look
                    self.gateway.engine.settle(SECOND_LOOK)
                    first = {each.code for each in breaches}
                    breaches = [each for each in self._look(store) if each.code in first]
                told = self._keep(store, breaches)
            except store.unavailable as error:
                raise OSError(str(error)) from error
        for each in told:
            log.error("audit: %s %s", each.code, list(each.ids))
        return breaches

    def _look(self, store: Store) -> list[audit.Breach]:
        now = self.gateway.clock.now()
        return audit.look(
            Tx(store, self.gateway.town, now), self.gateway.signs.of_engine(store, now)
        )

    def _keep(self, store: Store, breaches: list[audit.Breach]) -> list[audit.Breach]:
        """Write down what is news; that the same was found again goes to disk with something
        else."""
        now = self.gateway.clock.now()
        if not audit.is_news(Tx(store, self.gateway.town, now), breaches):
            self.gateway.signs.note("audit", now)
            return []
        with store.transaction():
            return audit.keep(Tx(store, self.gateway.town, now), breaches)
