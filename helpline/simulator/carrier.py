"""A mobile network on loopback that speaks Twilio's and Africa's Talking's APIs: no text leaves
this machine."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Self

from helpline.base.clock import SystemClock
from helpline.base.ports import Clock
from helpline.simulator import carrier_apis
from helpline.simulator.carrier_faults import NO_FAULT, Fault, Kind
from helpline.simulator.carrier_http import CarrierServer
from helpline.simulator.carrier_signature import Form
from helpline.simulator.carrier_texts import CarrierText, Texts
from helpline.simulator.carrier_webhooks import Caller, Errands

__all__ = ["Carrier", "CarrierText"]

_AT_WORDS = {"sent": "Sent", "delivered": "Success", "undelivered": "Failed"}


class Carrier:
    """A network with phones on it. It listens from the moment it is made; `stop` it, or use it in a
    `with`.

    `gateway_url` is where the gateway listens (it may be set later), `public_url` the address it
    believes to be known by, which signatures are made for. With `callbacks`, each text that was
    taken is reported as sent, then as delivered. `check` may look at each form posted to Twilio's
    API and return a complaint, or "".
    """

    def __init__(  # noqa: PLR0913
        self,
        account_sid: str,
        auth_token: str,
        number: str,
        gateway_url: str | None = None,
        public_url: str | None = None,
        at_username: str = "sandbox",
        callbacks: bool = True,
        *,
        at_api_key: str = "",
        at_token: str = "",
        at_number: str = "",
        clock: Clock | None = None,
        check: Callable[[dict[str, str]], str] | None = None,
        port: int = 0,
    ) -> None:
        self.account_sid, self.auth_token, self.number = account_sid, auth_token, number
        self.at_username, self.at_api_key, self.at_token = at_username, at_api_key, at_token
        self.at_number = at_number or number
        self.callbacks, self.check = callbacks, check
        self.account_status, self.account_type, self.balance = "active", "Full", "25.00"
        ours = (public_url or gateway_url or "").rstrip("/")
        self.sms_url = f"{ours}/twilio/sms" if ours else ""
        self.sms_fallback_url, self.sms_method = f"{self.sms_url}-fallback" if ours else "", "POST"
        self.reading_fault = NO_FAULT
        self.complaints: list[str] = []
        self.texts = Texts()
        self._clock = clock or SystemClock()
        self._caller = Caller(auth_token, gateway_url, public_url)
        self._errands = Errands()
        self._faults: list[Fault] = []
        self._listeners: list[Callable[[CarrierText], object]] = []
        self._lock = threading.Lock()
        self._server = CarrierServer(lambda call: carrier_apis.answer(self, call), port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Hang up on everybody and wait for the carrier's threads; a second call changes
        nothing."""
        if not self._server.stopping.is_set():
            self._server.stop()
            self._errands.stop()
            self._caller.close()

    @property
    def api_base(self) -> str:
        """The address to put into `api_base` of [twilio] and [africastalking]."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def gateway_url(self) -> str | None:
        """Where the gateway listens; None while there is none."""
        return self._caller.gateway_url

    @gateway_url.setter
    def gateway_url(self, url: str | None) -> None:
        self._caller.gateway_url = url

    # --- what people do on their phones -----------------------------------------------------------

    def text(
        self, sender: str, body: str, to: str | None = None, *, via: str = "twilio", sid: str = ""
    ) -> int:
        """Send `body` from a phone to the helpline; return the gateway's HTTP status, 0 when it did
        not answer.

        The network keeps the text either way, so that the gateway can find it later. A `sid` given
        twice is a delivery repeated.
        """
        ours = self.number if via == "twilio" else self.at_number
        text = CarrierText(
            sid or _new_sid(),
            sender,
            to or ours,
            body,
            self._clock.now(),
            "received",
            via,
            by_people=True,
        )
        if self.texts.get(text.sid) is None:
            self.texts.add(text)
        if via == "africastalking":
            return self._call_at("/africastalking/sms", _at_inbound(text))[0]
        return self._caller.call("/twilio/sms", _twilio_inbound(self.account_sid, text))[0]

    def dial(self, sender: str, session: str, code: str, typed: str = "") -> str:
        """Dial a USSD code or type on; return the screen, "" when the gateway shows none.

        `typed` is everything typed since dialling, joined by `*`.
        """
        form = [("sessionId", session), ("serviceCode", code), ("phoneNumber", sender)]
        status, screen = self._call_at(
            "/africastalking/ussd", [*form, ("networkCode", "99999"), ("text", typed)]
        )
        return screen if status == 200 else ""

    def end_session(
        self, session: str, sender: str = "", code: str = "", status: str = "Incomplete"
    ) -> int:
        """Tell the gateway that a USSD session is over; return its HTTP status."""
        form = [
            ("sessionId", session),
            ("serviceCode", code),
            ("phoneNumber", sender),
            ("status", status),
        ]
        return self._call_at(
            "/africastalking/ussd-end", [*form, ("durationInMillis", "1000"), ("hopsCount", "1")]
        )[0]

    # --- what arrived on them ---------------------------------------------------------------------

    def texts_to(self, phone: str) -> list[CarrierText]:
        """Return what was sent to `phone`, oldest first."""
        return self.texts.to(phone)

    def wait_for(
        self, phone: str, containing: str = "", timeout: float = 5.0, *, after: int = 0
    ) -> CarrierText:
        """Return the first text to `phone` with these words, waiting for it; the first `after` are
        left out.

        Raises TimeoutError naming what came instead.
        """
        known = {text.sid for text in self.texts_to(phone)[:after]}
        return self.texts.wait(
            phone, lambda text: text.sid not in known and containing in text.body, timeout
        )

    def wait_for_status(self, sid: str, status: str, timeout: float = 5.0) -> CarrierText:
        """Return the text `sid` once it has this status. Raises TimeoutError."""
        text = self.texts.get(sid)
        if text is None:
            raise LookupError(f"The carrier has no text {sid}.")
        return self.texts.wait(
            text.receiver, lambda one: one.sid == sid and one.status == status, timeout
        )

    def wait_for_hand_overs(self, count: int, timeout: float = 5.0) -> None:
        """Return once the gateway tried to hand over `count` texts in all, whatever became of
        them."""
        self.texts.wait_for_hand_overs(count, timeout)

    def on_text(self, callback: Callable[[CarrierText], object]) -> None:
        """Call `callback` with each text the gateway sends from now on; it runs on the carrier's
        threads."""
        self._listeners.append(callback)

    def settle(self) -> None:
        """Wait until all news of texts sent so far was told."""
        self._errands.finish()

    # --- what goes wrong --------------------------------------------------------------------------

    def next_faults(self, faults: Iterable[Fault]) -> None:
        """Let the next texts handed over meet `faults`, one each (see carrier_faults)."""
        with self._lock:
            self._faults.extend(faults)

    def take_fault(self) -> Fault:
        """Return the fault the next text meets, and strike it off."""
        with self._lock:
            return self._faults.pop(0) if self._faults else NO_FAULT

    def fault_of_reading(self) -> Fault:
        """Return the fault that a question about texts meets: of the list, or of one of them."""
        return self.reading_fault

    def accept(  # noqa: PLR0913
        self,
        *,
        via: str,
        sender: str,
        receiver: str,
        body: str,
        callback: str = "",
        service: str = "",
        fault: Fault = NO_FAULT,
    ) -> CarrierText:
        """Take one text from a sender: keep it, tell the listeners, plan its news."""
        text = CarrierText(
            _new_sid(),
            sender,
            receiver,
            body,
            self._clock.now(),
            "queued",
            via,
            callback=callback,
            service=service,
        )
        self.texts.add(text)
        for listener in tuple(self._listeners):
            with contextlib.suppress(Exception):
                listener(text)
        for status, code in _news(fault) if self.callbacks else ():
            self._errands.add(lambda status=status, code=code: self._tell(text, status, code))  # type: ignore[misc]
        return text

    def report(self, sid: str, status: str, error_code: int = 0) -> None:
        """Tell the gateway now what became of a text; for tests that steer the news themselves."""
        text = self.texts.get(sid)
        if text is not None:
            self._tell(text, status, error_code)

    def _tell(self, text: CarrierText, status: str, error_code: int) -> None:
        self.texts.now_is(text.sid, status, error_code)
        if text.via == "africastalking":
            self._call_at("/africastalking/delivery", _at_news(text, status, error_code))
            return
        path = self._caller.path_of(text.callback)
        if path is not None:
            news = replace(text, status=status, error_code=error_code)
            self._caller.call(path, _twilio_news(self.account_sid, news))

    def _call_at(self, path: str, form: Form) -> tuple[int, str]:
        query = f"?token={self.at_token}" if self.at_token else ""
        return self._caller.call(path + query, form, signed=False)


def _news(fault: Fault) -> list[tuple[str, int]]:
    usual = [("sent", 0), ("delivered", 0)]
    match fault.kind:
        case Kind.SILENT:
            return []
        case Kind.SHUFFLED:
            return usual[::-1]
        case Kind.DUPLICATED:
            return [news for news in usual for _ in range(2)]
        case Kind.UNDELIVERED:
            return [("sent", 0), ("undelivered", fault.code)]
        case _:
            return usual


def _new_sid() -> str:
    return "SM" + uuid.uuid4().hex


def _twilio_inbound(account_sid: str, text: CarrierText) -> Form:
    places = [
        (end + part, "") for end in ("From", "To") for part in ("Country", "State", "City", "Zip")
    ]
    return [
        *places,
        ("MessageSid", text.sid),
        ("SmsSid", text.sid),
        ("SmsMessageSid", text.sid),
        ("AccountSid", account_sid),
        ("SmsStatus", "received"),
        ("From", text.sender),
        ("To", text.receiver),
        ("Body", text.body),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("ApiVersion", "2010-04-01"),
    ]


def _twilio_news(account_sid: str, text: CarrierText) -> Form:
    form = [
        ("MessageSid", text.sid),
        ("SmsSid", text.sid),
        ("AccountSid", account_sid),
        ("MessageStatus", text.status),
        ("SmsStatus", text.status),
        ("From", text.sender),
        ("To", text.receiver),
        ("ApiVersion", "2010-04-01"),
    ]
    return form + ([("ErrorCode", str(text.error_code))] if text.error_code else [])


def _at_inbound(text: CarrierText) -> Form:
    ends = [("from", text.sender), ("to", text.receiver)]
    return [
        ("id", text.sid),
        ("linkId", ""),
        *ends,
        ("text", text.body),
        ("date", ""),
        ("networkCode", "99999"),
    ]


def _at_news(text: CarrierText, status: str, error_code: int) -> Form:
    reason = [("failureReason", str(error_code))] if error_code else []
    return [
        ("id", text.sid),
        ("status", _AT_WORDS[status]),
        ("phoneNumber", text.receiver),
        *reason,
    ]
