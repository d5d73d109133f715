"""Two whole gateways on one SQLite file, sixteen senders: nothing refused, lost, doubled, or out of
order."""

from __future__ import annotations

import http.client
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.load import WALK, Texts
from tests.bench.machine import HELPLINE, LOAD_CORE, Server, running, yardstick
from tests.bench.report import Figure, Report
from tests.bench.towns import settings_for, settle

SENDERS = 16
# Each tenth text is given to both processes at once, as a provider does that lost our answer
TWICE = 10


@dataclass
class _Told:
    """What one sender was answered."""

    turns: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)


def measure(report: Report, folder: Path, turns: int) -> None:
    """Have residents text both processes in turn, and read afterwards what became of it."""
    walks = turns // SENDERS // len(WALK)
    town, arrived = settle(folder / "stress.db", SENDERS * walks), folder / "arrived"
    with ExitStack() as stack:
        sink = stack.enter_context(
            running(yardstick("sink", "0", str(arrived)), folder, core=LOAD_CORE)
        )
        command, env = (*HELPLINE, "serve"), settings_for(town, sink.port)
        both = [stack.enter_context(running(command, folder, env=env, core=None)) for _ in range(2)]
        for server in both:
            server.first_answer()
        started = time.perf_counter()
        with ThreadPoolExecutor(SENDERS) as senders:
            told = list(
                senders.map(lambda lane: _one_sender(both, lane * walks, walks), range(SENDERS))
            )
        took = time.perf_counter() - started
        _wait_until_sent(town)
    _tell(report, town, told, took, both, arrived)


def _one_sender(servers: Sequence[Server], first: int, walks: int) -> _Told:
    """Walk the menu for so many residents, each text by the other process than the one before."""
    told, made = _Told(), Texts(1)
    lines = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for server in servers]
    for place in range(first, first + walks):
        for step, words in enumerate(WALK):
            path, headers, body = _parts(made.one(place, words, sid=place * len(WALK) + step + 1))
            turn = (place + step) % 2
            chosen = lines if (place + step) % TWICE == 0 else [lines[turn]]
            started = time.perf_counter()
            for line in chosen:
                line.request("POST", path, body, headers)
            for line in chosen:
                answer = line.getresponse()
                answer.read()
                told.refused += answer.status != 200
            told.waits.append(time.perf_counter() - started)
            told.turns += 1
    for line in lines:
        line.close()
    return told


def _parts(request: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in rest)
    return first.split(" ")[1], headers, body


def _wait_until_sent(town: Path, limit: float = 60.0) -> None:
    end = time.perf_counter() + limit
    while _rows(
        town, "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending', 'unknown') LIMIT 1"
    ):
        if time.perf_counter() > end:
            raise RuntimeError("Texts never left.")
        time.sleep(0.1)


def _tell(  # noqa: PLR0913
    report: Report,
    town: Path,
    told: Sequence[_Told],
    took: float,
    servers: Sequence[Server],
    sink: Path,
) -> None:
    turns = sum(each.turns for each in told)
    waits = sorted(wait for each in told for wait in each.waits)
    kept = [row[0] for row in _rows(town, "SELECT id FROM inbox")]
    replies = Counter(
        int(row[0].split(":")[1])
        for row in _rows(town, "SELECT idempotency_key FROM outbox WHERE priority = 1")
    )
    locked = sum(
        server.log.read_text(errors="replace").count("database is locked") for server in servers
    )
    sent = len(sink.read_text().splitlines())
    part, none = "stress", "0"
    report.add(
        Figure(part, f"texts a second, 2 processes, {SENDERS} senders", turns / took, "/s"),
        Figure(
            part,
            "99 of 100 answered within",
            waits[int(len(waits) * 0.99)] * 1000,
            "ms",
            aim="<= 250 ms",
        ),
        Figure(
            part, f"of {turns:,} texts: refused", sum(each.refused for each in told), "", aim=none
        ),
        Figure(part, "“database is locked”", locked, "", aim=none),
        Figure(
            part,
            "lost: not kept, or without an answer",
            2 * turns - len(kept) - len(replies),
            "",
            aim=none,
        ),
        Figure(
            part,
            "doubled: answered or sent more than once",
            max(replies.total(), sent) - turns,
            "",
            aim=none,
        ),
        Figure(part, "residents whose texts changed places", _out_of_order(town), "", aim=none),
    )


def _out_of_order(town: Path) -> int:
    """Count residents whose texts were not taken, and answered, in the order in which they were
    sent."""
    taken: dict[str, list[tuple[str, str]]] = defaultdict(list)
    query = (
        "SELECT i.sender, i.body, o.name FROM inbox i LEFT JOIN outbox o "
        "ON o.idempotency_key = 'reply:' || i.id || ':0' "
        "ORDER BY i.id"
    )
    for sender, body, name in _rows(town, query):
        taken[sender].append((body, name))
    usual = Counter(map(tuple, taken.values())).most_common(1)[0][0]
    assert [body for body, _ in usual] == list(WALK), usual
    return sum(tuple(each) != usual for each in taken.values())


def _rows(town: Path, query: str) -> list[tuple[Any, ...]]:
    reader = sqlite3.connect(f"file:{town}?mode=ro", uri=True)
    try:
        return reader.execute(query).fetchall()
    finally:
        reader.close()
