"""What became of texts that matter: asked for when no news comes, and not waited for when an alarm
may lie unread."""

from __future__ import annotations

from helpline.base.spans import DAY
from helpline.messaging.delivery import FINAL, FIRST_LOOK
from helpline.messaging.rows import TEXTS_TO_WATCH, TEXTS_UNCONFIRMED, WatchedText
from helpline.town.tx import Tx

PATIENCE = (
    120_000  # an alarm not confirmed by then is not relied on: one more person is asked beside
)


def without_news(tx: Tx, count: int = 50) -> list[WatchedText]:
    """Return texts to ask the provider about now: accepted a minute ago, and not known to have
    arrived or failed."""
    rows = tx.all(
        TEXTS_TO_WATCH,
        now=tx.now,
        before=tx.now - FIRST_LOOK,
        after=tx.now - PATIENCE,
        count=count,
    )
    for row in rows:
        settled = row["status"] in FINAL
        tx.run(
            "watch_text", id=row["id"], watch_at=None if settled else row["accepted_at"] + PATIENCE
        )
    return [row for row in rows if row["status"] not in FINAL and row["provider_id"]]


def run_due(tx: Tx, count: int = 50) -> int:
    """Look at alarms that nobody confirmed in two minutes. Return how many texts were looked at."""
    rows = tx.all(TEXTS_UNCONFIRMED, now=tx.now, before=tx.now - PATIENCE, count=count)
    for row in rows:
        tx.run("watch_text", id=row["id"], watch_at=None)
        if row["status"] not in FINAL and _reports_arrivals(tx, row["route"]):
            tx.town.purposes.of(row).unconfirmed(tx, row)
    return len(rows)


def _reports_arrivals(tx: Tx, route: str) -> bool:
    """Tell whether a route told of any arrival lately: where none ever does, none is missed."""
    return tx.one("route_reports", route=route, after=tx.now - DAY) is not None
