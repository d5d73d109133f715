"""Texts of which nobody knows whether they left: looked for in the provider's list before anything else happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from helpline.base.ports import Accepted, DeliveryNews, Row, Store
from helpline.messaging import delivery
from helpline.messaging.outbox import Klass, note
from helpline.town.town import Town

SENT_AGAIN = frozenset({Klass.ALARM, Klass.REPLY, Klass.CHECK_IN})  # classes that may cost an extra copy
LIST_PATIENCE = 600_000  # a list that cannot be read for so long does not keep an alarm back
MOST_COPIES = 3


def settle_leases(store: Store, town: Town, now: int) -> int:
    """Texts whose sender lost its lease are in doubt: they may have left. Return how many."""
    return store.run("lapsed_leases", now=now, lease=delivery.LEASE, look_up_after=delivery.look_up_after(town))


def disown(store: Store, town: Town, owner: str) -> int:
    """Texts that another sender was sending are in doubt, as `owner` is the only one now. Return how many."""
    return store.run("orphaned_texts", owner=owner, lease=delivery.LEASE, look_up_after=delivery.look_up_after(town))


def doubtful(store: Store, town: Town, now: int, count: int = 10) -> list[Row]:
    """Return texts whose fate the provider must be asked for now, and put off the next look."""
    rows = store.all("doubtful_texts", now=now, count=count)
    for row in rows:
        store.run("put_off", id=row["id"], not_before_at=now + 2 * delivery.look_up_after(town))
    return rows


def looked_up(store: Store, town: Town, row: Row, records: Sequence[Accepted], route: str, now: int) -> None:
    """Keep what the provider's own list says of a text in doubt: the first of `records` that is no other text's.

    Not found at the second look, it is sent again where the class is worth one extra copy, else given up.
    """
    current = store.one("text", id=row["id"])
    if current is None or current["state"] != "unknown":
        return
    found = next((each for each in records if not delivery.is_anothers(store, each.provider_id, current)), None)
    if found is not None:
        # what the list says of it is news: an alarm that did not arrive goes to the next person
        delivery.accepted(store, town, current, replace(found, status=""), route, now)
        delivery.note_delivery(
            store, town, DeliveryNews(row["id"], found.provider_id, found.status, provider=route), now
        )
    elif current["error"] != "not found":
        store.run("note_not_found", id=row["id"])
    elif Klass(current["klass"]) in SENT_AGAIN:
        _send_again(store, current, now)
    else:
        store.run("text_refused", id=row["id"], error="in doubt")


def cannot_look_up(store: Store, town: Town, row: Row, now: int) -> None:
    """A provider without a list: after the wait, an alarm is worth a second copy, a courtesy is not."""
    looked_up(store, town, row, (), "", now)
    looked_up(store, town, row, (), "", now)


def could_not_ask(store: Store, row: Row, now: int) -> None:
    """The provider's list cannot be read. What must arrive does not wait for it for ever: after ten minutes it leaves
    once more, and again after twice and three times as long; other texts wait.
    """
    current = store.one("text", id=row["id"])
    if current is None or current["state"] != "unknown" or Klass(current["klass"]) not in SENT_AGAIN:
        return
    doubted_for = now - (current["first_tried_at"] or current["created_at"])
    if current["attempts"] <= MOST_COPIES and doubted_for >= LIST_PATIENCE * current["attempts"]:
        _send_again(store, current, now)


def _send_again(store: Store, row: Row, now: int) -> None:
    delivery.again(store, row, now, "sent again")
    note(store, "text_sent_again", now, person_id=row["person_id"], text=row["id"])
