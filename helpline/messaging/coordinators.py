"""Tells every coordinator the same thing, each in their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpline.messaging.outbox import Message, queue
from helpline.town.tx import Tx


def tell_all(  # noqa: PLR0913
    tx: Tx,
    phrase: str,
    facts: Mapping[str, str] | Callable[[str | None], Mapping[str, str]],
    key: str,
    *,
    purpose: str = "notice",
    worth: int = 0,
    but: int = 0,
) -> None:
    """Queue `phrase` for every coordinator who has not said STOP; `but` is the id of a person left
    out.

    `facts` may be worked out for each language. `key` makes it one and the same telling, however
    often it is decided; `worth` in milliseconds, 0: as its purpose.
    """
    for each in tx.all("coordinators"):
        if each["stopped_at"] is not None or each["id"] == but:
            continue
        language = each["language"]
        message = Message(
            idempotency_key=f"{key}:{each['id']}",
            purpose=purpose,
            person_id=each["id"],
            receiver=each["phone"],
            name=phrase,
            body=tx.town.phrase(phrase, language, facts(language) if callable(facts) else facts),
            worth=worth,
        )
        queue(tx, message)
