"""What became of texts that matter: asked for when no news comes, and not waited for when an alarm may lie unread."""

from __future__ import annotations

from html import escape

from helpline.base.ports import Row, Store
from helpline.cases import bundles
from helpline.cases import rules as case_rules
from helpline.cases import work as casework
from helpline.messaging.delivery import FINAL
from helpline.messaging.outbox import HOUR, note, queue_mail
from helpline.town.town import Town

FIRST_LOOK = 60_000  # a text without news for so long is asked about
PATIENCE = 120_000  # an alarm not confirmed by then is not relied on: one more person is asked beside


def without_news(store: Store, now: int, count: int = 50) -> list[Row]:
    """Return texts to ask the provider about now: accepted a minute ago, and not known to have arrived or failed."""
    rows = store.all("texts_to_watch", now=now, before=now - FIRST_LOOK, after=now - PATIENCE, count=count)
    for row in rows:
        settled = row["status"] in FINAL
        store.run("watch_text", id=row["id"], watch_at=None if settled else row["accepted_at"] + PATIENCE)
    return [row for row in rows if row["status"] not in FINAL and row["provider_id"]]


def run_due(store: Store, town: Town, now: int, count: int = 50) -> int:
    """Look at alarms that nobody confirmed in two minutes. Return how many texts were looked at."""
    rows = store.all("texts_unconfirmed", now=now, before=now - PATIENCE, count=count)
    for row in rows:
        store.run("watch_text", id=row["id"], watch_at=None)
        if row["status"] in FINAL or not bundles.is_alarm(row):
            continue
        if not store.one("route_reports", route=row["route"], after=now - 24 * HOUR):
            continue
        for number in bundles.cases_of(store, row):
            note(store, "alarm_unconfirmed", now, case_number=number, person_id=row["person_id"])
            casework.happen(store, town, number, case_rules.Unconfirmed(row["person_id"]), now)
    return len(rows)


def mail_stuck_alarms(store: Store, town: Town, now: int, count: int = 20) -> int:
    """Tell coordinators by e-mail of alarms that no provider takes, once for each round of a case. Return how many."""
    if not town.settings.can_mail:
        return 0
    rows = store.all("stuck_alarms", before=now - PATIENCE, count=count)
    return sum(_mail_alarm(store, town, row["case_number"], row["round"], now) for row in rows)


def _mail_alarm(store: Store, town: Town, number: int, round_: int, now: int) -> int:
    row, sent = store.one("case", number=number), 0
    assert row is not None
    for each in store.all("coordinators"):
        if each["email"]:
            language = each["language"]
            facts = casework.facts_of(store, town, row, language)
            words = town.phrase(f"alarm_{row['kind']}", language, facts)
            text = f"{town.phrase('mail_when_texts_fail', language, facts)}\n\n{words}\n"
            content = {"subject": words[:120], "text": text, "html": f"<p>{escape(text)}</p>"}
            idem = f"stuck:{number}:{round_}:{each['person_id']}"
            sent += bool(queue_mail(store, idem, each["email"], "alarm_by_mail", content, now, each["person_id"]))
    return sent
