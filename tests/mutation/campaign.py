"""Tries the mutants, a few at once, from a pytest that has collected the tests and runs none
itself."""

from __future__ import annotations

import signal
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
from tests.mutation.record import Record, Test
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
    """How a campaign is run: workers, seconds in all (0: no limit), seconds of tests for each."""

    at_once: int = 2
    seconds: float = 0.0
    seconds_each: float = 20.0


OPTIONS = [
    *("-qq", "--no-summary", "-s", "-m", MARKS),
    *(
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-p",
        "tests.mutation.chance",
    ),
]


def run(
    mutants: list[Mutant], record: Record, wishes: Wishes, say: Callable[[str], None]
) -> list[Verdict]:
    """Try the mutants and return the verdicts; those not reached in time have none."""
    campaign = Campaign(mutants, record, wishes, say)
    campaign.try_early_ones()
    files = sorted({test.file for test in record.tests})
    code = pytest.main([*OPTIONS, *files], plugins=[campaign])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SystemExit(f"The tests could not be collected (pytest: {code}); run them first.")
    return campaign.verdicts


class Campaign:
    """Tries mutants; also a pytest plugin that takes the place of running the tests."""

    def __init__(
        self, mutants: list[Mutant], record: Record, wishes: Wishes, say: Callable[[str], None]
    ) -> None:
        self.mutants, self.wishes, self.say = mutants, wishes, say
        self.chooser = Chooser(record, wishes.seconds_each)
        self.began = time.monotonic()
        self.verdicts: list[Verdict] = []
        self.sound: dict[str, bool] = {}  # whether a test passes in a child without a fault
        self.is_over = False  # told to stop: no more are begun, and what was found is told
        for told in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told, self._stop)

    def _stop(self, *_: object) -> None:
        self.is_over = True

    def try_early_ones(self) -> None:
        """Try those that act before any test runs, each in a house where nothing was read yet."""
        load_everything()
        self.town, self.meet = look_around(), child.met_from_the_start(OPTIONS)
        self._try([mutant for mutant in self.mutants if self.chooser.acts_early(mutant)])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the others, on tests that are collected."""
        spare_time()
        self.town, self.meet = (
            look_around(),
            child.met_by_items({item.nodeid: item for item in session.items}),
        )
        assert threading.active_count() == 1, "a fork with other threads alive may hang"
        self._try([mutant for mutant in self.mutants if not self.chooser.acts_early(mutant)])
        return True

    def _try(self, mutants: list[Mutant]) -> None:
        waiting = iter(mutants)
        running: list[Running] = []
        try:
            while True:
                self.is_over |= 0 < self.wishes.seconds < time.monotonic() - self.began
                while (
                    len(running) < self.wishes.at_once
                    and not self.is_over
                    and (mutant := next(waiting, None))
                ):
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
            yield child.start(mutant, tests, self.town, self.meet)
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
        """Tell whether the test passes in a child without a fault; tried once, when it caught
        one."""
        if test.name not in self.sound:
            running = child.start(None, [test], self.town, self.meet)
            while (code := running.poll()) is None:
                time.sleep(0.005)
            self.sound[test.name] = code == child.LIVED
        return self.sound[test.name]

    def _note(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        lived = sum(each.fate is not Fate.KILLED for each in self.verdicts)
        self.say(f"{len(self.verdicts)} of {len(self.mutants)} tried, {lived} not killed")
