"""Texts by Africa's Talking: sending one and saying for sure what became of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from helpline.base.ports import Accepted, Finding, NotSent, OutboundText, Outcome, Refused, Unknown
from helpline.providers.http import READ_LIMIT, Answer, HttpPool, NoAnswer
from helpline.providers.listless import Listless
from helpline.providers.texts import seconds, whole_number

log = logging.getLogger(__name__)

LIVE = "https://api.africastalking.com"
SANDBOX = "https://api.sandbox.africastalking.com"

# Code of one receiver -> the state we keep, or what it means.
ACCEPTED = {100: "queued", 101: "sent", 102: "queued"}
REFUSED: dict[int, Refused] = {
    401: Refused("401", "Africa's Talking holds our texts back as risky.", settings_are_wrong=True),
    402: Refused("402", "Our sender name or number is not ours to use.", settings_are_wrong=True),
    403: Refused("403", "This is not a phone number.", number_is_dead=True),
    404: Refused("404", "This kind of number takes no texts.", number_is_dead=True),
    405: Refused("405", "The account has no money left.", settings_are_wrong=True),
    406: Refused("406", "The receiver asked for no more texts from us.", opted_out=True),
    407: Refused("407", "Africa's Talking has no way to this network."),
    409: Refused("409", "The receiver is on the operator's do-not-disturb list."),
}


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
            remedy = (
                "Fill in username and api_key of [africastalking]; docs/settings.md says where "
                "they are found."
            )
            return [Finding("problem", "Africa's Talking settings are missing.", remedy)]
        try:
            query = {"username": self._settings.username}
            answer = self._http.get(f"{self._base}/version1/user", query, self._headers())
        except NoAnswer as error:
            remedy = "Check this machine's way to the internet, and [africastalking] api_base."
            return [Finding("problem", f"Africa's Talking could not be asked ({error}).", remedy)]
        return [_of_account(answer)]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _headers(self) -> Mapping[str, str]:
        return {"apiKey": self._settings.api_key, "Accept": "application/json"}


def _meaning(answer: Answer) -> Outcome:
    status = answer.status_code
    if status == 429:
        return NotSent(
            "429",
            "Too many requests at once.",
            seconds(answer.headers.get("Retry-After")),
            wants_fewer=True,
        )
    if status == 401:
        return Refused(
            "401", "Africa's Talking does not know our username or key.", settings_are_wrong=True
        )
    if status in (400, 402, 422):
        return Refused(str(status), f"Africa's Talking refused the text (HTTP {status}).")
    if 300 <= status < 500 and status != 408:
        return NotSent(
            str(status), f"Somebody else answered in the provider's place (HTTP {status})."
        )
    if not 200 <= status < 300:
        return Unknown(f"Africa's Talking had an error of its own (HTTP {status}).")
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
    if code in ACCEPTED and sid not in ("", "None"):
        return Accepted(sid, ACCEPTED[code])
    if code in REFUSED:
        return REFUSED[code]
    if code == 502:
        return NotSent("502", "The network's gateway turned the text away.")
    if code in (500, 501) or code in ACCEPTED:
        # An error inside the provider or its gateway: nobody says on which side of the hand-over it
        # happened.
        return Unknown(f"Africa's Talking had an error of its own (code {code}).")
    log.warning("Africa's Talking answered with code %s, which is not in our table.", code)
    return Refused(str(code), f"Africa's Talking refused the text (code {code}).", is_strange=True)


def _of_account(answer: Answer) -> Finding:
    if answer.status_code == 401:
        remedy = (
            "Copy username and API key from the Africa's Talking dashboard; a new key takes some "
            "minutes to work."
        )
        return Finding("problem", "Africa's Talking does not know our username or key.", remedy)
    try:
        balance = str(json.loads(answer.text)["UserData"]["balance"])
    except (ValueError, TypeError, KeyError):
        remedy = "Check [africastalking] api_base, and the provider's status page."
        return Finding(
            "problem", f"Africa's Talking answered oddly (HTTP {answer.status_code}).", remedy
        )
    return Finding("ok", f"The Africa's Talking account holds {balance}.")
