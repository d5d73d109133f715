"""Puts words into the outbox, in the transaction that decided them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from helpline.base.spans import DAY
from helpline.language import segments
from helpline.messaging.rows import LAST_TEXT, TEXT_FROM
from helpline.town.tx import Tx

MAIL_LASTS = DAY


@dataclass(frozen=True, slots=True)
class Message:
    """One text to queue. `idempotency_key` makes it one and the same text, however often it is
    decided.

    `purpose` is a name of app/plugs.PURPOSES. `route` is the transport it leaves by when that
    works. `worth` is how long it is worth sending, 0 for what its purpose is worth, and `wait` how
    long it waits before it may leave; both in milliseconds. `retry_of` is the id of the text that
    came to nothing by another route.
    """

    idempotency_key: str
    purpose: str
    person_id: int | None
    receiver: str
    name: str
    body: str
    case_number: int | None = None
    check_in_id: int | None = None
    route: str = ""
    worth: int = 0
    wait: int = 0
    retry_of: int | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail to queue."""

    idempotency_key: str
    purpose: str
    person_id: int | None
    receiver: str
    name: str
    subject: str
    text: str
    html: str


def queue(tx: Tx, message: Message) -> int:
    """Queue a text and return its id; 0 when the same was queued before. Does not ask whether the
    person said STOP."""
    body = segments.fit_gsm(message.body)
    return tx.add(
        "queue_text",
        **_row(
            tx,
            message,
            channel="sms",
            body=body,
            extra=None,
            segments=segments.segments(body),
            not_before_at=tx.now + message.wait,
            expires_at=tx.now + (message.worth or tx.town.purposes[message.purpose].is_worth),
            case_number=message.case_number,
            check_in_id=message.check_in_id,
            route=message.route,
            retry_of=message.retry_of,
        ),
    )


def queue_mail(tx: Tx, mail: Mail) -> int:
    """Queue an e-mail and return its id; 0 when it was queued before."""
    return tx.add(
        "queue_text",
        **_row(
            tx,
            mail,
            channel="email",
            body=mail.text,
            extra=json.dumps({"subject": mail.subject, "html": mail.html}, ensure_ascii=False),
            segments=0,
            not_before_at=tx.now,
            expires_at=tx.now + MAIL_LASTS,
            case_number=None,
            check_in_id=None,
            route="",
            retry_of=None,
        ),
    )


def _row(tx: Tx, text: Message | Mail, **more: Any) -> dict[str, Any]:
    """Return the row of a text or a mail: what both have, and `more`."""
    return {
        "idempotency_key": text.idempotency_key,
        "purpose": text.purpose,
        "priority": int(tx.town.purposes[text.purpose].priority),
        "person_id": text.person_id,
        "receiver": text.receiver,
        "name": text.name,
        "now": tx.now,
        **more,
    }


def first_text_since(tx: Tx, moment: int) -> int:
    """Return the id of the first text decided at or after `moment`.

    Ids grow with time, so that a few look-ups by id take the place of reading a table of millions.
    """
    last = tx.one(LAST_TEXT)
    assert last is not None
    low, high = 1, last["id"] + 1
    while low < high:
        middle = (low + high) // 2
        row = tx.one(TEXT_FROM, id=middle)
        if row is not None and row["created_at"] < moment:
            low = row["id"] + 1
        else:
            high = middle
    return low
