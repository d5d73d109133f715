"""Alarms that no provider takes: coordinators are told by e-mail."""

from __future__ import annotations

from html import escape

from helpline.base.ports import Row
from helpline.cases import work
from helpline.messaging.outbox import Mail, queue_mail
from helpline.messaging.tracking import PATIENCE
from helpline.town.tx import Tx


def mail_stuck_alarms(tx: Tx, count: int = 20) -> int:
    """Tell coordinators by e-mail of alarms that no provider takes, once for each round of a case.
    Return how many."""
    if not tx.town.settings.can_mail:
        return 0
    rows = tx.all("stuck_alarms", before=tx.now - PATIENCE, count=count)
    return sum(_mail_alarm(tx, row["case_number"], row["round"]) for row in rows)


def _mail_alarm(tx: Tx, number: int, round_: int) -> int:
    row = tx.one("case", number=number)
    assert row is not None
    readers = [each for each in tx.all("coordinators") if each["email"]]
    return sum(bool(queue_mail(tx, _mail(tx, row, round_, each))) for each in readers)


def _mail(tx: Tx, row: Row, round_: int, reader: Row) -> Mail:
    language = reader["language"]
    facts = work.facts_of(tx, row, language)
    words = tx.town.phrase(f"alarm_{row['kind']}", language, facts)
    text = f"{tx.town.phrase('mail_when_texts_fail', language, facts)}\n\n{words}\n"
    return Mail(
        idempotency_key=f"stuck:{row['number']}:{round_}:{reader['person_id']}",
        purpose="alarm_mail",
        person_id=reader["person_id"],
        receiver=reader["email"],
        name="alarm_by_mail",
        subject=words[:120],
        text=text,
        html=f"<p>{escape(text)}</p>",
    )
