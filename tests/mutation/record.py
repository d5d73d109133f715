"""Which tests touch which lines and statements: recorded once, kept until the code or the test file changes."""

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

from tests.mutation.rooms import HOUSE, MARKS, PACKAGE, test_files

KEPT = HOUSE / ".mutation" / "record.json"
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Test:
    """One test: what it takes, the lines it touches by file (as the bits of a number), and the statements it runs."""

    name: str
    seconds: float
    lines: dict[str, int]
    statements: frozenset[str]
    size: int = 0  # how many lines it touches anywhere

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.name.partition("::")[0]

    def touches(self, file: str, lines: int) -> bool:
        """Tell whether it was on any of these lines."""
        return bool(self.lines.get(file, 0) & lines)


def recorded(say: Callable[[str], None]) -> list[Test]:
    """Return every test that may notice a fault: it passes, and starts no process. Records what is new or changed."""
    code = _hash_of(path for path in _code_files() if not path.name.startswith("test_"))
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    files = kept.get("files", {}) if kept.get("code") == code else {}
    hashes = {file: _hash_of([HOUSE / file]) for file in test_files()}
    stale = [file for file, known in hashes.items() if files.get(file, {}).get("hash") != known]
    if stale:
        say(f"Recording which lines the tests of {len(stale)} files touch …")
        files = {file: each for file, each in files.items() if file in hashes}
        files |= {file: {"hash": hashes[file], "tests": tests} for file, tests in _record(stale).items()}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps({"code": code, "files": files}), encoding="utf-8")
    return [test for each in files.values() for test in _usable(each["tests"])]


def _usable(tests: dict[str, Any]) -> Iterator[Test]:
    for name, each in tests.items():
        if each["passed"] and not each["starts_processes"]:
            lines = {file: int(bits, 16) for file, bits in each["lines"].items()}
            yield Test(name, each["seconds"], lines, frozenset(each["statements"]), _size(lines))


def _size(lines: dict[str, int]) -> int:
    return sum(bits.bit_count() for bits in lines.values())


def _record(files: list[str]) -> dict[str, dict[str, Any]]:
    """Run the tests of `files` in a few processes and return what each test touched, by file."""
    found: dict[str, dict[str, Any]] = {file: {} for file in files}
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        outs = [Path(folder) / f"{place}.json" for place in range(min(AT_ONCE, len(files)))]
        running = [_start(files[place :: len(outs)], out) for place, out in enumerate(outs)]
        for process in running:
            process.wait()
        for out in outs:
            if not out.exists():
                raise SystemExit("The tests could not be recorded; run them first.")
            for name, test in json.loads(out.read_text(encoding="utf-8")).items():
                found[name.partition("::")[0]][name] = test
    return found


def _start(files: list[str], out: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.mutation.recording",
        "-p",
        "no:randomly",
    ]
    command += ["-p", "no:cacheprovider", "-m", MARKS, *files]
    environment = os.environ | {"MUTATION_RECORD": str(out)}
    return subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _code_files() -> Iterator[Path]:
    for folder in (HOUSE / PACKAGE, HOUSE / "tests", HOUSE / "flows"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".py", ".sql", ".yaml", ".toml") and path.parent.name != "mutation":
                yield path


def _hash_of(paths: Iterable[Path]) -> str:
    whole = sha256()
    for path in paths:
        whole.update(path.relative_to(HOUSE).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
