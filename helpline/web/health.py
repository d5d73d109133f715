"""Signs of life: /health for watchers, /metrics for graphs. No number, name or word of a person in either."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from helpline.core.errors import HelplineError, not_saved
from helpline.ports import Store

if TYPE_CHECKING:
    from helpline.wiring import House

CYCLE_TOO_OLD = 30_000
TOO_LATE = 60_000
CLASSES = ("alarm", "reply", "check_in", "status", "campaign", "poll")


def health_pages(house: House) -> Blueprint:
    """Return /health and /metrics."""
    pages = Blueprint("health", __name__)

    @pages.get("/health")
    def health() -> Response:
        found = examine(house)
        status = 200 if found["status"] == "ok" else 503
        return Response(json.dumps(found), status=status, mimetype="application/json")

    @pages.get("/metrics")
    def metrics() -> Response:
        with house.read() as store:
            return Response("\n".join(_metrics(store, house.clock.now())) + "\n", mimetype="text/plain; version=0.0.4")

    return pages


def examine(house: House) -> dict[str, Any]:
    """Return {"status": "ok" or "failing", "problems": [codes], ...}: whether the engine turns, and nothing is late."""
    now = house.clock.now()
    try:
        with house.read() as store:
            beats, late = _signs(store, now)
    except HelplineError:
        return {"status": "failing", "problems": ["database"]}
    problems = []
    beat = beats.get("engine")
    if beat is None or now - beat > CYCLE_TOO_OLD:
        problems.append("engine_stands_still")
    overdue = max(0, now - late["oldest"]) if late is not None and late["oldest"] is not None else 0
    if overdue > TOO_LATE:
        problems.append("something_due_is_late")
    return {
        "status": "failing" if problems else "ok",
        "problems": problems,
        "engine_beat_age_s": None if beat is None else round((now - beat) / 1000, 1),
        "overdue_s": round(overdue / 1000, 1),
    }


def _signs(store: Store, now: int) -> tuple[dict[str, int], Any]:
    try:
        return {row["name"]: row["at"] for row in store.all("heartbeats")}, store.one("lateness", now=now)
    except store.unavailable as error:
        raise not_saved(error) from error


def _metrics(store: Store, now: int) -> list[str]:
    depth = {row["klass"]: row for row in store.all("queue_depth")}
    lines = ["# TYPE helpline_queue_depth gauge"]
    lines += [
        f'helpline_queue_depth{{class="{name}"}} {depth[place]["count"] if place in depth else 0}'
        for place, name in enumerate(CLASSES)
    ]
    lines.append("# TYPE helpline_oldest_waiting_seconds gauge")
    lines += [
        f'helpline_oldest_waiting_seconds{{class="{name}"}} '
        f"{(now - depth[place]['oldest']) / 1000 if place in depth else 0}"
        for place, name in enumerate(CLASSES)
    ]
    for row in store.all("figures"):
        lines += [f"# TYPE helpline_{row['name']} gauge", f"helpline_{row['name']} {row['value']}"]
    lines.append("# TYPE helpline_beat_age_seconds gauge")
    lines += [
        f'helpline_beat_age_seconds{{part="{row["name"]}"}} {(now - row["at"]) / 1000}'
        for row in store.all("heartbeats")
    ]
    return lines
