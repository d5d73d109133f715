"""A town with a busy day, and its coordinator at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_town import Visitor, busy_town
from tests.fakes import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with a busy day."""
    town = busy_town(tmp_path)
    yield town
    town.stop()


@pytest.fixture
def claire(town: Town) -> Visitor:
    """The coordinator, logged in."""
    visitor = Visitor(town)
    assert visitor.logs_in().status_code == 303
    return visitor
