"""After we were deaf, or the clock jumped: nobody is judged for it, and nothing comes as a burst."""

from __future__ import annotations

from helpline.base.ports import Store
from helpline.check_ins import hello
from helpline.messaging import coordinators
from helpline.messaging.outbox import HOUR, note
from helpline.town.town import Town

DEAF = 120_000  # a gap longer than two minutes is an outage
LONGEST_GRACE = 2 * HOUR
A_DAY = 20 * HOUR  # a jump as long as that would say two hellos in one real day


def after_gap(store: Store, town: Town, since: int, now: int) -> None:
    """Give those who were being asked the time back that we were deaf, and tell coordinators once.

    `since` is our last sign of life. Cases take one step each when their time has come; that needs nothing here.
    """
    gap = now - since
    store.run("grant_time", by=min(gap, LONGEST_GRACE))
    # a hello of long ago that no provider had taken says nothing of its resident: it is listed, like one never said
    unsaid = store.run("void_unsaid", before=now - LONGEST_GRACE)
    missed = store.one("hellos_too_late", now=now, before=now - LONGEST_GRACE)
    count = unsaid if missed is None else unsaid + missed["count"]
    note(store, "back_after_outage", now, minutes=gap // 60_000, hellos_too_late=count)
    facts = {"minutes": str(gap // 60_000), "count": str(count), "time": town.clock_face(since)}
    coordinators.tell_all(store, town, "back_after_outage", facts, f"back:{since}", now)


def clock_jumped(store: Store, town: Town, by: int, now: int) -> None:
    """Let every wait keep its length after the machine's clock jumped `by` milliseconds, forward or back.

    Hellos stand at a time of the day, not after a wait: their plans stay, and a date once asked is never asked again.
    """
    for name in ("shift_check_ins", "shift_cases", "shift_texts"):
        store.run(name, by=by)
    if by < -HOUR // 6:
        _plan_again(store, now)
    if by > A_DAY:
        hello.pass_over(store, town, now)
    note(store, "clock_jumped", now, seconds=by // 1000)


def _plan_again(store: Store, now: int) -> None:
    """The clock had been ahead: plans made then lie too far; they are made again from what was really asked."""
    for row in store.all("plans_far_ahead", after=now + 24 * HOUR):
        resident = store.one("resident", id=row["resident_id"])
        if resident is not None:
            hello.plan(store, resident, now)
