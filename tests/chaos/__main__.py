"""`python -m tests.chaos --deaths 100 --engines 1 --database sqlite --seed 1`: kill the gateway,
count what is lost."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.campaign import Campaign, free_port
from tests.chaos.places import Place, place_for
from tests.chaos.play import Result, play

SHARE = 0.4  # of the time, where an option for a trouble is given without a number


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign and print what it showed. Return 0 when nothing was lost, doubled or
    broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add_options(parser)
    parser.add_argument("--deaths", type=int, default=100)
    parser.add_argument("--engines", type=int, default=1, choices=range(1, 9), metavar="N")
    parser.add_argument(
        "--database",
        default="sqlite",
        help="sqlite, postgresql (a server of its own), or the URL of an empty database",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", default="", help="keep logs and database in this empty folder")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    result = campaign_of(given)
    show(result)
    return 0 if result.verdict.is_clean else 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what one campaign and a series of them have in common."""
    parser.add_argument(
        "--speed", type=float, default=6.0, help="how many times as fast as the wall clock"
    )
    parser.add_argument("--residents-per-second", type=float, default=2.0)
    shares = {
        "--list-fails": "the provider's list fails for stretches: which share of the time",
        "--callbacks-stop": "no news of texts comes for stretches: which share of the time",
        "--freezes": "processes stand still for a while: which share of them",
    }
    for name, means in shares.items():
        parser.add_argument(
            name, help=means, type=float, nargs="?", const=SHARE, default=0.0, metavar="SHARE"
        )


def campaign_of(given: argparse.Namespace) -> Result:
    """Play the campaign that the options describe."""
    with tempfile.TemporaryDirectory(prefix="helpline-chaos-") as spare:
        folder = Path(given.folder or spare)
        folder.mkdir(parents=True, exist_ok=True)
        with place_for(given.database, folder) as place:
            if place.why_not:
                print(f"the day's copy is switched off: {place.why_not}")
            return play(_campaign(given, folder, place), given.residents_per_second)


def _campaign(given: argparse.Namespace, folder: Path, place: Place) -> Campaign:
    campaign = Campaign(
        folder=str(folder.resolve()),
        deaths=given.deaths,
        engines=given.engines,
        database=place.url,
        seed=given.seed,
        speed=given.speed,
        origin=time.monotonic(),
        port=free_port(),
        carrier_port=free_port(),
        copies=place.copies,
        list_fails=given.list_fails,
        callbacks_stop=given.callbacks_stop,
        freezes=given.freezes,
    )
    campaign.keep()
    return campaign


def show(result: Result) -> None:
    """Print deaths, texts and every broken promise."""
    campaign, verdict = result.campaign, result.verdict
    engines = (
        f"{campaign.engines} engines and a web process" if campaign.engines > 1 else "one process"
    )
    database = campaign.database.partition(":")[0]
    trouble = f", {campaign.troubles}" if campaign.troubles else ""
    circumstances = f"seed {campaign.seed}, {campaign.speed:g} times the clock{trouble}"
    print(f"{engines}, {database}, {circumstances}: {result.seconds:.0f} s")
    print(f"deaths survived   {result.died}")
    for point, count in sorted(result.deaths.items(), key=lambda each: -each[1]):
        print(f"  {count:4d} {point}")
    if result.frozen:
        print(f"stood still       {result.frozen}")
    print(f"residents asked   {result.asked}")
    print(f"texts expected    {verdict.expected}")
    print(f"sent again        {verdict.again}")
    found = (
        ("lost", verdict.lost),
        ("doubled", verdict.doubled),
        ("extra", verdict.extra),
        ("broken", verdict.broken),
    )
    for name, lines in found:
        print(
            f"{name:17s} "
            f"{len(lines)}{' (copies while the list was silent)' if name == 'extra' else ''}"
        )
        for line in lines[:40]:
            print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
