"""Who is texting: one reading of everything the gateway must know before it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from helpline.base.spans import HOUR
from helpline.people.rows import WHO_TEXTS, CallerRow
from helpline.town.tx import Tx

E164 = re.compile(r"\+[1-9]\d{6,14}")
LATELY = 36 * HOUR  # a question of the morning before last is not answered by a bare "1" of today


@dataclass(slots=True)
class Caller:
    """Someone at the other end, with their roles. `row` is as the statement `who_texts`
    gives it.

    `ran` names the actions done in this turn, `answered` the answers given so far, `case_number`
    the case it was about; `started` that no question was open, `said_freely` that they wrote words
    of their own which no question asked for, `takes_back` that all is well though help was called.
    """

    id: int
    phone: str
    name: str
    language: str | None
    row: CallerRow
    ran: list[str] = field(default_factory=list)
    answered: Mapping[str, str] = field(default_factory=dict)
    case_number: int | None = None
    said_freely: bool = False
    takes_back: bool = False
    started: bool = False

    @property
    def resident_id(self) -> int | None:
        """The resident they are, if any."""
        return self.row["resident_id"]

    def conversation(self, now: int) -> tuple[str, int] | None:
        """Return the conversation they are in, as it was kept (JSON), and when its question was
        put; None when none is open at `now`."""
        row = self.row
        kept, until = row["conversation"], row["conversation_expires_at"]
        asked_at = row["conversation_asked_at"]
        if kept is None or asked_at is None or until is None or until <= now:
            return None
        return kept, asked_at

    @property
    def is_coordinator(self) -> bool:
        """Tell whether they read the day and close cases."""
        return self.row["coordinator_id"] is not None

    @property
    def has_stopped(self) -> bool:
        """Tell whether they said STOP and have not come back."""
        return self.row["stopped_at"] is not None

    @property
    def may_speak_of_cases(self) -> bool:
        """Tell whether they were ever asked about a case, have one, or are a coordinator."""
        row = self.row
        return (
            self.is_coordinator or bool(row["was_ever_asked"]) or row["last_taken_at"] is not None
        )

    @property
    def is_expected(self) -> bool:
        """Tell whether a sign of life is waited for: a hello without an answer, or an alarm about
        the silence."""
        return self.row["check_in_asking_at"] is not None or bool(self.row["open_silences"])


def who(tx: Tx, phone: str) -> Caller:
    """Return who texts from `phone` (E.164); a number never seen becomes a person without a
    role."""
    row = tx.one(WHO_TEXTS, phone=phone, lately=tx.now - LATELY)
    if row is None:
        tx.add("add_person", phone=phone, name="", language=None, line="unknown", now=tx.now)
        row = tx.one(WHO_TEXTS, phone=phone, lately=tx.now - LATELY)
        assert row is not None
    return Caller(row["id"], phone, row["name"], row["language"], row)
