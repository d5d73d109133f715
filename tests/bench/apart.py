"""`python -m tests.bench.apart`: how soon a reply is with the provider when web and engine are
processes apart.

From the first byte of the webhook's request to the moment the provider has the whole reply; then,
with nobody texting, what both processes cost. Figures are printed, nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from helpline.simulator.carrier import CarrierText
from tests.chaos.places import place_for
from tests.kit.gateway import RunningGateway

TEXTS, QUIET = 60, 30.0  # texts measured; seconds of quiet


def main() -> None:
    """Measure both databases and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.apart", description=__doc__)
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"]
    )
    for database in parser.parse_args().databases:
        with (
            tempfile.TemporaryDirectory(prefix="helpline-apart-") as name,
            place_for(database, Path(name)) as place,
        ):
            gateway = RunningGateway(Path(name), HELPLINE_SERVICE_DATABASE=place.url)
            try:
                _measure(database, gateway)
            finally:
                gateway.stop()


def _measure(database: str, gateway: RunningGateway) -> None:
    web = gateway.serve("--only", "web", ready=False)
    engine = gateway.serve("--only", "engine")
    waits = sorted(
        [_wait_for_reply(gateway, n) for n in range(TEXTS + 5)][5:]
    )  # the first ones load libraries
    before = [_cpu(process) for process in (web, engine)]
    time.sleep(QUIET)
    idle = [
        (_cpu(process) - was) / QUIET for process, was in zip((web, engine), before, strict=True)
    ]
    print(
        f"{database}: reply with the provider after {statistics.median(waits):.0f} ms (median), "
        f"{waits[int(len(waits) * 0.95)]:.0f} ms (95 of 100), {waits[-1]:.0f} ms (longest of "
        f"{len(waits)}); idle: web {idle[0]:.2%}, engine {idle[1]:.2%} of a core"
    )


def _wait_for_reply(gateway: RunningGateway, n: int) -> float:
    """Text the gateway from a number of its own and return after how many milliseconds the reply
    was taken."""
    phone, arrived = f"+3363998{5000 + n:04d}", threading.Event()
    taken: list[float] = []

    def note(text: CarrierText) -> None:
        if text.receiver == phone and not taken:
            taken.append(time.perf_counter())
            arrived.set()

    gateway.carrier.on_text(note)
    time.sleep(0.21 + (n * 37 % 200) / 1000)  # no rhythm shared with the engine's looks
    began = time.perf_counter()
    status = gateway.carrier.text(phone, "bonjour")
    if status != 200 or not arrived.wait(10):
        raise RuntimeError(f"no reply to text {n} (the webhook answered {status})")
    return (taken[0] - began) * 1000


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Return how many seconds of CPU a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
