"""Puts words into the outbox, in the transaction that decided them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from helpline.language import segments
from helpline.town.tx import Tx

HOUR = 3_600_000


class Priority(IntEnum):
    """Who goes first when everything wants to leave at once."""

    ALARM = 0
    REPLY = 1
    CHECK_IN = 2
    STATUS = 3
    CAMPAIGN = 4
    POLL = 5


# how long a text is worth sending; alarms are withdrawn when their case closes, not by the clock
WORTH = {
    Priority.ALARM: 48 * HOUR,
    Priority.REPLY: 6 * HOUR,
    Priority.CHECK_IN: 3 * HOUR,
    Priority.STATUS: 12 * HOUR,
    Priority.CAMPAIGN: 2 * HOUR,
    Priority.POLL: 24 * HOUR,
}


# what those who were alarmed are told when nobody need go any more: it leaves though the case is closed
ALL_CLEARS = frozenset({"case_stood_down", "case_stopped"})


@dataclass(frozen=True, slots=True)
class Message:
    """One text to queue. `idempotency_key` makes it one and the same text, however often it is decided.

    `route` is the transport it leaves by when that works. `worth` is how long it is worth sending, 0 for what its class
    is worth, and `wait` how long it waits before it may leave; both in milliseconds.
    """

    idempotency_key: str
    priority: Priority
    person_id: int
    receiver: str
    name: str
    body: str
    case_number: int | None = None
    check_in_id: int | None = None
    route: str = ""
    worth: int = 0
    wait: int = 0


def queue(tx: Tx, message: Message) -> int:
    """Queue a text and return its id; 0 when the same was queued before. Does not ask whether the person said STOP."""
    body = segments.fit_gsm(message.body)
    return tx.add("queue_text", **_row(message, body, tx.now))


def _row(message: Message, body: str, now: int) -> dict[str, Any]:
    return {
        "idempotency_key": message.idempotency_key,
        "channel": "sms",
        "priority": int(message.priority),
        "person_id": message.person_id,
        "receiver": message.receiver,
        "name": message.name,
        "body": body,
        "extra": None,
        "segments": segments.segments(body),
        "case_number": message.case_number,
        "check_in_id": message.check_in_id,
        "not_before_at": now + message.wait,
        "expires_at": now + (message.worth or WORTH[message.priority]),
        "route": message.route,
        "now": now,
    }


def queue_mail(
    tx: Tx, idempotency_key: str, receiver: str, name: str, content: Mapping[str, str], person_id: int | None = None
) -> int:
    """Queue an e-mail; `content` has subject, text and html. Return its id, 0 when it was queued before."""
    return tx.add(
        "queue_text",
        idempotency_key=idempotency_key,
        channel="email",
        priority=int(Priority.STATUS),
        person_id=person_id,
        receiver=receiver,
        name=name,
        body=content["text"],
        extra=json.dumps({"subject": content["subject"], "html": content["html"]}, ensure_ascii=False),
        segments=0,
        case_number=None,
        check_in_id=None,
        not_before_at=tx.now,
        expires_at=tx.now + 24 * HOUR,
        route="",
        now=tx.now,
    )
