"""`python -m tests.bench [--quick] [--json FILE]`: print what helpline costs beside bare
yardsticks, in one run.

Figures are printed, nothing is asserted: times swing with whatever else the machine does, ratios of
CPU hold to about a tenth. Everything listens on loopback, and every process started is stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import fan_out, latency, postgres, quiet, sending, stress, turns
from tests.bench.machine import CORES
from tests.bench.report import Report
from tests.bench.towns import settle


@dataclass(frozen=True)
class Run:
    """One run: how long it takes, where its files are, what it found."""

    report: Report
    folder: Path
    quick: bool

    def either(self, quick: int, whole: int) -> int:
        """Return how much to do."""
        return quick if self.quick else whole


def _turn(run: Run) -> None:
    turns.texts(run.report, run.folder, run.either(400, 1_500), run.either(3, 5))


def _crowd(run: Run) -> None:
    turns.crowd(run.report, run.folder, run.either(500, 1_500), run.either(2, 4))


def _cases(run: Run) -> None:
    turns.cases(run.report, run.folder, run.either(400, 1_500), run.either(2, 3))


def _ussd(run: Run) -> None:
    turns.hops(run.report, run.folder, run.either(400, 1_500), run.either(2, 3))


def _slow(run: Run) -> None:
    turns.slow_disk(run.report, run.folder, run.either(100, 400), run.either(2, 3))


def _reply(run: Run) -> None:
    latency.replies(run.report, run.folder, run.either(20, 60))


def _alarm(run: Run) -> None:
    latency.alarms(run.report, run.folder, {1.0: run.either(2, 10), 25.0: run.either(10, 50)})


def _sender(run: Run) -> None:
    sending.measure(run.report, run.folder, run.either(400, 1_000), run.either(2, 3))


def _fan_out(run: Run) -> None:
    residents = run.either(20_000, 100_000)
    due = settle(run.folder / "due.db", residents, ask_in=-fan_out.LATE)
    fan_out.measure(run.report, run.folder, due, residents)


def _idle(run: Run) -> None:
    residents = run.either(100_000, 1_000_000)
    town = settle(run.folder / "idle.db", residents)
    quiet.idle(run.report, run.folder, town, residents, run.either(8, 20))


def _disk(run: Run) -> None:
    if run.quick:
        run.report.note(
            "What an idle gateway writes takes four minutes to measure: not in a quick run."
        )
    else:
        quiet.disk(run.report, run.folder, settle(run.folder / "quiet.db", 200), 180)


def _start(run: Run) -> None:
    small, rounds = settle(run.folder / "small.db", 200), run.either(3, 7)
    quiet.starts(run.report, run.folder, small, rounds)
    quiet.command_line(run.report, rounds)
    loaded = ", ".join(f"{name} {spent:.0f}" for name, spent in quiet.imports(run.folder, small))
    run.report.note(
        "Loading of modules when `serve` starts, own milliseconds by package (slowed by -X "
        f"importtime): {loaded}"
    )


def _postgres(run: Run) -> None:
    postgres.measure(run.report, run.folder, quick=run.quick)


def _stress(run: Run) -> None:
    stress.measure(run.report, run.folder, run.either(2_000, 10_000))


PARTS: dict[str, Callable[[Run], None]] = {
    "turn": _turn,
    "crowd": _crowd,
    "cases": _cases,
    "ussd": _ussd,
    "slow": _slow,
    "reply": _reply,
    "alarm": _alarm,
    "sender": _sender,
    "fan-out": _fan_out,
    "idle": _idle,
    "disk": _disk,
    "start": _start,
    "postgres": _postgres,
    "stress": _stress,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(arguments)
    report, started = Report(), time.perf_counter()
    if len(CORES) < 2:
        report.note("One core only: server and load share it, so times say little.")
    for part in options.only or PARTS:
        print(f"measuring: {part} ...", end=" ", file=sys.stderr, flush=True)
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="helpline-bench-") as folder:
            PARTS[part](Run(report, Path(folder), options.quick))
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    report.note(
        f"{len(CORES)} cores, Python {sys.version.split()[0]}, "
        f"{time.perf_counter() - started:.0f} s in all."
    )
    print(report.markdown() if options.markdown else report.table())
    if options.json:
        text = json.dumps(report.as_json(), indent=1)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller run, under two minutes")
    parser.add_argument(
        "--json", metavar="FILE", help="write the figures as JSON; - for standard output"
    )
    parser.add_argument(
        "--markdown", action="store_true", help="print the table as docs/performance.md has it"
    )
    parser.add_argument(
        "--only", metavar="PART", action="append", choices=PARTS, help=f"one of {', '.join(PARTS)}"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
