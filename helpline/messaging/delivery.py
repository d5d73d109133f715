"""Texts leave: claimed, checked a last time, recorded. What follows from their fate is their
purpose's affair."""

from __future__ import annotations

from collections.abc import Callable

from helpline.base.clock import jitter
from helpline.base.ports import (
    STATUSES,
    Accepted,
    DeliveryNews,
    NotSent,
    Outcome,
    Refused,
    Unknown,
)
from helpline.base.spans import MINUTE
from helpline.messaging import limits, money
from helpline.messaging.retry import wait_before
from helpline.messaging.rows import (
    EXPIRED_TEXTS,
    NEXT_MAILS,
    NEXT_TEXTS,
    TEXT,
    TEXT_BY_PROVIDER_ID,
    NextText,
    TextRow,
    WithId,
)
from helpline.town.events import note
from helpline.town.purpose import Loss, Priority
from helpline.town.town import Town
from helpline.town.tx import Tx

LEASE = MINUTE  # longer than six of the provider's time limits: a live sender never loses its text
SETTINGS_WAIT = MINUTE
FIRST_LOOK = MINUTE  # a text without news for so long is asked about
FINAL = frozenset({"delivered", "read", "undelivered", "failed"})


# --- claiming -------------------------------------------------------------------------------------


def claim(tx: Tx, owner: str, count: int, choose: Callable[[NextText], str]) -> list[NextText]:
    """Take up to `count` texts that may leave now, the most pressing first, each with the route it
    leaves by.

    Drops on the way those that must not leave any more, and holds back those that should wait a
    while. One that finds no route stays where it is.
    """
    taken: list[NextText] = []
    rows = tx.all(NEXT_TEXTS, now=tx.now, count=count) if count > 0 else []
    for row in rows:
        together = tx.town.purposes.of(row).together
        if _dropped(tx, row) or limits.waits(tx, row) or together.waits(tx, row):
            continue
        if (route := choose(row)) and _claim_one(tx, row, owner, route, taken):
            taken[-1] = together.gathers(tx, taken[-1])
    return taken


def claim_mail(tx: Tx, owner: str, count: int, route: str) -> list[NextText]:
    """Take up to `count` e-mails that may leave now."""
    taken: list[NextText] = []
    for row in tx.all(NEXT_MAILS, now=tx.now, count=count) if count > 0 else []:
        if not _dropped(tx, row):
            _claim_one(tx, row, owner, route, taken)
    return taken


def _claim_one(tx: Tx, row: NextText, owner: str, route: str, taken: list[NextText]) -> bool:
    if not tx.run(
        "claim_text", id=row["id"], owner=owner, route=route, lease_until=tx.now + LEASE, now=tx.now
    ):
        return False  # another text says it too
    taken.append({**row, "route": route})
    return True


def _dropped(tx: Tx, row: NextText) -> bool:
    """Drop a text that must not leave any more; return whether it was."""
    reason = _why_not(tx, row)
    if reason:
        state = "expired" if reason == "expired" else "cancelled"
        tx.run("drop_text", id=row["id"], state=state, reason=reason)
    return bool(reason)


def _why_not(tx: Tx, row: NextText) -> str:
    """Return why a text must not leave any more; "" when it must."""
    purpose = tx.town.purposes.of(row)
    if row["expires_at"] <= tx.now:
        return "expired"
    is_text = row["channel"] != "email"  # STOP ends texts; the day's e-mail goes on
    if is_text and row["stopped_at"] is not None and not purpose.leaves_after_stop:
        return "stopped"
    return purpose.unwanted(row)


# --- recording ------------------------------------------------------------------------------------


def is_held_by(tx: Tx, text_id: int, owner: str) -> bool:
    """Tell whether a text is still in this sender's hands: if not, only that it was accepted is
    worth knowing."""
    row = tx.one(TEXT, id=text_id)
    return row is not None and row["lease_owner"] == owner


def record(tx: Tx, text_id: int, outcome: Outcome, route: str) -> None:  # noqa: C901
    """Write down what the provider said of a text, and what follows from it."""
    row = tx.one(TEXT, id=text_id)
    if row is None:
        return
    match outcome:
        case Accepted():
            accepted(tx, row, outcome, route)
        case Refused(settings_are_wrong=True):
            # our account, not this text: nothing is lost, it leaves once a person has mended the
            # settings
            again(tx, row, tx.now + SETTINGS_WAIT, outcome.code)
            note(tx, "settings_wrong", code=outcome.code, text=text_id)
        case Refused():
            tx.run("text_refused", id=text_id, error=outcome.code)
            note(tx, "text_refused", person_id=row["person_id"], code=outcome.code, text=text_id)
            if outcome.is_strange:
                note(tx, "code_unknown", code=outcome.code, text=text_id)
            _cannot_arrive(tx, row, outcome)
        case NotSent(code, _, retry_after):
            wait = max(retry_after, jitter(wait_before(row["attempts"])))
            if (
                row["priority"] == Priority.ALARM
                and row["attempts"] % 2
                and tx.town.other_route(route)
            ):
                wait = 0  # an alarm is tried at once by the other way, then both rest
            again(tx, row, tx.now + int(wait * 1000), code)
        case Unknown():
            tx.run(
                "text_unknown",
                id=text_id,
                not_before_at=tx.now + look_up_after(tx.town),
                error="unknown",
            )
            note(tx, "text_in_doubt", person_id=row["person_id"], text=text_id)


def accepted(tx: Tx, row: TextRow, record: Accepted, route: str) -> None:
    """The provider has a text as `record` says; what was thought to be that record is in doubt
    again."""
    provider_id = record.provider_id
    mistaken = _another_with(tx, provider_id, row)
    if mistaken is not None:
        # the list showed this text when we looked for another with the same words: that one is in
        # doubt again
        tx.run("text_mistaken", id=mistaken["id"], not_before_at=tx.now)
    purpose = tx.town.purposes.of(row)
    changed = tx.run(
        "text_accepted",
        id=row["id"],
        now=tx.now,
        provider_id=provider_id or None,
        status=record.status or None,
        route=route,
        watch_at=tx.now + FIRST_LOOK if purpose.followed else None,
    )
    if changed:
        money.spend(tx, row, record.segments)
        purpose.accepted(tx, row)


def again(tx: Tx, row: TextRow, not_before_at: int, error: str) -> None:
    """It surely did not leave, or is worth an extra copy: it waits, and so does each alarm that it
    said too."""
    if tx.run("text_again", id=row["id"], not_before_at=not_before_at, error=error):
        tx.town.purposes.of(row).together.parts(tx, row, not_before_at)


def _cannot_arrive(tx: Tx, row: TextRow, refusal: Refused) -> None:
    """A text will never arrive: mark the number, and let whatever hangs on the text go on at
    once."""
    person_id = row["person_id"]
    if person_id is not None and refusal.opted_out:
        tx.town.plugs.opted_out(tx, person_id)
    elif person_id is not None and refusal.number_is_dead:
        tx.town.plugs.unreachable(tx, person_id)
    loss = Loss(refusal.code, is_dead=refusal.opted_out or refusal.number_is_dead)
    tx.town.purposes.of(row).lost(tx, row, loss)


# --- news -----------------------------------------------------------------------------------------


def note_delivery(tx: Tx, news: DeliveryNews) -> None:
    """Merge what a provider says of a text: forward only, in any order, any number of times."""
    row = tx.one(TEXT, id=news.message_id) if news.message_id else None
    if row is None and news.provider_id:
        row = tx.one(TEXT_BY_PROVIDER_ID, provider_id=news.provider_id)
    if row is None or news.status not in STATUSES or not _is_about(row, news):
        return
    if not tx.add(
        "add_delivery", id=row["id"], status=news.status, error=news.error_code, now=tx.now
    ):
        return
    if row["state"] in ("sending", "unknown", "queued"):
        # news may come before the answer to our own request: the provider has it, that settles the
        # doubt
        accepted(tx, row, Accepted(news.provider_id, ""), news.provider)
        row = tx.one(TEXT, id=row["id"])
        assert row is not None
    if not _goes_forward(row["status"], news.status):
        return
    # given up in doubt, and a twin has its record: the status is its own, the id stays with the
    # twin
    provider_id = None if is_anothers(tx, news.provider_id, row) else news.provider_id or None
    tx.run(
        "set_text_status",
        id=row["id"],
        status=news.status,
        error=news.error_code,
        provider_id=provider_id,
    )
    if news.status in ("undelivered", "failed"):
        _undelivered(tx, row, news)


def _is_about(row: TextRow, news: DeliveryNews) -> bool:
    """Tell whether the news name the text's own receiver and id: others are refused."""
    same_receiver = not news.receiver or news.receiver == row["receiver"]
    return same_receiver and (
        row["provider_id"] in (None, news.provider_id) or not news.provider_id
    )


def _goes_forward(before: str | None, after: str) -> bool:
    if before is None:
        return True
    if before in FINAL:
        return before == "delivered" and after == "read"
    return STATUSES.index(after) > STATUSES.index(before)


def _undelivered(tx: Tx, row: TextRow, news: DeliveryNews) -> None:
    note(tx, "text_undelivered", person_id=row["person_id"], code=news.error_code, text=row["id"])
    if news.opted_out and row["person_id"] is not None:
        _cannot_arrive(tx, row, Refused(news.error_code, "opted out", opted_out=True))
        return
    loss = Loss(news.error_code, came_back=True)
    tx.town.purposes.of(row).lost(tx, row, loss)


def is_anothers(tx: Tx, provider_id: str, row: WithId) -> bool:
    """Tell whether a provider's id is known to belong to another text than `row`."""
    return _another_with(tx, provider_id, row) is not None


def _another_with(tx: Tx, provider_id: str, row: WithId) -> TextRow | None:
    known = tx.one(TEXT_BY_PROVIDER_ID, provider_id=provider_id) if provider_id else None
    return known if known is not None and known["id"] != row["id"] else None


# --- waiting --------------------------------------------------------------------------------------


def look_up_after(town: Town) -> int:
    """Return how long to wait before asking about a text in doubt.

    A provider may create a text half a minute after we gave up listening; its list may lag behind.
    """
    return town.settings.engine.look_up_ms


def drop_expired(tx: Tx, count: int = 200) -> int:
    """Texts nobody could send in time do not leave any more."""
    rows = tx.all(EXPIRED_TEXTS, now=tx.now, count=count)
    for row in rows:
        tx.run("drop_text", id=row["id"], state="expired", reason="expired")
    return len(rows)
