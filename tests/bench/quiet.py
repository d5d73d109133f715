"""What helpline takes while nothing happens: an idle engine, a start, memory."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from helpline.app.build import build
from helpline.app.settings import load_settings
from helpline.engine.periodic import PeriodicWork
from helpline.town.tx import Tx
from tests.bench.machine import HELPLINE, SERVER_CORE, on_core, run_once, running, yardstick
from tests.bench.report import Figure, Report, middle
from tests.bench.towns import settings_for

CYCLES = 3_000
AFTER_START = 80.0  # seconds until the first copy of the database is made
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)")


def idle(report: Report, folder: Path, town: Path, residents: int, seconds: float) -> None:
    """Measure a gateway whose residents are all asked tomorrow."""
    with running((*HELPLINE, "serve"), folder, env=settings_for(town)) as server:
        server.first_answer()
        time.sleep(2)
        before, started = server.cpu(), time.perf_counter()
        time.sleep(seconds)
        share = (server.cpu() - before) / (time.perf_counter() - started)
        report.add(
            Figure(
                "idle",
                f"CPU with {residents:,} planned",
                share * 100,
                "% of a core",
                aim="<= 0.2 %",
            ),
            Figure(
                "memory",
                f"serve with {residents:,} planned, RSS",
                server.rss(),
                "MB",
                aim="<= 60 MB",
            ),
        )
    with on_core(SERVER_CORE):
        _one_look(report, town)


def disk(report: Report, folder: Path, town: Path, seconds: float) -> None:
    """Measure what a gateway writes while nothing happens, once it has made its first copy of the
    database."""
    with running((*HELPLINE, "serve"), folder, env=settings_for(town)) as server:
        server.first_answer()
        time.sleep(AFTER_START)
        before, started = server.written(), time.perf_counter()
        time.sleep(seconds)
        days = (time.perf_counter() - started) / 86_400
        report.add(
            Figure(
                "idle",
                "written to disk (/proc/PID/io)",
                (server.written() - before) / days,
                "MB a day",
                aim="<= 20 MB",
            )
        )


def _one_look(report: Report, town: Path) -> None:
    """Measure one sweep of an engine for which nothing is due, in its parts."""
    settings = load_settings(None, settings_for(town) | {"HELPLINE_WEB_PORT": "1"})
    gateway = build(settings, threads=0, carriers={})
    gateway.engine.settle()
    periodic = PeriodicWork()
    with gateway.read() as store:
        now = gateway.clock.now()
        with store.transaction():  # as the engine does
            sweep = _each_takes(lambda: store.all("due_plans", now=now, count=500))
            tx = Tx(store, gateway.town, now)
            whole = _each_takes(lambda: (periodic.run(tx), periodic.next_due(tx)))
    cycle = _each_takes(gateway.engine.cycle)
    gateway.engine.stop()
    report.add(
        Figure("idle", "SQL of one sweep of the plans, nothing due", sweep, "us", aim="<= 20 us"),
        Figure("idle", "one round of all periodic, nothing due", whole, "us"),
        Figure("idle", "one engine cycle, nothing due", cycle, "us"),
    )


def _each_takes(work: Callable[[], object]) -> float:
    before = time.process_time()
    for _ in range(CYCLES):
        work()
    return (time.process_time() - before) / CYCLES * 1e6


def starts(report: Report, folder: Path, town: Path, rounds: int) -> None:
    """Measure from exec to the first answered /health, alternating with waitress + Flask hello;
    then memory."""
    wall: dict[str, list[float]] = {"hello": [], "serve": []}
    cpu: dict[str, list[float]] = {"hello": [], "serve": []}
    for place in range(rounds + 1):
        for name, command in (("hello", yardstick("hello")), ("serve", [*HELPLINE, "serve"])):
            with running(command, folder, env=settings_for(town)) as server:
                answered = server.first_answer() * 1000
                if place:  # the first start of all compiles
                    wall[name].append(answered)
                    cpu[name].append(server.cpu() * 1000)
    yard = "waitress + Flask hello"
    report.add(
        Figure(
            "start",
            "CPU, exec to first /health",
            middle(cpu["serve"]),
            "ms",
            yard,
            middle(cpu["hello"]),
            "<= 2.5x",
        ),
        Figure(
            "start",
            "time, exec to first /health",
            middle(wall["serve"]),
            "ms",
            yard,
            middle(wall["hello"]),
            "<= 2.5x",
        ),
    )
    _memory(report, folder, town)


def _memory(report: Report, folder: Path, town: Path) -> None:
    with (
        running(yardstick("hello"), folder) as hello,
        running((*HELPLINE, "serve"), folder, env=settings_for(town)) as ours,
    ):
        hello.first_answer()
        ours.first_answer()
        time.sleep(1.5)
        yard = "waitress + Flask hello"
        report.add(
            Figure("memory", "serve idle, RSS", ours.rss(), "MB", yard, hello.rss(), "<= 60 MB"),
            Figure("memory", "serve idle, PSS", ours.pss(), "MB", yard, hello.pss()),
        )


def command_line(report: Report, rounds: int) -> None:
    """Measure `helpline --help`."""
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(run_once([sys.executable, "-c", "pass"]))
        ours.append(run_once([*HELPLINE, "--help"]))
    wall, cpu = middle([each[0] for each in ours]), middle([each[1] for each in ours])
    yard = "python -c pass"
    report.add(
        Figure(
            "start",
            "helpline --help, time",
            wall,
            "ms",
            yard,
            middle([each[0] for each in bare]),
            "< 300 ms",
        ),
        Figure(
            "start", "helpline --help, CPU", cpu, "ms", yard, middle([each[1] for each in bare])
        ),
    )


def imports(folder: Path, town: Path, top: int = 15) -> list[tuple[str, float]]:
    """Return the packages whose loading costs most when `serve` starts, with the milliseconds of
    each."""
    command = [sys.executable, "-X", "importtime", *HELPLINE[1:], "serve"]
    with running(command, folder, env=settings_for(town)) as server:
        server.first_answer()
        text = server.log.read_text(errors="replace")
    spent: Counter[str] = Counter()
    for own, _, module in _IMPORT.findall(text):
        parts = module.split(".")
        name = ".".join(parts[:2]) if parts[0] == "helpline" else parts[0]
        spent[name] += int(own)
    return [(name, own / 1000) for name, own in spent.most_common(top)]
