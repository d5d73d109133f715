"""One mutant in a forked child of a warm process: planted there, met by tests, gone with it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import pytest

from tests.mutation.mutants import Edit, Mutant, SqlEdit
from tests.mutation.planting import Town, clear_caches, spare_time
from tests.mutation.record import Test, quick_disk
from tests.mutation.rooms import sql_loader

LIVED, CAUGHT, NOT_PLANTED = 0, 1, 2
LEAST_SECONDS, TIMES = (
    3.0,
    8.0,
)  # how long a test may compute: so much, and so many times what it took recorded
PATIENCE = 15.0  # and how long it may stand still
MEMORY = 4 << 30  # a fault that fills the memory is stopped before the machine is


class StartsProcess(Exception):
    """A test would start a process: it is left out, whatever it would have found."""


@dataclass
class Running:
    """A child at work. It writes a byte into a pipe for each test it begins."""

    mutant: Mutant | None
    tests: list[Test]
    pid: int
    pipe: int
    folder: str
    began: float
    at: int = -1

    def poll(self) -> int | None:
        """Return how it ended, or None while it works. One that stands still is ended: caught."""
        self._listen()
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            allowed = PATIENCE + TIMES * (self.tests[self.at].seconds if self.at >= 0 else 0)
            if time.monotonic() - self.began < allowed:
                return None
            self._kill()
            _, status = os.waitpid(self.pid, 0)
            status = CAUGHT << 8
        self._clean_up()
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else CAUGHT

    def stop(self) -> None:
        """End it now."""
        self._kill()
        os.waitpid(self.pid, 0)
        self._clean_up()

    @property
    def test(self) -> Test | None:
        """The test it came to."""
        return self.tests[self.at] if self.at >= 0 else None

    def _listen(self) -> None:
        with suppress(BlockingIOError):
            while told := os.read(self.pipe, 4096):
                self.at += len(told)
                self.began = time.monotonic()

    def _kill(self) -> None:
        for end in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                end(self.pid, signal.SIGKILL)

    def _clean_up(self) -> None:
        self._listen()
        self._kill()  # what it left behind
        os.close(self.pipe)
        shutil.rmtree(self.folder, ignore_errors=True)


Meeting = Callable[
    [list[Test], int], int
]  # has the tests run, each told to the pipe; returns how it ended


def start(mutant: Mutant | None, tests: list[Test], town: Town, meet: Meeting) -> Running:
    """Fork a child that plants the mutant (None: nothing) and runs the tests, until one fails."""
    folder = tempfile.mkdtemp(prefix="mutant-", dir=quick_disk())
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        _work(mutant, town, folder, lambda: meet(tests, writes))
    os.close(writes)
    os.set_blocking(reads, False)
    return Running(mutant, tests, pid, reads, folder, time.monotonic())


def _work(mutant: Mutant | None, town: Town, folder: str, meet: Callable[[], int]) -> NoReturn:
    code = CAUGHT
    try:
        _settle(folder)
        code = _plant(mutant, town) or meet()  # whatever goes wrong now was caught
    finally:
        os._exit(code)


def _settle(folder: str) -> None:
    """Be a process of its own: own group, own folder, nothing said, bounded memory."""
    os.setsid()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = folder
    tempfile.tempdir = folder


def _plant(mutant: Mutant | None, town: Town) -> int:
    """Plant it. A constant that cannot be worked out is caught: nobody could import it."""
    clear_caches()
    try:
        match mutant:
            case Mutant(edit=SqlEdit(after=after), function=name):
                sql_loader()("sqlite")[name] = after
            case Mutant(edit=Edit() as edit, file=file):
                with edit.made():
                    town.plant(file, edit.tree, edit.top)
            case _:
                pass
    except Exception:
        at_import = mutant is not None and mutant.lines is None
        return CAUGHT if at_import else NOT_PLANTED
    return LIVED


def met_by_items(items: dict[str, pytest.Item]) -> Meeting:
    """Have the tests run that were collected before the fork."""

    def meet(tests: list[Test], pipe: int) -> int:
        witness = _Witness(tests, pipe)
        chosen = [items[test.name] for test in tests]
        chosen[0].config.pluginmanager.register(witness)
        for place, item in enumerate(chosen):
            following = chosen[place + 1] if place + 1 < len(chosen) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return LIVED

    return meet


def met_from_the_start(options: list[str]) -> Meeting:
    """Have the tests collected anew, in a house in which the fault stands already."""

    def meet(tests: list[Test], pipe: int) -> int:
        spare_time()
        witness = _Witness(tests, pipe)
        code = pytest.main(
            [*options, *dict.fromkeys(test.file for test in tests)], plugins=[witness]
        )
        return LIVED if code == pytest.ExitCode.OK else CAUGHT

    return meet


class _Witness:
    """Ends the child with the first test that fails, unless that wanted to start a process."""

    def __init__(self, tests: list[Test], pipe: int) -> None:
        self.tests, self.pipe = {test.name: test for test in tests}, pipe
        self.left_out = False
        sys.addaudithook(self.hear)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that were chosen, in the order in which they were."""
        found = {item.nodeid: item for item in items}
        items[:] = [found[name] for name in self.tests if name in found]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """A new test begins: it may take so long."""
        self.left_out = False
        os.write(self.pipe, b".")
        signal.setitimer(
            signal.ITIMER_PROF, LEAST_SECONDS + TIMES * self.tests[item.nodeid].seconds
        )
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """End with a failure."""
        if report.failed and not self.left_out:
            os._exit(CAUGHT)

    def hear(self, event: str, _: Any) -> None:
        """Keep a test from starting a process."""
        if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"):
            self.left_out = True
            raise StartsProcess(event)
