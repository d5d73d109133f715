"""The same words again within a minute: a gateway that delivers twice, an impatient finger; no
second effect."""

from __future__ import annotations

from helpline.base.ports import InboundText
from helpline.base.spans import MINUTE
from helpline.conversations import keeping
from helpline.inbound.failures import FAILED
from helpline.inbound.rows import TEXT_BEFORE
from helpline.people.callers import Caller
from helpline.town.tx import Tx

WITHIN = MINUTE


def is_repeat(tx: Tx, caller: Caller, text: InboundText, inbox_id: int) -> bool:
    """Tell whether a text says again what was just said, and answers nothing that was asked since.

    One that the open question takes is an answer: a digit pressed twice in a row of menus may be
    two.
    """
    if not text.body.strip():
        return False
    before = tx.one(TEXT_BEFORE, person_id=caller.id, id=inbox_id, since=tx.now - WITHIN)
    if before is None or before["body"] != text.body or before["meaning"] == FAILED:
        return False
    return not (
        _was_asked_since(caller, before["received_at"])
        or keeping.takes(tx, caller, text.body.strip(), "sms")
    )


def _was_asked_since(caller: Caller, moment: int) -> bool:
    row = caller.row
    return max(row["last_ask_at"] or 0, row["check_in_asking_at"] or 0) > moment
