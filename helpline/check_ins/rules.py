"""One question and what silence means."""

from __future__ import annotations

from dataclasses import dataclass

from helpline.base.spans import MINUTE
from helpline.town.ladder import Ladder

# A step up to two minutes late keeps the ladder's own times; later, the rest moves along
ON_TIME = 120_000
GIVE_UP_ASKING = (
    15 * MINUTE
)  # a question that could not leave for so long becomes a person's business


@dataclass(frozen=True, slots=True)
class Say:
    """Say the ladder's next sentence; `rung` steps were said then, and the next thing is due at
    `due_at`."""

    phrase: str
    rung: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Missed:
    """The deadline passed without an answer: a case opens."""


Step = Say | Missed


def first_due(ladder: Ladder, accepted_at: int) -> int:
    """Return when the first step after the question is due, counted from its acceptance for
    sending."""
    return accepted_at + ladder.steps()[0]


def when_due(ladder: Ladder, rung: int, asked_at: int, due_at: int, now: int) -> Step:
    """Return what to do at a due moment, one step at a time however late we are.

    Time passed while we were down delays the rest of the ladder; it never skips a step.
    """
    if rung >= len(ladder.resident):
        return Missed()
    steps = ladder.steps()
    late = max(0, now - due_at)
    gap = steps[rung + 1] - steps[rung]
    following = now + gap if late > ON_TIME else max(due_at + gap, now + gap // 2)
    return Say(f"check_in_{ladder.resident[rung].say}", rung + 1, following)


_FROM_LEAST_NEED = ("other", "ok", "soso", "help")


def says_more(answer: str, standing: str) -> bool:
    """Tell whether an answer replaces the one that stands: more need replaces less, never the other
    way round."""
    if answer not in _FROM_LEAST_NEED or standing not in _FROM_LEAST_NEED:
        return False
    return _FROM_LEAST_NEED.index(answer) > _FROM_LEAST_NEED.index(standing)
