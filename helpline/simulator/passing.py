"""Lets the town's time pass: every moment at which something is due is met on its way, in order."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from helpline.base.clock import SteeredClock
from helpline.base.spans import MINUTE
from helpline.engine.rows import NEXT_DUE

if TYPE_CHECKING:
    from helpline.app.build import Gateway
    from helpline.simulator.carrier import Carrier

STRIDE = (
    15 * MINUTE
)  # what no table announces, such as the day's summary, is met at the quarters of the hour

A_STEP = 5.0  # seconds one step may take before the town closes under it


class Passing:
    """The hands on the clock of a running gateway whose texts go over `carrier`."""

    def __init__(self, gateway: Gateway, clock: SteeredClock, carrier: Carrier) -> None:
        self._gateway, self._clock, self._carrier = gateway, clock, carrier
        self._lock = threading.Lock()
        self._over = False

    def settle(self) -> None:
        """Wait until the gateway has nothing left to do at this moment and heard what became of its
        texts."""
        self._gateway.engine.settle()
        self._carrier.settle()
        self._gateway.engine.settle()

    def stop(self) -> None:
        """Let no more time pass, also where it is on its way, and wait for the step under way.

        In a town that is closed nothing that is due is ever done: time would go on by milliseconds.
        """
        self._over = True
        if self._lock.acquire(timeout=A_STEP):
            self._lock.release()

    def pass_until(self, moment: int) -> None:
        """Let time pass until `moment` (milliseconds, UTC)."""
        with self._lock:
            self.settle()
            while self._clock.now() < moment and not self._over:
                self._clock.put_to(min(self._next_stop(), moment))
                self.settle()

    def forward(self, minutes: int) -> None:
        """Let so many minutes pass."""
        self.pass_until(self._clock.now() + minutes * MINUTE)

    def _next_stop(self) -> int:
        """Return the next moment at which something may be due; always later than now."""
        now = self._clock.now()
        with self._gateway.read() as store:
            row = store.one(NEXT_DUE)
        due = row["at"] if row is not None and row["at"] is not None else now + STRIDE
        quarter = (now // STRIDE + 1) * STRIDE
        return int(min(quarter, max(due, now + 1)))
