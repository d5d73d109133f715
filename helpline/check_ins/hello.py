"""The daily hello is said: when it is due, or by hand. Many at once cost little more than their
rows."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from helpline.base.calendar import local_date, next_ask
from helpline.base.spans import DAY, HOUR
from helpline.check_ins import rules
from helpline.check_ins.rows import (
    CHECK_INS_OPENED,
    DUE_PLANS,
    LAST_PLANNED_DATE,
    OPEN_CHECK_INS_OF,
    SLOTS_OF_DAY,
    DuePlan,
    Greeted,
    Planned,
)
from helpline.conversations import questions
from helpline.language import segments
from helpline.people.rows import Reader, ResidentRow
from helpline.town import isolation
from helpline.town import ladder as ladders
from helpline.town.events import note
from helpline.town.purpose import Priority
from helpline.town.tx import Tx

log = logging.getLogger(__name__)

TOO_LATE = (
    2 * HOUR
)  # a hello that could not be said for so long is not said any more: a person reads the list
NAME = "\ue000"  # stands for the name while a sentence is prepared for many; no keypad has it


# --- plans ----------------------------------------------------------------------------------------


def plan(tx: Tx, resident: Planned) -> None:
    """Plan the next hello of an active resident, never twice on one date."""
    last = tx.one(LAST_PLANNED_DATE, resident_id=resident["id"])
    not_on = (last["local_date"] if last is not None else None) or ""
    ask_at, day = next_ask(
        resident["check_in_at"], resident["days"], resident["timezone"], tx.now, not_on
    )
    tx.run("set_plan", resident_id=resident["id"], ask_at=ask_at, local_date=day)


def _plan_next(tx: Tx, row: DuePlan) -> dict[str, object]:
    try:
        ask_at, day = _after(row["check_in_at"], row["days"], row["timezone"], row["local_date"])
        if ask_at <= tx.now:  # we were away for longer than a day
            # today's hello may still be said: it is not passed over with those of the days before
            since = tx.now - TOO_LATE
            ask_at, day = next_ask(
                row["check_in_at"], row["days"], row["timezone"], since, row["local_date"]
            )
    except (
        ValueError
    ):  # hours or days nobody can read must not cost a hello, not this resident's either
        log.error(
            "the plan of resident %s cannot be read; asked again in a day", row["resident_id"]
        )
        note(tx, "duty_failed", person_id=row["person_id"], duty="plan")
        ask_at = tx.now + DAY
        day = local_date(ask_at, row["timezone"])
    return {"resident_id": row["resident_id"], "ask_at": ask_at, "local_date": day}


@lru_cache(maxsize=65536)
def _after(at: str, days: str, zone: str, day: str) -> tuple[int, str]:
    """Return the first ask on a date after `day`."""
    eve = date.fromisoformat(day) - timedelta(days=1)
    return next_ask(at, days, zone, _noon(eve), day)


def _noon(day: date) -> int:
    return (day.toordinal() - 719_163) * DAY + 43_200_000


# --- saying ---------------------------------------------------------------------------------------


def ask_due(tx: Tx, count: int = 500) -> int:
    """Say hello to every resident whose time has come. Return how many plans were dealt with."""
    rows = tx.all(DUE_PLANS, now=tx.now, count=count)
    if not rows:
        return 0

    def put_off(row: DuePlan, until: int) -> None:
        tx.run(
            "set_plan", resident_id=row["resident_id"], ask_at=until, local_date=row["local_date"]
        )

    try:
        with tx.savepoint():
            _ask(tx, rows)
    except tx.store.unavailable:
        raise
    except Exception:
        log.exception("hellos cannot be said together; each is said alone")
        isolation.each(tx, rows, lambda row: _ask(tx, [row]), put_off)
    return len(rows)


def _ask(tx: Tx, rows: Sequence[DuePlan]) -> None:
    asked, left_out = [], []
    for row in rows:
        if not _may_be_asked(row, tx.now):
            left_out.append(row)
        elif not row["is_asked"]:
            asked.append(row)
    Hellos(tx).say(asked, "plan")
    for row in left_out:
        _skip(tx, row)
    tx.many("set_plan", [_plan_next(tx, row) for row in rows])


def _may_be_asked(row: DuePlan, now: int) -> bool:
    return not _is_off(row) and now - row["ask_at"] <= TOO_LATE


def _is_off(row: DuePlan) -> bool:
    paused = row["paused_until"] is not None and row["paused_until"] > row["ask_at"]
    return row["status"] != "active" or row["stopped_at"] is not None or paused


def pass_over(tx: Tx) -> int:
    """Leave out every hello due by now, and plan the next: the clock jumped over them, a person
    sees the list."""
    count = 0
    while rows := tx.all(DUE_PLANS, now=tx.now, count=500):
        for row in rows:
            _skip(tx, row)
        tx.many("set_plan", [_plan_next(tx, row) for row in rows])
        count += len(rows)
    return count


def _skip(tx: Tx, row: DuePlan) -> None:
    """A hello that is not said leaves its trace: one too late is void, which is not silence, and a
    person sees it."""
    note(tx, "check_in_skipped", person_id=row["person_id"], date=row["local_date"])
    if not _is_off(row):
        policy = keep_policy(tx, tx.town.ladder(row["ladder"]))
        tx.run(
            "add_void_check_in",
            resident_id=row["resident_id"],
            local_date=row["local_date"],
            policy=policy,
            reason="too_late",
            now=tx.now,
        )


def keep_policy(tx: Tx, ladder: ladders.Ladder) -> str:
    """Keep a ladder as it is at this moment and return its name."""
    name = ladder.hash()
    tx.run("keep_policy", hash=name, name=ladder.name, body=ladder.to_json())
    return name


class Hellos:
    """Hellos said in one transaction: what they share is prepared once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._ladders: dict[str, tuple[str, int]] = {}
        self._sentences: dict[tuple[str | None, bool], str] = {}

    def say(self, rows: Sequence[Greeted], slot: str) -> None:
        """Open a check-in for each of `rows` (as of the statement `due_plans`) and queue its
        question."""
        self._tx.many("add_check_in", [self._check_in(row, slot) for row in rows])
        opened = self._tx.all(CHECK_INS_OPENED, now=self._tx.now, slot=slot)
        ids = {each["resident_id"]: each["id"] for each in opened}
        questions = [
            self._question(row, slot, ids[row["resident_id"]])
            for row in rows
            if row["resident_id"] in ids
        ]
        self._tx.many("queue_question", questions)

    def _check_in(self, row: Greeted, slot: str) -> Mapping[str, Any]:
        policy, worth = self._ladder(row["ladder"])
        return {
            "resident_id": row["resident_id"],
            "local_date": row["local_date"],
            "slot": slot,
            "policy": policy,
            "due_at": self._tx.now + worth,
            "now": self._tx.now,
        }

    def _ladder(self, name: str) -> tuple[str, int]:
        found = self._ladders.get(name)
        if found is None:
            ladder = self._tx.town.ladder(name)
            worth = max(ladder.deadline, rules.GIVE_UP_ASKING)
            found = self._ladders[name] = (keep_policy(self._tx, ladder), worth)
        return found

    def _question(self, row: Greeted, slot: str, check_in: int) -> Mapping[str, Any]:
        body = segments.fit_gsm(self._sentence(row["language"], self._called(row)))
        return {
            "idempotency_key": f"ask:{row['resident_id']}:{row['local_date']}:{slot}",
            "purpose": "hello",
            "priority": int(Priority.CHECK_IN),
            "person_id": row["person_id"],
            "receiver": row["phone"],
            "body": body,
            "segments": segments.segments(body),
            "expires_at": self._tx.now + self._ladder(row["ladder"])[1],
            "check_in_id": check_in,
            "now": self._tx.now,
        }

    def _called(self, row: Reader) -> str:
        return self._tx.town.called(row["language"], row["name"], row["other_name"])

    def _sentence(self, language: str | None, name: str) -> str:
        key = (language, bool(name))
        sentence = self._sentences.get(key)
        if sentence is None:
            said = questions.said_at_start(
                self._tx.town, "check_in", language, {"name": NAME if name else ""}
            )
            sentence = self._sentences[key] = said.text
        return sentence.replace(NAME, name)


# --- by hand --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking one resident by hand: asked, waiting (already asked), stopped, paused,
    not_active."""

    result: str
    phone: str


def ask_now(tx: Tx, resident: ResidentRow) -> Asked:
    """Say hello now, whatever the hour. A question that is open is not put twice."""
    phone = resident["phone"]
    if resident["status"] != "active":
        return Asked("not_active", phone)
    if resident["stopped_at"] is not None:
        return Asked("stopped", phone)
    if resident["paused_until"] is not None and resident["paused_until"] > tx.now:
        return Asked("paused", phone)
    if tx.all(OPEN_CHECK_INS_OF, resident_id=resident["id"]):
        return Asked("waiting", phone)
    day = local_date(tx.now, resident["timezone"])
    counted = tx.one(SLOTS_OF_DAY, resident_id=resident["id"], local_date=day)
    assert counted is not None
    row = Greeted(
        resident_id=resident["id"],
        person_id=resident["person_id"],
        phone=phone,
        name=resident["name"],
        other_name=resident["other_name"],
        language=resident["language"],
        stopped_at=None,
        local_date=day,
        ladder=resident["ladder"],
    )
    Hellos(tx).say([row], f"now-{counted['count'] + 1}")
    return Asked("asked", phone)
