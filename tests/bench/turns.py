"""A text or a USSD hop taken in, answered and on disk, against a bare Flask POST with one durable
commit."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.bench.load import WALK_TO_A_CASE, Hops, Load, Texts, drive
from tests.bench.machine import HELPLINE, LOAD_CORE, Server, on_core, running, yardstick
from tests.bench.report import Figure, Report, middle
from tests.bench.towns import settings_for, settle

RESIDENTS = 2_000
CROWD = 50
SLOW_MS = 5
SLOW_DISK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static void rest(void) { struct timespec t = {0, %d * 1000000L}; nanosleep(&t, 0); }
int fsync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT,
"fsync"); rest(); return real(fd); }
int fdatasync(int fd) { static int (*real)(int);
 if (!real) real = dlsym(RTLD_NEXT, "fdatasync"); rest(); return real(fd); }
"""

Lanes = Callable[[int], list[list[bytes]]]


@dataclass
class Contender:
    """A server in a comparison. `settled` waits until it has nothing left to do for the requests it
    answered."""

    name: str
    server: Server
    lanes: Lanes
    settled: Callable[[], None] = lambda: None
    cpu: list[float] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)

    def play(self, requests: int) -> None:
        """Play one round."""
        lanes = self.lanes(requests)
        before = self.server.cpu()
        load = drive(self.server.port, lanes)
        self.settled()
        self.cpu.append((self.server.cpu() - before) / len(load.waits) * 1e6)
        self.loads.append(load)
        if load.refused:
            raise RuntimeError(f"{self.name} refused {load.refused} of {len(load.waits)} requests.")

    def rps(self) -> float:
        """Return the requests answered each second, in the middle round."""
        return middle([load.rps for load in self.loads])

    def wait(self, share: float) -> float:
        """Return the milliseconds within which `share` were answered, in the middle round."""
        return middle([load.wait(share) for load in self.loads])


def texts(report: Report, folder: Path, requests: int, rounds: int) -> None:
    """Measure the turn of a text; the whole service, sending included, beside it."""
    with ExitStack() as stack:
        sink = stack.enter_context(running(yardstick("sink"), folder, core=LOAD_CORE))
        town, whole = settle(folder / "turns.db", RESIDENTS), folder / "whole.db"
        shutil.copy(town, whole)
        start = partial(_start, stack, folder)
        hello = Contender("hello", start(yardstick("hello")), Texts(RESIDENTS).lanes)
        bare = Contender(
            "bare", start(yardstick("commit", str(folder / "bare.db"))), Texts(RESIDENTS).lanes
        )
        web = start((*HELPLINE, "serve", "--only", "web"), env=settings_for(town))
        turn = Contender("turn", web, Texts(RESIDENTS).lanes)
        service = start((*HELPLINE, "serve"), env=settings_for(whole, sink.port))
        sending = Contender("service", service, Texts(RESIDENTS).lanes, lambda: _drained(whole))
        for each in (hello, bare, turn, sending):
            each.server.first_answer()
        alternate([hello, bare, turn, sending], requests, rounds)
        _tell_turns(report, hello, bare, turn, sending)
        report.add(
            Figure(
                "memory", "serve after the turns above, RSS", service.rss(), "MB", aim="<= 80 MB"
            ),
        )


def _tell_turns(
    report: Report, hello: Contender, bare: Contender, turn: Contender, sending: Contender
) -> None:
    yard = "Flask + 1 durable commit"
    cpu, bare_cpu = middle(turn.cpu), middle(bare.cpu)
    report.add(
        Figure("turn", "CPU of a text's turn", cpu, "us", yard, bare_cpu, "<= 1.25x"),
        Figure("turn", "the same against hello only", cpu, "us", "Flask hello", middle(hello.cpu)),
        Figure("turn", "texts a second", turn.rps(), "/s", yard, bare.rps(), ">= 1.0x"),
        Figure("turn", "half answered within", turn.wait(0.5), "ms", yard, bare.wait(0.5)),
        Figure(
            "turn",
            "99 of 100 answered within",
            turn.wait(0.99),
            "ms",
            yard,
            bare.wait(0.99),
            "<= 250 ms",
        ),
        Figure(
            "turn",
            "CPU with the reply sent, one process",
            middle(sending.cpu),
            "us",
            yard,
            bare_cpu,
        ),
        Figure("turn", "texts a second, sending meanwhile", sending.rps(), "/s", yard, bare.rps()),
    )


def crowd(report: Report, folder: Path, requests: int, rounds: int) -> None:
    """Measure the turn of a text when fifty connections send at once."""
    with ExitStack() as stack:
        town = settle(folder / "crowd.db", RESIDENTS)
        start = partial(_start, stack, folder)
        bare = Contender(
            "bare", start(yardstick("commit", str(folder / "bare-crowd.db"))), _crowd().lanes
        )
        web = start((*HELPLINE, "serve", "--only", "web"), env=settings_for(town))
        turn = Contender("turn", web, _crowd().lanes)
        for each in (bare, turn):
            each.server.first_answer()
        alternate([bare, turn], requests, rounds)
        yard, part = "Flask + 1 durable commit", f"turn, {CROWD} connections"
        report.add(
            Figure(
                part,
                "CPU of a text's turn",
                middle(turn.cpu),
                "us",
                yard,
                middle(bare.cpu),
                "<= 1.25x",
            ),
            Figure(part, "texts a second", turn.rps(), "/s", yard, bare.rps(), ">= 1.0x"),
            Figure(part, "half answered within", turn.wait(0.5), "ms", yard, bare.wait(0.5)),
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


def _crowd() -> Texts:
    return Texts(RESIDENTS, connections=CROWD)


def cases(report: Report, folder: Path, requests: int, rounds: int) -> None:
    """Measure the walk whose fifth text opens a case."""
    with ExitStack() as stack:
        town = settle(folder / "cases.db", RESIDENTS * 4)
        start = partial(_start, stack, folder)
        lanes = Texts(RESIDENTS).lanes
        bare = Contender("bare", start(yardstick("commit", str(folder / "bare-cases.db"))), lanes)
        opening = Texts(RESIDENTS * 4, WALK_TO_A_CASE).lanes
        turn = Contender(
            "cases", start((*HELPLINE, "serve", "--only", "web"), env=settings_for(town)), opening
        )
        for each in (bare, turn):
            each.server.first_answer()
        alternate([bare, turn], requests, rounds)
        yard = "Flask + 1 durable commit"
        report.add(
            Figure(
                "turn",
                "CPU when each 5th opens a case",
                middle(turn.cpu),
                "us",
                yard,
                middle(bare.cpu),
            )
        )


def hops(report: Report, folder: Path, requests: int, rounds: int) -> None:
    """Measure one USSD hop."""
    with ExitStack() as stack:
        town = settle(folder / "hops.db", RESIDENTS)
        start = partial(_start, stack, folder)
        bare = Contender(
            "bare", start(yardstick("commit", str(folder / "bare-hops.db"))), Hops(RESIDENTS).lanes
        )
        web = start((*HELPLINE, "serve", "--only", "web"), env=settings_for(town))
        hop = Contender("hop", web, Hops(RESIDENTS).lanes)
        for each in (bare, hop):
            each.server.first_answer()
        alternate([bare, hop], requests, rounds)
        yard = "Flask + 1 durable commit"
        report.add(
            Figure("USSD", "CPU of a hop", middle(hop.cpu), "us", yard, middle(bare.cpu)),
            Figure("USSD", "hops a second", hop.rps(), "/s", yard, bare.rps()),
            Figure(
                "USSD",
                "99 of 100 answered within",
                hop.wait(0.99),
                "ms",
                yard,
                bare.wait(0.99),
                "<= 250 ms",
            ),
        )


def slow_disk(report: Report, folder: Path, requests: int, rounds: int) -> None:
    """Measure the turn on a disk that takes 5 ms to be sure, as SD cards do."""
    shim = _compile(folder)
    if shim is None:
        report.note("The slow disk was left out: it needs gcc.")
        return
    preload = {"LD_PRELOAD": str(shim)}
    with ExitStack() as stack:
        town = settle(folder / "slow.db", RESIDENTS)
        start = partial(_start, stack, folder)
        command = yardstick("commit", str(folder / "bare-slow.db"))
        bare = Contender("bare", start(command, env=preload), Texts(RESIDENTS).lanes)
        web = start((*HELPLINE, "serve", "--only", "web"), env={**settings_for(town), **preload})
        turn = Contender("turn", web, Texts(RESIDENTS).lanes)
        for each in (bare, turn):
            each.server.first_answer()
        alternate([bare, turn], requests, rounds)
        yard = "Flask + 1 durable commit"
        report.add(
            Figure(
                "slow disk",
                "texts a second, fsync 5 ms",
                turn.rps(),
                "/s",
                yard,
                bare.rps(),
                ">= 3x",
            ),
            Figure(
                "slow disk",
                "99 of 100 answered within",
                turn.wait(0.99),
                "ms",
                yard,
                bare.wait(0.99),
                "<= 250 ms",
            ),
            Figure(
                "slow disk", "CPU of a text's turn", middle(turn.cpu), "us", yard, middle(bare.cpu)
            ),
        )


def _start(
    stack: ExitStack, folder: Path, command: Sequence[str], env: Mapping[str, str] | None = None
) -> Server:
    """Start a server that runs until `stack` ends."""
    return stack.enter_context(running(command, folder, env=env))


def alternate(contenders: list[Contender], requests: int, rounds: int) -> None:
    """Play a short round to warm up, then `rounds` of all contenders in turn."""
    with on_core(LOAD_CORE):
        for each in contenders:
            each.play(max(80, requests // 4))
            each.cpu.clear()
            each.loads.clear()
        for _ in range(rounds):
            for each in contenders:
                each.play(requests)


def _drained(database: Path, limit: float = 60.0) -> None:
    """Wait until every text of the outbox has left."""
    end = time.perf_counter() + limit
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        while time.perf_counter() < end:
            waiting = reader.execute(
                "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"
            ).fetchone()[0]
            if not waiting:
                return
            time.sleep(0.02)
    finally:
        reader.close()
    raise RuntimeError(f"{waiting} texts never left.")


def _compile(folder: Path) -> Path | None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    source, shim = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_DISK % SLOW_MS)
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"],
        capture_output=True,
        check=False,
    )
    return shim if built.returncode == 0 else None
