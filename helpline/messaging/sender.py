"""Hands claimed texts to providers, several at a time, and brings back what they said."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Protocol

from helpline.base.clock import token
from helpline.base.ports import (
    Accepted,
    Clock,
    NotSent,
    OutboundText,
    Outcome,
    Refused,
    Unknown,
)
from helpline.messaging import delivery, reconcile, tracking
from helpline.messaging.routes import MAIL, Routes
from helpline.messaging.rows import Claimed, Sendable, TextRow, WatchedText, WithId
from helpline.town.rows import PAUSE
from helpline.town.tx import Tx

log = logging.getLogger(__name__)


Question = TextRow | WatchedText  # in doubt, or taken and without news
Work = Callable[[Tx], object]

# Ms after its claim: a text is not handed over any more, as another sender may be about to
TOO_LATE = 20_000


class Post(Protocol):
    """Gives the engine work to do in its own transaction; what can wait may share it with more of
    its kind."""

    def __call__(self, work: Work, *, can_wait: bool = False) -> None: ...


class Sender:
    """The way out. `post` gives the engine work to do in its own transaction.

    `threads` = 0 sends at once in the calling thread: for tests and the terminal, where order
    should be plain.
    """

    def __init__(self, routes: Routes, clock: Clock, post: Post, threads: int = 4) -> None:
        self.routes, self._clock, self.post = routes, clock, post
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, "sender") if threads else None
        self._asking = (
            ThreadPoolExecutor(1, "inquirer") if threads else None
        )  # questions never hold up an alarm
        self._stopping = False
        self.owner = token(9)
        self._under_way: set[int] = set()  # touched by the engine's thread alone

    # --- texts ------------------------------------------------------------------------------------

    @property
    def in_flight(self) -> int:
        """How many texts are on their way to a provider."""
        return len(self._under_way)

    @property
    def room(self) -> int:
        """How many texts may be taken in hand now: two for each thread, so that none waits for the
        next."""
        return max(0, 2 * self._threads - self.in_flight) if self._threads else 64

    @property
    def at_once(self) -> int:
        """How many texts are being handed over at this moment: about as many come back together."""
        return min(self._threads, self.in_flight)

    def claim(self, tx: Tx) -> list[Claimed]:
        """Take texts that may leave now, as many as pace and free threads allow."""
        free = self.room
        if not free or not self.routes.transports or tx.one(PAUSE, name="sender") is not None:
            return []  # paused: restored from a copy, and not yet compared with the provider's list
        count = min(free, self.routes.room())
        rows = [*delivery.claim(tx, self.owner, count, self.routes.choose)]
        if MAIL in self.routes.transports:
            rows += delivery.claim_mail(tx, self.owner, free - len(rows), MAIL)
        for row in rows:
            self.routes.took(row["route"], row["segments"])
        self._under_way.update(row["id"] for row in rows)
        return [{**row, "claimed_at": tx.now} for row in rows]

    def forget(self, rows: Sequence[WithId]) -> None:
        """The claim of these texts was not kept: they are not under way."""
        self._under_way.difference_update(row["id"] for row in rows)

    def take_over(self, tx: Tx) -> None:
        """Be the only sender from now on: what another had in hand is in doubt."""
        reconcile.disown(tx, self.owner)

    def wait(self) -> float:
        """Return seconds until the pace lets the next text leave."""
        return self.routes.wait()

    def dispatch(self, rows: Sequence[Claimed]) -> None:
        """Send claimed texts; what comes of each is posted back to the engine."""
        for row in rows:
            if self._pool is None:
                self._send(row)
            else:
                self._pool.submit(self._send, row)

    def _send(self, row: Claimed) -> None:
        route = row["route"]
        outcome: Outcome
        try:
            outcome = self._hand_over(row, route)
        except Exception:
            log.exception("text %s: the transport %s failed", row["id"], route)
            outcome = Unknown("the transport failed")

        def done(tx: Tx) -> None:
            self._under_way.discard(row["id"])
            was_given_up = route in self.routes.given_up
            if not isinstance(outcome, NotSent) or outcome.code != "late":
                self.routes.learned(route, outcome)
            if was_given_up and route not in self.routes.given_up:
                tx.run("alarms_now", now=tx.now)
            if isinstance(outcome, Accepted) or delivery.is_held_by(tx, row["id"], self.owner):
                delivery.record(tx, row["id"], outcome, route)

        self.post(done, can_wait=isinstance(outcome, Accepted))

    def _hand_over(self, row: Claimed, route: str) -> Outcome:
        if self._stopping:
            return NotSent("stopping", "the gateway stops; the text waits", retry_after=1)
        if not 0 <= self._clock.now() - row["claimed_at"] <= TOO_LATE:
            # we stood still: the machine was suspended, or every sender hung. Whoever took over
            # asks the provider twice and then sends it again; a copy of ours that leaves now would
            # come on top
            log.warning("text %s was claimed too long ago; it is not handed over", row["id"])
            return NotSent("late", "claimed too long ago; the text waits")
        if route:
            return self.routes.transports[route].send(text_of(row, self._clock.now()))
        if row["channel"] == "email":
            return Refused("no_mail_server", "no mail server is set")
        return NotSent("no_provider", "no provider works", retry_after=30)

    def stop(self) -> None:
        """Wait for sends under way; those not begun go back to the queue."""
        self._stopping = True
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        if self._asking is not None:
            self._asking.shutdown(wait=True, cancel_futures=True)

    # --- questions --------------------------------------------------------------------------------

    def questions(self, tx: Tx) -> list[Question]:
        """Return texts the provider should be asked about now: those in doubt, and those without
        news."""
        return [*reconcile.doubtful(tx), *tracking.without_news(tx)]

    def inquire(self, rows: Sequence[Question]) -> None:
        """Ask providers about texts; the answers are posted back to the engine."""
        for row in rows:
            provider_id = row["provider_id"]
            if provider_id:
                self.aside(self._ask_for_news, row, provider_id)
            else:  # in doubt: what was taken has the provider's id
                self.aside(self._look_up, row)

    def _ask_for_news(self, row: Question, provider_id: str) -> None:
        try:
            news = self.routes.of(row).news_of(provider_id)
        except NotImplementedError:
            return
        except Exception as error:  # what nobody confirms is not relied on anyway
            log.warning("text %s: no news could be had (%s)", row["id"], type(error).__name__)
            return
        if news is not None:
            told = replace(news, message_id=row["id"])
            self.post(lambda tx: delivery.note_delivery(tx, told))

    def _look_up(self, row: TextRow) -> None:
        since = (row["first_tried_at"] or row["created_at"]) / 1000
        try:
            transport = self.routes.of(row)
            found = transport.look_up(text_of(row, self._clock.now()), since)
        except NotImplementedError:
            self.post(lambda tx: reconcile.cannot_look_up(tx, row))
            return
        except Exception as error:  # the provider could not be asked: it is asked again later
            log.warning(
                "text %s: nobody could be asked about it (%s)", row["id"], type(error).__name__
            )
            self.post(lambda tx: reconcile.could_not_ask(tx, row))
            return
        self.post(lambda tx: reconcile.looked_up(tx, row, found, row["route"]))

    def aside(self, work: Callable[..., None], *given: Any) -> bool:
        """Do `work` where questions to providers are asked: never in the way of an alarm. False
        once we stop."""
        if self._stopping:
            return False
        if self._asking is None:
            work(*given)
        else:
            self._asking.submit(work, *given)
        return True


def text_of(row: Sendable, now: int) -> OutboundText:
    """Return a row of the outbox as the text to send."""
    extra = json.loads(row["extra"]) if row["extra"] else {}
    valid_for = (
        max(60, min(36_000, (row["expires_at"] - now) // 1000)) if row["channel"] == "sms" else 0
    )
    return OutboundText(
        id=row["id"],
        receiver=row["receiver"],
        body=row["body"],
        valid_for=valid_for,
        subject=extra.get("subject", ""),
        html=extra.get("html", ""),
    )
