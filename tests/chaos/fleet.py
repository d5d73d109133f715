"""The gateway's processes: started, killed at random and at named moments, started again at
once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.campaign import Campaign
from tests.chaos.dice import Dice
from tests.chaos.dying_gateway import ENGINE_POINTS, WEB_POINTS

ROOT = Path(__file__).resolve().parents[2]
POINTS = {
    "": tuple(dict.fromkeys(ENGINE_POINTS + WEB_POINTS)),
    "engine": ENGINE_POINTS,
    "web": WEB_POINTS,
}


@dataclass
class Slot:
    """One place for a process: whoever dies there is followed by the next."""

    only: str
    process: subprocess.Popen[bytes] | None = None
    point: str = ""
    kill_at: float = 0.0
    freeze_at: float = float("inf")
    thaw_at: float = float("inf")
    lives: int = 0


@dataclass
class Fleet:
    """All gateway processes of a campaign."""

    campaign: Campaign
    deaths: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    frozen: int = 0

    def __post_init__(self) -> None:
        apart = self.campaign.engines > 1
        self.slots = (
            [Slot("web"), *(Slot("engine") for _ in range(self.campaign.engines))]
            if apart
            else [Slot("")]
        )
        self._dice = Dice(self.campaign.seed)
        self._points: Counter[str] = Counter()

    @property
    def died(self) -> int:
        return sum(self.deaths.values())

    def start(self, *, dying: bool) -> None:
        """Start every process that does not run."""
        for place, slot in enumerate(self.slots):
            if slot.process is None:
                self._start(slot, place, dying)

    def _start(self, slot: Slot, place: int, dying: bool) -> None:
        slot.lives += 1
        life = (place, slot.lives)
        command = [
            sys.executable,
            "-m",
            "tests.chaos.dying_gateway",
            self.campaign.folder,
            "--only",
            slot.only,
        ]
        slot.point, slot.kill_at, slot.freeze_at, slot.thaw_at = (
            "",
            float("inf"),
            float("inf"),
            float("inf"),
        )
        if dying and self._dice.share("freezes", life) < self.campaign.freezes:
            slot.freeze_at = time.monotonic() + self._dice.between(1, 4, "freeze", life)
            slot.thaw_at = (
                slot.freeze_at + self._dice.between(5, 150, "thaw", life) / self.campaign.speed
            )
            slot.kill_at = slot.thaw_at + self._dice.between(0.5, 4, "kill", life)
        elif dying:
            slot.kill_at = time.monotonic() + self._dice.between(0.5, 4, "kill", life)
            if self._dice.share("named", life) < 0.65:
                slot.point = min(
                    POINTS[slot.only], key=lambda point: (self._points[slot.only + point], point)
                )
                self._points[slot.only + slot.point] += 1
                slot.kill_at = time.monotonic() + 5
                command += [
                    "--die-at",
                    slot.point,
                    "--skip",
                    str(int(self._dice.between(0, 4, "skip", life))),
                ]
        with (self.campaign.path / "gateway.log").open("ab") as log:
            slot.process = subprocess.Popen(
                command,
                env=self.campaign.environment(),
                cwd=ROOT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def look(self, *, dying: bool) -> None:
        """Bury the dead, freeze, thaw and kill those whose time has come, start their followers."""
        for place, slot in enumerate(self.slots):
            if slot.process is None:
                continue
            self._stand_still(slot, slot.process)
            if slot.process.poll() is None and time.monotonic() >= slot.kill_at:
                slot.process.kill()
                slot.process.wait()
                slot.point = ""
            if slot.process.returncode is not None:
                self._bury(slot)
                self._start(slot, place, dying)

    def _stand_still(self, slot: Slot, process: subprocess.Popen[bytes]) -> None:
        """Let a process stand still for a while, as on a machine that is suspended or out of
        memory."""
        if process.poll() is None and time.monotonic() >= slot.freeze_at:
            process.send_signal(signal.SIGSTOP)
            slot.freeze_at = float("inf")
            self.frozen += 1
        if process.poll() is None and time.monotonic() >= slot.thaw_at:
            process.send_signal(signal.SIGCONT)
            slot.thaw_at = float("inf")

    def _bury(self, slot: Slot) -> None:
        assert slot.process is not None
        if slot.process.returncode == -signal.SIGKILL:
            self.deaths[slot.point or "at random"] += 1
        else:
            self.crashes.append(
                f"{slot.only or 'gateway'} ended by itself with {slot.process.returncode}"
            )
        slot.process = None

    def spare(self) -> None:
        """From now on nobody is killed: who carries a fuse is killed once more and started
        without."""
        for slot in self.slots:
            if slot.process is not None:
                slot.process.kill()
                slot.process.wait()
                self._bury(slot)
        self.start(dying=False)

    def stop(self) -> None:
        """Tell everybody to stop; who does not is killed."""
        running = [slot.process for slot in self.slots if slot.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                if process.wait(20) != 0:
                    self.crashes.append(f"told to stop, it ended with {process.returncode}")
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.crashes.append("told to stop, it did not within 20 seconds")

    def kill(self) -> None:
        """Leave nobody behind."""
        for slot in self.slots:
            if slot.process is not None and slot.process.poll() is None:
                slot.process.kill()
                slot.process.wait()


def is_ready(campaign: Campaign) -> bool:
    """Tell whether the gateway answers that it is well."""
    try:
        with urllib.request.urlopen(campaign.url + "/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for_carrier(campaign: Campaign, seconds: float = 20) -> None:
    """Return once the network is there. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not (campaign.path / "network.jsonl").exists():
        if time.monotonic() > end:
            raise TimeoutError("the network did not open")
        time.sleep(0.05)
