"""Tells systemd that the gateway is ready and alive, and only when engine and audit really went
round."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpline.app.build import Gateway

log = logging.getLogger(__name__)


def tell(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send `state`, such as READY=1, to systemd. Return False where no systemd listens."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # a name without a file
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.sendto(state.encode(), address)
    except OSError as error:
        log.warning("systemd could not be told (%s)", type(error).__name__)
        return False
    return True


class Watchdog:
    """A thread on the monotonic clock: beats while the engine turns and `is_audited` says yes.

    `help_out` is called in this thread when it says no: the scheduler may have been misled by a
    jump of the clock.
    """

    def __init__(
        self,
        gateway: Gateway,
        is_audited: Callable[[], bool],
        help_out: Callable[[], object],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._gateway, self._is_audited, self._help_out, self._environ = (
            gateway,
            is_audited,
            help_out,
            environ,
        )
        self.period = int(environ.get("WATCHDOG_USEC", "60000000")) / 3_000_000
        self._stopping = threading.Event()
        self._seen = 0
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Say that we are stopping, and end."""
        self._stopping.set()
        tell("STOPPING=1", self._environ)
        self._thread.join(1)  # it may be in the middle of an audit; it is a daemon

    def look(self) -> bool:
        """Beat if the engine turned since the last look and the audits go on. Return whether it
        did."""
        turned = self._gateway.engine.last_cycle_at != self._seen
        self._seen = self._gateway.engine.last_cycle_at
        audited = self._is_audited()
        if not audited:
            self._help_out()
        # An engine without duties sleeps long; the next look finds it turned
        self._gateway.engine.wake()
        return turned and audited and tell("WATCHDOG=1", self._environ)

    def _run(self) -> None:
        while not self._gateway.engine.last_cycle_at:  # ready means: the engine went round once
            self._gateway.engine.wake()
            if self._stopping.wait(0.05):
                return
        tell("READY=1", self._environ)
        while not self._stopping.wait(self.period):
            try:
                self.look()
            except Exception:
                log.exception("the watchdog stumbled; it does not beat this time")
