"""The desk in the browser: the day, one case, and what a coordinator does there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, g, request, url_for

from helpline.base.calendar import local_date
from helpline.base.spans import MINUTE
from helpline.cases import commands, timeline
from helpline.reports import day as today
from helpline.reports.words import Words
from helpline.settings import Settings
from helpline.town.tx import Tx
from helpline.web import sessions
from helpline.web.pages import Gateway, blueprint, error_page, go, local_path, page, words_for

# how a case may end from the page; `other` asks for one of REASONS: words typed here could not be
# erased later
OUTCOMES = ("fine", "needs_help", "emergency", "not_reached", "other")
REASONS = ("mistake", "duplicate", "elsewhere", "moved", "died")
REFRESH = 60  # seconds
SILENT_ENGINE = 2 * MINUTE  # milliseconds without a sign of life
HIGHEST_NUMBER = 2**53


def desk_pages(gateway: Gateway, settings: Settings) -> Blueprint:
    """Return the pages under /desk. Without a session each leads to the login; every form carries
    its token."""
    pages = blueprint("desk", gateway)
    desk = _Desk(gateway)

    @pages.before_request
    def check() -> Response | None:
        return desk.check()

    def first() -> Response:
        return go(url_for("desk.today"))

    def nowhere(rest: str) -> Response:
        return error_page(gateway, 404)

    pages.add_url_rule("/desk", "first", first)
    pages.add_url_rule("/desk/", "first_too", first)
    pages.add_url_rule("/desk/today", "today", desk.today)
    pages.add_url_rule("/desk/cases/<number>", "case", desk.case)
    pages.add_url_rule("/desk/cases/<number>/take", "take", desk.take, methods=["POST"])
    pages.add_url_rule("/desk/cases/<number>/close", "close", desk.close, methods=["POST"])
    pages.add_url_rule("/desk/texts/<number>/read", "mark_read", desk.mark_read, methods=["POST"])
    pages.add_url_rule(
        "/desk/<path:rest>", "nowhere", nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]
    )
    return pages


class _Desk:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    # --- who is there -----------------------------------------------------------------------------

    def check(self) -> Response | None:
        """Let through who is in; send others to the login, and refuse forms that are not ours."""
        session = sessions.current(self.gateway)
        if session is None:
            back = request.full_path.rstrip("?") if request.method == "GET" else ""
            return go(url_for("desk_door.login", next=local_path(back)))
        if request.method == "POST" and not sessions.is_own_form(self.gateway, session):
            return error_page(self.gateway, 400, "error_form")
        g.session = session
        sessions.note_click(self.gateway, session)
        return None

    def _page(self, template: str, words: Words, **facts: object) -> Response:
        done = request.args.get("done", "")
        facts = {
            "session": g.session,
            "done": words.either(f"done_{done}", ""),
            "path": request.path,
            **facts,
        }
        return page(self.gateway, words, template, **facts)

    def _words(self) -> Words:
        return words_for(self.gateway, g.session.language)

    # --- reading ----------------------------------------------------------------------------------

    def today(self) -> Response:
        """Show a day: what is overdue, what is open, what was said."""
        now, zone = self.gateway.clock.now(), self.gateway.town.zone_name
        this_day = local_date(now, zone)
        wanted = request.args.get("date", this_day)
        if not _is_date(wanted) or wanted > this_day:
            return error_page(self.gateway, 400, "error_date")
        with self.gateway.read() as store:
            board = today.read_board(Tx(store, self.gateway.town, now), wanted)
        return self._page(
            "today.html",
            self._words(),
            board=board,
            day=board.day,
            engine_silent=board.engine_at is None or now - board.engine_at > SILENT_ENGINE,
            is_today=wanted == this_day,
            before=today.span_of(wanted, zone, -1).date,
            after=today.span_of(wanted, zone, 1).date if wanted < this_day else "",
            refresh=REFRESH if wanted == this_day else 0,
        )

    def case(self, number: str) -> Response:
        """Show one case and its story."""
        case_number = _number(number)
        now = self.gateway.clock.now()
        with self.gateway.read() as store:
            found = (
                timeline.read_case(Tx(store, self.gateway.town, now), case_number)
                if case_number
                else None
            )
            mine = store.one("coordinator_of_login", email=g.session.email)
        if found is None:
            return error_page(self.gateway, 404, "error_case")
        words = self._words()
        return self._page(
            "case.html",
            words,
            case=found,
            outcomes=OUTCOMES,
            reasons=REASONS,
            me=mine["person_id"] if mine else 0,
            need=self._need(found.row["need"], words),
            refresh=0,
        )

    def _need(self, need: str, words: Words) -> str:
        return (
            self.gateway.town.book.phrases.say(f"need_{need}", words.language) or need
            if need
            else ""
        )

    # --- doing ------------------------------------------------------------------------------------

    def take(self, number: str) -> Response:
        """Give the case to the person chosen in the form."""
        person, login = _number(request.form.get("person", "")), g.session.login_id
        if not person:
            return error_page(self.gateway, 400, "error_who")
        return self._do(number, lambda tx, case: commands.take(tx, case, person, login))

    def close(self, number: str) -> Response:
        """End the case with the outcome chosen in the form."""
        outcome, reason = request.form.get("outcome", ""), request.form.get("reason", "")
        reason = reason if outcome == "other" else ""
        if outcome not in OUTCOMES or (outcome == "other" and reason not in REASONS):
            return error_page(self.gateway, 400, "error_outcome")
        login = g.session.login_id
        return self._do(number, lambda tx, case: commands.close(tx, case, outcome, reason, login))

    def _do(self, number: str, work: Callable[[Tx, int], str]) -> Response:
        case_number = _number(number)
        result = self.gateway.change(lambda tx: work(tx, case_number)) if case_number else "nobody"
        if result == "nobody":
            return error_page(self.gateway, 404, "error_case")
        return go(url_for("desk.case", number=case_number, done=result))

    def mark_read(self, number: str) -> Response:
        """Note that a person has read a text."""
        text = _number(number)
        if text:
            self.gateway.change(lambda tx: tx.run("mark_read", id=text))
        return go(url_for("desk.today", done="read") + "#texts")


def _number(text: str) -> int:
    """Return a number as ours are written, 0 for anything else."""
    return (
        int(text)
        if text.isascii() and text.isdigit() and len(text) < 16 and int(text) < HIGHEST_NUMBER
        else 0
    )


def _is_date(text: str) -> bool:
    """Tell whether this is a date from the service's time on, written YYYY-MM-DD."""
    try:
        return len(text) == 10 and date.fromisoformat(text).year >= 2000
    except ValueError:
        return False
