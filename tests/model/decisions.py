"""What becomes of a row of the outbox, as messaging/delivery.py decides it: a table without a
database.

tests/model/test_model.py holds it against the real functions on a real file.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One text: its state, and in "unknown" whether the provider's list was looked at without
    finding it."""

    state: str = "queued"
    looked: bool = False


ACCEPTED, QUEUED, UNKNOWN = Row("accepted"), Row("queued"), Row("unknown")
FINAL = ("accepted", "cancelled", "refused")


def claim(row: Row, *, cause_gone: bool) -> Row:
    """A sender takes a queued text, or drops it when its cause is gone."""
    if row.state != "queued":
        return row
    return Row("cancelled") if cause_gone else Row("sending")


def withdraw(row: Row) -> Row:
    """Its cause is gone: what waits does not leave."""
    return Row("cancelled") if row.state == "queued" else row


def record(row: Row, outcome: str) -> Row:
    """The sender writes down an outcome: accepted, not_sent or unknown."""
    match outcome:
        case "accepted":
            return ACCEPTED if row.state in ("sending", "unknown", "queued") else row
        case "not_sent":
            return QUEUED if row.state in ("sending", "unknown") else row
        case _:
            return UNKNOWN if row.state == "sending" else row


def disown(row: Row) -> Row:
    """Its sender is gone, or lost its lease."""
    return UNKNOWN if row.state == "sending" else row


def news(row: Row) -> Row:
    """The provider tells what became of the text, also of one about to be sent again."""
    return ACCEPTED if row.state in ("sending", "unknown", "queued") else row


def looked_up(row: Row, *, found: bool, worth_a_copy: bool) -> Row:
    """The provider's list was read."""
    if row.state != "unknown":
        return row
    if found:
        return ACCEPTED
    if not row.looked:
        return Row("unknown", looked=True)
    return QUEUED if worth_a_copy else Row("refused")
