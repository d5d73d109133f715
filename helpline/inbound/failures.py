"""A text that makes us stumble is kept all the same: unread, with its reason, and its sender gets
one sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from helpline.base.spans import HOUR
from helpline.check_ins import silence
from helpline.people.callers import Caller, who
from helpline.town.events import note
from helpline.town.tx import Tx

log = logging.getLogger(__name__)
T = TypeVar("T")

FAILED, PHRASE = "failed", "text_failed"
MOST_ANSWERS = 3  # to one person in an hour: two programs must not stumble over each other for ever


def kept(
    tx: Tx, inbox_id: int, phone: str, deal: Callable[[], T], stumbled: Callable[[str], T]
) -> T:
    """Return what `deal` comes to; when it raises, undo it, leave the text unread, and return
    `stumbled(sentence)`.

    `phone` is "" for a sender whom nobody can answer. The sentence is "" where none can be said.
    Raises only what says that the database takes nothing.
    """
    done, result, error = _tried(tx, deal)
    if done and result is not None:
        return result[0]
    sentence = _leave_unread(tx, inbox_id, phone, error)
    _, said, _ = _tried(tx, lambda: stumbled(sentence))
    return said[0] if said is not None else stumbled("")


def _tried(tx: Tx, work: Callable[[], T]) -> tuple[bool, tuple[T] | None, str]:
    """Return whether `work` went well, what it came to, and else the kind of error; what it did is
    then undone."""
    try:
        with tx.savepoint():
            return True, (work(),), ""
    except tx.store.unavailable:
        raise
    except Exception as error:
        log.exception("a text could not be dealt with; it is kept, and a person reads it")
        return False, None, type(error).__name__


def _leave_unread(tx: Tx, inbox_id: int, phone: str, error: str) -> str:
    _, found, _ = _tried(tx, lambda: who(tx, phone) if phone else None)
    caller = found[0] if found is not None else None
    tx.run(
        "note_meaning",
        id=inbox_id,
        person_id=caller.id if caller else None,
        meaning=FAILED,
        unread=1,
        reason=FAILED,
        alarm_at=tx.now,
        pressing=1,
        case_number=None,
    )
    if caller is None:
        note(tx, PHRASE, text=inbox_id, error=error)
        return ""
    _tried(tx, lambda: _is_alive(tx, caller))
    _, sentence, _ = _tried(tx, lambda: _sentence(tx, caller))
    note(tx, PHRASE, person_id=caller.id, text=inbox_id, error=error)
    return sentence[0] if sentence is not None else ""


def _is_alive(tx: Tx, caller: Caller) -> None:
    """Whoever writes is there, whatever became of the words: the wait for an answer is over."""
    if caller.is_expected and caller.resident_id is not None:
        silence.sign_of_life(tx, caller.resident_id, "other")


def _sentence(tx: Tx, caller: Caller) -> str:
    """Return the one honest sentence; "" for who said STOP, and for a loop."""
    found = tx.one("failures_of", person_id=caller.id, after=tx.now - HOUR)
    too_many = found is not None and found["count"] >= MOST_ANSWERS
    if caller.has_stopped or too_many:
        return ""
    return tx.town.phrase(PHRASE, caller.language, {})
