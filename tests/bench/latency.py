"""How long people wait: a reply until the provider has it, an alarm in the middle of a morning's
hellos."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helpline.base.clock import SystemClock
from helpline.store.migrations import open_file as open_store
from tests.bench.arrivals import Arrival, Arrivals
from tests.bench.load import Texts, drive, number
from tests.bench.machine import HELPLINE, LOAD_CORE, on_core, running, yardstick
from tests.bench.report import Figure, Report
from tests.bench.towns import settings_for, settle

COORDINATOR = "+33639980099"
FELL = "Je suis tombé"
QUEUED = 20_000


@dataclass
class Waits:
    """Seconds waited, one for each time tried."""

    seconds: list[float] = field(default_factory=list)

    def within(self, share: float) -> float:
        """Return the milliseconds within which `share` of them lay."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


# --- replies --------------------------------------------------------------------------------------


def replies(report: Report, folder: Path, texts: int) -> None:
    """Measure from the webhook's POST until the provider has the reply, one text at a time on a
    quiet gateway."""
    bare = bare_replies(folder, texts)
    for name, halves in (
        ("one process", [()]),
        ("web and engine apart", [("--only", "web"), ("--only", "engine")]),
    ):
        town = settle(folder / f"replies-{len(halves)}.db", texts)
        waits = replies_of(folder, settings_for(town), halves, texts)
        tell_replies(report, name, waits, bare)


def tell_replies(report: Report, name: str, waits: Waits, bare: Waits) -> None:
    """Put the figures of one arrangement into the report."""
    yard = "Flask that commits and sends itself"
    report.add(
        Figure(
            "reply",
            f"at the provider, {name}: half",
            waits.within(0.5),
            "ms",
            yard,
            bare.within(0.5),
            "<= 300 ms",
        ),
        Figure(
            "reply", "99 of 100", waits.within(0.99), "ms", yard, bare.within(0.99), "<= 300 ms"
        ),
    )


def replies_of(
    folder: Path, settings: Mapping[str, str], halves: Sequence[Sequence[str]], texts: int
) -> Waits:
    """Return how long replies take with the gateway in so many processes; the first of them is the
    web."""
    with _provider(folder) as (port, arrivals), ExitStack() as stack:
        env = {**settings, "HELPLINE_TWILIO_API_BASE": f"http://127.0.0.1:{port}"}
        servers = [
            stack.enter_context(running((*HELPLINE, "serve", *half), folder, env=env))
            for half in halves
        ]
        servers[0].first_answer()
        time.sleep(1.0 * len(servers))
        return _one_by_one(servers[0].port, arrivals, texts)


def bare_replies(folder: Path, texts: int) -> Waits:
    """Return how long a reply takes that is sent before the webhook is answered."""
    with _provider(folder) as (port, arrivals):
        command = yardstick("commit", str(folder / "bare-replies.db"), str(port))
        with running(command, folder) as server:
            server.first_answer()
            return _one_by_one(server.port, arrivals, texts)


def _one_by_one(port: int, arrivals: Arrivals, texts: int) -> Waits:
    made, waits = Texts(texts), Waits()
    with on_core(LOAD_CORE):
        for place in range(texts):
            who, started, before = number(place), time.monotonic(), len(arrivals.all)
            drive(port, [[made.one(place, "AIDE")]])
            arrived = arrivals.wait_for_text_to(who, before)
            if place >= 4:  # the first sends load the client and open connections
                waits.seconds.append(arrived.at - started)
            time.sleep(0.02 + place * 0.037 % 0.2)  # at any moment of the gateway's own rhythm
    return waits


# --- alarms ---------------------------------------------------------------------------------------


def alarms(report: Report, folder: Path, tries: Mapping[float, int]) -> None:
    """Measure from a fall told to the alarm at the provider, at paces in segments a second, so many
    times each."""
    with ThreadPoolExecutor(len(tries)) as side_by_side:
        waits = side_by_side.map(lambda pace: _alarms_at(folder, pace, tries[pace]), tries)
        for pace, (waited, overtaken) in zip(tries, list(waits), strict=True):
            most = "<= 2,000 ms"
            what = (
                f"told to accepted, {QUEUED:,} hellos wait, {pace:g} segment{'s' * (pace > 1)} a "
                "second"
            )
            report.add(
                Figure("alarm", f"{what}: half", waited.within(0.5), "ms", aim=most),
                Figure("alarm", "99 of 100", waited.within(0.99), "ms", aim=most),
                Figure(
                    "alarm",
                    f"the longest of {len(waited.seconds)}",
                    max(waited.seconds) * 1000,
                    "ms",
                    aim=most,
                ),
                Figure(
                    "alarm", "most texts of others that left between", overtaken, "", aim="<= 1"
                ),
            )


def _alarms_at(folder: Path, pace: float, tries: int) -> tuple[Waits, int]:
    """Return the waits, and how many other texts left at most between the fall told and its
    alarm."""
    town = settle(folder / f"alarms-{pace:g}.db", QUEUED, ask_in=-1000)
    _add_coordinator(town)
    with _provider(folder) as (port, arrivals):
        env = settings_for(town, port) | {"HELPLINE_TWILIO_SEGMENTS_PER_SECOND": f"{pace:g}"}
        with running((*HELPLINE, "serve"), folder, env=env) as server:
            server.first_answer()
            arrivals.wait_for_more(
                6 if pace < 5 else int(4 * pace)
            )  # the reserve of a quiet while is spent first
            return _raise_alarms(server.port, arrivals, tries, pace)


def _raise_alarms(port: int, arrivals: Arrivals, tries: int, pace: float) -> tuple[Waits, int]:
    texts, waits, overtaken = Texts(QUEUED), Waits(), 0
    for place in range(tries):
        who = number(QUEUED - 1 - place)  # their own hello would be the last
        arrivals.read()
        started, before = time.monotonic(), len(arrivals.all)
        drive(port, [[texts.one(QUEUED - 1 - place, FELL)]])
        alarm = arrivals.wait_for(_is_alarm, before)
        waits.seconds.append(alarm.at - started)
        between = [
            text
            for text in arrivals.all[before:]
            if started < text.at < alarm.at and text.receiver != who
        ]
        overtaken = max(overtaken, len(between))
        arrivals.wait_for_text_to(who, before)  # the reply to who fell
        arrivals.wait_for_more(2 + place % 2)
        time.sleep(place * 0.37 % 1 / pace)
    return waits, overtaken


def _is_alarm(text: Arrival) -> bool:
    return text.receiver == COORDINATOR and text.body.startswith("URGENT")


def _add_coordinator(town: Path) -> None:
    store, now = open_store(town), SystemClock().now()
    with store.transaction():
        person = store.add(
            "add_person", phone=COORDINATOR, name="Nadia", language="fr", line="mobile", now=now
        )
        store.add("add_coordinator", person_id=person, email="")
    store.close()


@contextmanager
def _provider(folder: Path) -> Iterator[tuple[int, Arrivals]]:
    """Give a provider's port, and what reaches it."""
    with running(
        yardstick("sink", "0", str(folder / "{port}.arrivals")), folder, core=LOAD_CORE
    ) as sink:
        sink.first_answer()
        arrivals = Arrivals(folder / f"{sink.port}.arrivals")
        try:
            yield sink.port, arrivals
        finally:
            arrivals.close()
