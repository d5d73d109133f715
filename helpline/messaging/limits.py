"""How many courtesies one person gets, and what the budget still allows.

Neither ever holds an alarm, an answer to somebody on the register, or a question about their day.
"""

from __future__ import annotations

from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.messaging import money
from helpline.messaging.rows import COURTESIES_TO, NextText
from helpline.town.purpose import Priority
from helpline.town.tx import Tx

# courtesies to one number: how many in how long; GoAlert's starting values for status texts
COURTESIES = ((3, 20 * MINUTE), (8, 2 * HOUR))
LOOK_AGAIN = 5 * MINUTE
BUDGET_LOOK = HOUR


def waits(tx: Tx, row: NextText) -> bool:
    """Hold a courtesy back that its receiver or the budget has no room for now. Return whether it
    is.

    It waits and is looked at again; when its worth is over it expires, as any other text.
    """
    if row["priority"] < Priority.STATUS or row["person_id"] is None:
        return False
    if money.is_spent(tx):
        return _put_off(tx, row, tx.now + BUDGET_LOOK)
    for most, span in COURTESIES:
        found = tx.one(
            COURTESIES_TO, person_id=row["person_id"], since=tx.now - DAY, after=tx.now - span
        )
        if found is not None and found["count"] >= most:
            return _put_off(tx, row, tx.now + LOOK_AGAIN)
    return False


def _put_off(tx: Tx, row: NextText, until: int) -> bool:
    # one that would be worthless by then expires at its own moment
    return bool(tx.run("put_off", id=row["id"], not_before_at=min(until, row["expires_at"])))
