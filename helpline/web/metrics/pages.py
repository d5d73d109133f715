"""/metrics counts, for graphs. No number, name or word of a person in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from helpline.base.ports import Row
from helpline.base.spans import DAY, HOUR
from helpline.messaging import money
from helpline.messaging.rows import SPENT
from helpline.ops.disk import free_bytes
from helpline.town.rows import HEARTBEATS
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.app.build import Gateway

CLASSES = ("alarm", "reply", "check_in", "status", "campaign", "poll")
AGES = (("15m", HOUR // 4), ("1h", HOUR), ("4h", 4 * HOUR), ("24h", DAY), ("+Inf", 1 << 62))


def metrics_pages(gateway: Gateway) -> Blueprint:
    """Return /metrics."""
    pages = Blueprint("metrics", __name__)

    @pages.get("/metrics")
    def metrics() -> Response:
        with gateway.read() as store:
            page = "\n".join(_metrics(Tx(store, gateway.town, gateway.clock.now()), gateway)) + "\n"
        return Response(page, mimetype="text/plain; version=0.0.4")

    return pages


def _metrics(tx: Tx, gateway: Gateway) -> Iterator[str]:
    depth = {row["priority"]: row for row in tx.all("queue_depth")}
    named = {name: depth.get(place) for place, name in enumerate(CLASSES)}
    beats = {row["name"]: row for row in tx.all(HEARTBEATS)}
    late = tx.one("lateness", now=tx.now)
    oldest = late["oldest"] if late is not None else None
    yield from _gauge(
        "queue_depth", "class", {name: row["count"] if row else 0 for name, row in named.items()}
    )
    waits = {name: (tx.now - row["oldest"]) / 1000 if row else 0 for name, row in named.items()}
    yield from _gauge("oldest_waiting_seconds", "class", waits)
    yield from _plain_gauge(
        "overdue_seconds", 0 if oldest is None else max(0, tx.now - oldest) / 1000
    )
    for row in tx.all("figures"):
        yield from _plain_gauge(row["name"], row["value"])
    yield from _gauge("provider_errors_last_hour", "code", _errors(tx))
    missed = tx.one("texts_missed", after=tx.now - HOUR)
    yield from _plain_gauge("texts_missed_last_hour", missed["count"] if missed is not None else 0)
    failed = tx.one("texts_failed")
    count = failed["count"] if failed is not None else 0
    yield from _plain_gauge("texts_failed_total", count, kind="counter")
    yield from _waits(tx.all("recent_waits", an_hour_ago=tx.now - HOUR))
    yield from _money(tx)
    yield from _case_ages(tx)
    lasting = {row["code"]: row for row in tx.all("breaches") if row["over_at"] is None}
    yield from _gauge(
        "audit_breaches", "code", {code: max(1, row["count"]) for code, row in lasting.items()}
    )
    yield from _gauge("chore_troubles_total", "chore", _data(beats.get("chores")), kind="counter")
    yield from _plain_gauge(
        "canary_round_trip_seconds", _data(beats.get("canary")).get("took_ms", 0) / 1000
    )
    free = free_bytes(gateway.settings.service.database)
    if free is not None:
        yield from _plain_gauge("disk_free_bytes", free)
    ages = {name: (tx.now - at) / 1000 for name, at in gateway.signs.of_all(tx.store).items()}
    yield from _gauge("beat_age_seconds", "part", ages)


def _money(tx: Tx) -> Iterator[str]:
    """What this month's texts cost so far, in money and segments; the budget, if there is one."""
    spent = {
        CLASSES[row["priority"]]: row
        for row in tx.all(SPENT, month=money.month_of(tx.town, tx.now))
    }
    yield from _gauge(
        "spent_this_month",
        "class",
        {name: row["cost"] / money.MILLION for name, row in spent.items()},
    )
    yield from _gauge(
        "segments_this_month", "class", {name: row["segments"] for name, row in spent.items()}
    )
    yield from _plain_gauge("budget_this_month", tx.town.settings.budget.monthly)


def _errors(tx: Tx) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in tx.all("recent_errors", an_hour_ago=tx.now - HOUR):
        code = re.sub(r"[^A-Za-z0-9_-]+", "_", row["error"])[:40]
        found[code] = found.get(code, 0) + int(row["count"])
    return found


def _waits(rows: Iterable[Row]) -> Iterator[str]:
    """How long texts of the last hour took from the decision to the provider."""
    waits: dict[str, list[float]] = {}
    for row in rows:
        waits.setdefault(CLASSES[row["priority"]], []).append(row["wait"] / 1000)
    yield "# TYPE helpline_due_to_accepted_seconds summary"
    for name, found in waits.items():
        found.sort()
        for part in (0.5, 0.95):
            value = found[min(len(found) - 1, int(part * len(found)))]
            yield f'helpline_due_to_accepted_seconds{{class="{name}",quantile="{part}"}} {value}'
        yield f'helpline_due_to_accepted_seconds_count{{class="{name}"}} {len(found)}'
        yield f'helpline_due_to_accepted_seconds_sum{{class="{name}"}} {round(sum(found), 3)}'


def _case_ages(tx: Tx) -> Iterator[str]:
    ages = [tx.now - row["opened_at"] for row in tx.all("live_cases")]
    counts = {name: sum(age <= limit for age in ages) for name, limit in AGES}
    return _gauge("cases_open_by_age", "le", counts)


def _data(beat: Row | None) -> dict[str, Any]:
    return {} if beat is None else dict(json.loads(beat["data"]))


def _gauge(
    name: str, label: str, values: Mapping[str, float], kind: str = "gauge"
) -> Iterator[str]:
    yield f"# TYPE helpline_{name} {kind}"
    for value_of, value in values.items():
        yield f'helpline_{name}{{{label}="{value_of}"}} {value}'


def _plain_gauge(name: str, value: float, kind: str = "gauge") -> Iterator[str]:
    yield f"# TYPE helpline_{name} {kind}"
    yield f"helpline_{name} {value}"
