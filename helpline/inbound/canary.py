"""The canary: each hour a text to a second number that sends it back. Its way there and back shows
that texts pass."""

from __future__ import annotations

import json
from typing import Any

from helpline.base.clock import token
from helpline.base.ports import InboundText
from helpline.base.spans import HOUR
from helpline.messaging.outbox import Message, queue
from helpline.town.rows import HEARTBEATS
from helpline.town.tx import Tx

SONG = "CANARI"
FORGOTTEN = (
    2 * HOUR
)  # no text for so long: the gateway was off, and what it missed meanwhile says nothing of now


def send(tx: Tx) -> int:
    """Queue this hour's text. Return its id, 0 when no second number is set."""
    receiver = tx.town.settings.watch.canary
    if not receiver:
        return 0
    word = token(6).replace("-", "x").replace("_", "x")
    before = _beat(tx, "canary_sent")
    is_recent = 0 <= tx.now - before.get("sent_at", 0) < FORGOTTEN
    since = before["waiting_since"] if is_recent and before["waiting_since"] is not None else tx.now
    data = {"word": word, "sent_at": tx.now, "waiting_since": since}
    tx.run("beat", name="canary_sent", now=tx.now, data=json.dumps(data))
    return queue(
        tx, Message(f"canary:{tx.now}", "canary", None, receiver, "canary", f"{SONG} {word}")
    )


def comes_back(tx: Tx, text: InboundText) -> bool:
    """Tell whether a text is the canary's, to or from the second number; if it is the last one,
    note its round trip."""
    number = tx.town.settings.watch.canary
    if not number or number not in (text.sender, text.receiver) or SONG not in text.body.upper():
        return False
    sent = _beat(tx, "canary_sent")
    if sent.get("waiting_since") is not None and sent["word"] in text.body:
        tx.run(
            "beat",
            name="canary",
            now=tx.now,
            data=json.dumps({"took_ms": tx.now - sent["sent_at"]}),
        )
        tx.run(
            "beat", name="canary_sent", now=tx.now, data=json.dumps({**sent, "waiting_since": None})
        )
    return True


def _beat(tx: Tx, name: str) -> dict[str, Any]:
    found = next((row["data"] for row in tx.all(HEARTBEATS) if row["name"] == name), "{}")
    data: dict[str, Any] = json.loads(found)
    return data
