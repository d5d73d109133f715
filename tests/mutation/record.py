"""Which tests touch which lines and statements: recorded once, kept until code or test changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.mutation.rooms import HOUSE, MARKS, PACKAGE, is_left_out, test_files

KEPT = HOUSE / ".mutation" / "record.json"
AT_ONCE = 2
MEMORY = "/dev/shm"
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


def recorded(say: Callable[[str], None]) -> Record:
    """Return what is known of tests that pass and start no process. Records what is new or changed."""
    code = f"{FORM} {_hash_of(_code_files())}"
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    files = kept.get("files", {}) if kept.get("code") == code else {}
    hashes = {file: _hash_of([HOUSE / file, *_helpers(HOUSE / file)]) for file in test_files()}
    stale = [file for file, known in hashes.items() if files.get(file, {}).get("hash") != known]
    at_first = kept.get("at_first", {})
    if stale:
        say(f"Recording which lines the tests of {len(stale)} files touch …")
        fresh, at_first = _record(stale)
        files = {file: fresh.get(file) or files[file] for file in hashes}
        for file in stale:
            files[file]["hash"] = hashes[file]
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps({"code": code, "at_first": at_first, "files": files}), encoding="utf-8")
    tests = [test for each in files.values() for test in _usable(each["tests"])]
    return Record(tests, {file: _bits(each["collected"]) for file, each in files.items()}, _bits(at_first))


def _usable(tests: dict[str, Any]) -> Iterator[Test]:
    for name, each in tests.items():
        if each["passed"] and not each["starts_processes"] and not is_left_out(name):
            lines = _bits(each["lines"])
            yield Test(name, each["seconds"], lines, frozenset(each["statements"]), _size(lines))


def _bits(lines: dict[str, str]) -> Lines:
    return {file: int(bits, 16) for file, bits in lines.items()}


def _size(lines: Lines) -> int:
    return sum(bits.bit_count() for bits in lines.values())


def _record(files: list[str]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Run the tests of `files` in a few processes; return what each saw, and what all did at first."""
    found: dict[str, dict[str, Any]] = {}
    at_first: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="mutation-", dir=quick_disk()) as folder:
        outs = [Path(folder) / f"{place}.json" for place in range(min(AT_ONCE, len(files)))]
        running = [_start(files[place :: len(outs)], out) for place, out in enumerate(outs)]
        for process in running:
            process.wait()
        for out in outs:
            if not out.exists():
                raise SystemExit("The tests could not be recorded; run them first.")
            seen = json.loads(out.read_text(encoding="utf-8"))
            found |= seen["files"]
            at_first = seen["at_first"]
    return {file: found.get(file, {"tests": {}, "collected": {}}) for file in files}, at_first


def _start(files: list[str], out: Path) -> subprocess.Popen[bytes]:
    """Start a pytest that records; what it says is of no use, unless it comes to nothing."""
    options = (
        "-q",
        "-p",
        "tests.mutation.recording",
        "-p",
        "tests.mutation.chance",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-m",
        MARKS,
    )
    places = {"PYTEST_DEBUG_TEMPROOT": str(out.parent), "TMPDIR": str(out.parent)}
    environment = os.environ | places | {"MUTATION_RECORD": str(out)}
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *files], cwd=HOUSE, env=environment, stdout=nowhere, stderr=nowhere
    )


def quick_disk() -> str | None:
    """Return a folder in memory, if there is one: hundreds of towns are durable there at no cost."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


def _code_files() -> Iterator[Path]:
    """Give what every test depends on: the package, its flows, and what all test folders share."""
    for folder in (HOUSE / PACKAGE, HOUSE / "flows"):
        yield from sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".yaml", ".toml"))
    yield from sorted((HOUSE / "tests").glob("*.py"))


def _helpers(test_file: Path) -> Iterator[Path]:
    """Give what stands beside a test file and is none itself."""
    yield from sorted(path for path in test_file.parent.glob("*.py") if not path.name.startswith("test_"))


def _hash_of(paths: Iterable[Path]) -> str:
    whole = sha256()
    for path in paths:
        whole.update(path.relative_to(HOUSE).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
