"""A second way: what came to nothing by one route is tried once by another."""

from __future__ import annotations

from helpline.desk import ears
from helpline.desk.outgoing import Klass, Letter, queue
from helpline.desk.town import Town
from helpline.ports import Row, Store

AGAIN = "check_in_again"


def ask_again(store: Store, town: Town, check_in: Row, case_number: int, held_until: int, now: int) -> int:
    """Ask a silent resident once more while the alarm about them is held. Return the text's id, 0 when they said STOP.

    It leaves at once by another route where one works; else by the same one, halfway through the hold. Whatever they
    answer ends the case, as any sign of life does.
    """
    resident = store.one("resident", id=check_in["resident_id"])
    if resident is None or resident["stopped_at"] is not None:
        return 0
    asked = store.one("fate_of_question", id=check_in["id"])
    route = asked["route"] if asked is not None else ""
    other = town.other_route(route)
    if other in ears.deaf_routes(store):
        other = ""
    letter = Letter(
        idem=f"again:{check_in['id']}",
        klass=Klass.CHECK_IN,
        person_id=resident["person_id"],
        receiver=resident["phone"],
        name=AGAIN,
        body=town.phrase(AGAIN, resident["language"], {"name": resident["name"]}),
        case_number=case_number,
        route=other or route,
        worth=held_until - now,
        wait=0 if other else (held_until - now) // 2,
    )
    return queue(store, letter, now)
