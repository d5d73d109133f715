"""One row that cannot be worked, for whatever reason, keeps nobody else waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from helpline.base.ports import Row, Store
from helpline.messaging.outbox import note

log = logging.getLogger(__name__)

LATER = 5 * 60_000  # when a row that failed is tried again


def each(
    store: Store, rows: Iterable[Row], work: Callable[[Row], object], put_off: Callable[[Row, int], object], now: int
) -> None:
    """Do `work` for each row, in a savepoint of its own.

    One that fails leaves nothing behind, is put off by `put_off(row, until)`, and written down for the auditor, who
    tells coordinators. Raises only what says that the database takes nothing.
    """
    for row in rows:
        try:
            with store.savepoint():
                work(row)
        except store.unavailable:
            raise
        except Exception:
            log.exception("a row could not be worked; it is tried again in five minutes, and the others go on")
            put_off(row, now + LATER)
            note(store, "duty_failed", now)
