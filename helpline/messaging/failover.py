"""A second way: what came to nothing by one route is tried once by another."""

from __future__ import annotations

from helpline.base.ports import Row
from helpline.cases import bundles
from helpline.messaging import callback_health
from helpline.messaging.outbox import ALL_CLEARS, Message, Priority, queue
from helpline.town.events import note
from helpline.town.tx import Tx

AGAIN = "check_in_again"
BY_ANOTHER = ":by_another"


def ask_again(tx: Tx, check_in: Row, case_number: int, held_until: int) -> int:
    """Ask a silent resident once more while the alarm about them is held. Return the text's id, 0 when they said STOP.

    It leaves at once by another route where one works; else by the same one, halfway through the hold. Whatever they
    answer ends the case, as any sign of life does.
    """
    resident = tx.one("resident", id=check_in["resident_id"])
    if resident is None or resident["stopped_at"] is not None:
        return 0
    asked = tx.one("fate_of_question", id=check_in["id"])
    route = asked["route"] if asked is not None else ""
    other = tx.town.other_route(route)
    if other in callback_health.deaf_routes(tx):
        other = ""
    message = Message(
        idempotency_key=f"again:{check_in['id']}",
        priority=Priority.CHECK_IN,
        person_id=resident["person_id"],
        receiver=resident["phone"],
        name=AGAIN,
        body=tx.town.phrase(AGAIN, resident["language"], {"name": resident["name"]}),
        case_number=case_number,
        route=other or route,
        worth=held_until - tx.now,
        wait=0 if other else (held_until - tx.now) // 2,
    )
    return queue(tx, message)


def go_on(tx: Tx, row: Row, *, is_dead: bool) -> None:
    """Send a text that came to nothing once more by another route; else write down who was not told.

    For texts that have no next person: an all-clear, a word to the owner of a case, a question to a coordinator, the
    second question to a silent resident. `is_dead`: no route reaches this number, or its owner said STOP.
    """
    is_word = row["priority"] == Priority.ALARM and not bundles.is_alarm(row)
    if row["channel"] != "sms" or row["person_id"] is None or not (is_word or row["name"] == AGAIN):
        return
    was_tried = row["idempotency_key"].endswith(BY_ANOTHER)
    other = "" if is_dead or was_tried else tx.town.other_route(row["route"])
    if other:
        message = Message(
            idempotency_key=row["idempotency_key"] + BY_ANOTHER,
            priority=Priority(row["priority"]),
            person_id=row["person_id"],
            receiver=row["receiver"],
            name=row["name"],
            body=row["body"],
            case_number=row["case_number"],
            route=other,
            worth=max(row["expires_at"] - tx.now, 60_000),
        )
        queue(tx, message)
    elif is_word and row["case_number"] is not None:
        kind = "case_not_told" if row["name"] in ALL_CLEARS else "case_text_lost"
        note(tx, kind, case_number=row["case_number"], person_id=row["person_id"], text=row["id"])
