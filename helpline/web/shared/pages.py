"""What all pages share: the gateway they speak for, languages, headers, the error page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from helpline.base.errors import NotSaved
from helpline.base.ports import Clock, Store
from helpline.reports.words import LANGUAGES, Words
from helpline.town.town import Town
from helpline.town.tx import Tx

log = logging.getLogger(__name__)

T = TypeVar("T")

LANGUAGE_COOKIE = "helpline-language"
YEAR = 365 * 24 * 3600

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri "
        "'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Gateway(Protocol):
    """What the pages need of the running gateway."""

    @property
    def town(self) -> Town: ...

    @property
    def clock(self) -> Clock: ...

    def read(self) -> AbstractContextManager[Store]:
        """Lend a store of this thread, for reading."""
        ...

    def change(self, work: Callable[[Tx], T]) -> T:
        """Run `work(tx)` in the engine's transaction; return what it returned once that is on disk.

        Raises NotSaved when the database cannot take it.
        """
        ...


def blueprint(name: str, module: str, gateway: Gateway, *, static: bool = False) -> Blueprint:
    """Return a blueprint whose every answer, errors too, carries the headers and speaks in words.

    `module` is the page group's own `__name__`: its templates stand beside it. `static`: so do
    files for /desk/static.
    """
    files = ("static", "/desk/static") if static else (None, None)
    pages = Blueprint(
        name,
        module,
        static_folder=files[0],
        static_url_path=files[1],
        template_folder="templates",
    )

    @pages.after_request
    def guard(response: Response) -> Response:
        response.headers.update(HEADERS)
        return _keep_language(response, gateway)

    @pages.errorhandler(413)
    @pages.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return make_response(error.get_response())
        return error_page(gateway, error.code or 500)

    @pages.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if isinstance(error, NotSaved) or _is_unavailable(gateway, error):
            log.error("the desk could not use the database: %s", type(error).__name__)
            return error_page(gateway, 503)
        log.error("a page of the desk failed", exc_info=error)
        return error_page(gateway, 500)

    return pages


def _is_unavailable(gateway: Gateway, error: Exception) -> bool:
    """Tell whether `error` means that the database does not answer, and not a bug of ours."""
    try:
        with gateway.read() as store:
            return isinstance(error, store.unavailable)
    except Exception:  # it cannot even be opened
        return True


def error_page(gateway: Gateway, code: int, key: str = "") -> Response:
    """Return the page that says what happened and what to do now; `key` names the sentence, else
    the code does."""
    words = words_for(gateway)
    key = key or (
        f"error_{code}"
        if words.knows(f"error_{code}")
        else "error_500"
        if code >= 500
        else "error_400"
    )
    response = page(gateway, words, "error.html", heading=words(key), remedy=words(f"{key}_remedy"))
    response.status_code = code
    if code in (429, 503):
        response.headers["Retry-After"] = "10"
    return response


def page(gateway: Gateway, words: Words, template: str, **facts: object) -> Response:
    """Return a page in the language of `words`."""
    standing = {
        "t": words,
        "service": gateway.town.settings.service.name,
        "now": gateway.clock.now(),
        "session": None,
    }
    return make_response(render_template(template, **{**standing, **facts}))


def go(address: str) -> Response:
    """Return the answer that sends the browser on to a page, after a form too."""
    return make_response(redirect(address, 303))


def words_for(gateway: Gateway, own: str = "") -> Words:
    """Return the words of the language asked for here, else the kept choice, else `own`, else the
    browser's."""
    wanted = (request.args.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, ""), own)
    browser = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    language = next((each for each in wanted if each in LANGUAGES), browser)
    return Words(language, gateway.town.zone_name)


def _keep_language(response: Response, gateway: Gateway) -> Response:
    wanted = request.args.get("lang", "")
    if wanted in LANGUAGES and request.cookies.get(LANGUAGE_COOKIE) != wanted:
        set_cookie(response, gateway, LANGUAGE_COOKIE, wanted, YEAR)
    return response


def set_cookie(
    response: Response, gateway: Gateway, name: str, value: str, seconds: int | None
) -> None:
    """Give the browser a cookie that scripts and other sites cannot use; `seconds` None: until it
    is closed."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=is_https(gateway),
    )


def cookie_name(gateway: Gateway, name: str = "helpline") -> str:
    """Return the cookie's name: with https, one that no other host or plain connection can set."""
    return f"__Host-{name}" if is_https(gateway) else name


def is_https(gateway: Gateway) -> bool:
    """Tell whether browsers reach us by https."""
    return gateway.town.settings.service.public_url.startswith("https://")


def is_from_here(gateway: Gateway) -> bool:
    """Tell whether the browser says that one of our own pages sent this form.

    Our own pages send no referrer, which makes browsers write the origin `null`: then
    Sec-Fetch-Site speaks, and where that is missing as well the token of the form has to do.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or origin in (
        _origin(gateway.town.settings.service.public_url),
        _origin(request.host_url),
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def local_path(wanted: str) -> str:
    """Return `wanted` when it is a page of the desk, else the first page: nobody is sent to another
    site."""
    plain = (
        wanted.startswith("/desk/")
        and "\\" not in wanted
        and "//" not in wanted
        and wanted.isprintable()
    )
    return (
        wanted
        if plain and not wanted.startswith(("/desk/login", "/desk/logout"))
        else "/desk/today"
    )
