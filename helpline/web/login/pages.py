"""The door of the desk: in with e-mail and password, out again."""

from __future__ import annotations

import logging
from functools import cache
from hmac import compare_digest

from flask import Blueprint, Response, request, url_for

from helpline.base.clock import token
from helpline.base.passwords import is_password, kept_password
from helpline.base.ports import Row
from helpline.town.tx import Tx
from helpline.web.login.throttle import Attempts, Busy, Gate, paused_until
from helpline.web.shared import sessions
from helpline.web.shared.pages import (
    Gateway,
    blueprint,
    cookie_name,
    error_page,
    go,
    is_from_here,
    local_path,
    page,
    set_cookie,
    words_for,
)

log = logging.getLogger(__name__)

FORM_COOKIE = "helpline-login"
FORM_LASTS = 3600  # seconds a login form may stand open
LONGEST_EMAIL = 254


def login_pages(gateway: Gateway) -> Blueprint:
    """Return /desk/login and /desk/logout."""
    pages = blueprint("login", __name__, gateway)
    door = _Door(gateway)

    def show() -> Response:
        return door.form()

    def take() -> Response:
        return door.let_in()

    def leave() -> Response:
        return door.let_out()

    pages.add_url_rule("/desk/login", "form", show, methods=["GET"])
    pages.add_url_rule("/desk/login", "log_in", take, methods=["POST"])
    pages.add_url_rule("/desk/logout", "log_out", leave, methods=["POST"])
    return pages


class _Door:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.gate = Gate()
        self.attempts = Attempts()

    def form(self, problem: str = "", code: int = 200) -> Response:
        """Return the form, with what went wrong just now."""
        words = words_for(self.gateway)
        value = request.cookies.get(cookie_name(self.gateway, FORM_COOKIE), "") or token()
        response = page(
            self.gateway,
            words,
            "login.html",
            problem=words(problem) if problem else "",
            csrf=value,
            emergency=self.gateway.town.standing_facts["emergency"],
            next=local_path(request.values.get("next", "")),
            email=request.form.get("email", "")[:LONGEST_EMAIL],
        )
        set_cookie(
            response, self.gateway, cookie_name(self.gateway, FORM_COOKIE), value, FORM_LASTS
        )
        response.status_code = code
        return response

    def let_in(self) -> Response:
        """Open a session, or say why not: in the same words for an unknown address and a wrong
        password."""
        if not self._is_own_form():
            return self.form("login_form_old", 400)
        email, address = (
            request.form.get("email", "").strip().lower()[:LONGEST_EMAIL],
            request.remote_addr or "",
        )
        login = self._login(email)
        now = self.gateway.clock.now()
        if not self.attempts.may_try(
            email, address, (login["locked_until"] or 0) if login else 0, now
        ):
            return self.form("login_paused", 429)
        try:
            with self.gate.passage():
                right = is_password(
                    login["password_hash"] if login else _nobodys(),
                    request.form.get("password", ""),
                )
        except Busy:
            return self.form("login_busy", 429)
        if login is None or not right:
            return self._refused(login, email, address, now)
        self.attempts.passed(email, address)
        response = go(local_path(request.form.get("next", "")))
        sessions.begin(self.gateway, response, login["id"])
        return response

    def let_out(self) -> Response:
        """End the session. A form that is not ours ends nothing."""
        session = sessions.current(self.gateway)
        if session is not None and not sessions.is_own_form(self.gateway, session):
            return error_page(self.gateway, 400, "error_form")
        response = go(url_for("login.form"))
        if session is not None:
            sessions.end(self.gateway, response, session)
        return response

    def _is_own_form(self) -> bool:
        given = request.form.get("csrf", "")
        held = request.cookies.get(cookie_name(self.gateway, FORM_COOKIE), "")
        return (
            bool(held)
            and is_from_here(self.gateway)
            and compare_digest(given.encode(), held.encode())
        )

    def _login(self, email: str) -> Row | None:
        with self.gateway.read() as store:
            return store.one("login_by_email", email=email)

    def _refused(self, login: Row | None, email: str, address: str, now: int) -> Response:
        self.attempts.failed(email, address, now)
        if login is not None:
            self.gateway.change(lambda tx: _note_failure(tx, login["email"]))
            log.warning("wrong password for login %s", login["id"])
        return self.form("login_wrong", 401)


def _note_failure(tx: Tx, email: str) -> None:
    login = tx.one("login_by_email", email=email)
    if login is not None:
        until = paused_until(login["failures"] + 1, tx.now)
        tx.run("note_login_failure", login_id=login["id"], locked_until=until)


@cache
def _nobodys() -> str:
    """Return a kept password that nobody has: an unknown address takes as long to refuse as a wrong
    password."""
    return kept_password(token())
