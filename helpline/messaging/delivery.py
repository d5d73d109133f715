"""Texts leave: claimed, checked a last time, recorded. What became of them moves cases and check-ins on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpline.base.clock import jitter
from helpline.base.ports import STATUSES, Accepted, DeliveryNews, NotSent, Outcome, Refused, Row, Store, Unknown
from helpline.cases import bundles
from helpline.cases import rules as case_rules
from helpline.cases import work as casework
from helpline.check_ins import silence
from helpline.enrolment import membership
from helpline.messaging import failover, limits, money
from helpline.messaging.outbox import ALL_CLEARS, Klass, note
from helpline.messaging.retry import wait_before
from helpline.people.callers import who
from helpline.town.town import Town

LEASE = 60_000  # longer than six of the provider's time limits: a live sender never loses its text
SETTINGS_WAIT = 60_000
FINAL = frozenset({"delivered", "read", "undelivered", "failed"})


# --- claiming --------------------------------------------------------------------------------------------


def claim(
    store: Store, town: Town, owner: str, count: int, choose: Callable[[Row], str], now: int
) -> list[dict[str, Any]]:
    """Take up to `count` texts that may leave now, the most pressing first, each with the route it leaves by.

    Drops on the way those that must not leave any more, and holds back those that should wait a while. One that finds
    no route stays where it is.
    """
    taken: list[dict[str, Any]] = []
    rows = store.all("next_texts", now=now, count=count) if count > 0 else []
    for row in rows:
        if _dropped(store, row, now) or limits.is_held(store, town, row, now) or bundles.is_held(store, town, row, now):
            continue
        if (route := choose(row)) and _claim_one(store, row, owner, route, now, taken):
            taken[-1] = bundles.gather(store, town, taken[-1], now)
    return taken


def claim_mail(store: Store, owner: str, count: int, route: str, now: int) -> list[dict[str, Any]]:
    """Take up to `count` e-mails that may leave now."""
    taken: list[dict[str, Any]] = []
    for row in store.all("next_mails", now=now, count=count) if count > 0 else []:
        if not _dropped(store, row, now):
            _claim_one(store, row, owner, route, now, taken)
    return taken


def _claim_one(store: Store, row: Row, owner: str, route: str, now: int, taken: list[dict[str, Any]]) -> bool:
    if not store.run("claim_text", id=row["id"], owner=owner, route=route, lease_until=now + LEASE, now=now):
        return False  # another text says it too
    taken.append({**dict(row), "route": route})
    return True


def _dropped(store: Store, row: Row, now: int) -> bool:
    """Drop a text that must not leave any more; return whether it was."""
    reason = _why_not(row, now)
    if reason:
        store.run("drop_text", id=row["id"], state="expired" if reason == "expired" else "cancelled", reason=reason)
    return bool(reason)


def _why_not(row: Row, now: int) -> str:
    """Return why a text must not leave any more; "" when it must."""
    if row["expires_at"] <= now:
        return "expired"
    if row["stopped_at"] is not None and row["name"] != "stop_done":
        return "stopped"
    if row["case_status"] == "closed" and row["klass"] == Klass.ALARM and row["name"] not in ALL_CLEARS:
        return "case closed"
    if row["case_status"] == "closed" and row["name"] == failover.AGAIN:
        return "answered"
    if row["case_status"] == "taken" and bundles.is_alarm(row):
        return "case taken"
    if row["check_in_id"] is not None and row["check_in_status"] not in ("asking", "waiting"):
        return "answered"
    return ""


# --- recording -------------------------------------------------------------------------------------------


def is_held_by(store: Store, text_id: int, owner: str) -> bool:
    """Tell whether a text is still in this sender's hands: if not, only that it was accepted is worth knowing."""
    row = store.one("text", id=text_id)
    return row is not None and row["lease_owner"] == owner


def record(store: Store, town: Town, text_id: int, outcome: Outcome, route: str, now: int) -> None:
    """Write down what the provider said of a text, and what follows from it."""
    row = store.one("text", id=text_id)
    if row is None:
        return
    match outcome:
        case Accepted():
            accepted(store, town, row, outcome, route, now)
        case Refused(settings_are_wrong=True):
            # our account, not this text: nothing is lost, it leaves once a person has mended the settings
            again(store, row, now + SETTINGS_WAIT, outcome.code)
            note(store, "settings_wrong", now, code=outcome.code, text=text_id)
        case Refused():
            store.run("text_refused", id=text_id, error=outcome.code)
            note(store, "text_refused", now, person_id=row["person_id"], code=outcome.code, text=text_id)
            if outcome.is_strange:
                note(store, "code_unknown", now, code=outcome.code, text=text_id)
            _cannot_arrive(store, town, row, outcome, now)
        case NotSent(code, _, retry_after):
            wait = max(retry_after, jitter(wait_before(row["attempts"])))
            if row["klass"] == Klass.ALARM and row["attempts"] % 2 and town.other_route(route):
                wait = 0  # an alarm is tried at once by the other way, then both rest
            again(store, row, now + int(wait * 1000), code)
        case Unknown():
            store.run("text_unknown", id=text_id, not_before_at=now + look_up_after(town), error="unknown")
            note(store, "text_in_doubt", now, person_id=row["person_id"], text=text_id)


def accepted(store: Store, town: Town, row: Row, record: Accepted, route: str, now: int) -> None:
    """The provider has a text as `record` says; what was thought to be that record is in doubt again."""
    provider_id = record.provider_id
    mistaken = _another_with(store, provider_id, row)
    if mistaken is not None:
        # the list showed this text when we looked for another with the same words: that one is in doubt again
        store.run("text_mistaken", id=mistaken["id"], not_before_at=now)
    changed = store.run(
        "text_accepted",
        id=row["id"],
        now=now,
        provider_id=provider_id or None,
        status=record.status or None,
        route=route,
    )
    if changed:
        money.spend(store, town, row, record.segments, now)
    if changed and row["name"] == "check_in" and row["check_in_id"] is not None:
        silence.accepted(store, row["check_in_id"], now)


def again(store: Store, row: Row, not_before_at: int, error: str) -> None:
    """It surely did not leave, or is worth an extra copy: it waits, and so does each alarm that it said too."""
    if store.run("text_again", id=row["id"], not_before_at=not_before_at, error=error):
        bundles.part(store, row, not_before_at)


def _cannot_arrive(store: Store, town: Town, row: Row, refusal: Refused, now: int) -> None:
    """A text will never arrive: mark the number, and let whatever hangs on the text go on at once."""
    person_id = row["person_id"]
    if person_id is not None and refusal.opted_out:
        person = store.one("person", id=person_id)
        assert person is not None
        if person["stopped_at"] is None:
            membership.stop(store, town, who(store, person["phone"], now), now)
    elif person_id is not None and refusal.number_is_dead:
        store.run("set_unreachable", id=person_id, now=now)
    failover.go_on(store, town, row, now, is_dead=refusal.opted_out or refusal.number_is_dead)
    _go_on_without(store, town, row, refusal.code, now)


def _go_on_without(store: Store, town: Town, row: Row, code: str, now: int) -> None:
    for number in bundles.cases_of(store, row):
        casework.happen(store, town, number, case_rules.Unreached(row["person_id"]), now)
    if row["name"] == "check_in" and row["check_in_id"] is not None:
        check_in = store.one("check_in", id=row["check_in_id"])
        if check_in is not None and check_in["status"] in ("asking", "waiting"):
            silence.could_not_ask(store, town, check_in, code, now)


# --- news ------------------------------------------------------------------------------------------------


def note_delivery(store: Store, town: Town, news: DeliveryNews, now: int) -> None:
    """Merge what a provider says of a text: forward only, in any order, any number of times."""
    row = store.one("text", id=news.message_id) if news.message_id else None
    if row is None and news.provider_id:
        row = store.one("text_by_provider_id", provider_id=news.provider_id)
    if row is None or news.status not in STATUSES or not _is_about(row, news):
        return
    if not store.add("add_delivery", id=row["id"], status=news.status, error=news.error_code, now=now):
        return
    if row["state"] in ("sending", "unknown", "queued"):
        # news may come before the answer to our own request: the provider has it, that settles the doubt
        accepted(store, town, row, Accepted(news.provider_id, ""), news.provider, now)
        row = store.one("text", id=row["id"])
        assert row is not None
    if not _goes_forward(row["status"], news.status):
        return
    # given up in doubt, and a twin has its record: the status is its own, the id stays with the twin
    provider_id = None if is_anothers(store, news.provider_id, row) else news.provider_id or None
    store.run("set_text_status", id=row["id"], status=news.status, error=news.error_code, provider_id=provider_id)
    if news.status in ("undelivered", "failed"):
        _undelivered(store, town, row, news, now)


def _is_about(row: Row, news: DeliveryNews) -> bool:
    """Tell whether the news name the text's own receiver and id: others are refused."""
    same_receiver = not news.receiver or news.receiver == row["receiver"]
    return same_receiver and (row["provider_id"] in (None, news.provider_id) or not news.provider_id)


def _goes_forward(before: str | None, after: str) -> bool:
    if before is None:
        return True
    if before in FINAL:
        return before == "delivered" and after == "read"
    return STATUSES.index(after) > STATUSES.index(before)


def _undelivered(store: Store, town: Town, row: Row, news: DeliveryNews, now: int) -> None:
    note(store, "text_undelivered", now, person_id=row["person_id"], code=news.error_code, text=row["id"])
    opted_out = news.error_code == "21610"
    if opted_out and row["person_id"] is not None:
        _cannot_arrive(store, town, row, Refused(news.error_code, "opted out", opted_out=True), now)
    elif bundles.is_alarm(row):
        _go_on_without(store, town, row, news.error_code, now)
    else:
        failover.go_on(store, town, row, now, is_dead=False)


def is_anothers(store: Store, provider_id: str, row: Row) -> bool:
    """Tell whether a provider's id is known to belong to another text than `row`."""
    return _another_with(store, provider_id, row) is not None


def _another_with(store: Store, provider_id: str, row: Row) -> Row | None:
    known = store.one("text_by_provider_id", provider_id=provider_id) if provider_id else None
    return known if known is not None and known["id"] != row["id"] else None


# --- waiting ---------------------------------------------------------------------------------------------


def look_up_after(town: Town) -> int:
    """Return how long to wait before asking about a text in doubt.

    A provider may create a text half a minute after we gave up listening; its list may lag behind.
    """
    return town.settings.engine.look_up_ms


def drop_expired(store: Store, town: Town, now: int, count: int = 200) -> int:
    """Texts nobody could send in time do not leave any more."""
    rows = store.all("expired_texts", now=now, count=count)
    for row in rows:
        store.run("drop_text", id=row["id"], state="expired", reason="expired")
    return len(rows)
