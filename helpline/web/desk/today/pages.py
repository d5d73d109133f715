"""The day at the desk: what is overdue, what is open, what was said."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for

from helpline.base.calendar import local_date
from helpline.base.spans import MINUTE
from helpline.reports import day as today
from helpline.reports.summary import HalfWay
from helpline.town.tx import Tx
from helpline.web.shared import desk
from helpline.web.shared.pages import Gateway, error_page, go

REFRESH = 60  # seconds
SILENT_ENGINE = 2 * MINUTE  # milliseconds without a sign of life


def today_pages(gateway: Gateway) -> Blueprint:
    """Return /desk/today, which is also what /desk leads to."""
    pages = desk.group("today", __name__, gateway)

    def first() -> Response:
        return go(url_for("today.show"))

    def show() -> Response:
        return _show(gateway)

    pages.add_url_rule("/desk", "first", first)
    pages.add_url_rule("/desk/", "first_too", first)
    pages.add_url_rule("/desk/today", "show", show)
    return pages


def _show(gateway: Gateway) -> Response:
    now, zone = gateway.clock.now(), gateway.town.zone_name
    this_day = local_date(now, zone)
    wanted = request.args.get("date", this_day)
    if not _is_date(wanted) or wanted > this_day:
        return error_page(gateway, 400, "error_date")
    with gateway.read() as store:
        board = today.read_board(Tx(store, gateway.town, now), wanted)
    return desk.show(
        gateway,
        "today.html",
        board=board,
        day=board.day,
        chosen=lambda each: _chosen(gateway, each),
        engine_silent=board.engine_at is None or now - board.engine_at > SILENT_ENGINE,
        is_today=wanted == this_day,
        before=today.span_of(wanted, zone, -1).date,
        after=today.span_of(wanted, zone, 1).date if wanted < this_day else "",
        refresh=REFRESH if wanted == this_day else 0,
    )


def _chosen(gateway: Gateway, half_way: HalfWay) -> str:
    """Return what was chosen of a request that was not sent, as it reads in the flows."""
    language, phrases = desk.words(gateway).language, gateway.town.book.phrases
    named = (f"need_{half_way.need}", f"wanted_{half_way.wanted}")
    return ", ".join(filter(None, (phrases.say(name, language) for name in named)))


def _is_date(text: str) -> bool:
    """Tell whether this is a date from the service's time on, written YYYY-MM-DD."""
    try:
        return len(text) == 10 and date.fromisoformat(text).year >= 2000
    except ValueError:
        return False
