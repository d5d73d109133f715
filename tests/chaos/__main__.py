"""`python -m tests.chaos --deaths 100 --engines 1 --database sqlite --seed 1`: kill the gateway, count what is lost."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpline.store.opening import connect, open_store
from tests.chaos import people
from tests.chaos.campaign import MOST_RESIDENTS, Campaign, free_port
from tests.chaos.evidence import gather, unsettled
from tests.chaos.fleet import ROOT, Fleet, is_ready, wait_for_carrier
from tests.chaos.invariants import Verdict, judge

ASK_EVERY = 0.5  # seconds
LONGEST_LIFE = 30.0  # seconds a death may take on average, so that no campaign runs for ever
PATIENCE = 1500.0  # seconds of the racing clock until everything must be settled


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign and print what it showed. Return 0 when nothing was lost, doubled or broken."""
    given = _read(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="helpline-chaos-") as spare:
        campaign = _campaign(given, Path(given.folder or spare))
        began = time.monotonic()
        fleet, asked = run(campaign, given.residents_per_second)
        verdict = judge(gather(campaign), asked)
        verdict.broken += fleet.crashes
        _print(campaign, fleet, verdict, asked, time.monotonic() - began)
    return 0 if verdict.is_clean else 1


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--deaths", type=int, default=100)
    parser.add_argument("--engines", type=int, default=1, choices=range(1, 9), metavar="N")
    parser.add_argument("--database", default="sqlite", help="sqlite, or a postgresql:// URL of an empty database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=6.0, help="how many times as fast as the wall clock")
    parser.add_argument("--residents-per-second", type=float, default=2.0)
    parser.add_argument("--folder", default="", help="keep logs and database in this empty folder")
    return parser.parse_args(arguments)


def _campaign(given: argparse.Namespace, folder: Path) -> Campaign:
    folder.mkdir(parents=True, exist_ok=True)
    campaign = Campaign(
        folder=str(folder.resolve()),
        deaths=given.deaths,
        engines=given.engines,
        database=f"sqlite:///{folder.resolve() / 'town.db'}" if given.database == "sqlite" else given.database,
        seed=given.seed,
        speed=given.speed,
        origin=time.monotonic(),
        port=free_port(),
        carrier_port=free_port(),
    )
    campaign.keep()
    return campaign


def run(campaign: Campaign, residents_per_second: float) -> tuple[Fleet, int]:
    """Kill until enough have died, let everything settle. Return the fleet and how many residents were asked."""
    store = open_store(campaign.database)
    people.settle_in(store, MOST_RESIDENTS if campaign.deaths > 60 else 40 * campaign.deaths, campaign.clock.now())
    store.close()
    fleet = Fleet(campaign)
    network = _network(campaign)
    try:
        wait_for_carrier(campaign)
        fleet.start(dying=True)
        asked = _kill(campaign, fleet, residents_per_second)
        fleet.spare()
        _settle(campaign, fleet)
        fleet.stop()
    finally:
        fleet.kill()
        network.terminate()
        try:
            network.wait(20)
        except subprocess.TimeoutExpired:
            network.kill()
            network.wait()
    return fleet, asked


def _network(campaign: Campaign) -> subprocess.Popen[bytes]:
    with (campaign.path / "network.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.network", campaign.folder], cwd=ROOT, stdout=log, stderr=log
        )


def _kill(campaign: Campaign, fleet: Fleet, residents_per_second: float) -> int:
    """Ask residents and let processes die until `deaths` did. Return how many residents were asked."""
    asked, began = 0, time.monotonic()
    most = MOST_RESIDENTS if campaign.deaths > 60 else 40 * campaign.deaths
    store = connect(campaign.database)
    try:
        while fleet.died < campaign.deaths and time.monotonic() - began < LONGEST_LIFE * campaign.deaths:
            fleet.look(dying=True)
            wanted = min(most, int((time.monotonic() - began) * residents_per_second) + 1)
            if wanted >= asked + ASK_EVERY * residents_per_second:
                people.ask(store, asked + 1, wanted, campaign.clock.now())
                asked = wanted
            time.sleep(0.02)
    finally:
        store.close()
    return asked


def _settle(campaign: Campaign, fleet: Fleet) -> None:
    """Wait until nothing is due any more, or patience ends: what is left then is told as broken."""
    end = time.monotonic() + PATIENCE / campaign.speed
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        fleet.look(dying=False)
        quiet = quiet + 1 if is_ready(campaign) and not any(unsettled(campaign)) else 0
        time.sleep(0.5)
    if quiet < 3 and not is_ready(campaign):
        fleet.crashes.append("/health does not come back to ok")


def _print(campaign: Campaign, fleet: Fleet, verdict: Verdict, asked: int, seconds: float) -> None:
    engines = f"{campaign.engines} engines and a web process" if campaign.engines > 1 else "one process"
    database = campaign.database.partition(":")[0]
    print(f"{engines}, {database}, seed {campaign.seed}, {campaign.speed:g} times the clock: {seconds:.0f} s")
    print(f"deaths survived   {fleet.died}")
    for point, count in sorted(fleet.deaths.items(), key=lambda each: -each[1]):
        print(f"  {count:4d} {point}")
    print(f"residents asked   {asked}")
    print(f"texts expected    {verdict.expected}")
    for name, found in (("lost", verdict.lost), ("doubled", verdict.doubled), ("broken", verdict.broken)):
        print(f"{name:17s} {len(found)}")
        for line in found[:40]:
            print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
