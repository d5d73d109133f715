"""What every group of the desk does: ask who is there, and take no form that is not ours."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for

from helpline.reports.words import Words
from helpline.web.shared import sessions
from helpline.web.shared.pages import (
    Gateway,
    blueprint,
    error_page,
    go,
    local_path,
    page,
    words_for,
)

HIGHEST_NUMBER = 2**53


def group(name: str, module: str, gateway: Gateway) -> Blueprint:
    """Return a blueprint for pages under /desk: without a session each leads to the login.

    A page finds who is in as `g.session`.
    """
    pages = blueprint(name, module, gateway)

    @pages.before_request
    def admit() -> Response | None:
        return _admit(gateway)

    return pages


def _admit(gateway: Gateway) -> Response | None:
    session = sessions.current(gateway)
    if session is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else ""
        return go(url_for("login.form", next=local_path(back)))
    if request.method == "POST" and not sessions.is_own_form(gateway, session):
        return error_page(gateway, 400, "error_form")
    g.session = session
    sessions.note_click(gateway, session)
    return None


def words(gateway: Gateway) -> Words:
    """Return the words of whoever is in."""
    return words_for(gateway, g.session.language)


def show(gateway: Gateway, template: str, **facts: object) -> Response:
    """Return a page of the desk, with what was done just now when the address says so."""
    said = words(gateway)
    done = said.either(f"done_{request.args.get('done', '')}", "")
    return page(gateway, said, template, session=g.session, done=done, path=request.path, **facts)


def number(text: str) -> int:
    """Return a number as ours are written, 0 for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) < 16
    return int(text) if plain and int(text) < HIGHEST_NUMBER else 0


def frame_pages(gateway: Gateway) -> Blueprint:
    """Return the files all pages use, under /desk/static: for anybody, the login needs them too."""
    return blueprint("shared", __name__, gateway, static=True)


def elsewhere_pages(gateway: Gateway) -> Blueprint:
    """Return the answer to whatever under /desk is no page of any group."""
    pages = group("elsewhere", __name__, gateway)

    def nowhere(rest: str) -> Response:
        return error_page(gateway, 404)

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    pages.add_url_rule("/desk/<path:rest>", "nowhere", nowhere, methods=methods)
    return pages
