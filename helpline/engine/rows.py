"""What rows of the engine's own affairs hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
from helpline.town.rows import Moment


class LeaseRow(TypedDict):
    """Which engine is active and until when (0: given up), and the last signs of life of it and of
    one that stands by."""

    owner: str
    until_at: int
    fence: int
    engine_at: int | None
    standby_at: int | None


class ModuleVersion(TypedDict):
    """The version of an engine module that this database is used with."""

    version: int


NEXT_DUE = Statement("next_due", Moment)
LEASE = Statement("lease", LeaseRow)
MODULE_VERSION = Statement("module_version", ModuleVersion)
