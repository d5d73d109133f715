"""What texts cost, and the town's budget: told at 80 and 100 per cent; courtesies stop when it is
spent, alarms never.

What a provider takes is counted in the transaction that records it, by month of the town's calendar
and by class. The price is the one in the settings: providers tell theirs days later, if at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpline.base.calendar import local_date
from helpline.base.spans import HOUR
from helpline.messaging import coordinators
from helpline.messaging.rows import SPENT, SPENT_IN_ALL, TextRow
from helpline.town.events import note
from helpline.town.town import Town
from helpline.town.tx import Tx

MILLION = 1_000_000
WARNED_AT = (80, 100)  # per cent of the month's budget at which coordinators are told


@dataclass(frozen=True, slots=True)
class Month:
    """What one month cost so far. `spent` and `budget` in the town's money; `budget` 0: no limit
    was set."""

    month: str
    texts: int
    segments: int
    spent: float
    budget: float

    @property
    def percent(self) -> int:
        """How much of the budget is spent, in whole per cent, rounded down; 0 without a budget."""
        return int(100 * self.spent / self.budget + 1e-9) if self.budget else 0


def month_of(town: Town, now: int) -> str:
    """Return the month of the town's calendar as YYYY-MM."""
    return local_date(now, town.zone_name)[:7]


def read_month(tx: Tx) -> Month:
    """Return what this month cost so far."""
    month = month_of(tx.town, tx.now)
    rows = tx.all(SPENT, month=month)
    return Month(
        month=month,
        texts=sum(row["texts"] for row in rows),
        segments=sum(row["segments"] for row in rows),
        spent=sum(row["cost"] for row in rows) / MILLION,
        budget=tx.town.settings.budget.monthly,
    )


def spend(tx: Tx, row: TextRow, segments: int) -> None:
    """Count a text that a provider took, of `segments` as it says (0: as we count); tell when a
    mark is passed."""
    if row["channel"] != "sms":
        return
    count = segments or row["segments"]
    cost = round(count * tx.town.settings.budget.price_to(row["receiver"]) * MILLION)
    month, budget = month_of(tx.town, tx.now), tx.town.settings.budget.monthly * MILLION
    tx.run("spend", month=month, priority=row["priority"], segments=count, cost=cost)
    if budget:
        after = _spent(tx, month)
        for mark in WARNED_AT:
            if (after - cost) * 100 < mark * budget <= after * 100:
                _tell(tx, mark, month)


def is_spent(tx: Tx) -> bool:
    """Tell whether the month's budget is used up, so that courtesies wait for the next one."""
    budget = tx.town.settings.budget.monthly * MILLION
    return bool(budget) and _spent(tx, month_of(tx.town, tx.now)) >= budget


def _spent(tx: Tx, month: str) -> int:
    row = tx.one(SPENT_IN_ALL, month=month)
    return int(row["cost"]) if row is not None else 0


def _tell(tx: Tx, mark: int, month: str) -> None:
    """Tell coordinators once a month and mark, whatever the budget: this text itself is no
    courtesy."""
    budget = tx.town.settings.budget
    note(tx, "budget_mark", mark=mark, month=month)
    facts = {"amount": f"{budget.monthly:g} {budget.currency}", "percent": str(mark)}
    phrase = "budget_spent" if mark >= 100 else "budget_low"
    key = f"budget:{month}:{budget.monthly:g}:{mark}"
    coordinators.tell_all(tx, phrase, facts, key, purpose="urgent_notice", worth=48 * HOUR)
