"""/health fails when somebody should be woken, and says why.

No number, name or word of a person stands in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from helpline.base.errors import HelplineError, not_saved
from helpline.base.ports import Row
from helpline.base.spans import MINUTE
from helpline.ops.audit_words import sayings
from helpline.ops.disk import free_bytes
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from helpline.app.build import Gateway

CYCLE_TOO_OLD = 30_000
TOO_LATE = MINUTE
AUDIT_TOO_OLD = 180_000
LITTLE_DISK = 200_000_000

WORDS = {
    "database": "The database cannot be read.",
    "engine_stands_still": "The engine has not gone round for 30 seconds.",
    "something_due_is_late": "Something that was due more than a minute ago is not done.",
    "audit_is_old": "No audit has ended in the last 3 minutes.",
    "nobody_to_tell": "No coordinator can be texted: an alarm that nobody answers ends nowhere.",
    "audit_found": "The audit found that something is not as it must be.",
    "text_failed": "A text could not be dealt with, and nobody has read it.",
    "disk_is_full": "Less than 200 MB are free on the disk.",
}


def health_pages(gateway: Gateway) -> Blueprint:
    """Return /health."""
    pages = Blueprint("health", __name__)

    @pages.get("/health")
    def health() -> Response:
        found = examine(gateway)
        status = 200 if found["status"] == "ok" else 503
        return Response(json.dumps(found), status=status, mimetype="application/json")

    return pages


def examine(gateway: Gateway) -> dict[str, Any]:
    """Return what is wrong, by two cheap readings.

    {"status": "ok" or "failing", "problems": [codes], "words": [sentences], ...}
    """
    now = gateway.clock.now()
    try:
        with gateway.read() as store:
            audit, oldest, alone = _signs(Tx(store, gateway.town, now))
            engine_at, signs = gateway.signs.of_engine(store, now), gateway.signs.of_all(store)
    except HelplineError:
        return _answer(["database"], ())
    audit_at, free = signs.get("audit"), free_bytes(gateway.settings.service.database)
    overdue = 0 if oldest is None else max(0, now - oldest)
    found = tuple(json.loads(audit["data"])["grave"]) if audit is not None else ()
    problems = {
        "database": gateway.engine.met_damage,
        "engine_stands_still": _age(engine_at, now) > CYCLE_TOO_OLD,
        "something_due_is_late": overdue > TOO_LATE,
        "audit_is_old": _age(audit_at, now) > AUDIT_TOO_OLD,
        "nobody_to_tell": alone,
        "audit_found": bool(found),
        "text_failed": "text_failed" in found,
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


def _signs(tx: Tx) -> tuple[Row | None, int | None, bool]:
    """Return the last audit kept, since when something is late, and whether nobody can be told."""
    try:
        late = tx.one("lateness", now=tx.now)
        alone = tx.one("audit_nobody_to_tell") is not None
        return tx.one("last_audit"), None if late is None else late["oldest"], alone
    except tx.store.unavailable as error:
        raise not_saved(error) from error


def _age(at: int | None, now: int) -> int:
    return 1 << 62 if at is None else now - at


def _seconds(at: int | None, now: int) -> float | None:
    return None if at is None else round((now - at) / 1000, 1)
