"""Asserts on live data what must always hold, by a path of its own, and tells coordinators by name
what does not.

Nothing here asks the engine: every rule is one statement on the tables, so that a fault of the
engine cannot hide itself. The rules are those of the design's invariants; each reads live rows
alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from helpline.base.ports import Row
from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.messaging import coordinators
from helpline.messaging.outbox import Mail, Message, queue, queue_mail
from helpline.messaging.rows import DEAF_ROUTES
from helpline.ops.audit_words import look_again, sayings
from helpline.people.rows import COORDINATORS
from helpline.reports import digest
from helpline.town.events import note
from helpline.town.rows import HEARTBEATS, PAUSE, Heartbeat
from helpline.town.town import Town
from helpline.town.tx import Tx

LATE = MINUTE
BEAT_TOO_OLD = 30_000
KEPT_AGAIN = HOUR
TOLD_AGAIN = HOUR
BACKUP_TOO_OLD = 26 * HOUR
CANARY_PATIENCE = (
    30 * MINUTE
)  # an hourly text that has not come back by then: 90 minutes after the last one
SLICE = 20_000  # residents looked at in one audit: a large town is gone through in turns

# one statement each, `audit_<code>` in queries.sql
RULES = (
    "case_without_timer",
    "case_timer_far",
    "case_late",
    "case_reaches_nobody",
    "nobody_to_tell",
    "ask_without_text",
    "case_key",
    "case_owner",
    "silence_without_case",
    "check_in_late",
    "check_in_stuck",
    "plan_late",
    "resident_without_plan",
    "alarm_late",
    "text_in_doubt",
    "queue_stands",
    "reply_late",
    "duty_fails",
    "code_unknown",
    "sent_after_stop",
    "sent_after_close",
    "text_too_long",
    "webhooks_fail",
    "unread_late",
    "unread_untold",
    "text_failed",
)


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be; `ids` are the first rows concerned: cases, check-ins,
    texts, residents."""

    code: str
    ids: tuple[int, ...] = ()

    @property
    def is_grave(self) -> bool:
        """Tell whether somebody may be waiting for nothing."""
        return sayings()[self.code].grave

    def sentence(self, language: str | None) -> str:
        """Return what is so, in French or English."""
        return self._filled(sayings()[self.code].sentence(language))

    def remedy(self, language: str | None) -> str:
        """Return what to do now, in French or English."""
        return sayings()[self.code].remedy(language)

    def _filled(self, words: str) -> str:
        more = ", ..." if len(self.ids) > 3 else ""
        shown = ", ".join(str(each) for each in self.ids[:3]) + more
        return words.format(count=f"{len(self.ids)}{'+' if len(self.ids) == 20 else ''}", ids=shown)


# --- looking --------------------------------------------------------------------------------------


def look(tx: Tx, alive_at: int | None = None) -> list[Breach]:
    """Return everything that is not as it must be, the parts of the gateway first. Reads only.

    `alive_at` is the engine's last sign of life where the caller knows of one later than what
    stands in the table.
    """
    beats = {row["name"]: row for row in tx.all(HEARTBEATS)}
    return [*_parts(tx, beats, alive_at or 0), *_rows(tx)]


def _rows(tx: Tx) -> Iterator[Breach]:
    moments = {
        "late": tx.now - LATE,
        "five_minutes_ago": tx.now - 5 * MINUTE,
        "ten_minutes_ago": tx.now - 10 * MINUTE,
        "an_hour_ago": tx.now - HOUR,
        "quarter_hour_ago": tx.now - 16 * MINUTE,
        "a_day_ago": tx.now - DAY,
        "two_days_ago": tx.now - 2 * DAY,
        "in_a_day": tx.now + DAY + HOUR,
        "in_a_month": tx.now + 31 * DAY,
        **_slice(tx),
    }
    for code in RULES:
        ids = tuple(sorted({int(row["id"]) for row in tx.all(f"audit_{code}", **moments)}))
        if ids:
            yield Breach(code, ids)


def _slice(tx: Tx) -> dict[str, int]:
    last = tx.one("audit_last_resident")
    slices = max(1, -(-int(last["id"] if last is not None else 0) // SLICE))
    first = tx.now // MINUTE % slices * SLICE
    return {"first": first, "last": first + SLICE}


def _parts(tx: Tx, beats: dict[str, Heartbeat], alive_at: int) -> Iterator[Breach]:  # noqa: C901
    if "engine" in beats:
        alive_at = max(alive_at, beats["engine"]["at"])
    if not -MINUTE <= tx.now - alive_at <= BEAT_TOO_OLD:
        yield Breach("engine_stands_still")
    if tx.one(PAUSE, name="sender") is not None:
        yield Breach("sender_paused")
    if tx.all(DEAF_ROUTES):
        yield Breach("deaf")
    if _lacks_summary(tx):
        yield Breach("digest_missing")
    if tx.town.settings.watch.canary and _is_missed(beats.get("canary_sent"), tx.now):
        yield Breach("canary_missing")
    if _has_no_copy(beats, tx.now):
        yield Breach("backup_old")
    if "drill" in beats and not json.loads(beats["drill"]["data"]).get("ok"):
        yield Breach("drill_failed")


def _lacks_summary(tx: Tx) -> bool:
    """Tell whether a summary is ten minutes late; of several days of downtime only the last one is
    sent."""
    day = digest.due_date(tx.at(tx.now - 10 * MINUTE))
    sent = tx.one("audit_last_digest")
    return bool(day) and (sent is None or sent["local_date"] is None or sent["local_date"] < day)


def _is_missed(sent: Row | None, now: int) -> bool:
    waiting = json.loads(sent["data"]).get("waiting_since") if sent is not None else None
    return waiting is not None and now - waiting > CANARY_PATIENCE


def _has_no_copy(beats: dict[str, Heartbeat], now: int) -> bool:
    """Tell whether the last copy is too old; a gateway just started after a pause has an hour to
    make one."""
    if "backup" not in beats or now - beats["backup"]["at"] <= BACKUP_TOO_OLD:
        return False
    return "start" not in beats or now - beats["start"]["at"] > HOUR


# --- keeping and telling --------------------------------------------------------------------------


def is_news(tx: Tx, breaches: Sequence[Breach]) -> bool:
    """Tell whether an audit must be kept: it found something else than the last one kept, or that
    is long ago.

    Of an audit that found the same again it is enough to know that it was made.
    """
    last = last_audit(tx)
    if last is None or not 0 <= tx.now - last[0] < KEPT_AGAIN or last[1] != _data(breaches):
        return True
    known = {row["code"]: row for row in tx.all("breaches") if row["over_at"] is None}
    if known.keys() != {each.code for each in breaches}:
        return True
    return any(_is_changed(each, known[each.code], tx.now) for each in breaches)


def _is_changed(breach: Breach, row: Row, now: int) -> bool:
    ids = json.dumps(breach.ids)
    return (row["count"], row["ids"]) != (len(breach.ids), ids) or _is_to_be_told(row, now)


def _data(breaches: Sequence[Breach]) -> dict[str, Any]:
    return {
        "codes": [each.code for each in breaches],
        "grave": [each.code for each in breaches if each.is_grave],
    }


def keep(tx: Tx, breaches: Sequence[Breach]) -> list[Breach]:
    """Write down what was found and tell coordinators, each kind hourly at most. Return the
    breaches told now."""
    known = {row["code"]: row for row in tx.all("breaches")}
    told = [each for each in breaches if _is_to_be_told(known.get(each.code), tx.now)]
    for each in breaches:
        _keep_one(tx, each, known.get(each.code), each in told)
    found = {each.code for each in breaches}
    for code, row in known.items():
        if code not in found and row["over_at"] is None:
            tx.run("end_breach", code=code, now=tx.now)
            note(tx, "breach_over", code=code)
    tx.run(
        "beat", name="audit", now=tx.now, data=json.dumps(_data(breaches), separators=(",", ":"))
    )
    if told:
        _tell(tx, told)
    return told


def _is_to_be_told(row: Row | None, now: int) -> bool:
    return row is None or row["told_at"] is None or not 0 <= now - row["told_at"] < TOLD_AGAIN


def _keep_one(tx: Tx, breach: Breach, row: Row | None, is_told: bool) -> None:
    is_new = row is None or row["over_at"] is not None
    tx.run(
        "keep_breach",
        code=breach.code,
        since_at=tx.now if row is None or is_new else row["since_at"],
        now=tx.now,
        told_at=tx.now if is_told or row is None else row["told_at"],
        count=len(breach.ids),
        ids=json.dumps(breach.ids),
    )
    if is_new:
        note(tx, "breach", code=breach.code, ids=breach.ids)


def _tell(tx: Tx, told: Sequence[Breach]) -> None:
    """One text and one e-mail for each coordinator, however many things are wrong at once; the
    administrator reads of what is grave."""
    ordered = sorted(told, key=lambda each: not each.is_grave)
    for person in tx.all(COORDINATORS):
        if person["stopped_at"] is None:
            queue(tx, _text(tx.town, ordered, person, tx.now))
    for reader in coordinators.readers(tx):
        if reader.person_id is None and not ordered[0].is_grave:
            continue
        content = mail_of(tx.town, ordered, reader.language)
        key = f"breach:{tx.now}:{reader.person_id or 'administrator'}:mail"
        queue_mail(
            tx, Mail(key, "breach_mail", reader.person_id, reader.address, "breach", **content)
        )


def _text(town: Town, told: Sequence[Breach], person: Row, now: int) -> Message:
    return Message(
        idempotency_key=f"breach:{now}:{person['id']}",
        purpose="breach",
        person_id=person["id"],
        receiver=person["phone"],
        name="breach",
        body=text_of(town, told, person["language"]),
    )


def text_of(town: Town, told: Sequence[Breach], language: str | None) -> str:
    """Return the text of one alarm: the first breach in whole sentences, how many others there
    are."""
    first, others = told[0], len(told) - 1
    words = f"{town.settings.service.name}: {first.sentence(language)} {first.remedy(language)}"
    if not others:
        return words
    return f"{words} +{others}: helpline audit"


def mail_of(town: Town, told: Sequence[Breach], language: str | None) -> dict[str, str]:
    """Return the e-mail of one alarm as subject, text and html. It names ids and codes, never
    people."""
    lines = [f"- {each.sentence(language)} {each.remedy(language)} [{each.code}]" for each in told]
    end = look_again(language)
    text = "\n".join([*lines, "", end]) + "\n"
    return {
        "subject": f"{town.settings.service.name}: {told[0].sentence(language)}",
        "text": text,
        "html": "".join(f"<p>{escape(line)}</p>" for line in (*lines, end)),
    }


def last_audit(tx: Tx) -> tuple[int, dict[str, Any]] | None:
    """Return when the last audit ended and what it found; None when there was none."""
    beat = tx.one("last_audit")
    return None if beat is None else (int(beat["at"]), json.loads(beat["data"]))
