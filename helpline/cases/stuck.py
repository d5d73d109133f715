"""Alarms that no provider takes: coordinators are told by e-mail."""

from __future__ import annotations

from helpline.cases import alarm_mail
from helpline.cases.rows import CASE, STUCK_ALARMS
from helpline.messaging.tracking import PATIENCE
from helpline.town.tx import Tx


def mail_stuck_alarms(tx: Tx, count: int = 20) -> int:
    """Tell coordinators by e-mail of alarms that no provider takes, once for each round of a case.
    Return how many."""
    if not tx.town.settings.can_mail:
        return 0
    rows = tx.all(STUCK_ALARMS, before=tx.now - PATIENCE, count=count)
    return sum(_mail_alarm(tx, row["case_number"], row["round"]) for row in rows)


def _mail_alarm(tx: Tx, number: int, round_: int) -> int:
    row = tx.one(CASE, number=number)
    assert row is not None
    return alarm_mail.send(tx, row, round_, "mail_when_texts_fail")
