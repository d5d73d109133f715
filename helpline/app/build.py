"""Builds the real parts from settings: the only place that knows them all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from helpline.app import acts
from helpline.app.plugs import PLUGS
from helpline.app.providers import PROVIDERS
from helpline.base.clock import SystemClock
from helpline.base.ports import (
    Clock,
    DeliveryNews,
    InboundText,
    Store,
    Transport,
    UssdEnd,
    UssdRequest,
)
from helpline.conversations.files.book import load_book, shipped_flows_dir
from helpline.conversations.files.flow_reader import parse_flow
from helpline.conversations.types import Book, Flow
from helpline.engine.engine import Engine
from helpline.engine.periodic import PeriodicWork
from helpline.engine.signs import Signs
from helpline.inbound import sms, ussd
from helpline.messaging import delivery
from helpline.messaging.routes import Routes
from helpline.messaging.sender import Sender
from helpline.store.opening import connect, open_store
from helpline.town.town import Town, no_other_route
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.settings import Settings
    from helpline.settings.database import Database

T = TypeVar("T")


@dataclass
class Gateway:
    """A running gateway: what the web and the command line talk to. Implements ports.Intake."""

    settings: Settings
    town: Town
    clock: Clock
    engine: Engine
    _readers: threading.local = field(default_factory=threading.local, repr=False)

    @property
    def signs(self) -> Signs:
        """Signs of life, of this process's parts and of others."""
        return self.engine.signs

    # --- the gateway ------------------------------------------------------------------------------

    def receive_text(self, text: InboundText) -> None:
        """Take in one text; a provider id seen before changes nothing."""
        self.engine.submit(lambda tx: sms.receive_text(tx, text))

    def receive_ussd(self, request: UssdRequest) -> str:
        """Take in one USSD hop and return the screen."""
        return self.engine.submit(lambda tx: ussd.receive_hop(tx, request))

    def end_ussd(self, end: UssdEnd) -> None:
        """Note that a USSD session is over."""
        self.engine.submit(lambda tx: ussd.end_session(tx, end))

    def note_delivery(self, news: DeliveryNews) -> None:
        """Merge what a provider says of a text we sent."""
        self.engine.submit(lambda tx: delivery.note_delivery(tx, news))

    # --- the desk ---------------------------------------------------------------------------------

    def change(self, work: Callable[[Tx], T]) -> T:
        """Run `work(tx)` in the engine's transaction; return once it is on disk. Raises
        NotSaved."""
        return self.engine.submit(work)

    @contextmanager
    def read(self) -> Iterator[Store]:
        """Give this thread's own connection for reading; what it reads is what was committed."""
        store = getattr(self._readers, "store", None)
        if store is None:
            store = self._readers.store = connect(self.settings.service.database)
        yield store

    def close_reader(self) -> None:
        """Close this thread's connection for reading."""
        store = getattr(self._readers, "store", None)
        if store is not None:
            store.close()
            del self._readers.store


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    active: bool = True,
    threads: int | None = None,
    carriers: Mapping[str, Transport] | None = None,
) -> Gateway:
    """Return a gateway for `settings`, not yet started. `active`: it also does what is due and
    sends.

    `threads` = 0 sends in the engine's own thread; `carriers` replace the transports of the
    settings. Raises HelplineError when the database or a flow cannot be used.
    """
    the_clock = clock or SystemClock()
    place = settings.service.database
    open_store(place).close()  # made or brought up to date before anything runs
    ways = PROVIDERS.transports(settings) if carriers is None else carriers
    routes = Routes(ways, settings.paces, the_clock) if active else None
    other_route = routes.other_than if routes is not None else no_other_route
    town = Town(settings, _book(settings, place), PLUGS, other_route)
    periodic = PeriodicWork() if active else None
    engine = Engine(town, lambda: connect(place), the_clock, periodic, settings.engine.tick_seconds)
    if routes is not None:
        workers = settings.engine.sender_threads if threads is None else threads
        engine.sender = Sender(routes, the_clock, engine.post, workers)
    return Gateway(settings, town, the_clock, engine)


def _book(settings: Settings, database: Database) -> Book:
    book = read_book(settings)
    lock = threading.Lock()

    def older(hash: str) -> Flow | None:
        """Return a version of a flow that a running conversation still uses."""
        with lock:
            store = connect(database)
            try:
                row = store.one("flow_version", hash=hash)
            finally:
                store.close()
        return parse_flow(row["source"], f"{row['name']} ({hash})") if row is not None else None

    return book.remembering(older)


def read_book(settings: Settings) -> Book:
    """Return the shipped flows and those of the town. Raises InvalidFlow naming every problem."""
    service = settings.service
    if service.flows is None:
        return _shipped_book(service.languages)
    return load_book(acts.ACTS, shipped_flows_dir(), service.flows, service.languages)


@cache
def _shipped_book(languages: tuple[str, ...]) -> Book:
    """The shipped flows do not change while we run: a process reads them once."""
    return load_book(acts.ACTS, shipped_flows_dir(), None, languages)
