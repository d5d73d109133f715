"""When the provider's list of texts is read: a webhook may never come, and nobody is judged on what
we did not hear."""

from __future__ import annotations

from helpline.base.spans import MINUTE
from helpline.inbound.missed import MissedTexts
from helpline.inbound.rows import (
    HEARD_LATELY,
    JUDGEMENTS_DUE,
    LAST_ACCEPTED,
    LAST_TEXT_IN,
    NEXT_JUDGEMENT,
)
from helpline.messaging.callback_health import moment
from helpline.messaging.rows import DEAF_ROUTES
from helpline.messaging.sender import Sender
from helpline.town.tx import Tx

EVERY = 5 * MINUTE
AT_MOST_EVERY = MINUTE
OVERLAP = 5 * MINUTE  # the list may lag behind, and its clock differ from ours
FIRST_LOOK = 15 * MINUTE  # how far back the first reading after a start goes
AHEAD = 20_000  # a deadline so near is time to read
PATIENCE = 5_000  # how long a deadline waits for the list
LONG_PATIENCE = MINUTE  # how long many at once do, and those after an outage
MANY = 20
LOOK_EVERY = 2_000  # a busy engine goes round hundreds of times a second
LOST = 120_000  # a reading not ended by then is not waited for
SUSPICIOUS = 30 * MINUTE  # for so long a missed text makes us read more often


class InboxPoll:
    """Reads the provider's list now and then, and before silence is judged. Used by the engine's
    thread alone.

    `holds`: a deadline waits until the list was read.
    """

    def __init__(self) -> None:
        self.sender: Sender | None = None
        self._missed = MissedTexts()
        self.holds = self._reads = False
        self._tried_at: int | None = None
        self._looked_at = 0
        self._since = 0  # the list is known up to then
        self._heard_from = 0  # from then on a text should have reached us by itself
        self._waits_until = 0
        self._comes_back = False

    def begin(self, now: int, since: int = 0) -> None:
        """Listen from now on. `since` is when we began to be deaf, 0 when we were not: that is read
        first."""
        self._heard_from, self._tried_at, self._reads = now, None, False
        self._since = min(since or now, now - FIRST_LOOK)
        self._comes_back = bool(since)

    def ready(self, tx: Tx) -> bool:
        """Read the list when it is time to; tell whether silence may be judged now."""
        if self.sender is None:
            return True
        if self._reads and not 0 <= tx.now - (self._tried_at or 0) < LOST:
            self._reads = False
        if not self._reads and self._is_time(tx):
            is_long = self._comes_back or _is_many(tx)
            self._tried_at, self._waits_until = (
                tx.now,
                tx.now + (LONG_PATIENCE if is_long else PATIENCE),
            )
            self._reads = True
            self._reads = self._missed.fetch(
                self.sender, self._since, self._heard_from, self._finished
            )
        self.holds = self._reads and tx.now < self._waits_until
        return not self.holds

    def _finished(self, is_read: bool) -> None:
        self._reads = self.holds = self._comes_back = False
        if is_read and self._tried_at is not None:
            self._since = self._tried_at - OVERLAP

    def _is_time(self, tx: Tx) -> bool:
        if self._tried_at is None or not 0 <= tx.now - self._tried_at < EVERY:
            return True
        if tx.now - self._tried_at < AT_MOST_EVERY or 0 <= tx.now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = tx.now
        return self._is_suspicious(tx) or _is_judged_soon(tx)

    def _is_suspicious(self, tx: Tx) -> bool:
        """Tell whether something that should have come in did not."""
        if 0 <= tx.now - self._missed.found_at < SUSPICIOUS or tx.one(DEAF_ROUTES) is not None:
            return True
        last = moment(tx, LAST_ACCEPTED, before=tx.now - AT_MOST_EVERY)
        return last > tx.now - SUSPICIOUS and moment(tx, HEARD_LATELY) < last


def _is_judged_soon(tx: Tx) -> bool:
    """Tell whether a deadline is near, and nothing came in so lately that we surely hear."""
    deadline = moment(tx, NEXT_JUDGEMENT)
    return (
        0 < deadline <= tx.now + AHEAD
        and not 0 <= tx.now - moment(tx, LAST_TEXT_IN) < AT_MOST_EVERY
    )


def _is_many(tx: Tx) -> bool:
    row = tx.one(JUDGEMENTS_DUE, now=tx.now, count=MANY)
    return row is not None and row["count"] >= MANY
