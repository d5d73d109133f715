"""One row that cannot be worked, for whatever reason, keeps nobody else waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from helpline.base.spans import MINUTE
from helpline.town.events import note
from helpline.town.tx import Tx

T = TypeVar("T")
log = logging.getLogger(__name__)

LATER = 5 * MINUTE  # when a row that failed is tried again


def each(
    tx: Tx,
    rows: Iterable[T],
    work: Callable[[T], object],
    put_off: Callable[[T, int], object],
) -> None:
    """Do `work` for each row, in a savepoint of its own.

    One that fails leaves nothing behind, is put off by `put_off(row, until)`, and written down for
    the auditor, who tells coordinators. Raises only what says that the database takes nothing.
    """
    for row in rows:
        try:
            with tx.savepoint():
                work(row)
        except tx.store.unavailable:
            raise
        except Exception:
            log.exception(
                "a row could not be worked; it is tried again in five minutes, and the others go on"
            )
            put_off(row, tx.now + LATER)
            note(tx, "duty_failed")
