"""Figures, and the table they are read in."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

_AIM = re.compile(r"(?:(?P<least>>=)|<=|<)? ?(?P<bar>[\d.,]*\d)(?P<of_ratio>x)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside the yardstick it is read against.

    `aim` names the bar in words; `larger_is_better` is told apart there too. A figure without a
    yardstick has None.
    """

    part: str
    name: str
    value: float
    unit: str
    yardstick: str = ""
    yard: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the yardstick this is."""
        return self.value / self.yard if self.yard else None

    @property
    def is_missed(self) -> bool:
        """Whether the aim is not reached; an aim ending in x is one for the ratio."""
        aim = _AIM.match(self.aim)
        if aim is None:
            return False
        found = self.ratio if aim["of_ratio"] else self.value
        bar = float(aim["bar"].replace(",", ""))
        return found is not None and (found < bar if aim["least"] else found > bar)


@dataclass
class Report:
    """All figures of one run, and lines about what was left out."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *figures: Figure) -> None:
        """Keep figures in the order they are shown."""
        self.figures.extend(figures)

    def note(self, line: str) -> None:
        """Keep a line shown below the table."""
        self.notes.append(line)

    def table(self) -> str:
        """Return the figures as a table for a terminal."""
        heads = ("", "figure", "value", "yardstick", "value", "ratio", "aim")
        rows = [heads] + [_row(each) for each in self.figures]
        widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
        right = {2, 4, 5}
        lines = []
        part = ""
        for row in rows:
            cells = list(row)
            if row is not rows[0]:
                cells[0], part = ("" if cells[0] == part else cells[0]), cells[0]
            padded = [
                cell.rjust(width) if at in right else cell.ljust(width)
                for at, (cell, width) in _zip(cells, widths)
            ]
            lines.append("  ".join(padded).rstrip())
        lines.insert(1, "-" * max(map(len, lines)))
        return "\n".join([*lines, *(f"* {note}" for note in self.notes)])

    def markdown(self) -> str:
        """Return the figures as the table of docs/performance.md."""
        lines = [
            "| part | figure | Helpline | yardstick | | ratio | aim |",
            "|---|---|---:|---|---:|---:|---|",
        ]
        part = ""
        for figure in self.figures:
            first, *cells = _row(figure)
            cells[-1] = cells[-1].replace("<=", "≤").replace(">=", "≥").replace(" us", " µs")
            cells[-1] = cells[-1].replace(", missed", ", **missed**")
            shown = [
                cell.replace(" us", " µs").removesuffix("x") if at in (1, 3, 4) else cell
                for at, cell in enumerate(cells)
            ]
            lines.append(f"| {'' if first == part else first} | {' | '.join(shown)} |")
            part = first
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "figures": [{**asdict(each), "ratio": each.ratio} for each in self.figures],
            "notes": self.notes,
        }


def middle(values: list[float]) -> float:
    """Return the median, 0 for none."""
    return median(values) if values else 0.0


def _zip(cells: list[str], widths: list[int]) -> list[tuple[int, tuple[str, int]]]:
    return list(enumerate(zip(cells, widths, strict=True)))


def _row(figure: Figure) -> tuple[str, ...]:
    yard = "" if figure.yard is None else f"{_number(figure.yard)} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x"
    value = (
        f"{_number(figure.value)} {figure.unit}" if figure.unit else f"{figure.value:,.0f}"
    )  # no unit: a count
    aim = f"{figure.aim}, missed" if figure.is_missed else figure.aim
    return (figure.part, figure.name, value, figure.yardstick, yard, ratio, aim)


def _number(value: float) -> str:
    return (
        f"{value:,.0f}"
        if abs(value) >= 100
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )
