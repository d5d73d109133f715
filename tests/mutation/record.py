"""Which tests touch which lines and statements: recorded once, kept until code or test changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.mutation.rooms import HOUSE, MARKS, PACKAGE, is_left_out, test_files

KEPT = HOUSE / ".mutation" / "record.json"
AT_ONCE = 2
MEMORY = "/dev/shm"
A_FEW = 10  # files
FORM = 2  # of the file

Lines = dict[str, int]  # file -> lines, as the bits of a number


@dataclass(frozen=True, slots=True)
class Test:
    """One test: what it takes, the lines it touches by file, the statements it runs."""

    name: str
    seconds: float
    lines: Lines
    statements: frozenset[str]
    size: int = 0  # how many lines it touches anywhere

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.name.partition("::")[0]

    @property
    def function(self) -> str:
        """The name of its function."""
        return self.name.partition("[")[0].rpartition("::")[2]

    def touches(self, file: str, lines: int) -> bool:
        """Tell whether it was on any of these lines."""
        return bool(self.lines.get(file, 0) & lines)


@dataclass(frozen=True, slots=True)
class Record:
    """What was seen: the tests that may notice a fault, and what ran before any of them.

    `collected`: lines that each test file touches when it is read; `at_first`: those touched once.
    """

    tests: list[Test]
    collected: dict[str, Lines]
    at_first: Lines


def recorded(say: Callable[[str], None], only: str = "*") -> Record:
    """Return what is known of tests that pass and start no process, of the test files whose path
    fits `only`.

    Records what is new or changed, a few files at a time: what is recorded is kept when this is
    stopped.
    """
    kept = _kept(f"{FORM} {_hash_of(_code_files())}")
    hashes = {
        file: _hash_of([HOUSE / file, *_helpers(HOUSE / file)])
        for file in test_files()
        if fnmatch(file, only)
    }
    stale = [
        file for file, known in hashes.items() if kept["files"].get(file, {}).get("hash") != known
    ]
    for place in range(0, len(stale), A_FEW):
        say(f"Recording which lines each test touches, {len(stale) - place} files left")
        for file, seen in _record(stale[place : place + A_FEW], kept).items():
            kept["files"][file] = seen | {"hash": hashes[file]}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept), encoding="utf-8")
    files = {file: kept["files"][file] for file in hashes}
    tests = [test for each in files.values() for test in _usable(each["tests"])]
    return Record(
        tests,
        {file: _bits(each["collected"]) for file, each in files.items()},
        _bits(kept["at_first"]),
    )


def _kept(code: str) -> dict[str, Any]:
    """Return what was recorded of this very code."""
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return kept if kept.get("code") == code else {"code": code, "at_first": {}, "files": {}}


def _usable(tests: dict[str, Any]) -> Iterator[Test]:
    for name, each in tests.items():
        if each["passed"] and not each["starts_processes"] and not is_left_out(name):
            lines = _bits(each["lines"])
            yield Test(name, each["seconds"], lines, frozenset(each["statements"]), _size(lines))


def _bits(lines: dict[str, str]) -> Lines:
    return {file: int(bits, 16) for file, bits in lines.items()}


def _size(lines: Lines) -> int:
    return sum(bits.bit_count() for bits in lines.values())


def _record(files: list[str], kept: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Run the tests of `files` in a few processes and return what each saw; note in `kept` what all
    did at first."""
    found: dict[str, dict[str, Any]] = {file: {"tests": {}, "collected": {}} for file in files}
    with tempfile.TemporaryDirectory(prefix="mutation-", dir=quick_disk()) as folder:
        outs = [Path(folder) / f"{place}.json" for place in range(min(AT_ONCE, len(files)))]
        _run_to_the_end([_start(files[place :: len(outs)], out) for place, out in enumerate(outs)])
        for out in outs:
            if not out.exists():
                raise SystemExit("The tests could not be recorded; run them first.")
            seen = json.loads(out.read_text(encoding="utf-8"))
            found |= seen["files"]
            kept["at_first"] = seen["at_first"]
    return found


def _start(files: list[str], out: Path) -> subprocess.Popen[bytes]:
    """Start a pytest that records; what it says is of no use, unless it comes to nothing."""
    plugins = (
        "tests.mutation.recording",
        "tests.mutation.chance",
        "no:randomly",
        "no:cacheprovider",
    )
    options = [option for plugin in plugins for option in ("-p", plugin)]
    places = {"PYTEST_DEBUG_TEMPROOT": str(out.parent), "TMPDIR": str(out.parent)}
    environment = os.environ | places | {"MUTATION_RECORD": str(out)}
    command = [sys.executable, "-m", "pytest", "-q", "-m", MARKS, *options, *files]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=HOUSE, env=environment, stdout=nowhere, stderr=nowhere, start_new_session=True
    )


def _run_to_the_end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait for them; when we are told to stop meanwhile, so are they, and what they started."""
    try:
        for process in processes:
            process.wait()
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=60)


def quick_disk() -> str | None:
    """Return a folder in memory, if there is one: hundreds of towns are durable there at no
    cost."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


def _code_files() -> Iterator[Path]:
    """Give what every test depends on: the package, its flows, and what all test folders share."""
    for folder in (HOUSE / PACKAGE, HOUSE / "flows"):
        yield from sorted(
            path for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".yaml", ".toml")
        )
    yield from sorted((HOUSE / "tests").glob("*.py"))
    yield from sorted((HOUSE / "tests" / "kit").glob("*.py"))


def _helpers(test_file: Path) -> Iterator[Path]:
    """Give what stands beside a test file and is none itself."""
    yield from sorted(
        path for path in test_file.parent.glob("*.py") if not path.name.startswith("test_")
    )


def _hash_of(paths: Iterable[Path]) -> str:
    whole = sha256()
    for path in paths:
        whole.update(path.relative_to(HOUSE).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
