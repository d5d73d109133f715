"""A case played minute by minute: what happens to it, whom it asks, what it says."""

from __future__ import annotations

from dataclasses import dataclass

from helpline.base.spans import MINUTE
from helpline.cases.rules import Case, Change, Event, Opened, Responders, Status, step
from helpline.town.ladder import Ladder, Rung, for_kind

RENE, LUCIE = 1, 11
AMINA, BRUNO, DRISS = 21, 22, 23
CLAIRE, MARC = 31, 32
CREW = Responders(contacts=(LUCIE,), volunteers=(AMINA, BRUNO, DRISS), coordinators=(CLAIRE, MARC))
ALONE = Responders(coordinators=(CLAIRE,))

CONTACTS = Rung(("contacts",), 99, 30 * MINUTE)
VOLUNTEERS = Rung(("volunteers",), 2, 15 * MINUTE)
COORDINATORS = Rung(("coordinators",), 99, 20 * MINUTE, repeat=True)
PROMISE = 60 * MINUTE


@dataclass
class Play:
    """A case, and the last that became of it."""

    case: Case
    responders: Responders
    change: Change

    def at(self, minute: int, event: Event, responders: Responders | None = None) -> Change:
        """Let something happen at a minute after the case was opened."""
        self.responders = responders or self.responders
        self.change = step(self.case, event, self.responders, minute * MINUTE)
        self.case = self.change.case
        return self.change

    def asks(self) -> list[int]:
        """Return who was asked just now."""
        return [ask.person_id for ask in self.change.asked]

    def told(self) -> list[tuple[int, str]]:
        """Return who was told what just now."""
        return [(tell.person_id, tell.phrase) for tell in self.change.tells]

    def told_if_told_before(self) -> list[int]:
        """Return who is told only when an alarm about this case may have reached them."""
        return [tell.person_id for tell in self.change.tells if tell.if_told]

    def answers(self) -> dict[int, str | None]:
        """Return the last answer of everybody who was asked."""
        return {ask.person_id: ask.answer for ask in self.case.asks}

    def waits_until(self) -> float | None:
        """Return the minute of its next action."""
        return None if self.case.next_action_at is None else self.case.next_action_at / MINUTE


def opened(kind: str = "missed", *rungs: Rung, responders: Responders = CREW) -> Play:
    """Return a case opened at minute 0: contacts, volunteers two at a time, coordinators."""
    humans = rungs or (CONTACTS, VOLUNTEERS, COORDINATORS)
    ladder = for_kind(Ladder("story", (), 150 * MINUTE, humans, PROMISE), kind)
    case = Case(7, kind, Status.ASKING, RENE, ladder, next_action_at=0)
    play = Play(case, responders, Change(case))
    play.at(0, Opened())
    return play
