"""What tests of the outside share: one PostgreSQL server for a whole run, and databases of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from postgres_server import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'town.db'}"
    return str(request.getfixturevalue("postgres_url"))
