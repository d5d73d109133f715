"""Where the phone calls us: texts that came in, and news of texts that went out."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from helpline.base.errors import NotSaved
from helpline.base.ports import DeliveryNews, InboundText, Intake
from helpline.providers.smsgate.errors import EVENTS, code_of
from helpline.providers.smsgate.settings import SmsGateSettings
from helpline.providers.texts import plain

log = logging.getLogger(__name__)

PROVIDER = "smsgate"
_OURS = re.compile(r"([0-9]{1,18})-[0-9a-f]{16}")

Fields = Mapping[str, Any]


def smsgate_webhooks(settings: SmsGateSettings, intake: Intake) -> Blueprint:
    """Return the route the phone calls. It answers only once what it brought is on disk, 503 when
    that could not be: the app asks again then, fifteen times unless set otherwise.

    Without a signing key every request is refused.
    """
    routes = Blueprint(PROVIDER, __name__)

    @routes.post("/smsgate/events")
    def events() -> Response:
        body = request.get_data(cache=False)
        signature = request.headers.get("X-Signature", "")
        moment = request.headers.get("X-Timestamp", "")
        if not is_genuine(settings.signing_key, body, signature, moment):
            return Response(status=403)
        event, fields = _read(body)
        try:
            return _take(event, fields, settings.number, intake)
        except NotSaved:
            log.error("What the phone handed us could not be saved; it is asked to try again.")
            return Response(status=503, headers={"Retry-After": "5"})

    return routes


def is_genuine(key: str, body: bytes, signature: str, moment: str) -> bool:
    """Say whether the phone signed this: HMAC-SHA256 of the body and the moment, in hexadecimal.

    The moment is not judged: a phone's clock may be wrong, and what comes twice is kept once.
    """
    signed = body + moment.encode("utf-8", "replace")
    made = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    given = signature.lower().encode("utf-8", "replace")
    return bool(key) and hmac.compare_digest(made.encode(), given)


def _read(body: bytes) -> tuple[str, Fields]:
    try:
        said = json.loads(body)
        return str(said["event"]), dict(said["payload"])
    except (ValueError, KeyError, TypeError):
        return "", {}


def _take(event: str, fields: Fields, number: str, intake: Intake) -> Response:
    if event in ("sms:received", "mms:received"):
        return _take_text(fields, number, intake, media=int(event == "mms:received"))
    if event in EVENTS:
        return _take_news(EVENTS[event], fields, intake)
    return Response(status=204 if event else 400)  # pings and what it may tell one day


def _take_text(fields: Fields, number: str, intake: Intake, *, media: int) -> Response:
    sender, moment = _word(fields, "sender"), _word(fields, "receivedAt")
    body = _word(fields, "message")
    if not sender or not _word(fields, "messageId"):
        return Response(status=400)
    sid = _inbound_id(_word(fields, "messageId"), sender, moment, body)
    receiver = _word(fields, "recipient") or number
    sent_at = _milliseconds(moment)
    intake.receive_text(InboundText(PROVIDER, sid, sender, receiver, body, media, sent_at=sent_at))
    return Response(status=204)


def _inbound_id(theirs: str, sender: str, moment: str, body: str) -> str:
    """Return an id that no other text has: theirs is a number of 32 bits, which tens of thousands
    of texts would soon repeat."""
    words = "\n".join((sender, moment, body)).encode("utf-8", "replace")
    return f"{theirs}-{hashlib.sha256(words).hexdigest()[:24]}"


def _take_news(status: str, fields: Fields, intake: Intake) -> Response:
    sid = _word(fields, "messageId")
    if not sid:
        return Response(status=400)
    ours = _OURS.fullmatch(sid)
    news = DeliveryNews(
        message_id=int(ours[1]) if ours else 0,
        provider_id=sid,
        status=status,
        receiver=_word(fields, "recipient"),
        error_code=code_of(_word(fields, "reason")),
        provider=PROVIDER,
    )
    intake.note_delivery(news)
    return Response(status=204)


def _word(fields: Fields, name: str) -> str:
    return plain(str(fields.get(name) or ""))


def _milliseconds(moment: str) -> int:
    with suppress(ValueError):
        return int(datetime.fromisoformat(moment).timestamp() * 1000)
    return 0
