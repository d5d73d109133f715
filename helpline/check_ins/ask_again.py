"""A silent resident is asked once more while the alarm about them is held."""

from __future__ import annotations

from helpline.check_ins.rows import FATE_OF_QUESTION, CheckInRow
from helpline.messaging import callback_health
from helpline.messaging.outbox import Message, queue
from helpline.people.rows import RESIDENT
from helpline.town.tx import Tx

PHRASE = "check_in_again"


def ask_again(tx: Tx, check_in: CheckInRow, case_number: int, held_until: int) -> int:
    """Ask a silent resident once more while the alarm about them is held. Return the text's id, 0
    when they said STOP.

    It leaves at once by another route where one works; else by the same one, halfway through the
    hold. Whatever they answer ends the case, as any sign of life does.
    """
    resident = tx.one(RESIDENT, id=check_in["resident_id"])
    if resident is None or resident["stopped_at"] is not None:
        return 0
    asked = tx.one(FATE_OF_QUESTION, id=check_in["id"])
    route = asked["route"] if asked is not None else ""
    other = tx.town.other_route(route)
    if other in callback_health.deaf_routes(tx):
        other = ""
    name = tx.town.called(resident["language"], resident["name"], resident["other_name"])
    message = Message(
        idempotency_key=f"again:{check_in['id']}",
        purpose="hello_again",
        person_id=resident["person_id"],
        receiver=resident["phone"],
        name=PHRASE,
        body=tx.town.phrase(PHRASE, resident["language"], {"name": name}),
        case_number=case_number,
        route=other or route,
        worth=held_until - tx.now,
        wait=0 if other else (held_until - tx.now) // 2,
    )
    return queue(tx, message)
