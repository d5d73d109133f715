"""Texts that nobody has read: coordinators are told of them together, again and again, until
somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from helpline.base.spans import HOUR, MINUTE
from helpline.conversations.state import Said
from helpline.inbound.attention import in_the_day
from helpline.inbound.rows import NEXT_UNREAD, UNREAD_WAITING, FromSomebody, WaitingText
from helpline.language import segments
from helpline.language.folding import fold
from helpline.messaging.outbox import Mail, Message, queue, queue_mail
from helpline.people.callers import Caller
from helpline.people.rows import COORDINATORS, CoordinatorRow
from helpline.town import isolation
from helpline.town.events import note
from helpline.town.town import Town
from helpline.town.tx import Tx

AGAIN = 15 * MINUTE  # as the last rung of a ladder
OFTEN = 3  # so many times; from then on each hour, and never less
AGAIN_LATER = HOUR
MAILED_FROM = 2  # the telling that goes by e-mail too
AT_MOST = 500  # texts told of in one go
MOST_SEGMENTS = 4
MOST_PARTS = 3  # texts that one long text is read in; its end stands on the page
_LENGTHS = (560, 400, 250, 220, 160)  # characters of a text that are tried, the longest first


# --- telling -------------------------------------------------------------------------------------


def run_due(tx: Tx) -> int:
    """Tell coordinators of texts that have waited long enough. Return how many were dealt with."""
    if tx.one("unread_due", now=tx.now) is None:
        return 0
    waiting = tx.all(UNREAD_WAITING, count=AT_MOST)
    due = [row for row in waiting if row["alarm_at"] <= tx.now]
    until = _room_at(tx, waiting, pressing=any(row["pressing"] for row in due))
    if until > tx.now:
        tx.many("put_off_unread", [{"id": row["id"], "alarm_at": until} for row in due])
    elif _tell(tx, waiting):
        tx.many("unread_told", [_told(tx, row) for row in waiting])
    else:
        note(tx, "unread_untold", count=len(waiting))
        later = tx.now + isolation.LATER
        tx.many("put_off_unread", [{"id": row["id"], "alarm_at": later} for row in due])
    return len(due)


def _room_at(tx: Tx, waiting: Sequence[WaitingText], *, pressing: bool) -> int:
    """Return the moment from which coordinators may be told again: many texts are few alarms."""
    last = max((row["told_at"] for row in waiting if row["told_at"] is not None), default=None)
    if last is None or last > tx.now:  # the clock was set back
        return tx.now
    limits = tx.town.settings.limits
    return last + (limits.bundle_ms if pressing else limits.unread_minutes * MINUTE)


def _told(tx: Tx, row: WaitingText) -> dict[str, int]:
    again = tx.now + (AGAIN if row["told"] < OFTEN else AGAIN_LATER)
    at = again if row["pressing"] else in_the_day(tx, again)
    return {"id": row["id"], "alarm_at": at, "now": tx.now}


def _tell(tx: Tx, waiting: Sequence[WaitingText]) -> int:
    """Queue one text for each coordinator, an e-mail from the second time on. Return how many."""
    left: list[int] = []

    def tell(person: CoordinatorRow) -> None:
        is_texted = person["stopped_at"] is None and person["unreachable_at"] is None
        left.extend([_text(tx, waiting, person)] if is_texted else [])
        if not is_texted or waiting[0]["told"] + 1 >= MAILED_FROM:
            left.append(_mail(tx, waiting, person))

    isolation.each(tx, tx.all(COORDINATORS), tell, lambda _row, _until: None)
    return sum(bool(each) for each in left)


def _text(tx: Tx, waiting: Sequence[WaitingText], person: CoordinatorRow) -> int:
    message = Message(
        idempotency_key=f"unread:{tx.now}:{person['id']}",
        purpose="unread_alarm",
        person_id=person["id"],
        receiver=person["phone"],
        name="to_read_alarm",
        body=_words(tx, waiting, person["language"]),
    )
    return queue(tx, message)


def _mail(tx: Tx, waiting: Sequence[WaitingText], person: CoordinatorRow) -> int:
    if not person["email"] or not tx.town.settings.can_mail:
        return 0
    words = _words(tx, waiting, person["language"])
    mail = Mail(
        idempotency_key=f"unread:{tx.now}:{person['id']}:mail",
        purpose="unread_mail",
        person_id=person["id"],
        receiver=person["email"],
        name="to_read_alarm",
        subject=words[:120],
        text=f"{words}\n",
        html=f"<p>{escape(words)}</p>",
    )
    return queue_mail(tx, mail)


def _words(tx: Tx, waiting: Sequence[WaitingText], language: str | None) -> str:
    phrase = "to_read_alarm" if len(waiting) == 1 else "to_read_alarm_several"
    facts = {**_facts(tx, waiting[0], language), "count": str(len(waiting))}
    return tx.town.phrase(phrase, language, facts)


def _facts(tx: Tx, row: FromSomebody, language: str | None) -> dict[str, str]:
    town = tx.town
    name = town.called(language, row["name"] or "", row["other_name"] or "")
    return {
        "name": name or town.word("someone", language),
        "zone": row["zone"] or town.word("somewhere", language),
        "time": town.clock_face(row["received_at"]),
        "phone": row["sender"],
    }


# --- reading -------------------------------------------------------------------------------------


def mark_read(tx: Tx, text_id: int) -> None:
    """A person has read a text. When none waits any more, alarms that have not left need not."""
    tx.run("mark_read", id=text_id)
    if not tx.all(UNREAD_WAITING, count=1):
        tx.run("withdraw_unread_alarms")


def asks_to_read(town: Town, body: str) -> bool:
    """Tell whether a text is the word, in any language, by which a coordinator reads what waits."""
    words = town.book.phrases.get("to_read_word", {}).values()
    return fold(body[:40]) in {fold(word) for word in words}


def read_next(tx: Tx, caller: Caller) -> tuple[Said, ...]:
    """Return the first text that waits, as a coordinator reads it by phone; it counts as read."""
    language = caller.language
    row = tx.one(NEXT_UNREAD)
    if row is None:
        return (Said("to_read_none", tx.town.phrase("to_read_none", language, {})),)
    mark_read(tx, row["id"])
    note(tx, "text_read", person_id=caller.id, text=row["id"])
    left = tx.one("day_unread")
    more = left["count"] if left is not None else 0
    last = "to_read_more" if more else "to_read_last"
    head = tx.town.phrase("to_read_text", language, _facts(tx, row, language))
    words = row["body"] or tx.town.word("to_read_picture", language)
    parts = _parts(f"{head} {words}")
    end = tx.town.phrase(last, language, {"count": str(more)})
    together = f"{parts[-1]}\n{end}"
    parts = [*parts[:-1], together] if _fits(together) else [*parts, end]
    return tuple(Said("to_read_text", part) for part in parts)


def _parts(words: str) -> list[str]:
    """Return a long text as a few, each of at most four segments."""
    parts: list[str] = []
    while words and len(parts) < MOST_PARTS:
        length = next((each for each in _LENGTHS if _fits(words[:each])), _LENGTHS[-1])
        parts.append(words[:length])
        words = words[length:]
    return [*parts[:-1], f"{parts[-1]}..."] if words else parts


def _fits(words: str) -> bool:
    return segments.segments(segments.fit_gsm(words)) <= MOST_SEGMENTS
