"""Where Africa's Talking calls us: USSD hops, texts coming in, and news of texts that went out."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import parse_qs

from flask import Blueprint, Response, request

from helpline.base.errors import NotSaved
from helpline.base.ports import DeliveryNews, InboundText, Intake, UssdEnd, UssdRequest
from helpline.providers.africastalking.errors import STATUSES
from helpline.providers.texts import plain, read_form

log = logging.getLogger(__name__)

PROVIDER = "africastalking"

Form = Mapping[str, str]
Take = Callable[[Form, Intake], Response]


class Account(Protocol):
    """The settings read here."""

    @property
    def token(self) -> str: ...


def africastalking_webhooks(settings: Account, intake: Intake) -> Blueprint:
    """Return the routes Africa's Talking calls. Each answers only once what it brought is on disk,
    503 otherwise.

    Requests carry no signature: with `token` set, each address must end in ?token=..., so that only
    who knows it gets in. A USSD session whose hop could not be kept ends with the operator's own
    words, as ours need a language.
    """
    routes = Blueprint(PROVIDER, __name__)
    takes: dict[str, Take] = {
        "ussd": _take_hop,
        "ussd-end": _take_end,
        "sms": _take_text,
        "delivery": _take_news,
    }
    for path, take in takes.items():

        def view(take: Take = take) -> Response:
            return _kept(settings.token, take, intake)

        routes.add_url_rule(f"/africastalking/{path}", path, view, methods=["POST"])
    return routes


def _kept(token: str, take: Take, intake: Intake) -> Response:
    if not _has_token(token):
        return Response(status=403)
    form = dict(reversed(read_form(request.get_data(cache=False))))
    try:
        return take({name: plain(value) for name, value in form.items()}, intake)
    except NotSaved:
        log.error("A request of Africa's Talking's could not be saved.")
        return Response(status=503, headers={"Retry-After": "5"})


def _has_token(token: str) -> bool:
    query = parse_qs(request.environ.get("QUERY_STRING", ""), errors="replace")
    given = query.get("token", [""])[0]
    return not token or hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _take_hop(form: Form, intake: Intake) -> Response:
    if "status" in form and "text" not in form:
        return _take_end(form, intake)
    session, sender = form.get("sessionId", ""), form.get("phoneNumber", "")
    if not (session and sender):
        return Response(status=400)
    screen = intake.receive_ussd(
        UssdRequest(PROVIDER, session, sender, form.get("serviceCode", ""), form.get("text", ""))
    )
    return Response(screen, mimetype="text/plain")


def _take_end(form: Form, intake: Intake) -> Response:
    session = form.get("sessionId", "")
    if not session:
        return Response(status=400)
    intake.end_ussd(
        UssdEnd(PROVIDER, session, complete=form.get("status", "").lower() == "success")
    )
    return Response(mimetype="text/plain")


def _take_text(form: Form, intake: Intake) -> Response:
    sid, sender = form.get("id", ""), form.get("from", "")
    if not (sid and sender):
        return Response(status=400)
    intake.receive_text(
        InboundText(PROVIDER, sid, sender, form.get("to", ""), form.get("text", ""))
    )
    return Response(mimetype="text/plain")


def _take_news(form: Form, intake: Intake) -> Response:
    sid, said = form.get("id", ""), form.get("status", "")
    if not (sid and said):
        return Response(status=400)
    status = STATUSES.get(said.lower())
    if status is None:
        log.warning(
            "Africa's Talking reported a state of a text that is not in our table; it is left "
            "aside."
        )
        return Response(mimetype="text/plain")
    receiver, reason = form.get("phoneNumber", ""), form.get("failureReason", "")
    intake.note_delivery(DeliveryNews(0, sid, status, receiver, reason, provider=PROVIDER))
    return Response(mimetype="text/plain")
