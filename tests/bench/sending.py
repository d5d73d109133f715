"""Texts handed to a provider 50 ms away, 32 at once: our way out against a bare pool and against
the stock client."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from helpline.app.build import Gateway, build
from helpline.app.settings import load_settings
from helpline.base.ports import Accepted, OutboundText
from helpline.messaging.outbox import Message, queue
from helpline.providers.twilio.settings import TwilioSettings
from helpline.providers.twilio.transport import TwilioTransport
from helpline.town.tx import Tx
from tests.bench.load import OUR_NUMBER, PUBLIC, SID, TOKEN, number
from tests.bench.machine import LOAD_CORE, SERVER_CORE, on_core, running, yardstick
from tests.bench.report import Figure, Report, middle
from tests.bench.towns import settings_for, settle
from tests.kit.must import below

AWAY_MS = 50
IN_FLIGHT = 32
USUAL_THREADS = 4  # what [engine] sender_threads is unless set
WORDS = (
    "Bonjour René, ici Bonjour Belleville. Comment allez-vous?\n1 Bien\n2 Pas bien\n3 Besoin d'aide"
)


@dataclass
class Way:
    """One way to hand over texts. `hand_over` takes how many, and returns once all were
    accepted."""

    hand_over: Callable[[int], None]
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def play(self, sends: int) -> None:
        """Play one round."""
        cpu, started = time.process_time(), time.perf_counter()
        self.hand_over(sends)
        self.rates.append(sends / (time.perf_counter() - started))
        self.cpu.append((time.process_time() - cpu) / sends * 1e6)


def measure(report: Report, folder: Path, sends: int, rounds: int) -> None:
    """Compare HTTP clients, then the whole way of a text from the outbox to its record."""
    with (
        running(yardstick("sink", str(AWAY_MS)), folder, core=LOAD_CORE) as sink,
        on_core(SERVER_CORE),
    ):
        sink.first_answer()
        _clients(report, folder, sink.port, sends, rounds)
        _drains(report, folder, sink.port, sends, rounds)


def _clients(report: Report, folder: Path, port: int, sends: int, rounds: int) -> None:
    raw = Way(_each_by(_raw_pool(port), IN_FLIGHT))
    settings = load_settings(
        None, settings_for(folder / "none.db", port) | {"HELPLINE_WEB_PORT": "1"}
    )
    transport = TwilioTransport(settings.of(TwilioSettings), settings.service.public_url)
    ours = Way(_each_by(lambda place: _sent_by(transport, place), IN_FLIGHT))
    stock = Way(_each_by(_stock_client(port), IN_FLIGHT))
    _alternate([raw, ours, stock], sends, rounds)
    transport.close()
    yard = "bare urllib3 pool"
    report.add(
        Figure(
            "sender",
            f"sends a second, {IN_FLIGHT} in flight",
            middle(ours.rates),
            "/s",
            yard,
            middle(raw.rates),
            ">= 0.9x",
        ),
        Figure(
            "sender",
            "CPU a send",
            middle(ours.cpu),
            "us",
            "stock Twilio client",
            middle(stock.cpu),
            "<= 0.5x",
        ),
        Figure("sender", "the same", middle(ours.cpu), "us", yard, middle(raw.cpu)),
        Figure(
            "sender",
            "sends a second",
            middle(ours.rates),
            "/s",
            "stock Twilio client",
            middle(stock.rates),
        ),
    )


def _drains(report: Report, folder: Path, port: int, sends: int, rounds: int) -> None:
    """Queue, claim, send and record with the real engine."""
    yard = "bare urllib3 pool"
    for threads, texts in ((IN_FLIGHT, sends), (USUAL_THREADS, sends // 4)):
        raw = Way(_each_by(_raw_pool(port), threads))
        gateway = _gateway(settle(folder / f"drain-{threads}.db", 200), port, threads)
        drain = Way(_Outbox(gateway).drain)
        try:
            _alternate([raw, drain], texts, rounds)
        finally:
            gateway.engine.stop()
        part = f"outbox drained, {threads} threads"
        aim = ">= 0.9x" if threads == IN_FLIGHT else ""
        report.add(
            Figure("sender", part, middle(drain.rates), "/s", yard, middle(raw.rates), aim),
            Figure(
                "sender",
                "CPU a text, from queue to record",
                middle(drain.cpu),
                "us",
                yard,
                middle(raw.cpu),
            ),
        )


def _alternate(ways: list[Way], sends: int, rounds: int) -> None:
    for way in ways:
        way.hand_over(sends // 4)
    for _ in range(rounds):
        for way in ways:
            way.play(sends)


# --- ways -----------------------------------------------------------------------------------------


def _each_by(send: Callable[[int], object], threads: int) -> Callable[[int], None]:
    """Return what calls `send` so many times from so many threads."""

    def all_of_them(sends: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(send, range(sends)):
                pass

    return all_of_them


def _raw_pool(port: int) -> Callable[[int], object]:
    pool = urllib3.PoolManager(maxsize=IN_FLIGHT, timeout=10, retries=False)
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{SID}/Messages.json"
    headers = {
        "Authorization": "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def send(place: int) -> None:
        form = {
            "To": number(place),
            "From": OUR_NUMBER,
            "Body": WORDS,
            "StatusCallback": f"{PUBLIC}/twilio/status?mid={place}",
            "ValidityPeriod": 3600,
        }
        answer = pool.request("POST", url, body=urlencode(form), headers=headers)
        assert answer.status == 201, answer.status

    return send


def _sent_by(transport: TwilioTransport, place: int) -> None:
    outcome = transport.send(
        OutboundText(id=place, receiver=number(place), body=WORDS, valid_for=3600)
    )
    assert isinstance(outcome, Accepted), outcome


def _stock_client(port: int) -> Callable[[int], object]:
    """Return the official client as it comes, but for the address it calls; its pool serves http as
    it serves https."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    class Here(TwilioHttpClient):  # type: ignore[misc]  # twilio ships no types
        def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
            return super().request(
                method, f"http://127.0.0.1:{port}{urlsplit(url).path}", *more, **named
            )

    http = Here()
    http.session.mount("http://", http.session.get_adapter("https://"))
    client = Client(SID, TOKEN, http_client=http)

    def send(place: int) -> None:
        record = client.messages.create(
            to=number(place),
            from_=OUR_NUMBER,
            body=WORDS,
            status_callback=f"{PUBLIC}/twilio/status?mid={place}",
            validity_period=3600,
        )
        assert record.sid

    return send


# --- the engine -----------------------------------------------------------------------------------


def _gateway(town: Path, port: int, threads: int) -> Gateway:
    more = {"HELPLINE_WEB_PORT": "1", "HELPLINE_ENGINE_SENDER_THREADS": str(threads)}
    gateway = build(load_settings(None, settings_for(town, port) | more))
    gateway.engine.start()
    return gateway


class _Outbox:
    """Texts put into the outbox of a running engine, and waited for."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._queued = 0
        self._lock = threading.Lock()

    def drain(self, sends: int) -> None:
        """Queue so many texts, and wait until the provider has them all and it is written down."""
        with self._lock:
            first, self._queued = self._queued, self._queued + sends
        self._gateway.change(lambda tx: _queue_all(tx, first, sends))
        assert self._gateway.engine.settle(60), "the outbox was not drained"
        with self._gateway.read() as store:
            accepted = (
                below(store)
                .execute("SELECT count(*) FROM outbox WHERE state = 'accepted'")
                .fetchone()[0]
            )
        assert accepted == self._queued, accepted


def _queue_all(tx: Tx, first: int, count: int) -> None:
    for place in range(first, first + count):
        message = Message(
            f"bench:{place}", "reply", place % 200 + 1, number(place % 200), "said", WORDS
        )
        queue(tx, message)
