"""Whether what people say can reach us: when reports that should come do not, their silence proves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.base.ports import Store
from helpline.check_ins import doubt_rules
from helpline.messaging.outbox import HOUR, note
from helpline.reports.day import first_text_since
from helpline.town.town import Town

LOOK_BACK = doubt_rules.QUIET + HOUR  # texts older than that say nothing of the present
LONGEST_GRACE = 2 * HOUR
LONGEST = 24 * HOUR  # a route nobody uses any more is not waited for
A_WHILE = HOUR // 2  # what held cases still wait once we hear again


def deaf_routes(store: Store) -> Mapping[str, int]:
    """Return the routes by which nothing reaches us though it should, each with since when."""
    return {row["route"]: row["since_at"] for row in store.all("deaf_routes")}


def run_once(store: Store, _town: Town, now: int) -> int:
    """Notice that a route has fallen silent, or speaks again. Return how many did."""
    deaf = deaf_routes(store)
    ended = sum(_hear_again(store, route, since, now) for route, since in deaf.items())
    first = first_text_since(store, now - LOOK_BACK)
    rows = store.all("routes_of_texts", first=first, before=now - doubt_rules.QUIET)
    return ended + sum(_fall_silent(store, row["route"], first, now) for row in rows if row["route"] not in deaf)


def _fall_silent(store: Store, route: str, first: int, now: int) -> bool:
    if store.one("report_since", first=first, route=route, after=now - doubt_rules.QUIET) is not None:
        return False
    heard_at = max(
        moment(store, "last_text_in_by", route=route),
        moment(store, "last_report_of", first=first, route=route),
        moment(store, "last_gap", after=now - LOOK_BACK),
    )
    rows = store.all(
        "reports_awaited",
        first=first,
        route=route,
        heard_at=heard_at,
        before=now - doubt_rules.QUIET,
        count=doubt_rules.SMALLEST,
    )
    since = doubt_rules.deaf_since(heard_at, [row["accepted_at"] for row in rows], now)
    if since is None or store.one("reported_before", id=rows[0]["id"], route=route) is None:
        return False
    store.run("set_pause_of", name=f"deaf:{route}", since_at=since, reason="no callbacks")
    note(store, "deaf", now, route=route, since=since)
    return True


def _hear_again(store: Store, route: str, since: int, now: int) -> bool:
    first = first_text_since(store, since - LOOK_BACK)
    heard = (
        moment(store, "last_text_in_by", route=route) > since
        or store.one("report_since", first=first, route=route, after=since) is not None
    )
    if not heard and now - since < LONGEST:
        return False
    store.run("end_pause_of", name=f"deaf:{route}")
    store.run("grant_deaf_time", route=route, by=min(now - since, LONGEST_GRACE), now=now)
    store.run("hold_while_listening", since=since, until=now + A_WHILE)
    note(store, "hears_again", now, route=route, minutes=(now - since) // 60_000)
    return True


def moment(store: Store, name: str, **values: object) -> int:
    """Return the moment that the statement `name` gives as `at`, 0 for none."""
    row = store.one(name, **values)
    return 0 if row is None or row["at"] is None else int(row["at"])
