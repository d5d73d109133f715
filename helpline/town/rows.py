"""What rows that any room may read hold: a count, a moment, a sign of life, a pause."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement


class Count(TypedDict):
    """How many."""

    count: int


class Moment(TypedDict):
    """When, the first or the last time; None: never."""

    at: int | None


class Heartbeat(TypedDict):
    """The last sign of life of a part; `data` is JSON."""

    name: str
    at: int
    data: str


class PauseRow(TypedDict):
    """Since when a part stands still, and why."""

    since_at: int
    reason: str


HEARTBEATS = Statement("heartbeats", Heartbeat)
PAUSE = Statement("pause", PauseRow)
