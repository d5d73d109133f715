"""Processes of a run: started on one core, measured by what the kernel counts, stopped by their own
id."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
YARDSTICKS = Path(__file__).with_name("yardsticks.py")
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
HELPLINE = (sys.executable, "-c", "from helpline.cli import main; main()")


@dataclass
class Server:
    """A process of ours that listens on loopback."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    started: float

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def cpu(self) -> float:
        """Return the seconds of CPU it has used, user and system, all threads that still run."""
        return cpu_of(self.pid)

    def rss(self) -> float:
        """Return its resident memory in MB."""
        return _kilobytes(Path(f"/proc/{self.pid}/status"), "VmRSS:") / 1024

    def pss(self) -> float:
        """Return its share of memory in MB, pages shared with others counted in part."""
        return _kilobytes(Path(f"/proc/{self.pid}/smaps_rollup"), "Pss:") / 1024

    def written(self) -> float:
        """Return the MB it has made the kernel write to disk; what lies in memory alone (tmpfs)
        does not count."""
        lines = Path(f"/proc/{self.pid}/io").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes:")) / 1e6

    def first_answer(self, path: str = "/health", limit: float = 20.0) -> float:
        """Wait until it answers HTTP on `path`; return the seconds since it was started."""
        while time.perf_counter() - self.started < limit:
            if self.process.poll() is not None:
                raise RuntimeError(f"The server ended at once:\n{self.log.read_text()[-2000:]}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                    line.sendall(
                        f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
                    )
                    if line.recv(64).startswith(b"HTTP/1."):
                        return time.perf_counter() - self.started
            except OSError:
                time.sleep(0.002)
        raise RuntimeError(f"The server never answered:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Ask it to end; insist after a while."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    *,
    env: Mapping[str, str] | None = None,
    core: int | None = SERVER_CORE,
    port: int = 0,
) -> Iterator[Server]:
    """Run `command` on `core` (None: on any) while inside; `{port}` in it and in `env` becomes a
    free port."""
    port = port or free_port()
    log = folder / f"{port}.log"
    words = [word.replace("{port}", str(port)) for word in command]
    settings = {name: value.replace("{port}", str(port)) for name, value in (env or {}).items()}
    with log.open("wb") as output, on_core(core):
        started = time.perf_counter()
        process = subprocess.Popen(
            words, cwd=ROOT, env={**clean_environment(), **settings}, stdout=output, stderr=output
        )
    server = Server(process, port, log, started)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Be on one core (None: on any), so that whatever is started inside stays there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, CORES if core is None else {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run_once(command: Sequence[str]) -> tuple[float, float]:
    """Run `command` to its end on the servers' core; return its wall and CPU milliseconds."""
    with on_core(SERVER_CORE):
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return (time.perf_counter() - started) * 1000, (used.ru_utime + used.ru_stime) * 1000


def yardstick(kind: str, *more: str) -> list[str]:
    """Return the command of a bare server to measure against."""
    return [sys.executable, str(YARDSTICKS), kind, "{port}", *more]


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment() -> dict[str, str]:
    """Return our environment without settings of another helpline; bytecode is kept, as on any
    machine in use."""
    unwanted = ("HELPLINE_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that the present threads of a process have used, finer than the
    kernel's ticks."""
    used = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            used += int((thread / "schedstat").read_text().split()[0])
    return used / 1e9


def _kilobytes(path: Path, name: str) -> int:
    line = next(line for line in path.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])
