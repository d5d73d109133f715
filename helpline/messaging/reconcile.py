"""Texts of which nobody knows whether they left: looked for in the provider's list before anything
else happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from helpline.base.ports import Accepted, DeliveryNews
from helpline.messaging import delivery
from helpline.messaging.rows import DOUBTFUL_TEXTS, TEXT, TextRow
from helpline.town.events import note
from helpline.town.tx import Tx

LIST_PATIENCE = 600_000  # a list that cannot be read for so long does not keep an alarm back
MOST_COPIES = 3


def settle_leases(tx: Tx) -> int:
    """Texts whose sender lost its lease are in doubt: they may have left. Return how many."""
    return tx.run(
        "lapsed_leases",
        now=tx.now,
        lease=delivery.LEASE,
        look_up_after=delivery.look_up_after(tx.town),
    )


def disown(tx: Tx, owner: str) -> int:
    """Texts that another sender was sending are in doubt, as `owner` is the only one now. Return
    how many."""
    return tx.run(
        "orphaned_texts",
        owner=owner,
        lease=delivery.LEASE,
        look_up_after=delivery.look_up_after(tx.town),
    )


def doubtful(tx: Tx, count: int = 10) -> list[TextRow]:
    """Return texts whose fate the provider must be asked for now, and put off the next look."""
    rows = tx.all(DOUBTFUL_TEXTS, now=tx.now, count=count)
    for row in rows:
        tx.run("put_off", id=row["id"], not_before_at=tx.now + 2 * delivery.look_up_after(tx.town))
    return rows


def looked_up(tx: Tx, row: TextRow, records: Sequence[Accepted], route: str) -> None:
    """Keep what the provider's own list says of a text in doubt: the first of `records` that is no
    other text's.

    Not found at the second look, it is sent again where its purpose wants it twice rather than
    lost, else given up.
    """
    current = tx.one(TEXT, id=row["id"])
    if current is None or current["state"] != "unknown":
        return
    found = next(
        (each for each in records if not delivery.is_anothers(tx, each.provider_id, current)), None
    )
    if found is not None:
        # what the list says of it is news: an alarm that did not arrive goes to the next person
        delivery.accepted(tx, current, replace(found, status=""), route)
        delivery.note_delivery(
            tx, DeliveryNews(row["id"], found.provider_id, found.status, provider=route)
        )
    elif current["looked_at"] is None:
        tx.run("note_not_found", id=row["id"], now=tx.now)
    else:
        _settle_without_record(tx, current)


def _settle_without_record(tx: Tx, row: TextRow) -> None:
    """No record of a text is to be found: once more, or given up."""
    if tx.town.purposes.of(row).twice_rather_than_lost:
        _send_again(tx, row)
    else:
        tx.run("text_refused", id=row["id"], error="in doubt")


def cannot_look_up(tx: Tx, row: TextRow) -> None:
    """A provider without a list: after the wait, an alarm is worth a second copy, a courtesy is
    not."""
    current = tx.one(TEXT, id=row["id"])
    if current is not None and current["state"] == "unknown":
        _settle_without_record(tx, current)


def could_not_ask(tx: Tx, row: TextRow) -> None:
    """The provider's list cannot be read. What must arrive does not wait for it for ever: after ten
    minutes it leaves once more, and again after twice and three times as long; other texts wait.
    """
    current = tx.one(TEXT, id=row["id"])
    if current is None or current["state"] != "unknown":
        return
    if not tx.town.purposes.of(current).twice_rather_than_lost:
        return
    doubted_for = tx.now - (current["first_tried_at"] or current["created_at"])
    if current["attempts"] <= MOST_COPIES and doubted_for >= LIST_PATIENCE * current["attempts"]:
        _send_again(tx, current)


def _send_again(tx: Tx, row: TextRow) -> None:
    delivery.again(tx, row, tx.now, "sent again")
    note(tx, "text_sent_again", person_id=row["person_id"], text=row["id"])
