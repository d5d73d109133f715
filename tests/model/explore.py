"""Walks every state that can be reached, and keeps the way there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
Steps = Callable[[S], Iterator[tuple[str, S]]]


@dataclass
class Explored(Generic[S]):
    """What was found: how many states, which ends, and the shortest way to each thing that must not
    be."""

    states: int = 0
    steps: int = 0
    ends: list[S] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)


def explore(
    start: S, steps: Steps[S], wrong_with: Callable[[S, bool], str], most: int = 2_000_000
) -> Explored[S]:
    """Return what lies within reach of `start`.

    `wrong_with(state, is_end)` names what must not be, "" when all is well; `is_end`: no step leads
    on from there.
    """
    found: Explored[S] = Explored()
    came_from: dict[S, tuple[S, str] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        found.states += 1
        ways = list(steps(state))
        found.steps += len(ways)
        complaint = wrong_with(state, not ways)
        if complaint:
            found.wrong.setdefault(complaint, _way(came_from, state))
            continue
        if not ways:
            found.ends.append(state)
        for name, following in ways:
            if following not in came_from:
                came_from[following] = (state, name)
                waiting.append(following)
        if len(came_from) > most:
            raise RuntimeError(f"more than {most} states")
    return found


def _way(came_from: dict[S, tuple[S, str] | None], state: S) -> list[str]:
    way = []
    before = came_from[state]
    while before is not None:
        way.append(before[1])
        before = came_from[before[0]]
    return way[::-1]
