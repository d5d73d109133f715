"""What became of texts that matter: asked for when no news comes, and not waited for when an alarm may lie unread."""

from __future__ import annotations

from html import escape

from helpline.base.ports import Row
from helpline.cases import bundles
from helpline.cases import rules as case_rules
from helpline.cases import work as casework
from helpline.messaging.delivery import FINAL
from helpline.messaging.outbox import HOUR, queue_mail
from helpline.town.events import note
from helpline.town.tx import Tx

FIRST_LOOK = 60_000  # a text without news for so long is asked about
PATIENCE = 120_000  # an alarm not confirmed by then is not relied on: one more person is asked beside


def without_news(tx: Tx, count: int = 50) -> list[Row]:
    """Return texts to ask the provider about now: accepted a minute ago, and not known to have arrived or failed."""
    rows = tx.all("texts_to_watch", now=tx.now, before=tx.now - FIRST_LOOK, after=tx.now - PATIENCE, count=count)
    for row in rows:
        settled = row["status"] in FINAL
        tx.run("watch_text", id=row["id"], watch_at=None if settled else row["accepted_at"] + PATIENCE)
    return [row for row in rows if row["status"] not in FINAL and row["provider_id"]]


def run_due(tx: Tx, count: int = 50) -> int:
    """Look at alarms that nobody confirmed in two minutes. Return how many texts were looked at."""
    rows = tx.all("texts_unconfirmed", now=tx.now, before=tx.now - PATIENCE, count=count)
    for row in rows:
        tx.run("watch_text", id=row["id"], watch_at=None)
        if row["status"] in FINAL or not bundles.is_alarm(row):
            continue
        if not tx.one("route_reports", route=row["route"], after=tx.now - 24 * HOUR):
            continue
        for number in bundles.cases_of(tx, row):
            note(tx, "alarm_unconfirmed", case_number=number, person_id=row["person_id"])
            casework.happen(tx, number, case_rules.Unconfirmed(row["person_id"]))
    return len(rows)


def mail_stuck_alarms(tx: Tx, count: int = 20) -> int:
    """Tell coordinators by e-mail of alarms that no provider takes, once for each round of a case. Return how many."""
    if not tx.town.settings.can_mail:
        return 0
    rows = tx.all("stuck_alarms", before=tx.now - PATIENCE, count=count)
    return sum(_mail_alarm(tx, row["case_number"], row["round"]) for row in rows)


def _mail_alarm(tx: Tx, number: int, round_: int) -> int:
    row, sent = tx.one("case", number=number), 0
    assert row is not None
    for each in tx.all("coordinators"):
        if each["email"]:
            language = each["language"]
            facts = casework.facts_of(tx, row, language)
            words = tx.town.phrase(f"alarm_{row['kind']}", language, facts)
            text = f"{tx.town.phrase('mail_when_texts_fail', language, facts)}\n\n{words}\n"
            content = {"subject": words[:120], "text": text, "html": f"<p>{escape(text)}</p>"}
            idempotency_key = f"stuck:{number}:{round_}:{each['person_id']}"
            sent += bool(queue_mail(tx, idempotency_key, each["email"], "alarm_by_mail", content, each["person_id"]))
    return sent
