"""A town for each scenario. Whatever was sent and nobody in the test looked at fails it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import Town
from tests.kit.gateway import RunningGateway
from tests.scenarios.wire import WiredTown
from tests.townspeople import amina, bruno, claire, lucie, rene

__all__ = ["amina", "bruno", "claire", "lucie", "rene"]

BuildTown = Callable[..., Town]


@pytest.fixture
def build_town(tmp_path: Path) -> Iterator[BuildTown]:
    """Build towns that are not the usual one."""
    towns: list[Town] = []

    def build(kind: type[Town] = Town, **wishes: Any) -> Town:
        folder = tmp_path / f"town{len(towns)}"
        folder.mkdir()
        towns.append(kind(folder, **wishes))
        return towns[-1]

    yield build
    for town in towns:
        town.stop()
        if isinstance(town, WiredTown):
            town.end()
    for town in towns:
        town.nothing_else_was_sent()


@pytest.fixture
def town(build_town: BuildTown) -> Town:
    """A town of Paris on a Monday morning in May, at eight."""
    return build_town()


@pytest.fixture
def wired(build_town: BuildTown) -> WiredTown:
    """The same town, on the simulated carrier."""
    town = build_town(WiredTown)
    assert isinstance(town, WiredTown)
    return town


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    """The real gateway as its own process, on loopback."""
    gateway = RunningGateway(tmp_path)
    yield gateway
    gateway.stop()
