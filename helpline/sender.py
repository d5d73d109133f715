"""Hands claimed texts to providers, several at a time, paced for each sender, and brings back what they said."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from helpline.clock import token
from helpline.core.pacing import Pace
from helpline.desk import deliver, following, receive
from helpline.desk.town import Town
from helpline.ports import Clock, InboundText, OutboundText, Outcome, Row, Store, Transport, Unknown

log = logging.getLogger(__name__)

Work = Callable[[Store, int], object]
MAIL = "mail"


class Sender:
    """The way out. `post` gives the engine work to do in its own transaction.

    `threads` = 0 sends at once in the calling thread: for tests and the terminal, where order should be plain.
    """

    def __init__(
        self,
        town: Town,
        transports: Mapping[str, Transport],
        paces: Mapping[str, float],
        clock: Clock,
        post: Callable[[Work], None],
        threads: int = 4,
    ) -> None:
        self._town, self.transports, self._clock, self._post = town, transports, clock, post
        self._paces = {name: Pace(rate, clock.monotonic()) for name, rate in paces.items()}
        self._default = next((name for name in transports if name != MAIL), "")
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, "sender") if threads else None
        self.owner = token(9)
        self._under_way: set[int] = set()  # touched by the engine's thread alone

    @property
    def in_flight(self) -> int:
        """How many texts are on their way to a provider."""
        return len(self._under_way)

    def forget(self, rows: Sequence[Row]) -> None:
        """The claim of these texts was not kept: they are not under way."""
        self._under_way.difference_update(row["id"] for row in rows)

    def claim(self, store: Store, now: int) -> list[Row]:
        """Take texts that may leave now, as many as pace and free threads allow."""
        room = max(0, 2 * self._threads - self.in_flight) if self._threads else 64
        pace = self._paces.get(self._default)
        if pace is not None:
            room = min(room, pace.room(self._clock.monotonic()))
        if not room or not self.transports:
            return []
        rows = deliver.claim(store, self.owner, room, now)
        for row in rows:
            if pace is not None and row["channel"] == "sms":
                pace.took(row["segments"])
        self._under_way.update(row["id"] for row in rows)
        return rows

    def take_over(self, store: Store) -> None:
        """Be the only sender from now on: what another had in hand is in doubt."""
        deliver.disown(store, self._town, self.owner)

    def questions(self, store: Store, now: int) -> list[Row]:
        """Return texts the provider should be asked about now: those in doubt, and those without news."""
        return deliver.doubtful(store, self._town, now) + following.without_news(store, now)

    def wait(self) -> float:
        """Return seconds until the pace lets the next text leave."""
        pace = self._paces.get(self._default)
        return pace.wait() if pace is not None else 0.0

    def dispatch(self, rows: Sequence[Row]) -> None:
        """Send claimed texts; what comes of each is posted back to the engine."""
        for row in rows:
            if self._pool is None:
                self._send(row)
            else:
                self._pool.submit(self._send, row)

    def inquire(self, rows: Sequence[Row]) -> None:
        """Ask providers about texts; the answers are posted back to the engine."""
        for row in rows:
            work = self._ask_for_news if "provider_id" in row.keys() and row["provider_id"] else self._look_up
            if self._pool is None:
                work(row)
            else:
                self._pool.submit(work, row)

    def _ask_for_news(self, row: Row) -> None:
        try:
            news = self.transports[self.route_of(row)].news_of(row["provider_id"])
        except NotImplementedError:
            return
        except Exception as error:  # it is asked again, or the next person is
            log.warning("text %s: no news could be had (%s)", row["id"], type(error).__name__)
            return
        if news is not None:
            told = replace(news, message_id=row["id"])
            self._post(lambda store, now: deliver.note_delivery(store, self._town, told, now))

    def catch_up(self, since: int, finished: Callable[[], None]) -> bool:
        """Fetch texts that came in at or after `since` and were never handed to us; then call `finished`.

        Return whether there is anybody to ask.
        """
        lists = [transport for name, transport in self.transports.items() if name != MAIL]
        if not lists:
            return False
        if self._pool is None:
            self._fetch(lists, since, finished)
        else:
            self._pool.submit(self._fetch, lists, since, finished)
        return True

    def _fetch(self, lists: Sequence[Transport], since: int, finished: Callable[[], None]) -> None:
        for transport in lists:
            try:
                texts = transport.received_since(since / 1000)
            except NotImplementedError:
                continue
            except Exception as error:
                log.warning("%s could not be asked for missed texts (%s)", transport.name, type(error).__name__)
                continue
            for text in texts:
                self._post(partial(self._take_in, text))
        self._post(lambda _store, _now: finished())

    def _take_in(self, text: InboundText, store: Store, now: int) -> None:
        receive.receive_text(store, self._town, text, now)

    def stop(self) -> None:
        """Wait for sends under way, take no new ones."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def route_of(self, row: Row) -> str:
        """Return the name of the transport a text leaves by; "" when there is none."""
        if row["channel"] == "email":
            return MAIL if MAIL in self.transports else ""
        return row["route"] if row["route"] in self.transports and row["route"] != MAIL else self._default

    def _send(self, row: Row) -> None:
        route = self.route_of(row)
        outcome: Outcome
        try:
            outcome = self._hand_over(row, route)
        except Exception:
            log.exception("text %s: the transport %s failed", row["id"], route)
            outcome = Unknown("the transport failed")

        def done(store: Store, now: int) -> None:
            self._under_way.discard(row["id"])
            deliver.record(store, self._town, row["id"], outcome, route, now)

        self._post(done)

    def _hand_over(self, row: Row, route: str) -> Outcome:
        from helpline.ports import NotSent, Refused

        if not route:
            if row["channel"] == "email":
                return Refused("no_mail_server", "no mail server is set")
            return NotSent("no_provider", "no provider is set", retry_after=60)
        return self.transports[route].send(text_of(row, self._clock.now()))

    def _look_up(self, row: Row) -> None:
        route = self.route_of(row)
        try:
            since = (row["first_tried_at"] or row["created_at"]) / 1000
            found = self.transports[route].look_up(text_of(row, self._clock.now()), since)
        except NotImplementedError:
            self._post(lambda store, now: deliver.cannot_look_up(store, row, now))
            return
        except Exception as error:  # the provider could not be asked: it is asked again later
            log.warning("text %s: %s could not be asked about it (%s)", row["id"], route, type(error).__name__)
            return
        self._post(lambda store, now: deliver.looked_up(store, row, found, route, now))


def text_of(row: Row, now: int) -> OutboundText:
    """Return a row of the outbox as the text to send."""
    extra = json.loads(row["extra"]) if row["extra"] else {}
    valid_for = max(60, min(36_000, (row["expires_at"] - now) // 1000)) if row["channel"] == "sms" else 0
    return OutboundText(
        id=row["id"],
        receiver=row["receiver"],
        body=row["body"],
        valid_for=valid_for,
        subject=extra.get("subject", ""),
        html=extra.get("html", ""),
    )
