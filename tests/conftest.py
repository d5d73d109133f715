"""What tests of all rooms share: databases of each kind, and an action that breaks its declaration
fails its test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from helpline.conversations import acting
from helpline.settings.database import Database, File, Server
from tests.kit.postgres_server import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

# how long one example takes says how busy the machine is: speed lives in the benchmark
settings.register_profile("helpline", deadline=None)
settings.load_profile("helpline")


class Kept(logging.Handler):
    """Keeps the errors of a logger."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture(autouse=True)
def undeclared() -> Iterator[list[str]]:
    """What actions did in this test without having declared it; a test that wants some takes it and
    clears it."""
    kept = Kept()
    acting.log.addHandler(kept)
    yield kept.said
    acting.log.removeHandler(kept)
    assert kept.said == []


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return File(tmp_path / "town.db")
    return Server(str(request.getfixturevalue("postgres_url")))
