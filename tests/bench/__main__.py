"""`python -m tests.bench [--quick] [--json FILE]`: print what helpline costs beside bare yardsticks, in one run.

Figures are printed, nothing is asserted: times swing with whatever else the machine does, ratios of CPU hold to
about a tenth. Everything listens on loopback, and every process started is stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import fan_out, quiet, turns
from tests.bench.machine import CORES
from tests.bench.report import Report
from tests.bench.towns import settle

PARTS = ("turn", "cases", "ussd", "slow", "fan-out", "idle", "start")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(arguments)
    report, started = Report(), time.perf_counter()
    if len(CORES) < 2:
        report.note("One core only: server and load share it, so times say little.")
    with tempfile.TemporaryDirectory(prefix="helpline-bench-") as folder:
        _measure(report, Path(folder), options)
    report.note(f"{len(CORES)} cores, Python {sys.version.split()[0]}, {time.perf_counter() - started:.0f} s in all.")
    print(report.table())
    if options.json:
        text = json.dumps(report.as_json(), indent=1)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller run, under a minute")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON; - for standard output")
    parser.add_argument("--only", metavar="PART", action="append", choices=PARTS, help=f"one of {', '.join(PARTS)}")
    return parser.parse_args(arguments)


def _measure(report: Report, folder: Path, options: argparse.Namespace) -> None:
    quick, wanted = options.quick, options.only or PARTS
    requests, rounds = (400, 3) if quick else (1_500, 5)
    residents = 20_000 if quick else 100_000
    if "turn" in wanted:
        _say("texts")
        turns.texts(report, folder, requests, rounds)
    if "cases" in wanted:
        _say("cases")
        turns.cases(report, folder, requests, 2 if quick else 3)
    if "ussd" in wanted:
        _say("USSD")
        turns.hops(report, folder, requests, 2 if quick else 3)
    if "slow" in wanted:
        _say("slow disk")
        turns.slow_disk(report, folder, requests // 4, 2 if quick else 3)
    if "fan-out" in wanted:
        _say("fan-out")
        due = settle(folder / "due.db", residents, ask_in=-fan_out.LATE)
        fan_out.measure(report, folder, due, residents)
    if "idle" in wanted:
        _say("idle")
        quiet.idle(report, folder, settle(folder / "idle.db", residents), residents, 8 if quick else 20)
    if "start" in wanted:
        _say("start")
        small = settle(folder / "small.db", 200)
        quiet.starts(report, folder, small, 3 if quick else 7)
        quiet.command_line(report, 3 if quick else 7)
        loaded = ", ".join(f"{name} {spent:.0f}" for name, spent in quiet.imports(folder, small))
        report.note(
            f"Loading of modules when `serve` starts, own milliseconds by package (slowed by -X importtime): {loaded}"
        )


def _say(part: str) -> None:
    print(f"measuring: {part} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
