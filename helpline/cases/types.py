"""What a case is, what can happen to it, and what may follow: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from helpline.town.ladder import Ladder


class Status(StrEnum):
    """Where a case stands."""

    ASKING = "asking"
    TAKEN = "taken"
    WAITING = "waiting"
    HELD = "held"
    CLOSED = "closed"


OUTCOMES = {1: "fine", 2: "needs_help", 3: "emergency", 4: "not_reached", 5: "handed_over"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One person asked about this case; `answer` is yes, no, unreached, released or None."""

    person_id: int
    role: str
    rung: int
    round: int
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A case as far as decisions need it. Times in UTC milliseconds; `outcome` may stand before the
    end."""

    number: int
    kind: str
    status: Status
    person_id: int
    ladder: Ladder
    rung: int = 0
    round: int = 1
    next_action_at: int | None = 0
    owner_id: int | None = None
    taken_at: int | None = None
    nudged: bool = False
    outcome: str | None = None
    version: int = 0
    asks: tuple[Ask, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to do something."""
        return self.status is not Status.CLOSED


class Reachable(Protocol):
    """Whom one could ask now. Most events ask nobody, so a group is looked up when somebody wants
    it."""

    def of(self, group: str) -> Sequence[int]:
        """Return the people of `contacts`, `volunteers` or `coordinators`, in the order they should
        be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Responders:
    """Whom one could ask now, by group, in the order they should be asked."""

    contacts: Sequence[int] = ()
    volunteers: Sequence[int] = ()
    coordinators: Sequence[int] = ()

    def of(self, group: str) -> Sequence[int]:
        """Return the people of `contacts`, `volunteers` or `coordinators`."""
        found: Sequence[int] = getattr(self, group)
        return found


# --- what can happen ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """The case was just made."""


@dataclass(frozen=True, slots=True)
class Held:
    """Nobody is asked before `until`: so many are silent at once that the silence may be ours."""

    until: int


@dataclass(frozen=True, slots=True)
class PatienceEnded:
    """Its next action time has come."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Somebody says: I go."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Declined:
    """Somebody who was asked says no."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """A text to somebody who was asked cannot arrive."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A text to somebody who was asked has not been confirmed as delivered for too long."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Found:
    """The owner says what they found; `is_final` when a coordinator says it."""

    person_id: int
    outcome: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """The person the case is about gave a sign of life; `needs_help` when it asks for help.

    `stopped`: it was STOP. That ends what was asked about their silence, and says nothing of how
    they are.
    """

    needs_help: bool
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """A person closes it from the desk, or the reason is gone; `outcome` says why."""

    outcome: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    """The person helped says it is not solved; the next people are asked."""


Event = (
    Opened
    | Held
    | PatienceEnded
    | Accepted
    | Declined
    | Unreached
    | Unconfirmed
    | Found
    | SignOfLife
    | Closed
    | Reopened
)

# --- what follows ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tell:
    """Say the phrase to a person; `if_told`: only to one whom an alarm about this case has reached
    or may reach."""

    person_id: int
    phrase: str
    if_told: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The case afterwards, the people newly asked, answers settled, what to say, and what happened
    in one word."""

    case: Case
    asked: tuple[Ask, ...] = ()
    settled: tuple[tuple[int, str], ...] = ()
    tells: tuple[Tell, ...] = ()
    notes: tuple[str, ...] = field(default=())
