"""A town with the people of the story, played through the real web application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import Town
from tests.townspeople import amina, bruno, claire, lucie, rene

__all__ = ["amina", "bruno", "claire", "lucie", "rene"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town of Paris on a Monday morning in May, at eight."""
    town = Town(tmp_path)
    yield town
    town.stop()
