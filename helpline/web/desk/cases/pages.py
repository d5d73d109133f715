"""One case at the desk: its story, who takes it, how it ended."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, request, url_for

from helpline.cases import commands, timeline
from helpline.town.tx import Tx
from helpline.web.shared import desk
from helpline.web.shared.pages import Gateway, error_page, go

# how a case may end from the page; `other` asks for one of REASONS: words typed here could not be
# erased later
OUTCOMES = ("fine", "needs_help", "emergency", "not_reached", "other")
REASONS = ("mistake", "duplicate", "elsewhere", "moved", "died")


def cases_pages(gateway: Gateway) -> Blueprint:
    """Return /desk/cases/<number> and what is done there."""
    pages = desk.group("cases", __name__, gateway)
    cases = _Cases(gateway)
    pages.add_url_rule("/desk/cases/<number>", "show", cases.show)
    pages.add_url_rule("/desk/cases/<number>/take", "take", cases.take, methods=["POST"])
    pages.add_url_rule("/desk/cases/<number>/close", "close", cases.close, methods=["POST"])
    return pages


class _Cases:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def show(self, number: str) -> Response:
        """Show one case and its story."""
        case_number = desk.number(number)
        now = self.gateway.clock.now()
        with self.gateway.read() as store:
            tx = Tx(store, self.gateway.town, now)
            found = timeline.read_case(tx, case_number) if case_number else None
            mine = store.one("coordinator_of_login", email=g.session.email)
        if found is None:
            return error_page(self.gateway, 404, "error_case")
        return desk.show(
            self.gateway,
            "case.html",
            case=found,
            outcomes=OUTCOMES,
            reasons=REASONS,
            me=mine["person_id"] if mine else 0,
            need=self._need(found.row["need"]),
        )

    def _need(self, need: str) -> str:
        language = desk.words(self.gateway).language
        return self.gateway.town.book.phrases.say(f"need_{need}", language) or need if need else ""

    def take(self, number: str) -> Response:
        """Give the case to the person chosen in the form."""
        person, login = desk.number(request.form.get("person", "")), g.session.login_id
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
        case_number = desk.number(number)
        result = self.gateway.change(lambda tx: work(tx, case_number)) if case_number else "nobody"
        if result == "nobody":
            return error_page(self.gateway, 404, "error_case")
        return go(url_for("cases.show", number=case_number, done=result))
