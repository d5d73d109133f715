"""What the sender wrote of a text: without our own words quoted back, reactions and machines."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpline.base.ports import InboundText
from helpline.people.callers import Caller
from helpline.town.tx import Tx

QUOTES_AT_LEAST = 12  # characters: a shorter text holds nothing of ours
_THUMBS = {"up": "👍", "down": "👎"}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A text with the sender's own words only; `nothing` names what it is when it holds none."""

    text: InboundText
    nothing: str = ""


def own_words(tx: Tx, caller: Caller, text: InboundText) -> OwnWords:
    """Return what the sender wrote. A reaction to a hello is the thumb it shows; to anything else,
    and a machine's text, it is for a person to read and changes nothing."""
    if len(text.body) < QUOTES_AT_LEAST:
        return OwnWords(text)
    said = [row["body"] for row in tx.all("lately_said", person_id=caller.id)]
    taken = tx.town.reader.take_apart(text.body, "menu", caller.language or "", said)
    own = taken.own
    if own.reaction:
        thumb = _THUMBS.get(own.reaction, "") if caller.is_expected else ""
        return OwnWords(replace(text, body=thumb), "" if thumb else "reaction")
    if taken.is_machine:
        return OwnWords(text, "machine")
    if own.quoted and not own.text:
        return OwnWords(text, "quotation")
    return OwnWords(replace(text, body=own.text) if own.quoted or own.signed else text)
