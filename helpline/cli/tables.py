"""Rows for people as an aligned table, for programs as JSON lines."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

WIDEST = 48


def as_moment(ms: int | None) -> str | None:
    """Return UTC milliseconds as 2026-03-05T08:00:00.000Z; None stays None."""
    if ms is None:
        return None
    return (
        datetime.fromtimestamp(ms / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give each row as one line of JSON, letters as they are."""
    return (json.dumps(row, ensure_ascii=False) for row in rows)


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """Give a heading and one line for each row, aligned. What is not there is a dash; long cells
    end in “…”."""
    cells = [[column.replace("_", " ") for column in columns]]
    cells += [[_cell(row[column]) for column in columns] for row in rows]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(columns))]
    for line in cells:
        padded = (
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _cell(value: Any) -> str:
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    plain = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return plain if len(plain) <= WIDEST else plain[: WIDEST - 1] + "…"


def _width(text: str) -> int:
    """Return how many columns `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    widths = (
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
    return sum(widths)
