"""What all tests share: an action of a flow that does not keep to its declaration fails the test
that saw it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from helpline.conversations import acting


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
