"""Who is in: sessions are rows, so that logging out, a new password or a removed login works at
once."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from flask import Response, request

from helpline.base.clock import token
from helpline.base.spans import HOUR, MINUTE
from helpline.town.tx import Tx
from helpline.web.shared.pages import Gateway, cookie_name, is_from_here, set_cookie

LASTS = 12 * HOUR  # then one logs in again
IDLE = 2 * HOUR  # without a click; a page that refreshes itself is no click
NOTE_EVERY = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is in."""

    token_hash: str
    login_id: int
    email: str
    name: str
    language: str
    csrf: str
    seen_at: int


def hashed(value: str) -> str:
    """Return what is stored of a token: a stolen database opens no session."""
    return sha256(value.encode()).hexdigest()


def begin(gateway: Gateway, response: Response, login_id: int) -> None:
    """Let a login in: a new session, whatever the browser held before, and the cookie that opens
    it."""
    value = token(32)
    old = request.cookies.get(cookie_name(gateway), "")

    def work(tx: Tx) -> None:
        tx.run("forget_sessions", now=tx.now, idle_since=tx.now - IDLE)
        tx.run("end_session", token_hash=hashed(old))
        tx.run("clear_login_failures", login_id=login_id)
        tx.run(
            "add_session",
            token_hash=hashed(value),
            login_id=login_id,
            csrf=token(),
            now=tx.now,
            expires_at=tx.now + LASTS,
        )

    gateway.change(work)
    set_cookie(response, gateway, cookie_name(gateway), value, None)


def current(gateway: Gateway) -> Session | None:
    """Return who is in, None for nobody or no more."""
    value = request.cookies.get(cookie_name(gateway), "")
    if not value:
        return None
    now = gateway.clock.now()
    with gateway.read() as store:
        row = store.one("session", token_hash=hashed(value))
    if row is None or row["expires_at"] <= now or row["seen_at"] <= now - IDLE:
        return None
    return Session(
        row["token_hash"],
        row["login_id"],
        row["email"],
        row["name"],
        row["language"],
        row["csrf"],
        row["seen_at"],
    )


def note_click(gateway: Gateway, session: Session) -> None:
    """Keep a session alive, at most every few minutes; a page that refreshes itself does not
    count."""
    if "auto" in request.args or gateway.clock.now() - session.seen_at < NOTE_EVERY:
        return
    gateway.change(lambda tx: tx.run("session_seen", token_hash=session.token_hash, now=tx.now))


def end(gateway: Gateway, response: Response, session: Session) -> None:
    """Let somebody out."""
    gateway.change(lambda tx: tx.run("end_session", token_hash=session.token_hash))
    response.delete_cookie(
        cookie_name(gateway),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=cookie_name(gateway).startswith("__Host-"),
    )


def is_own_form(gateway: Gateway, session: Session) -> bool:
    """Tell whether a form came from a page we gave to this very session."""
    given = request.form.get("csrf", "")
    return is_from_here(gateway) and compare_digest(given.encode(), session.csrf.encode())
