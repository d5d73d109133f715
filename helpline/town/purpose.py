"""What a text is for: who goes first, how long it is worth sending, and what follows from its
fate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from helpline.base.spans import DAY, HOUR

if TYPE_CHECKING:
    from helpline.messaging.rows import NextText, Purposed, TextRow, UnconfirmedText
    from helpline.town.tx import Tx


class Priority(IntEnum):
    """Who goes first when everything wants to leave at once."""

    ALARM = 0
    REPLY = 1
    CHECK_IN = 2
    STATUS = 3
    CAMPAIGN = 4
    POLL = 5


# how long a text is worth sending; alarms are withdrawn when their case closes, not by the clock
LASTS = {
    Priority.ALARM: 48 * HOUR,
    Priority.REPLY: 6 * HOUR,
    Priority.CHECK_IN: 3 * HOUR,
    Priority.STATUS: 12 * HOUR,
    Priority.CAMPAIGN: 2 * HOUR,
    Priority.POLL: DAY,
}


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a text never arrived: refused outright, or taken and then not delivered (`came_back`).

    `is_dead`: no route reaches this number, or its owner said STOP. `code` is the provider's.
    """

    code: str
    is_dead: bool = False
    came_back: bool = False


def _always(_row: NextText) -> str:
    return ""


def _nothing(_tx: Tx, _row: object) -> None:
    pass


def _no_loss(_tx: Tx, _row: TextRow, _loss: Loss) -> None:
    pass


def _leaves_alone(_tx: Tx, _row: NextText) -> bool:
    return False


def _says_itself(_tx: Tx, row: NextText) -> NextText:
    return row


def _had_nobody_with_it(_tx: Tx, _row: TextRow, _not_before_at: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Together:
    """How several texts of one purpose leave as one: each is asked to wait for others, gathers
    them, and lets them go.

    `waits` tells whether a text was put off; `gathers` returns a claimed text as it leaves; `parts`
    lets each wait by itself again, no earlier than a moment, as the text that said them all surely
    did not leave.
    """

    waits: Callable[[Tx, NextText], bool] = _leaves_alone
    gathers: Callable[[Tx, NextText], NextText] = _says_itself
    parts: Callable[[Tx, TextRow, int], None] = _had_nobody_with_it


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a text is for. Rows of the outbox name it.

    `lasts` is how long it is worth sending, in milliseconds, 0 for what its priority is worth.
    `twice_rather_than_lost`: in doubt it leaves once more. `followed`: the provider is asked what
    became of it. `leaves_after_stop`: it answers the very STOP. `unwanted(row)` says why it need
    not leave any more, "" when it must. `accepted`,
    `lost` and `unconfirmed` are what follows when a provider took it, when it will never arrive,
    and when nobody confirmed its arrival in time.
    """

    name: str
    priority: Priority
    lasts: int = 0
    twice_rather_than_lost: bool = True
    followed: bool = False
    leaves_after_stop: bool = False
    unwanted: Callable[[NextText], str] = _always
    accepted: Callable[[Tx, TextRow], None] = _nothing
    lost: Callable[[Tx, TextRow, Loss], None] = _no_loss
    unconfirmed: Callable[[Tx, UnconfirmedText], None] = _nothing
    together: Together = Together()

    @property
    def is_worth(self) -> int:
        """How long a text for this is worth sending, in milliseconds."""
        return self.lasts or LASTS[self.priority]


class Purposes:
    """All purposes by name. Raises ValueError when two have the same name."""

    def __init__(self, purposes: Sequence[Purpose]) -> None:
        self.by_name: Mapping[str, Purpose] = {each.name: each for each in purposes}
        if len(self.by_name) != len(purposes):
            names = sorted(each.name for each in purposes)
            raise ValueError(f"two purposes have the same name: {names}")

    def __getitem__(self, name: str) -> Purpose:
        """Return the purpose of that name. Raises KeyError for one that is in no list: a mistake of
        ours."""
        return self.by_name[name]

    def of(self, row: Purposed) -> Purpose:
        """Return the purpose of a row of the outbox.

        One written by a newer version, which this one does not know, leaves as its priority says:
        nothing is lost.
        """
        found = self.by_name.get(row["purpose"])
        return found or Purpose(row["purpose"], Priority(row["priority"]))
