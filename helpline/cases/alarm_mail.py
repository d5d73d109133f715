"""An alarm as an e-mail: when no provider takes its texts, or when nobody is left to be texted."""

from __future__ import annotations

from html import escape

from helpline.cases.facts import facts_of
from helpline.cases.rows import CaseRow
from helpline.messaging.coordinators import Reader, readers
from helpline.messaging.outbox import Mail, queue_mail
from helpline.town.tx import Tx


def send(tx: Tx, row: CaseRow, round_: int, why: str) -> int:
    """Mail the alarm of a case (a row of the statement `case`) to everybody who reads e-mail, once
    for each round. `why` names the phrase above it. Return how many."""
    return sum(bool(queue_mail(tx, _mail(tx, row, round_, why, each))) for each in readers(tx))


def _mail(tx: Tx, row: CaseRow, round_: int, why: str, reader: Reader) -> Mail:
    facts = facts_of(tx, row, reader.language)
    words = tx.town.phrase(f"alarm_{row['kind']}", reader.language, facts)
    text = f"{tx.town.phrase(why, reader.language, facts)}\n\n{words}\n"
    return Mail(
        idempotency_key=f"stuck:{row['number']}:{round_}:{reader.person_id or 'administrator'}",
        purpose="alarm_mail",
        person_id=reader.person_id,
        receiver=reader.address,
        name="alarm_by_mail",
        subject=words[:120],
        text=text,
        html=f"<p>{escape(text)}</p>",
    )
