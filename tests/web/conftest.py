"""A town that was looked at just now, with a coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behind import audited
from tests.fakes import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town in which all is well."""
    town = Town(tmp_path)
    town.coordinator("+33639980021", "Claire Martin")
    audited(town)
    yield town
    town.stop()
