"""Whether what people say can reach us: when reports that should come do not, their silence proves
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from helpline.base.ports import Statement
from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.messaging.outbox import first_text_since
from helpline.messaging.rows import (
    DEAF_ROUTES,
    LAST_GAP,
    LAST_REPORT_OF,
    LAST_TEXT_IN_BY,
    REPORTS_AWAITED,
    ROUTES_OF_TEXTS,
)
from helpline.town.events import note
from helpline.town.rows import Moment
from helpline.town.tx import Tx

QUIET = 15 * MINUTE  # a report that has not come by then should have
SMALLEST = 20  # fewer tell nothing
LOOK_BACK = QUIET + HOUR  # texts older than that say nothing of the present
LONGEST_GRACE = 2 * HOUR
LONGEST = DAY  # a route nobody uses any more is not waited for
A_WHILE = HOUR // 2  # what held cases still wait once we hear again


def deaf_routes(tx: Tx) -> Mapping[str, int]:
    """Return the routes by which nothing reaches us though it should, each with since when."""
    return {row["route"]: row["since_at"] for row in tx.all(DEAF_ROUTES)}


def run_once(tx: Tx) -> int:
    """Notice that a route has fallen silent, or speaks again. Return how many did."""
    deaf = deaf_routes(tx)
    ended = sum(_hear_again(tx, route, since) for route, since in deaf.items())
    first = first_text_since(tx, tx.now - LOOK_BACK)
    rows = tx.all(ROUTES_OF_TEXTS, first=first, before=tx.now - QUIET)
    return ended + sum(
        _fall_silent(tx, row["route"], first) for row in rows if row["route"] not in deaf
    )


def _fall_silent(tx: Tx, route: str, first: int) -> bool:
    if tx.one("report_since", first=first, route=route, after=tx.now - QUIET) is not None:
        return False
    heard_at = max(
        moment(tx, LAST_TEXT_IN_BY, route=route),
        moment(tx, LAST_REPORT_OF, first=first, route=route),
        moment(tx, LAST_GAP, after=tx.now - LOOK_BACK),
    )
    rows = tx.all(
        REPORTS_AWAITED,
        first=first,
        route=route,
        heard_at=heard_at,
        before=tx.now - QUIET,
        count=SMALLEST,
    )
    since = deaf_since(heard_at, [row["accepted_at"] for row in rows], tx.now)
    if since is None or tx.one("reported_before", id=rows[0]["id"], route=route) is None:
        return False
    tx.run("set_pause_of", name=f"deaf:{route}", since_at=since, reason="no callbacks")
    note(tx, "deaf", route=route, since=since)
    return True


def _hear_again(tx: Tx, route: str, since: int) -> bool:
    first = first_text_since(tx, since - LOOK_BACK)
    heard = (
        moment(tx, LAST_TEXT_IN_BY, route=route) > since
        or tx.one("report_since", first=first, route=route, after=since) is not None
    )
    if not heard and tx.now - since < LONGEST:
        return False
    tx.run("end_pause_of", name=f"deaf:{route}")
    tx.run("grant_deaf_time", route=route, by=min(tx.now - since, LONGEST_GRACE), now=tx.now)
    tx.run("hold_while_listening", since=since, until=tx.now + A_WHILE)
    note(tx, "hears_again", route=route, minutes=(tx.now - since) // MINUTE)
    return True


def deaf_since(heard_at: int, accepted: Iterable[int], now: int) -> int | None:
    """Return since when we have heard nothing though we should have; None when nothing tells
    against our ears.

    `accepted` are the moments at which a provider that reports what becomes of texts took one,
    `heard_at` when anything came from it last: a text of somebody or a report. Each text is given
    time, so that a first text after a long quiet is no sign.
    """
    awaited = sorted(at for at in accepted if heard_at < at <= now - QUIET)
    return awaited[0] if len(awaited) >= SMALLEST else None


def moment(tx: Tx, name: Statement[Moment], **values: object) -> int:
    """Return the moment that a statement gives, 0 for none."""
    row = tx.one(name, **values)
    return 0 if row is None or row["at"] is None else row["at"]
