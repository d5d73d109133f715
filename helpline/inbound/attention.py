"""How soon a person must read a text that waits for one: the one place where that is decided."""

from __future__ import annotations

from enum import StrEnum

from helpline.base.spans import HOUR, MINUTE
from helpline.people.callers import Caller
from helpline.town.quiet import by_day
from helpline.town.town import Town
from helpline.town.tx import Tx

READ_AT_MOST = 2_000  # characters that are looked at for a sign of need
REMARKS_WAIT = HOUR
_SIGNS = frozenset({"help", "notok", "human", "hospital"})


class Attention(StrEnum):
    """How soon coordinators are told of a text, until somebody has read it."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"
    AT_THE_SUMMARY = "summary"


def owed(tx: Tx, caller: Caller, body: str, *, is_lost: bool) -> Attention:
    """Return how soon a text must be read; `is_lost`: nothing of it was understood.

    Nobody knows what words are that we do not understand, so they never wait longer than an answer
    to a hello; words left over beside something understood may, unless a day or a case hangs on it.
    """
    if shows_need(tx.town, body):
        return Attention.NOW
    if caller.is_coordinator:
        return Attention.AT_THE_SUMMARY
    row = caller.row
    about_a_case = row["last_ask_at"] is not None or row["last_taken_at"] is not None
    if is_lost or caller.is_expected or row["has_open_case"] or about_a_case:
        return Attention.SOON
    return Attention.LATER


def shows_need(town: Town, body: str) -> bool:
    """Tell whether anything in a text may be a sign of need, whatever else it says."""
    seen = body[:READ_AT_MOST]
    return town.distress.scan(seen) is not None or not _SIGNS.isdisjoint(
        town.lexicon.intents_in(seen)
    )


def is_greeting(town: Town, body: str) -> bool:
    """Tell whether a text greets or thanks, and says nothing else."""
    reading = town.lexicon.read(body[:READ_AT_MOST])
    said_more = reading.intent or reading.rest or reading.number or reading.digit is not None
    return bool(reading.folded) and not said_more


def alarm_at(tx: Tx, attention: Attention) -> int | None:
    """Return when coordinators are told of a text that came now; None: page and summary will do."""
    match attention:
        case Attention.NOW:
            return tx.now
        case Attention.SOON:
            return in_the_day(tx, tx.now + tx.town.settings.limits.unread_minutes * MINUTE)
        case Attention.LATER:
            return in_the_day(tx, tx.now + REMARKS_WAIT)
        case Attention.AT_THE_SUMMARY:
            return None


def in_the_day(tx: Tx, moment: int) -> int:
    """Return `moment`, or the next morning's end of the quiet hours."""
    limits = tx.town.settings.limits
    return by_day(moment, tx.town.zone_name, limits.quiet_from, limits.quiet_until)
