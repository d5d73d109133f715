"""What rows of conversations hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement


class Unfinished(TypedDict):
    """A request that nobody went on with in time; `state` is JSON, `resident_id` None: not on the
    register."""

    person_id: int
    state: str
    asked_at: int
    expires_at: int
    phone: str
    language: str | None
    resident_id: int | None


UNFINISHED_DUE = Statement("unfinished_due", Unfinished)
