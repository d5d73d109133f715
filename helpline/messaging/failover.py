"""A second way: what came to nothing by one route is tried once by another."""

from __future__ import annotations

from helpline.base.spans import MINUTE
from helpline.messaging.outbox import Message, queue
from helpline.messaging.rows import TextRow
from helpline.town.purpose import Loss
from helpline.town.tx import Tx


def once_more(tx: Tx, row: TextRow, loss: Loss) -> bool:
    """Send a text that came to nothing once more by another route. Return whether one was found
    that may reach them.

    For texts that have no next person: an all-clear, a word to the owner of a case, a question to a
    coordinator.
    """
    was_tried = row["retry_of"] is not None
    other = "" if loss.is_dead or was_tried else tx.town.other_route(row["route"])
    if other:
        queue(tx, _copy(row, other, tx.now))
    return bool(other)


def _copy(row: TextRow, route: str, now: int) -> Message:
    return Message(
        idempotency_key=f"{row['idempotency_key']}:by_another",
        purpose=row["purpose"],
        person_id=row["person_id"],
        receiver=row["receiver"],
        name=row["name"],
        body=row["body"],
        case_number=row["case_number"],
        route=route,
        worth=max(row["expires_at"] - now, MINUTE),
        retry_of=row["id"],
    )
