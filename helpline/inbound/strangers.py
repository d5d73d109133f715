"""Numbers nobody knows: counted a day, and answered by machine only where the town says so."""

from __future__ import annotations

from helpline.base.calendar import local_date
from helpline.messaging import coordinators
from helpline.messaging.rows import TALLY_OF
from helpline.people.callers import Caller
from helpline.town.events import note
from helpline.town.town import Town
from helpline.town.tx import Tx


def is_left_unanswered(town: Town, caller: Caller) -> bool:
    """Tell whether a stranger texts from a country that is not answered by a machine: a person
    reads it instead."""
    countries = town.settings.limits.countries
    return bool(countries) and _is_stranger(caller) and not caller.phone.startswith(countries)


def count_stranger(tx: Tx, caller: Caller) -> None:
    """Count numbers never heard from before; tell coordinators once a day when there are unusually
    many.

    They are answered all the same: a flood of strangers looks like the first day of a heat wave.
    """
    most = tx.town.settings.limits.strangers_a_day
    if not most or caller.row["heard_at"] is not None or not _is_stranger(caller):
        return
    day = local_date(tx.now, tx.town.zone_name)
    tx.run("tally", local_date=day, name="strangers")
    found = tx.one(TALLY_OF, local_date=day, name="strangers")
    if found is not None and found["count"] == most:
        note(tx, "many_strangers", count=most)
        facts, key = {"count": str(most)}, f"strangers:{day}"
        coordinators.tell_all(tx, "many_strangers", facts, key, purpose="urgent_notice")


def _is_stranger(caller: Caller) -> bool:
    row = caller.row
    roles = (row["resident_id"], row["volunteer_id"], row["coordinator_id"])
    return all(role is None for role in roles) and not caller.may_speak_of_cases
