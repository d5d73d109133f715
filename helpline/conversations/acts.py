"""What flows may ask of the gateway: each action as it is declared to their authors, and held to
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from helpline.conversations.state import ActResult


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that an action reads. `means` tells how it is written.

    `otherwise` is read in its place when no question saved it; without one, a question must.
    """

    name: str
    means: str = ""
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """An action of the gateway: the answers it reads, how it may end, and the facts that each end
    gives."""

    name: str
    sentence: str
    reads: tuple[Answer, ...]
    outcomes: Mapping[str, tuple[str, ...]]

    @property
    def gives(self) -> tuple[str, ...]:
        """Return every fact that it may give."""
        return tuple(dict.fromkeys(fact for facts in self.outcomes.values() for fact in facts))

    @property
    def must_have(self) -> tuple[str, ...]:
        """Return the answers that a question must have saved before."""
        return tuple(each.name for each in self.reads if each.otherwise is None)

    def read(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return the answers it reads, and no others."""
        return {each.name: answers.get(each.name, each.otherwise or "") for each in self.reads}

    def broken_by(self, result: ActResult) -> str:
        """Return what is in `result` but not in the declaration, or the other way round; "" when
        they agree."""
        if result.outcome not in self.outcomes:
            return f"{self.name} ends as `{result.outcome}`, which it does not declare"
        declared, given = set(self.outcomes[result.outcome]), set(result.facts)
        if declared == given:
            return ""
        ended = f"{self.name}, ending as `{result.outcome}`,"
        return f"{ended} declares the facts {sorted(declared)} and gives {sorted(given)}"


ActTable = Mapping[str, Act]


def table_of(acts: Iterable[Act]) -> ActTable:
    """Return the acts by name."""
    return {act.name: act for act in acts}
