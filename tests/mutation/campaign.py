"""Tries the mutants, a few at once, inside a pytest that has collected the tests and runs none itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import pytest

from tests.mutation import child
from tests.mutation.child import Running
from tests.mutation.choosing import Chooser
from tests.mutation.mutants import Mutant
from tests.mutation.planting import load_everything, look_around, spare_time
from tests.mutation.record import Test
from tests.mutation.rooms import MARKS


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    LIVED = "lived"
    UNTOUCHED = "untouched"  # no test comes by
    EQUIVALENT = "equivalent"
    NOT_PLANTED = "not planted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, by which test, after how many tests and seconds."""

    mutant: Mutant
    fate: Fate
    by: str = ""
    tests: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a campaign is run: workers, seconds in all (0: no limit), seconds of tests for one mutant."""

    at_once: int = 2
    seconds: float = 0.0
    seconds_each: float = 20.0


def run(mutants: list[Mutant], tests: list[Test], wishes: Wishes, say: Callable[[str], None]) -> list[Verdict]:
    """Try the mutants and return the verdicts; those not reached in time have none."""
    campaign = Campaign(mutants, tests, wishes, say)
    files = sorted({test.file for test in tests})
    options = [
        "-qq",
        "--no-summary",
        "-s",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
    ]
    code = pytest.main([*options, "-m", MARKS, *files], plugins=[campaign])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SystemExit(f"The tests could not be collected (pytest: {code}); run them first.")
    return campaign.verdicts


class Campaign:
    """A pytest plugin that takes the place of running the tests."""

    def __init__(self, mutants: list[Mutant], tests: list[Test], wishes: Wishes, say: Callable[[str], None]) -> None:
        self.mutants, self.wishes, self.say = mutants, wishes, say
        self.chooser = Chooser(tests, wishes.seconds_each)
        self.verdicts: list[Verdict] = []
        self.sound: dict[str, bool] = {}  # whether a test passes in a child without a fault

    def pytest_configure(self) -> None:
        """Take no chances: the same examples each time."""
        from tests.mutation.chance import (
            settle_chance,  # not before pytest is there: it rewrites what it needs
        )

        settle_chance()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants."""
        self.items = {item.nodeid: item for item in session.items}
        self.chooser.tests = [test for test in self.chooser.tests if test.name in self.items]
        load_everything()
        spare_time()
        self.town = look_around()
        assert threading.active_count() == 1, "a fork with other threads alive may hang"
        self._try_all()
        return True

    def _try_all(self) -> None:
        began = time.monotonic()
        waiting = iter(self.mutants)
        running: list[Running] = []
        try:
            while True:
                late = bool(self.wishes.seconds) and time.monotonic() - began > self.wishes.seconds
                while len(running) < self.wishes.at_once and not late and (mutant := next(waiting, None)):
                    running += self._started(mutant)
                if not running:
                    break
                running = [each for each in running if not self._ended(each)]
                time.sleep(0.005)
        finally:
            for each in running:
                each.stop()

    def _started(self, mutant: Mutant) -> Iterator[Running]:
        tests = [test for test in self.chooser.tests_for(mutant) if self.sound.get(test.name, True)]
        if tests:
            yield child.start(mutant, tests, self.items, self.town)
        else:
            self._note(Verdict(mutant, Fate.UNTOUCHED))

    def _ended(self, running: Running) -> bool:
        code = running.poll()
        if code is None:
            return False
        assert running.mutant is not None
        if code == child.CAUGHT and running.test is not None and not self._is_sound(running.test):
            for again in self._started(running.mutant):
                while not self._ended(again):
                    time.sleep(0.005)
            return True
        self._note(self._verdict(running, code))
        return True

    def _verdict(self, running: Running, code: int) -> Verdict:
        assert running.mutant is not None
        fate = {child.LIVED: Fate.LIVED, child.NOT_PLANTED: Fate.NOT_PLANTED}.get(code, Fate.KILLED)
        by = running.test.name if fate is Fate.KILLED and running.test is not None else ""
        if by:
            self.chooser.note(running.mutant, by)
        return Verdict(
            running.mutant,
            fate,
            by,
            running.at + 1,
            sum(t.seconds for t in running.tests[: running.at + 1]),
        )

    def _is_sound(self, test: Test) -> bool:
        """Tell whether the test passes in a child without a fault; tried once for each that caught one."""
        if test.name not in self.sound:
            running = child.start(None, [test], self.items, self.town)
            while (code := running.poll()) is None:
                time.sleep(0.005)
            self.sound[test.name] = code == child.LIVED
        return self.sound[test.name]

    def _note(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        lived = sum(each.fate is not Fate.KILLED for each in self.verdicts)
        self.say(f"{len(self.verdicts)} of {len(self.mutants)} tried, {lived} not killed")
