"""What tests of the outside share: one PostgreSQL server for a whole run, and databases of each
kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from postgres_server import postgres, postgres_url

from helpline.settings.database import Database, File, Server

__all__ = ["postgres", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return File(tmp_path / "town.db")
    return Server(str(request.getfixturevalue("postgres_url")))
