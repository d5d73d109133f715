"""Signs of life: /health for watchers, /metrics for graphs. No number, name or word of a person in
either."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from helpline.base.errors import HelplineError, not_saved
from helpline.base.ports import Row
from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.messaging import money
from helpline.ops.audit_words import sayings
from helpline.settings.database import File, Server
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.app.build import Gateway

CYCLE_TOO_OLD = 30_000
TOO_LATE = MINUTE
AUDIT_TOO_OLD = 180_000
LITTLE_DISK = 200_000_000
CLASSES = ("alarm", "reply", "check_in", "status", "campaign", "poll")
AGES = (("15m", HOUR // 4), ("1h", HOUR), ("4h", 4 * HOUR), ("24h", DAY), ("+Inf", 1 << 62))

WORDS = {
    "database": "The database cannot be read.",
    "engine_stands_still": "The engine has not gone round for 30 seconds.",
    "something_due_is_late": "Something that was due more than a minute ago is not done.",
    "audit_is_old": "No audit has ended in the last 3 minutes.",
    "audit_found": "The audit found that something is not as it must be.",
    "disk_is_full": "Less than 200 MB are free on the disk.",
}


def health_pages(gateway: Gateway) -> Blueprint:
    """Return /health and /metrics."""
    pages = Blueprint("health", __name__)

    @pages.get("/health")
    def health() -> Response:
        found = examine(gateway)
        status = 200 if found["status"] == "ok" else 503
        return Response(json.dumps(found), status=status, mimetype="application/json")

    @pages.get("/metrics")
    def metrics() -> Response:
        with gateway.read() as store:
            page = "\n".join(_metrics(Tx(store, gateway.town, gateway.clock.now()), gateway)) + "\n"
        return Response(page, mimetype="text/plain; version=0.0.4")

    return pages


# --- /health --------------------------------------------------------------------------------------


def examine(gateway: Gateway) -> dict[str, Any]:
    """Return {"status": "ok" or "failing", "problems": [codes], "words": [...], ...}, by two cheap
    readings."""
    now = gateway.clock.now()
    try:
        with gateway.read() as store:
            audit, oldest = _signs(Tx(store, gateway.town, now))
            engine_at, signs = gateway.signs.of_engine(store, now), gateway.signs.of_all(store)
    except HelplineError:
        return _answer(["database"], ())
    audit_at, free = signs.get("audit"), _free(gateway)
    overdue = 0 if oldest is None else max(0, now - oldest)
    found = tuple(json.loads(audit["data"])["grave"]) if audit is not None else ()
    problems = {
        "database": gateway.engine.met_damage,
        "engine_stands_still": _age(engine_at, now) > CYCLE_TOO_OLD,
        "something_due_is_late": overdue > TOO_LATE,
        "audit_is_old": _age(audit_at, now) > AUDIT_TOO_OLD,
        "audit_found": bool(found),
        "disk_is_full": free is not None and free < LITTLE_DISK,
    }
    return {
        **_answer([code for code, is_so in problems.items() if is_so], found),
        "engine_beat_age_s": _seconds(engine_at, now),
        "audit_age_s": _seconds(audit_at, now),
        "overdue_s": round(overdue / 1000, 1),
    }


def _answer(problems: Sequence[str], breaches: Sequence[str]) -> dict[str, Any]:
    words = [WORDS[code] for code in problems]
    words += [_plain(sayings()[code].sentence("en")) for code in breaches if code in sayings()]
    return {
        "status": "failing" if problems else "ok",
        "problems": list(problems),
        "breaches": list(breaches),
        "words": words,
    }


def _plain(sentence: str) -> str:
    """Return a sentence of the auditor without its numbers: /health is for everybody."""
    return (
        re.sub(r" \([^)]*\{ids\}\)", "", sentence)
        .replace("{count} ", "Some ")
        .replace("Some or more", "Some")
    )


def _signs(tx: Tx) -> tuple[Row | None, int | None]:
    """Return the last audit kept, and since when something is late."""
    try:
        late = tx.one("lateness", now=tx.now)
        return tx.one("last_audit"), None if late is None else late["oldest"]
    except tx.store.unavailable as error:
        raise not_saved(error) from error


def _age(at: int | None, now: int) -> int:
    return 1 << 62 if at is None else now - at


def _seconds(at: int | None, now: int) -> float | None:
    return None if at is None else round((now - at) / 1000, 1)


def _free(gateway: Gateway) -> int | None:
    """Return the bytes free where the database lies; None where that is a server's matter."""
    match gateway.settings.service.database:
        case File(path):
            return shutil.disk_usage(path.parent).free
        case Server():
            return None


# --- /metrics -------------------------------------------------------------------------------------


def _metrics(tx: Tx, gateway: Gateway) -> Iterator[str]:
    depth = {row["priority"]: row for row in tx.all("queue_depth")}
    named = {name: depth.get(place) for place, name in enumerate(CLASSES)}
    beats = {row["name"]: row for row in tx.all("heartbeats")}
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
    free = _free(gateway)
    if free is not None:
        yield from _plain_gauge("disk_free_bytes", free)
    ages = {name: (tx.now - at) / 1000 for name, at in gateway.signs.of_all(tx.store).items()}
    yield from _gauge("beat_age_seconds", "part", ages)


def _money(tx: Tx) -> Iterator[str]:
    """What this month's texts cost so far, in the town's money and in segments; the budget, where
    one is set."""
    spent = {
        CLASSES[row["priority"]]: row
        for row in tx.all("spent", month=money.month_of(tx.town, tx.now))
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
    """Time from the decision until the provider had a text, in the last hour: median, 95th
    percentile, how many."""
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


def _plain_gauge(name: str, value: float) -> Iterator[str]:
    yield f"# TYPE helpline_{name} gauge"
    yield f"helpline_{name} {value}"
