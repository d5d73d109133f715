"""What the tests of providers share: settings, a gateway that keeps what it got, a server on
loopback."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import waitress
from flask import Flask
from jsonschema import Draft202012Validator
from waitress import wasyncore

from helpline.base.errors import NotSaved
from helpline.base.ports import DeliveryNews, InboundText, UssdEnd, UssdRequest
from helpline.providers.africastalking.settings import AfricasTalkingSettings
from helpline.providers.twilio.settings import TwilioSettings

T = TypeVar("T")
DATA = Path(__file__).parents[1] / "data"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "0123456789abcdef0123456789abcdef"
OURS = "+33639980000"
RENE = "+33639980001"
PUBLIC = "https://helpline.example.org"


def twilio_settings(api_base: str = "", **more: str) -> TwilioSettings:
    """Settings of a Twilio account in good order."""
    tokens = tuple(filter(None, more.pop("auth_token", TOKEN).split(",")))
    usual = TwilioSettings(ACCOUNT, tokens, OURS, api_base=api_base)
    return replace(usual, **more)  # type: ignore[arg-type]  # every setting named so is text


def at_settings(api_base: str = "", **more: str) -> AfricasTalkingSettings:
    """Settings of an Africa's Talking account in good order."""
    usual = AfricasTalkingSettings(username="town", api_key="key", number=OURS, api_base=api_base)
    return replace(usual, **more)  # type: ignore[arg-type]  # every setting named so is text


class KeepingGateway:
    """A gateway that keeps what it got; with `is_down` it can save nothing."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.forget()

    def forget(self) -> None:
        """Start over with empty hands."""
        self.texts: list[InboundText] = []
        self.hops: list[UssdRequest] = []
        self.ends: list[UssdEnd] = []
        self.news: list[DeliveryNews] = []
        self.screen = "CON 1. Bonjour"
        self.is_down = False

    def receive_text(self, text: InboundText) -> None:
        self._keep(self.texts, text)

    def receive_ussd(self, request: UssdRequest) -> str:
        self._keep(self.hops, request)
        return self.screen

    def end_ussd(self, end: UssdEnd) -> None:
        self._keep(self.ends, end)

    def note_delivery(self, news: DeliveryNews) -> None:
        self._keep(self.news, news)

    def wait_for_news(self, count: int) -> list[DeliveryNews]:
        """Return the news once there are `count` pieces."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.news) >= count, 5), self.news
            return list(self.news)

    def _keep(self, where: list[T], what: T) -> None:
        if self.is_down:
            raise NotSaved("The disk is full.", "Make room.")
        with self.changed:
            where.append(what)
            self.changed.notify_all()


@contextlib.contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` with the server used in earnest; yield its address."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4, map=sockets)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.02, map=sockets, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        thread.join()
        server.task_dispatcher.shutdown()
        server.close()
        wasyncore.close_all(sockets, ignore_all=True)


class TwilioDescription:
    """Twilio's own description of its API, to hold our requests and the carrier's answers
    against."""

    def __init__(self) -> None:
        spec = json.loads((DATA / "twilio_messages_openapi.json").read_text("utf-8"))
        self._spec = _with_nulls(spec)
        path = spec["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
        self._request = _with_nulls(
            path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        )

    def complaint(self, form: dict[str, str]) -> str:
        """Return what is wrong with a form posted to Messages.json, or ""."""
        known = self._request["properties"]
        unknown = sorted(set(form) - set(known))
        values = {
            name: int(value) if known.get(name, {}).get("type") == "integer" else value
            for name, value in form.items()
        }
        errors = Draft202012Validator({**self._spec, **self._request}).iter_errors(values)
        return "; ".join(
            [f"unknown: {unknown}"] * bool(unknown) + [error.message for error in errors]
        )

    def complaints_of_record(self, record: object) -> list[str]:
        """Return what is wrong with a message as the API shows it."""
        schema = {**self._spec, "$ref": "#/components/schemas/api.v2010.account.message"}
        return [error.message for error in Draft202012Validator(schema).iter_errors(record)]


def _with_nulls(schema: Any) -> Any:
    # OpenAPI 3.0 says "nullable" where JSON Schema lists null as a type.
    if isinstance(schema, list):
        return [_with_nulls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _with_nulls(part) for name, part in schema.items()}
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
