"""Where Twilio calls us: texts coming in, and news of texts that went out."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, request

from helpline.base.errors import NotSaved
from helpline.base.ports import DeliveryNews, InboundText, Intake
from helpline.providers.texts import plain, whole_number
from helpline.providers.twilio.errors import STATUSES, is_opt_out
from helpline.providers.twilio.signature import genuine_form

log = logging.getLogger(__name__)

NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
OPT_OUTS = ("stop", "start", "help")
# Twilio's signature joins names and values without a mark between them, so that a captured request
# could be sent again with a name's end moved into an id: an id is taken in its own form alone.
_MESSAGE = re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.IGNORECASE)
_ONCE = frozenset(  # fields that Twilio never sends twice
    [
        "MessageSid",
        "SmsSid",
        "SmsMessageSid",
        "AccountSid",
        "From",
        "To",
        "Body",
        "NumMedia",
        "MessageStatus",
        "SmsStatus",
        "ErrorCode",
        "OptOutType",
    ]
)
_MID = re.compile(r"(?:^|&)mid=([0-9]{1,18})(?:&|$)")

Form = Mapping[str, str]


class Account(Protocol):
    """The settings read here."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_tokens(self) -> tuple[str, ...]: ...


def twilio_webhooks(settings: Account, public_url: str, intake: Intake) -> Blueprint:
    """Return the routes Twilio calls. Each answers only once what it brought is on disk, 503 when
    it could not be.

    `public_url` is 'https://host[:port][/prefix]', as typed into the Twilio console: signatures are
    checked against it and the path that came over the wire, never against the Host header. Without
    it every request is refused.
    """
    door = _Door(settings, public_url)
    routes = Blueprint("twilio", __name__)

    def take_text() -> Response:
        return _kept(door, lambda form: _take_text(form, intake))

    def take_status() -> Response:
        return _kept(door, lambda form: _take_status(form, intake))

    routes.add_url_rule("/twilio/sms", "sms", take_text, methods=["POST"])
    routes.add_url_rule("/twilio/sms-fallback", "sms_fallback", take_text, methods=["POST"])
    routes.add_url_rule("/twilio/status", "status", take_status, methods=["POST"])
    return routes


def address_called(public_url: str, environ: Mapping[str, Any]) -> str:
    """Return the address the caller used: `public_url` and the path and query as they came over the
    wire.

    A proxy may or may not have taken the prefix of `public_url` off; either way it is there once.
    """
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if not raw:
        query = environ.get("QUERY_STRING")
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        raw = quote(path.encode("latin-1")) + (f"?{query}" if query else "")
    if not raw.startswith("/"):  # the absolute form: take what follows scheme and host
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    prefix = urlsplit(public_url).path
    if prefix and raw.startswith(prefix + "/"):
        raw = raw[len(prefix) :]
    return public_url + raw


class _Door:
    """Lets genuine requests in; says once in the log why none can be genuine."""

    def __init__(self, settings: Account, public_url: str) -> None:
        self._settings = settings
        self._public_url = public_url.rstrip("/")
        self._said = False

    def open_to_caller(self) -> dict[str, str] | None:
        """Return the form of this request, first values only, or None when Twilio did not sign it
        for us."""
        if not (self._public_url and self._settings.auth_tokens and self._settings.account_sid):
            self._say_once()
            return None
        form = genuine_form(
            self._settings.auth_tokens,
            address_called(self._public_url, request.environ),
            request.get_data(cache=False),
            request.environ.get("CONTENT_TYPE", ""),
            request.headers,
            request.method,
        )
        if form is None or _says_twice(form):
            return None
        fields = dict(reversed(form))
        return fields if fields.get("AccountSid", "") in ("", self._settings.account_sid) else None

    def _say_once(self) -> None:
        if not self._said:
            self._said = True
            log.error(
                "Twilio's requests are refused: their signature cannot be checked without "
                "[service] public_url, [twilio] account_sid and auth_token. `helpline doctor` "
                "says more."
            )


def _says_twice(form: Sequence[tuple[str, str]]) -> bool:
    names = [name for name, _ in form if name in _ONCE]
    return len(names) != len(set(names))


def _kept(door: _Door, take: Callable[[Form], Response]) -> Response:
    form = door.open_to_caller()
    if form is None:
        return Response(status=403)
    try:
        return take(form)
    except NotSaved:
        log.error("A request of Twilio's could not be saved; it is asked to try again.")
        return Response(status=503, headers={"Retry-After": "5"})


def _take_text(form: Form, intake: Intake) -> Response:
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid") or ""
    sender = form.get("From") or ""
    if not (_MESSAGE.fullmatch(sid) and sender and form.get("AccountSid")):
        return Response(status=400)
    if form.get("ErrorCode"):
        log.warning(
            "Twilio used our second address: the first one failed with %d.",
            whole_number(form["ErrorCode"]),
        )
    opt_out = form.get("OptOutType", "").lower()
    intake.receive_text(
        InboundText(
            provider="twilio",
            provider_id=plain(sid),
            sender=plain(sender),
            receiver=plain(form.get("To", "")),
            body=plain(form.get("Body", "")),
            media=whole_number(form.get("NumMedia")),
            opt_out=opt_out if opt_out in OPT_OUTS else "",
        )
    )
    return Response(NOTHING_TO_SAY, mimetype="text/xml")


def _take_status(form: Form, intake: Intake) -> Response:
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    said = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not (_MESSAGE.fullmatch(sid) and said and form.get("AccountSid")):
        return Response(status=400)
    status = STATUSES.get(said.lower())
    if status is None:
        log.warning("Twilio reported a state of a text that is not in our table; it is left aside.")
        return Response(status=204)
    mid = _MID.search(request.environ.get("QUERY_STRING", ""))
    intake.note_delivery(
        DeliveryNews(
            message_id=int(mid[1]) if mid else 0,
            provider_id=plain(sid),
            status=status,
            receiver=plain(form.get("To", "")),
            error_code=plain(form.get("ErrorCode", "")),
            provider="twilio",
            opted_out=is_opt_out(form.get("ErrorCode", "")),
        )
    )
    return Response(status=204)
