"""Plays one campaign: people are asked, processes are killed, everything settles, the evidence is
judged."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from helpline.base.errors import NotSaved
from helpline.messaging.sender import TOO_LATE
from helpline.settings.database import database_at
from helpline.store.opening import connect, open_store
from tests.chaos import people
from tests.chaos.campaign import MOST_RESIDENTS, Campaign
from tests.chaos.evidence import gather, unsettled
from tests.chaos.fleet import ROOT, Fleet, is_ready, wait_for_carrier
from tests.chaos.invariants import Verdict, judge

ASK_EVERY = 0.5  # seconds
LONGEST_LIFE = 30.0  # seconds a death may take on average, so that no campaign runs for ever
PATIENCE = 1500.0  # seconds of the racing clock until everything must be settled


@dataclass
class Result:
    """What a campaign came to."""

    campaign: Campaign
    verdict: Verdict
    deaths: Counter[str] = field(default_factory=Counter)
    frozen: int = 0
    asked: int = 0
    seconds: float = 0.0

    @property
    def died(self) -> int:
        return sum(self.deaths.values())

    @property
    def at_named_steps(self) -> int:
        return self.died - self.deaths["at random"]

    def row(self) -> dict[str, object]:
        """Return what a table of campaigns shows."""
        verdict = self.verdict
        return {
            "seed": self.campaign.seed,
            "engines": self.campaign.engines,
            "database": self.campaign.database.partition(":")[0],
            "troubles": self.campaign.troubles,
            "deaths": self.died,
            "named": self.at_named_steps,
            "expected": verdict.expected,
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
            "extra": len(verdict.extra),
            "broken": len(verdict.broken),
        }


def play(campaign: Campaign, residents_per_second: float) -> Result:
    """Kill until enough have died, let everything settle, judge."""
    began = time.monotonic()
    store = open_store(database_at(campaign.database))
    people.settle_in(store, most_residents(campaign), campaign.clock.now(), copies=campaign.copies)
    store.close()
    fleet, network = Fleet(campaign), _network(campaign)
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
    late = TOO_LATE / 1000 / campaign.speed if campaign.freezes else 0.0
    verdict = judge(gather(campaign), asked, late)
    verdict.broken += fleet.crashes
    return Result(campaign, verdict, fleet.deaths, fleet.frozen, asked, time.monotonic() - began)


def most_residents(campaign: Campaign) -> int:
    """Return how many residents live in the town of a campaign."""
    return min(MOST_RESIDENTS, 40 * campaign.deaths)


def _network(campaign: Campaign) -> subprocess.Popen[bytes]:
    with (campaign.path / "network.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.network", campaign.folder],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )


def _kill(campaign: Campaign, fleet: Fleet, residents_per_second: float) -> int:
    """Ask residents and let processes die until `deaths` did. Return how many residents were
    asked."""
    asked, began, most = 0, time.monotonic(), most_residents(campaign)
    store = connect(database_at(campaign.database))
    try:
        while (
            fleet.died < campaign.deaths
            and time.monotonic() - began < LONGEST_LIFE * campaign.deaths
        ):
            fleet.look(dying=True)
            wanted = min(most, int((time.monotonic() - began) * residents_per_second) + 1)
            if wanted >= asked + ASK_EVERY * residents_per_second:
                with suppress(
                    NotSaved
                ):  # a process that stands still may hold the writers' lock: they are asked later
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
