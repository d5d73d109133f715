"""What a campaign found, as lines, as JSON, and as a table for docs/mutation.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.mutation.campaign import Fate, Verdict
from tests.mutation.mutants import diff
from tests.mutation.rooms import HOUSE

COLUMNS = (Fate.KILLED, Fate.LIVED, Fate.UNTOUCHED, Fate.NOT_PLANTED, Fate.EQUIVALENT)
HEADS = ("killed", "lived", "no test comes by", "not planted", "equivalent")


def rows(verdicts: list[Verdict]) -> Iterator[tuple[str, Counter[Fate]]]:
    """Give every room and how many of its mutants had which fate; last, all together."""
    names = list(dict.fromkeys(each.mutant.room for each in verdicts))
    for name in names:
        yield name, Counter(each.fate for each in verdicts if each.mutant.room == name)
    if len(names) > 1:
        yield "all", Counter(each.fate for each in verdicts)


def share(fates: Counter[Fate]) -> str:
    """Return how many of the mutants that are not equivalent, and could be planted, were killed."""
    tried = fates[Fate.KILLED] + fates[Fate.LIVED] + fates[Fate.UNTOUCHED]
    return f"{100 * fates[Fate.KILLED] / tried:.1f} %" if tried else "-"


def as_lines(verdicts: list[Verdict]) -> Iterator[str]:
    """Give the table for a terminal."""
    yield f"{'room':18}" + "".join(f"{head:>18}" for head in HEADS) + f"{'killed of those':>18}"
    for name, fates in rows(verdicts):
        yield (
            f"{name:18}" + "".join(f"{fates[each]:>18}" for each in COLUMNS) + f"{share(fates):>18}"
        )


def as_markdown(verdicts: list[Verdict], told: str) -> str:
    """Return the table as docs/mutation.md shows it, with a sentence on the run above it."""
    lines = [told, "", "| room | " + " | ".join(HEADS) + " | killed of those that matter |"]
    lines.append("|---" * (len(HEADS) + 2) + "|")
    for name, fates in rows(verdicts):
        lines.append(
            f"| {name} | "
            + " | ".join(str(fates[each]) for each in COLUMNS)
            + f" | {share(fates)} |"
        )
    return "\n".join(lines) + "\n"


def not_killed(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return those no test noticed."""
    return [
        each for each in verdicts if each.fate in (Fate.LIVED, Fate.UNTOUCHED, Fate.NOT_PLANTED)
    ]


def as_diffs(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Give each mutant that no test noticed, with its unified diff."""
    for each in not_killed(verdicts):
        mutant = each.mutant
        source = (HOUSE / mutant.file).read_text(encoding="utf-8")
        yield (
            f"# {mutant.room}: {mutant.function or mutant.file}, {mutant.kind} ({each.fate}, "
            f"{each.tests} tests)"
        )
        yield diff(mutant, source)


def as_json(verdicts: list[Verdict]) -> str:
    """Return all verdicts; `key` names a mutant from run to run."""
    return json.dumps([_plain(each) for each in verdicts], indent=1, ensure_ascii=False)


def _plain(verdict: Verdict) -> dict[str, Any]:
    mutant = verdict.mutant
    names = ("room", "file", "function", "kind", "original", "mutated", "statement", "lines")
    return {
        **{name: getattr(mutant, name) for name in names},
        "fate": verdict.fate,
        "by": verdict.by,
        "tests": verdict.tests,
        "seconds": round(verdict.seconds, 3),
        "key": mutant.key,
    }
