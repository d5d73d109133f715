"""Mutants that change nothing anybody could see: in equivalent.toml, each with its reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

LIST = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One entry. It fits every mutant of that function with these texts, wherever they stand
    now."""

    room: str
    function: str
    original: str
    mutated: str
    why: str
    statement: str = ""

    def fits(self, mutant: Mutant) -> bool:
        """Tell whether this is that mutant."""
        mine = (self.room, self.function, self.original, self.mutated)
        return mine == (mutant.room, mutant.function, mutant.original, mutant.mutated) and (
            self.statement in mutant.statement
        )


def listed(path: Path = LIST) -> list[Equivalent]:
    """Return the entries."""
    with path.open("rb") as file:
        return [Equivalent(**entry) for entry in tomllib.load(file).get("equivalent", ())]


def apart(
    mutants: list[Mutant], entries: list[Equivalent]
) -> tuple[list[Mutant], list[Mutant], list[Equivalent]]:
    """Return the mutants to try, those listed as equivalent, and the entries that fit none."""
    by_function: dict[str, list[Equivalent]] = {}
    for entry in entries:
        by_function.setdefault(entry.function, []).append(entry)
    fitting: set[Equivalent] = set()
    same: list[Mutant] = []
    for mutant in mutants:
        found = [entry for entry in by_function.get(mutant.function, ()) if entry.fits(mutant)]
        fitting.update(found)
        if found:
            same.append(mutant)
    others = [mutant for mutant in mutants if mutant not in set(same)]
    return others, same, [entry for entry in entries if entry not in fitting]
