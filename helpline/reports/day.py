"""The day as the store has it: the figures, the open cases, and the lists behind them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from helpline.base.calendar import moment_on
from helpline.base.ports import Row
from helpline.base.spans import DAY
from helpline.messaging import money
from helpline.messaging.outbox import first_text_since
from helpline.reports.summary import Day, HalfWay, Hole, NotTold, OpenCase, is_overdue, order
from helpline.town import ladder as ladders
from helpline.town.tx import Tx

LONGEST_LIST = 200
RECENT = 7 * DAY  # a number that failed longer ago, and is not known to be dead, may work by now


@dataclass(frozen=True, slots=True)
class Span:
    """A date of the service's calendar: from `start` up to, not including, `end`, in UTC
    milliseconds."""

    date: str
    start: int
    end: int


def span_of(day: str, zone: str, days: int = 0) -> Span:
    """Return the span of a date (YYYY-MM-DD), or of the date `days` later. Raises ValueError for
    what is no date."""
    first = date.fromisoformat(day) + timedelta(days=days)
    following = first + timedelta(days=1)
    return Span(
        first.isoformat(), moment_on(first, "00:00", zone), moment_on(following, "00:00", zone)
    )


def read_day(tx: Tx, day: str) -> Day:
    """Return the day of that date on the service's calendar (YYYY-MM-DD), as known at `now`."""
    span, tomorrow = span_of(day, tx.town.zone_name), span_of(day, tx.town.zone_name, 1)
    cases = tx.one("day_cases", start=span.start, end=span.end)
    register = tx.one(
        "day_register", start=span.start, end=span.end, next=tomorrow.start, after=tomorrow.end
    )
    unread = tx.one("day_unread")
    assert cases is not None
    assert register is not None
    assert unread is not None
    volunteers = tx.all("day_volunteers", now=tx.now)
    first = first_text_since(tx, span.start)
    segments = tx.one("day_segments", first=first, start=span.start, end=span.end)
    assert segments is not None
    month = money.read_month(tx.at(min(tx.now, span.end - 1)))
    return Day(
        date=day,
        **_answers(tx.all("day_answers", local_date=day)),
        opened=cases["opened"],
        closed=cases["closed"],
        open_cases=open_cases(tx, span.end),
        unread=unread["count"],
        on_duty=sum(row["on_duty"] for row in volunteers),
        volunteers=len(volunteers),
        holes=holes(tx.all("day_zones"), volunteers),
        stops=register["stops"],
        undelivered=len(failing(tx)),
        not_told=tuple(
            NotTold(**row) for row in tx.all("day_not_told", start=span.start, end=span.end)
        ),
        half_way=tuple(
            _half_way(row) for row in tx.all("day_half_way", start=span.start, end=span.end)
        ),
        back_tomorrow=register["back"],
        residents=register["residents"],
        invited=len(tx.all("day_unconfirmed")),
        segments=segments["segments"],
        spent=month.spent,
        budget=month.budget,
        currency=tx.town.settings.budget.currency,
    )


def _answers(rows: Iterable[Row]) -> dict[str, int]:
    counts = dict.fromkeys(
        (
            "asked",
            "ok_first",
            "ok_reminded",
            "soso",
            "help",
            "other",
            "silent",
            "waiting",
            "could_not_be_asked",
        ),
        0,
    )
    for row in rows:
        counts[_bin(row)] += row["count"]
        counts["asked"] += row["count"] if row["status"] != "void" else 0
    return counts


def _bin(row: Row) -> str:
    """Return what one hello counts as. A late answer counts as the answer it is."""
    if row["status"] == "void":
        return "could_not_be_asked"
    if row["answer"] == "ok":
        return "ok_reminded" if row["reminded"] or row["status"] == "missed" else "ok_first"
    if row["answer"] is not None:
        return row["answer"] if row["answer"] in ("soso", "help") else "other"
    return "silent" if row["status"] == "missed" else "waiting"


def open_cases(tx: Tx, end: int) -> tuple[OpenCase, ...]:
    """Return the cases without an ending at `end`, or now when that is still to come, overdue ones
    first."""
    return order(_open_case(row, tx.now) for row in tx.all("day_open_cases", end=end))


def _open_case(row: Row, now: int) -> OpenCase:
    next_action_at = row["next_action_at"] or 0
    overdue = is_overdue(
        row["status"],
        row["opened_at"],
        next_action_at,
        nudged=bool(row["nudged"]),
        promise=ladders.from_json(row["policy"]).promise,
        now=now,
    )
    return OpenCase(
        number=row["number"],
        kind=row["kind"],
        name=row["name"],
        other_name=row["other_name"],
        zone=row["zone"] or row["place"],
        status=row["status"],
        opened_at=row["opened_at"],
        age=now - row["opened_at"],
        owner=row["owner_name"] if row["status"] != "asking" else "",
        next_action_at=next_action_at,
        overdue=overdue and row["status"] != "closed",
        nudged=bool(row["nudged"]),
        need=row["need"],
    )


def _half_way(row: Row) -> HalfWay:
    chosen = json.loads(row["data"])
    return HalfWay(
        at=row["at"],
        name=row["name"],
        phone=row["phone"],
        zone=row["zone"],
        need=chosen["need"],
        wanted=chosen["wanted"],
    )


def holes(zones: Iterable[Row], volunteers: Iterable[Row]) -> tuple[Hole, ...]:
    """Return the zones where people are greeted and no confirmed volunteer is on duty; "" means:
    zone not known."""
    covered: set[str] = set()
    for row in volunteers:
        if row["on_duty"]:
            covered |= {each.strip().casefold() for each in row["zones"].split("|")}
    if "" in covered:
        return ()
    return tuple(
        Hole(row["zone"], row["residents"])
        for row in zones
        if row["zone"].strip().casefold() not in covered
    )


def failing(tx: Tx) -> list[Row]:
    """Return the people whose number texts do not reach."""
    return tx.all("day_failing", first=first_text_since(tx, tx.now - RECENT))


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page of a day: its figures and the lists behind them."""

    day: Day
    replies: list[Row]
    texts: list[Row]
    volunteers: list[Row]
    failing: list[Row]
    unconfirmed: list[Row]
    engine_at: int | None
    texts_waiting: int
    heard_at: int | None


def read_board(tx: Tx, day: str) -> Board:
    """Return the page of a date (YYYY-MM-DD) as known at `now`."""
    system = tx.one("day_system", now=tx.now)
    assert system is not None
    return Board(
        day=read_day(tx, day),
        replies=tx.all("day_replies", local_date=day, all=0, count=LONGEST_LIST),
        texts=tx.all("day_unread_texts", count=LONGEST_LIST),
        volunteers=tx.all("day_volunteers", now=tx.now),
        failing=failing(tx),
        unconfirmed=tx.all("day_unconfirmed"),
        engine_at=system["engine_at"],
        texts_waiting=system["texts_waiting"],
        heard_at=system["heard_at"],
    )
