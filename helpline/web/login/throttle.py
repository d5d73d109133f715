"""Slows down whoever guesses passwords, without locking out their owner or slowing the rest of the
gateway."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from helpline.base.spans import MINUTE

TRIES = 10  # wrong passwords before a pause
PAUSE = 15 * MINUTE
QUEUE = 10  # how many may wait for their password to be checked
REMEMBERED = 10_000  # pairs of account and address


class Busy(Exception):
    """Too many passwords are waiting to be checked."""


class Gate:
    """Lets one password be checked at a time: a check is made to be slow, and texts coming in must
    not wait for it."""

    def __init__(self, queue: int = QUEUE) -> None:
        self._turn = threading.Lock()
        self._count = threading.Semaphore(queue + 1)

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Wait for one's turn. Raises Busy at once when too many wait already."""
        if not self._count.acquire(blocking=False):
            raise Busy
        try:
            with self._turn:
                yield
        finally:
            self._count.release()


class Attempts:
    """Wrong passwords by account and address. Kept in memory; the account's own count stands in the
    database.

    An address may try TRIES times, then pauses. While the account itself is paused, because many
    addresses guess, each address may still try once: so its owner gets in, and who guesses is slow.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    def may_try(self, email: str, address: str, account_paused_until: int, now: int) -> bool:
        """Tell whether this address may try a password for this account now."""
        with self._lock:
            count, since = self._failed.get((email, address), (0, 0))
        if now - since >= PAUSE:
            count = 0
        return count < (1 if account_paused_until > now else TRIES)

    def failed(self, email: str, address: str, now: int) -> None:
        """Note a wrong password."""
        key = (email, address)
        with self._lock:
            count, since = self._failed.pop(key, (0, 0))
            self._failed[key] = (1 if now - since >= PAUSE else count + 1, now)
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def passed(self, email: str, address: str) -> None:
        """Note the right password."""
        with self._lock:
            self._failed.pop((email, address), None)


def paused_until(failures: int, now: int) -> int | None:
    """Return until when an account pauses after its `failures`-th wrong password in a row; None: it
    does not."""
    return now + PAUSE if failures >= TRIES else None
