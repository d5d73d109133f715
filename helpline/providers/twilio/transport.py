"""Texts by Twilio: sending one and saying for sure what became of it, finding it again, catching up
on missed ones."""

from __future__ import annotations

import json
import logging
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from helpline.base.ports import (
    Accepted,
    DeliveryNews,
    Finding,
    InboundText,
    NotSent,
    OutboundText,
    Outcome,
    Refused,
    Unknown,
)
from helpline.providers.http import READ_LIMIT, Answer, HttpPool, NoAnswer
from helpline.providers.texts import seconds, whole_number
from helpline.providers.twilio import errors, inbox

log = logging.getLogger(__name__)

LONGEST_VALIDITY = 36_000
EARLIER = 5.0  # seconds a provider's clock may lag behind ours
MOST_RECORDS = 1_000
TRIAL_WORDS = "Sent from your Twilio trial account - "


class Account(Protocol):
    """The settings read here."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_tokens(self) -> tuple[str, ...]: ...
    @property
    def number(self) -> str: ...
    @property
    def messaging_service_sid(self) -> str: ...
    @property
    def api_base(self) -> str: ...


class TwilioTransport:
    """Sends by Twilio's Messages API with its official client, which is loaded at the first
    send."""

    name = "twilio"

    def __init__(
        self, settings: Account, public_url: str = "", *, read_limit: float = READ_LIMIT
    ) -> None:
        self.sender = settings.number or settings.messaging_service_sid
        self._settings = settings
        self._public_url = public_url.rstrip("/")
        self._http = _ApiHttp(settings.api_base, read_limit)
        self._lock = threading.Lock()
        self._made: Any = None

    def send(self, text: OutboundText) -> Outcome:
        """Hand `text` to Twilio and return what became of it. Never raises."""
        missing = _missing(self._settings)
        if missing:
            return Refused("settings", missing, settings_are_wrong=True)
        try:
            return _accepted(self.client().messages.create(**self._fields(text)))
        except (_Answered, NoAnswer) as error:
            return error.outcome
        except ValueError:
            return Unknown("Twilio took the request, but its answer could not be read.")
        except Exception as error:
            log.exception("Sending text %d met an error nobody foresaw.", text.id)
            return Unknown(f"An unforeseen error: {type(error).__name__}.")

    def look_up(self, text: OutboundText, since: float) -> Sequence[Accepted]:
        """Return Twilio's records with the words of `text`, sent at or after `since`. Raises
        LookupError."""
        records = [
            _as_accepted(record)
            for record in self._records(text.receiver, since - EARLIER)
            if record.direction == "outbound-api" and _same_words(record.body, text.body)
        ]
        return records[::-1]

    def news_of(self, provider_id: str) -> DeliveryNews | None:
        """Return what Twilio says of a text by its SID. Raises LookupError when Twilio cannot be
        asked."""
        from twilio.base.exceptions import TwilioRestException

        try:
            record = self.client().messages(provider_id).fetch()
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise LookupError("Twilio could not be asked.") from error
        except Exception as error:
            raise LookupError("Twilio could not be asked.") from error
        status = errors.STATUSES.get(str(record.status), "")
        if not status:
            return None
        code = str(record.error_code or "")
        opted_out = errors.is_opt_out(code)
        return DeliveryNews(0, provider_id, status, record.to or "", code, self.name, opted_out)

    def received_since(self, since: float) -> list[InboundText]:
        """Return the texts people sent to our number at or after `since`, oldest first, as Twilio
        kept them.

        Raises LookupError when Twilio cannot be asked, NotImplementedError without a number of our
        own.
        """
        if not self._settings.number:
            raise NotImplementedError("a messaging service has no list of its own")
        return list(self.messages_to(self._settings.number, since))

    def messages_to(self, number: str, since: float) -> Iterator[InboundText]:
        """Yield the texts people sent to `number` at or after `since`, oldest first, for catching
        up.

        Raises LookupError when Twilio cannot be asked.
        """
        missing = _missing(self._settings)
        if missing:
            raise LookupError(missing)
        try:
            yield from inbox.texts_to(self._http.request, self._settings, number, since)
        except Exception as error:
            raise _not_asked(error) from error

    def examine(self) -> list[Finding]:
        """Try the account, the number and its addresses without sending a text."""
        missing = _missing(self._settings)
        if missing:
            return [
                Finding(
                    "problem",
                    missing,
                    "Fill in the [twilio] settings; docs/settings.md names them.",
                )
            ]
        from helpline.providers.twilio.doctor import examine

        return examine(self.client, self._settings, self._public_url)

    def client(self) -> Any:
        """Return Twilio's own client, made once. Loading it takes a quarter of a second and 25
        MB."""
        with self._lock:
            if self._made is None:
                from twilio.rest import Client

                account, tokens = self._settings.account_sid, self._settings.auth_tokens
                # An environment of its own: no TWILIO_* variable of the machine changes where texts
                # go.
                self._made = Client(
                    account, tokens[0], http_client=self._http, environment={"TWILIO_EDGE": ""}
                )
            return self._made

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _fields(self, text: OutboundText) -> dict[str, object]:
        fields: dict[str, object] = {"to": text.receiver, "body": text.body}
        if self._settings.messaging_service_sid:
            fields["messaging_service_sid"] = self._settings.messaging_service_sid
        else:
            fields["from_"] = self._settings.number
        if self._public_url:
            fields["status_callback"] = f"{self._public_url}/twilio/status?mid={text.id}"
        if text.valid_for > 0:
            fields["validity_period"] = min(text.valid_for, LONGEST_VALIDITY)
        return fields

    def _records(self, receiver: str, since: float) -> Iterator[Any]:
        # Newest first; no DateSent filter, because a text that still waits has no such date.
        missing = _missing(self._settings)
        if missing:
            raise LookupError(missing)
        try:
            for record in self.client().messages.stream(
                to=receiver, page_size=50, limit=MOST_RECORDS
            ):
                if record.date_created is not None and record.date_created.timestamp() < int(since):
                    return
                yield record
        except Exception as error:
            raise _not_asked(error) from error


class _Answered(Exception):
    """Twilio answered, and not with the text taken."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _ApiHttp:
    """What the official client talks through: our connections, our host, and errors told apart
    where they arise."""

    is_async = False

    def __init__(self, api_base: str, read_limit: float) -> None:
        self._base = api_base.rstrip("/")
        self._pool = HttpPool(read_limit)
        self.close = self._pool.close

    def request(  # noqa: PLR0913
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Answer:
        """Return Twilio's answer to one request; raise _Answered when it is not a success."""
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
        if method == "POST":
            answer = self._pool.post(self._here(url), data or {}, sent)
        else:
            answer = self._pool.get(self._here(url), params or {}, sent)
        if not 200 <= answer.status_code < 300:
            raise _Answered(_meaning(answer))
        return answer

    def _here(self, url: str) -> str:
        # `api_base` may be a rehearsal, a region's host or a provider that speaks the same API.
        if not self._base:
            return url
        parts = urlsplit(url)
        return f"{self._base}{parts.path}{'?' + parts.query if parts.query else ''}"


def _not_asked(error: Exception) -> LookupError:
    if isinstance(error, LookupError) and not isinstance(error, KeyError):
        return error
    why = getattr(getattr(error, "outcome", None), "reason", type(error).__name__)
    return LookupError(f"Twilio could not be asked: {why}")


def _meaning(answer: Answer) -> Outcome:
    status = answer.status_code
    if status >= 500:
        return Unknown(f"Twilio had an error of its own (HTTP {status}).")
    code = _code(answer.text)
    if status == 408:
        return Unknown("The request took too long on its way (HTTP 408).")
    if not code and status not in (401, 429):
        # Not Twilio's words: a proxy or a hotel's log-in page stood in between.
        return NotSent(str(status), f"Somebody else answered in Twilio's place (HTTP {status}).")
    return errors.outcome(code, status, seconds(answer.headers.get("Retry-After")))


def _code(text: str) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return ""
    return str(said.get("code") or said.get("status") or "") if isinstance(said, dict) else ""


def _accepted(record: Any) -> Accepted | Unknown:
    return _as_accepted(record) if record.sid else Unknown("Twilio's answer names no text.")


def _as_accepted(record: Any) -> Accepted:
    return Accepted(
        record.sid,
        errors.STATUSES.get(str(record.status), "queued"),
        whole_number(str(record.num_segments or "")),
    )


def _same_words(theirs: str | None, ours: str) -> bool:
    return theirs is not None and theirs.removeprefix(TRIAL_WORDS) == ours


def _missing(settings: Account) -> str:
    wanted = {
        "account_sid": settings.account_sid,
        "auth_token": settings.auth_tokens,
        "number": settings.number or settings.messaging_service_sid,
    }
    lacking = [name for name, value in wanted.items() if not value]
    return f"Twilio settings are missing: {', '.join(lacking)}." if lacking else ""
