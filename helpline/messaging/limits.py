"""Limits that keep us from being a nuisance or a prey: courtesies a person, strangers a day, countries answered.

None of them ever holds an alarm, an answer to somebody on the register, or a question about their day.
"""

from __future__ import annotations

from helpline.base.calendar import local_date
from helpline.base.ports import Row
from helpline.messaging import coordinators, money
from helpline.messaging.outbox import HOUR, Priority
from helpline.people.callers import Caller
from helpline.town.events import note
from helpline.town.town import Town
from helpline.town.tx import Tx

MINUTE = 60_000
# courtesies to one number: how many in how long; GoAlert's starting values for status texts
COURTESIES = ((3, 20 * MINUTE), (8, 2 * HOUR))
LOOK_AGAIN = 5 * MINUTE
BUDGET_LOOK = HOUR


def is_held(tx: Tx, row: Row) -> bool:
    """Hold a courtesy back that its receiver or the budget has no room for now. Return whether it is.

    It waits and is looked at again; when its worth is over it expires, as any other text.
    """
    if row["priority"] < Priority.STATUS or row["person_id"] is None:
        return False
    if money.is_spent(tx):
        return _put_off(tx, row, tx.now + BUDGET_LOOK)
    for most, span in COURTESIES:
        found = tx.one("courtesies_to", person_id=row["person_id"], since=tx.now - 24 * HOUR, after=tx.now - span)
        if found is not None and found["count"] >= most:
            return _put_off(tx, row, tx.now + LOOK_AGAIN)
    return False


def _put_off(tx: Tx, row: Row, until: int) -> bool:
    # one that would be worthless by then expires at its own moment
    return bool(tx.run("put_off", id=row["id"], not_before_at=min(until, row["expires_at"])))


def is_left_unanswered(town: Town, caller: Caller) -> bool:
    """Tell whether a stranger texts from a country that is not answered by a machine: a person reads it instead."""
    countries = town.settings.limits.countries
    return bool(countries) and _is_stranger(caller) and not caller.phone.startswith(countries)


def count_stranger(tx: Tx, caller: Caller) -> None:
    """Count numbers never heard from before; tell coordinators once a day when there are unusually many.

    They are answered all the same: a flood of strangers looks like the first day of a heat wave.
    """
    most = tx.town.settings.limits.strangers_a_day
    if not most or caller.row["heard_at"] is not None or not _is_stranger(caller):
        return
    day = local_date(tx.now, tx.town.zone_name)
    tx.run("tally", local_date=day, name="strangers")
    found = tx.one("tally_of", local_date=day, name="strangers")
    if found is not None and found["count"] == most:
        note(tx, "many_strangers", count=most)
        facts, key = {"count": str(most)}, f"strangers:{day}"
        coordinators.tell_all(tx, "many_strangers", facts, key, priority=Priority.REPLY)


def _is_stranger(caller: Caller) -> bool:
    row = caller.row
    roles = (row["resident_id"], row["volunteer_id"], row["coordinator_id"])
    return all(role is None for role in roles) and not caller.may_speak_of_cases
