"""Tells every coordinator the same thing, each in their language: by text, by e-mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from helpline.messaging.outbox import Mail, Message, queue, queue_mail
from helpline.people.rows import COORDINATORS
from helpline.town.tx import Tx

Facts = Mapping[str, str] | Callable[[str | None], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads e-mail about the town; `person_id` is None for the administrator of the
    settings."""

    person_id: int | None
    address: str
    language: str | None


def readers(tx: Tx) -> tuple[Reader, ...]:
    """Return everybody who is told by e-mail: coordinators with an address, also those whose texts
    ended, and the administrator; nobody where no mail server is set."""
    if not tx.town.settings.can_mail:
        return ()
    found = [
        Reader(each["id"], each["email"], each["language"])
        for each in tx.all(COORDINATORS)
        if each["email"]
    ]
    administrator = tx.town.settings.watch.administrator
    if administrator and administrator.lower() not in {each.address.lower() for each in found}:
        found.append(Reader(None, administrator, None))
    return tuple(found)


def tell_all(  # noqa: PLR0913
    tx: Tx,
    phrase: str,
    facts: Facts,
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
    for each in tx.all(COORDINATORS):
        if each["stopped_at"] is not None or each["id"] == but:
            continue
        language = each["language"]
        message = Message(
            idempotency_key=f"{key}:{each['id']}",
            purpose=purpose,
            person_id=each["id"],
            receiver=each["phone"],
            name=phrase,
            body=_words(tx, phrase, facts, language),
            worth=worth,
        )
        queue(tx, message)


def mail_all(tx: Tx, phrase: str, facts: Facts, key: str) -> int:
    """Queue `phrase` as an e-mail for everybody who reads them. Return how many."""
    return sum(
        bool(queue_mail(tx, _mail(each, _words(tx, phrase, facts, each.language), phrase, key)))
        for each in readers(tx)
    )


def _words(tx: Tx, phrase: str, facts: Facts, language: str | None) -> str:
    return tx.town.phrase(phrase, language, facts(language) if callable(facts) else facts)


def _mail(reader: Reader, words: str, name: str, key: str) -> Mail:
    return Mail(
        idempotency_key=f"{key}:{reader.person_id or 'administrator'}:mail",
        purpose="notice_mail",
        person_id=reader.person_id,
        receiver=reader.address,
        name=name,
        subject=words[:120],
        text=f"{words}\n",
        html=f"<p>{escape(words)}</p>",
    )
