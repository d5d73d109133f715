"""Named SQL: every statement of the house stands in queries/*.sql, with a sentence above it that says what it gives."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def statements() -> dict[str, str]:
    """Return every named statement. Raises ValueError when two have the same name."""
    found: dict[str, str] = {}
    for entry in sorted(files("helpline.store").joinpath("queries").iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".sql"):
            _add(found, entry.read_text(encoding="utf-8"), entry.name)
    return found


def _add(found: dict[str, str], text: str, where: str) -> None:
    parts = _NAME.split(text)[1:]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise ValueError(f"{where}: the statement {name} stands twice")
        lines = [line for line in body.splitlines() if not line.lstrip().startswith("--")]
        found[name] = " ".join(" ".join(lines).split()).rstrip(";")
