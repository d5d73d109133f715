"""A register in a CSV file becomes residents, volunteers or coordinators, with a report of every
line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpline.enrolment.register.cells import COLUMNS, Entry, Ground, read_entry
from helpline.enrolment.register.files import read_register
from helpline.enrolment.register.keeping import Keeper
from helpline.enrolment.register.words import words_language
from helpline.town.tx import Tx

__all__ = ["LineReport", "Report", "import_people"]


@dataclass(frozen=True, slots=True)
class LineReport:
    """What came of one line: `result` is new, updated, unchanged, refused, or not_kept because of
    other lines."""

    line: int
    result: str
    phone: str
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a file. `kept` is False when nothing of it was; `texts` counts the questions
    that leave."""

    lines: tuple[LineReport, ...]
    notes: tuple[str, ...]
    language: str
    kept: bool
    texts: int

    def count(self, *results: str) -> int:
        """Return how many lines came out as one of `results`."""
        return sum(line.result in results for line in self.lines)


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


def import_people(  # noqa: PLR0913
    tx: Tx,
    role: str,
    data: bytes,
    *,
    all_or_nothing: bool = False,
    dry_run: bool = False,
    language: str = "",
) -> Report:
    """Keep the people of a CSV file in `role` (resident, volunteer, coordinator), in one
    transaction.

    A line with a problem is refused, the others are taken; with `all_or_nothing` one refused line
    refuses the file, with `dry_run` nothing is kept in any case. The report speaks `language`, fr
    or en, by default the service's first. Raises UnreadableFile when the file as a whole cannot be
    read.
    """
    words = language or words_language(tx.town.settings.service.languages)
    file = read_register(data, COLUMNS[role], words)
    ground = Ground(tx.town, tx.now, words)
    entries = _without_repeats((read_entry(line, ground) for line in file.lines), ground)
    refused_file = all_or_nothing and any(entry.problems for entry in entries)
    lines, texts = _kept(tx, ground, role, entries, keep=not (dry_run or refused_file))
    if refused_file:
        lines = [_not_kept(line) for line in lines]
    return Report(
        tuple(lines), file.notes, words, not (dry_run or refused_file), 0 if refused_file else texts
    )


def _without_repeats(entries: Iterable[Entry], ground: Ground) -> list[Entry]:
    """Return all entries; one whose number a good line above has is refused."""
    first: dict[str, int] = {}
    found = []
    for entry in entries:
        found.append(entry)
        if entry.phone is None:
            continue
        phone = entry.phone.e164
        if phone in first:
            entry.problems.append(ground.say("phone_twice", phone=phone, line=first[phone]))
        elif not entry.problems:
            first[phone] = entry.line
    return found


def _kept(
    tx: Tx, ground: Ground, role: str, entries: list[Entry], *, keep: bool
) -> tuple[list[LineReport], int]:
    """Keep the good entries and return what came of each; without `keep` all of it is undone
    again."""
    keeper = Keeper(tx, ground)
    lines: list[LineReport] = []
    texts = 0
    try:
        with tx.store.transaction():
            for entry in entries:
                line, count = _taken(keeper, role, entry)
                lines.append(line)
                texts += count
            if not keep:
                raise _Undo
    except _Undo:
        pass
    return lines, texts


def _taken(keeper: Keeper, role: str, entry: Entry) -> tuple[LineReport, int]:
    phone = entry.phone.e164 if entry.phone else ""
    if entry.problems:
        return LineReport(
            entry.line, "refused", phone, tuple(entry.problems), tuple(entry.warnings)
        ), 0
    kept = keeper.keep(role, entry)
    return LineReport(
        entry.line, kept.result, phone, (), (*entry.warnings, *kept.warnings)
    ), kept.texts


def _not_kept(line: LineReport) -> LineReport:
    result = "refused" if line.problems else "not_kept"
    return LineReport(line.line, result, line.phone, line.problems, line.warnings)
