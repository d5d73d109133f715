"""Named SQL: every statement of a room stands in its queries.sql, with a sentence above it that
says what it gives.

What only one database is told stands in a comment below that sentence, and is put at the
statement's end: an `-- postgres: FOR UPDATE SKIP LOCKED` holds what was read for whoever read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PAGE = "queries.sql"
_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def statements(database: str = "sqlite") -> dict[str, str]:
    """Return every named statement as `database` (sqlite, postgres) is told it: one table for all.

    Raises ValueError when two have the same name.
    """
    return _read(database)


@cache
def _read(database: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for room, page in _pages(files("helpline")):
        _add(found, page.read_text(encoding="utf-8"), f"{room}/{PAGE}", f"-- {database}: ")
    return found


def _pages(folder: Traversable, room: str = "") -> Iterator[tuple[str, Traversable]]:
    """Every queries.sql with its room's name: a folder inside a room may have one of its own."""
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.name == PAGE:
            yield room, each
        elif each.is_dir() and not each.name.startswith("_"):
            yield from _pages(each, f"{room}/{each.name}".lstrip("/"))


def _add(found: dict[str, str], text: str, where: str, own: str) -> None:
    parts = _NAME.split(text)[1:]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise ValueError(f"{where}: the statement {name} stands twice")
        lines = [line for line in body.splitlines() if not line.lstrip().startswith("--")]
        statement = " ".join(" ".join(lines).split()).rstrip(";")
        more = [
            line.removeprefix(own).strip() for line in body.splitlines() if line.startswith(own)
        ]
        found[name] = " ".join([statement, *more])
