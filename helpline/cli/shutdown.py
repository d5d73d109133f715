"""Waiting until somebody tells the process to stop, without sleeping through it."""

from __future__ import annotations

import signal
import socket
from types import FrameType

TOLD = (signal.SIGTERM, signal.SIGINT)


class ShutdownSignal:
    """From when it is made, the first SIGTERM or SIGINT ends `wait`, also one that came before. For
    the main thread.

    Python runs a signal's handler between two steps of the main thread, and a main thread asleep on
    a lock may take none: when the signal comes in the moment before it falls asleep, or reaches
    another thread, nobody wakes it. The byte that the interpreter itself writes to a socket is
    there in any case.
    """

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._far.setblocking(False)
        signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        for each in TOLD:
            signal.signal(each, _heard)

    def wait(self) -> None:
        """Return once told."""
        while self._near.recv(1)[0] not in TOLD:
            pass


def _heard(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing: without a handler of Python's the process would end on the spot."""
