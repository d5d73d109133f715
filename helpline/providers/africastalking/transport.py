"""Texts by Africa's Talking: sending one and saying for sure what became of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from helpline.base.ports import Accepted, Finding, OutboundText, Outcome, Refused, Unknown
from helpline.providers.africastalking import doctor, errors
from helpline.providers.http import READ_LIMIT, Answer, HttpPool, NoAnswer
from helpline.providers.listless import Listless
from helpline.providers.texts import seconds, whole_number

log = logging.getLogger(__name__)

LIVE = "https://api.africastalking.com"
SANDBOX = "https://api.sandbox.africastalking.com"


class Account(Protocol):
    """The settings read here."""

    @property
    def username(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def api_base(self) -> str: ...


class AfricasTalkingTransport(Listless):
    """Sends by the messaging API of Africa's Talking, one text to one receiver at a time."""

    name = "africastalking"

    def __init__(self, settings: Account, *, read_limit: float = READ_LIMIT) -> None:
        self.sender = settings.number
        self._settings = settings
        self._http = HttpPool(read_limit)
        base = settings.api_base.rstrip("/") or LIVE
        self._base = SANDBOX if base == LIVE and settings.username == "sandbox" else base

    def send(self, text: OutboundText) -> Outcome:
        """Hand `text` to Africa's Talking and return what became of it. Never raises."""
        if not (self._settings.username and self._settings.api_key):
            return Refused(
                "settings", "Africa's Talking settings are missing.", settings_are_wrong=True
            )
        form = {
            "username": self._settings.username,
            "to": text.receiver,
            "message": text.body,
            "enqueue": "1",
        }
        if self._settings.number:
            form["from"] = self._settings.number
        try:
            return _meaning(
                self._http.post(f"{self._base}/version1/messaging", form, self._headers())
            )
        except NoAnswer as error:
            return error.outcome
        except Exception as error:
            log.exception("Sending text %d met an error nobody foresaw.", text.id)
            return Unknown(f"An unforeseen error: {type(error).__name__}.")

    def examine(self) -> list[Finding]:
        """Try the credentials and read the balance without sending a text."""
        if not (self._settings.username and self._settings.api_key):
            return [doctor.nothing_to_ask_with()]
        try:
            query = {"username": self._settings.username}
            answer = self._http.get(f"{self._base}/version1/user", query, self._headers())
        except NoAnswer as error:
            return [doctor.not_asked(error)]
        return [doctor.of_account(answer)]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _headers(self) -> Mapping[str, str]:
        return {"apiKey": self._settings.api_key, "Accept": "application/json"}


def _meaning(answer: Answer) -> Outcome:
    retry_after = seconds(answer.headers.get("Retry-After"))
    if (outcome := errors.of_request(answer.status_code, retry_after)) is not None:
        return outcome
    recipient, summary = _first_recipient(answer.text)
    if recipient is None:
        return _without_recipient(summary)
    return _of_recipient(recipient)


def _first_recipient(text: str) -> tuple[dict[str, Any] | None, str]:
    try:
        data = json.loads(text)["SMSMessageData"]
        recipients, summary = data["Recipients"], str(data.get("Message", ""))
        return (dict(recipients[0]) if recipients else None), summary
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, ""


def _without_recipient(summary: str) -> Outcome:
    # "InvalidSenderId" and the like: nobody was written to, and the whole request is to blame.
    if summary and not summary.startswith("Sent to"):
        return Refused(
            summary[:40], "Africa's Talking refused our sender or account.", settings_are_wrong=True
        )
    return Unknown("Africa's Talking took the request, but its answer could not be read.")


def _of_recipient(recipient: dict[str, Any]) -> Outcome:
    code = whole_number(str(recipient.get("statusCode", "")))
    sid = str(recipient.get("messageId") or "")
    if code in errors.ACCEPTED and sid not in ("", "None"):
        return Accepted(sid, errors.ACCEPTED[code])
    return errors.of_receiver(code)
