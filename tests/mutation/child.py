"""One mutant in a forked child of the warm process: planted there, met by a few tests, gone with it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.mutation.mutants import Edit, Mutant, SqlEdit
from tests.mutation.planting import Town, clear_caches
from tests.mutation.record import Test
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
        """Return how it ended, or None while it works. One that stands still is ended: it was caught."""
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


def start(mutant: Mutant | None, tests: list[Test], items: dict[str, pytest.Item], town: Town) -> Running:
    """Fork a child that plants the mutant (None: nothing) and runs the tests, until one fails."""
    folder = tempfile.mkdtemp(prefix="mutant-", dir=_quick_disk())
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        _work(mutant, tests, items, town, folder, writes)
    os.close(writes)
    os.set_blocking(reads, False)
    return Running(mutant, tests, pid, reads, folder, time.monotonic())


def _quick_disk() -> str | None:
    memory = Path("/dev/shm")
    return str(memory) if os.access(memory, os.W_OK) else None


def _work(
    mutant: Mutant | None,
    tests: list[Test],
    items: dict[str, pytest.Item],
    town: Town,
    folder: str,
    pipe: int,
) -> NoReturn:
    code = CAUGHT
    try:
        _settle(folder)
        code = _plant(mutant, town)
        if code == LIVED:
            code = _met(tests, [items[test.name] for test in tests], pipe)
    finally:
        os._exit(code)


def _settle(folder: str) -> None:
    """Be a process of its own: own group, own folder, nothing said, bounded memory."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = folder
    tempfile.tempdir = folder


def _plant(mutant: Mutant | None, town: Town) -> int:
    """Plant it. A constant that cannot even be worked out is caught: the module would not be imported."""
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


def _met(tests: list[Test], items: list[pytest.Item], pipe: int) -> int:
    """Run the tests one by one; return whether one failed."""
    witness = _Witness()
    items[0].config.pluginmanager.register(witness)
    sys.addaudithook(witness.hear)
    for place, (test, item) in enumerate(zip(tests, items, strict=True)):
        witness.begin()
        os.write(pipe, b".")
        signal.setitimer(signal.ITIMER_PROF, LEAST_SECONDS + TIMES * test.seconds)
        following = items[place + 1] if place + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if witness.failed and not witness.left_out:
            return CAUGHT
    return LIVED


class _Witness:
    """Sees whether the test that runs failed, or wanted to start a process."""

    def __init__(self) -> None:
        self.failed = self.left_out = False

    def begin(self) -> None:
        """A new test begins."""
        self.failed = self.left_out = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failure."""
        self.failed |= report.failed

    def hear(self, event: str, _: Any) -> None:
        """Keep a test from starting a process."""
        if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"):
            self.left_out = True
            raise StartsProcess(event)
