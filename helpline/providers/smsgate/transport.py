"""Texts by the town's own phone: the app keeps each under an id of ours, and never twice.

So a text in doubt is asked for by that id, and one that is handed over again is not sent again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from helpline.base.ports import (
    Accepted,
    DeliveryNews,
    Finding,
    InboundText,
    OutboundText,
    Outcome,
    Unknown,
)
from helpline.providers.http import READ_LIMIT, Answer, HttpPool, NoAnswer
from helpline.providers.smsgate import doctor, errors
from helpline.providers.smsgate.settings import SmsGateSettings

log = logging.getLogger(__name__)


class SmsGateTransport:
    """Sends by the phone's local server, and asks it by the ids we gave."""

    name = "smsgate"

    def __init__(
        self, settings: SmsGateSettings, public_url: str = "", *, read_limit: float = READ_LIMIT
    ) -> None:
        self.sender = settings.number
        self._base, self._public_url = settings.api_base, public_url
        word = f"{settings.username}:{settings.password}".encode()
        self._headers = {"Authorization": "Basic " + b64encode(word).decode()}
        self._http = HttpPool(read_limit)

    def send(self, text: OutboundText) -> Outcome:
        """Hand `text` to the phone and return what became of it. Never raises."""
        body: dict[str, object] = {
            "id": id_of(text),
            "textMessage": {"text": text.body},
            "phoneNumbers": [text.receiver],
            "withDeliveryReport": True,
        }
        if text.valid_for > 0:
            body["ttl"] = text.valid_for
        try:
            answer = self._http.post_json(f"{self._base}/messages", body, self._headers)
        except NoAnswer as error:
            return error.outcome
        except Exception as error:
            log.exception("Sending text %d met an error nobody foresaw.", text.id)
            return Unknown(f"An unforeseen error: {type(error).__name__}.")
        if answer.status_code in (202, 409):  # 409: it has this very text already
            return Accepted(id_of(text))
        return errors.of_request(answer.status_code)

    def look_up(self, text: OutboundText, since: float) -> Sequence[Accepted]:
        """Return the phone's record of `text`. Raises LookupError."""
        record = self._record(id_of(text))
        return [Accepted(id_of(text), _state(record))] if record is not None else []

    def news_of(self, provider_id: str) -> DeliveryNews | None:
        """Return what the phone says of a text by its id. Raises LookupError."""
        record = self._record(provider_id)
        if record is None:
            return None
        receiver = (record.get("recipients") or [{}])[0]
        number = str(receiver.get("phoneNumber") or "")
        code = errors.code_of(str(receiver.get("error") or ""))
        return DeliveryNews(0, provider_id, _state(record), number, code, self.name)

    def received_since(self, since: float) -> list[InboundText]:
        """Raise NotImplementedError: its list shows the beginnings of texts alone, under ids that
        are not those it hands us texts with."""
        raise NotImplementedError("no list of whole texts that came in")

    def examine(self) -> list[Finding]:
        """Ask the phone whether it knows us, and where it hands its texts."""
        try:
            answer = self._http.get(f"{self._base}/webhooks", {}, self._headers)
        except NoAnswer as error:
            return [doctor.not_reached(self._base, error)]
        return doctor.of_webhooks(answer, self._public_url)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _record(self, provider_id: str) -> Mapping[str, Any] | None:
        try:
            answer = self._http.get(f"{self._base}/messages/{provider_id}", {}, self._headers)
        except NoAnswer as error:
            raise LookupError("The phone could not be asked.") from error
        if answer.status_code == 404 and not _is_page(answer):
            return None
        try:
            record = json.loads(answer.text)
        except ValueError as error:
            raise LookupError("The phone's answer could not be read.") from error
        if answer.status_code != 200 or not isinstance(record, dict) or "state" not in record:
            raise LookupError(f"The phone could not be asked (HTTP {answer.status_code}).")
        return record


def id_of(text: OutboundText) -> str:
    """Return the id under which the phone keeps a text.

    Ours alone would not do: after a database was begun anew the phone still has the old ones.
    """
    words = hashlib.sha256(f"{text.receiver}\n{text.body}".encode()).hexdigest()
    return f"{text.id}-{words[:16]}"


def _is_page(answer: Answer) -> bool:
    # the app answers without a body; another machine at this address, with a page
    return "html" in answer.headers.get("Content-Type", "")


def _state(record: Mapping[str, Any]) -> str:
    return errors.STATES.get(str(record["state"]), "queued")
