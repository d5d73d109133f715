"""A pytest plugin that writes down which lines and statements each test touches, and its seconds.

`record.py` uses it in processes of their own; MUTATION_RECORD names the file to write.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import coverage
import pytest
from coverage.numbits import numbits_to_nums

from tests.mutation.planting import clear_caches, load_everything, put_in_place_of, spare_time
from tests.mutation.rooms import HOUSE, PACKAGE, sql_loader

AT_FIRST, COLLECT = "at first", "collect "  # contexts that are no test

_LINES = """
SELECT c.context, f.path, b.numbits FROM line_bits b
  JOIN context c ON c.id = b.context_id JOIN file f ON f.id = b.file_id
"""


class Recorder:
    """One recording run."""

    def __init__(self, out: Path, folder: str) -> None:
        self.out = out
        self.tests: dict[str, dict[str, Any]] = {}
        self.now: dict[str, Any] = _blank()
        self.data = os.path.join(folder, "coverage")
        self.coverage = coverage.Coverage(
            data_file=self.data, source=[str(HOUSE / PACKAGE)], config_file=False, messages=False
        )

    def pytest_sessionstart(self) -> None:
        """Begin to watch: lines, statements and started processes."""
        _note_statements(self)
        sys.addaudithook(partial(_note_processes, self))
        self.coverage.start()
        self.coverage.switch_context(AT_FIRST)
        spare_time()
        self.coverage.switch_context("")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        """Watch a test file being read: it may make things that its tests look at."""
        if isinstance(collector, pytest.Module):
            clear_caches()
            self.coverage.switch_context(COLLECT + collector.nodeid)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one test, with caches as empty as in a new process."""
        clear_caches()
        self.now = self.tests[item.nodeid] = _blank()
        self.coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up what a test takes, and whether it passed."""
        self.now["seconds"] += report.duration
        self.now["passed"] &= report.passed

    def pytest_sessionfinish(self) -> None:
        """Write everything down."""
        self.coverage.stop()
        self.coverage.save()
        files: dict[str, dict[str, Any]] = defaultdict(lambda: {"tests": {}, "collected": {}})
        at_first: dict[str, str] = {}
        for context, file, lines in _lines(self.data):
            if context == AT_FIRST:
                at_first[file] = lines
            elif context.startswith(COLLECT):
                files[context.removeprefix(COLLECT)]["collected"][file] = lines
            elif context in self.tests:
                self.tests[context]["lines"][file] = lines
        for name, test in self.tests.items():
            files[name.partition("::")[0]]["tests"][name] = test | {
                "statements": sorted(test["statements"])
            }
        self.out.write_text(json.dumps({"at_first": at_first, "files": files}), encoding="utf-8")


def _blank() -> dict[str, Any]:
    return {
        "seconds": 0.0,
        "passed": True,
        "starts_processes": False,
        "lines": {},
        "statements": set(),
    }


def _lines(path: str) -> Iterator[tuple[str, str, str]]:
    """Give every context, file and the lines touched there, as the bits of a hexadecimal number."""
    with closing(sqlite3.connect(path)) as data:
        for context, file, bits in data.execute(_LINES):
            lines = sum(1 << line for line in numbits_to_nums(bits))
            yield context, Path(file).relative_to(HOUSE).as_posix(), f"{lines:x}"


def _note_processes(recorder: Recorder, event: str, _: object) -> None:
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"):
        recorder.now["starts_processes"] = True


def _note_statements(recorder: Recorder) -> None:
    """Have the store's table of statements tell which one is asked for."""

    class Noting(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            recorder.now["statements"].add(name)
            return super().__getitem__(name)

    load_everything()
    loader = sql_loader()
    table = Noting(loader("sqlite"))
    put_in_place_of(
        loader, lambda database="sqlite": table if database == "sqlite" else loader(database)
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run when a file to write to is named."""
    out = os.environ.get("MUTATION_RECORD")
    if out:
        folder = tempfile.mkdtemp(prefix="mutation-")
        config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))
        config.pluginmanager.register(Recorder(Path(out), folder), "mutation-recorder")
