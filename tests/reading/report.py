"""The figures as a table for a terminal, as one for docs/reading.md, and what was read wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.reading.scoring import MEASURES, Figure, Result, figures
from tests.reading.texts import LANGUAGES

HALVES = {"train": "half one may learn from", "held": "half that only judges"}
MADE = {False: "as written", True: "misspelt"}
KINDS = ("texts", "wrong reading", "wrong person", "unseen")

Table = list[list[str]]


def tables(results: list[Result]) -> Iterator[tuple[str, Table]]:
    """Give a heading and a table of figures for each half, as written and misspelt."""
    for half, told in HALVES.items():
        for is_misspelt, how in MADE.items():
            ours = [each for each in results if _is_of(each, half, is_misspelt)]
            if ours:
                yield f"The {told}, {how} ({len(ours)} texts)", figures_table(ours)


def _is_of(result: Result, half: str, is_misspelt: bool) -> bool:
    return result.entry.half == half and bool(result.entry.made_by) == is_misspelt


def figures_table(results: list[Result]) -> Table:
    """Return a row for each measure, a column for each language; the first row has the heads."""
    spoken = [name for name in LANGUAGES if any(each.entry.language == name for each in results)]
    columns = [figures(each for each in results if each.entry.language == name) for name in spoken]
    rows = [
        [measure.name, str(measure.goal or "-"), *(cell(column[at]) for column in columns)]
        for at, measure in enumerate(MEASURES)
    ]
    return [["", "goal", *spoken], *rows]


def cell(figure: Figure) -> str:
    """Return `57/58 98.3 % reached`, without the last word where there is no goal."""
    if not figure.of:
        return "-"
    said = {True: " reached", False: " MISSED", None: ""}[figure.is_reached]
    return f"{figure.count}/{figure.of} {100 * figure.count / figure.of:.1f} %{said}"


def kinds_table(results: Iterable[Result]) -> Table:
    """Return a row for each language and kind that has something wrong, the worst first."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for each in results:
        counts = counted.setdefault((each.entry.language, each.entry.kind), Counter())
        counts.update(_faults(each))
    rows = [
        [spoken, kind, *(str(counts[name]) for name in KINDS)]
        for (spoken, kind), counts in sorted(counted.items(), key=_worst_first)
        if any(counts[name] for name in KINDS[1:])
    ]
    return [["language", "kind", *KINDS], *rows]


def _worst_first(row: tuple[tuple[str, str], Counter[str]]) -> tuple[str, int, int, int, str]:
    (spoken, kind), counts = row
    return spoken, -counts["unseen"], -counts["wrong person"], -counts["wrong reading"], kind


def _faults(result: Result) -> Iterator[str]:
    yield "texts"
    if not result.is_read_right:
        yield "wrong reading"
    if result.read.person not in result.entry.persons:
        yield "wrong person"
    if result.is_unseen:
        yield "unseen"


def wrong_lines(results: Iterable[Result]) -> Iterator[str]:
    """Give a line for each text that was not wholly right: what it is, what was read, and why."""
    for result in results:
        if not result.is_right:
            entry, read = result.entry, result.read
            origin = " ".join((entry.language, entry.half, entry.kind, entry.made_by)).strip()
            right = f"{'|'.join(sorted(entry.readings))} {'|'.join(sorted(entry.persons))}"
            flags = f" [{', '.join(read.flags)}]" if read.flags else ""
            was = f"{read.reading} {read.person}{flags} ({read.why})"
            yield f"{origin}: {entry.text!r} as {entry.situation}: {was}, right: {right}"


def as_lines(table: Table) -> Iterator[str]:
    """Give the table in columns of equal width."""
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    for row in table:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def as_markdown(table: Table) -> str:
    """Return the table as docs/reading.md shows it."""
    head, *rows = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join([head, "|---" * len(table[0]) + "|", *rows]) + "\n"


def page(results: list[Result]) -> str:
    """Return all tables with their headings, in Markdown."""
    parts = [f"### {heading}\n\n{as_markdown(table)}" for heading, table in tables(results)]
    for half, told in HALVES.items():
        written = [each for each in results if _is_of(each, half, False)]
        if written:
            heading = f"### Kinds with something wrong, the {told}, as written"
            parts.append(f"{heading}\n\n{as_markdown(kinds_table(written))}")
    return "\n".join(parts)
