"""After we were deaf, or the clock jumped: nobody is judged for it, and nothing comes as a
burst."""

from __future__ import annotations

from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.check_ins import hello
from helpline.check_ins.rows import HELLOS_TOO_LATE, PLANS_FAR_AHEAD
from helpline.messaging import coordinators
from helpline.people.rows import RESIDENT
from helpline.town.events import note
from helpline.town.tx import Tx

DEAF = 2 * MINUTE  # a gap longer than two minutes is an outage
LONGEST_GRACE = 2 * HOUR
A_DAY = 20 * HOUR  # a jump as long as that would say two hellos in one real day


def after_gap(tx: Tx, since: int) -> None:
    """Give those who were being asked the time back that we were deaf, and tell coordinators once.

    `since` is our last sign of life. Cases take one step each when their time has come; that needs
    nothing here.
    """
    gap = tx.now - since
    tx.run("grant_time", by=min(gap, LONGEST_GRACE))
    # a hello of long ago that no provider had taken says nothing of its resident: it is listed,
    # like one never said
    unsaid = tx.run("void_unsaid", before=tx.now - LONGEST_GRACE)
    missed = tx.one(HELLOS_TOO_LATE, now=tx.now, before=tx.now - LONGEST_GRACE)
    count = unsaid if missed is None else unsaid + missed["count"]
    note(tx, "back_after_outage", minutes=gap // MINUTE, hellos_too_late=count)
    facts = {"minutes": str(gap // MINUTE), "count": str(count), "time": tx.town.clock_face(since)}
    coordinators.tell_all(tx, "back_after_outage", facts, f"back:{since}")


def clock_jumped(tx: Tx, by: int) -> None:
    """Let every wait keep its length after the machine's clock jumped `by` milliseconds, forward or
    back.

    Hellos stand at a time of the day, not after a wait: their plans stay, and a date once asked is
    never asked again.
    """
    for name in (
        "shift_check_ins",
        "shift_cases",
        "shift_texts",
        "shift_unread",
        "shift_unfinished",
    ):
        tx.run(name, by=by)
    if by < -HOUR // 6:
        _plan_again(tx)
    if by > A_DAY:
        hello.pass_over(tx)
    note(tx, "clock_jumped", seconds=by // 1000)


def _plan_again(tx: Tx) -> None:
    """The clock had been ahead: plans made then lie too far; they are made again from what was
    really asked."""
    for row in tx.all(PLANS_FAR_AHEAD, after=tx.now + DAY):
        resident = tx.one(RESIDENT, id=row["resident_id"])
        if resident is not None:
            hello.plan(tx, resident)
