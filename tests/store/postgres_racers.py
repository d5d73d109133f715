"""What a second web process does in the tests of two at once: it opens the town by itself and texts
when told."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

from helpline.app.build import Gateway, build
from helpline.base.clock import SteeredClock
from helpline.base.ports import InboundText
from helpline.settings import Settings

OUR_NUMBER = "+33639980000"


def web_process(pipe: Connection, settings: Settings, now: int) -> None:
    """Be a web process without an engine of its own duties: take in the texts that come by `pipe`,
    until None does."""
    gateway = build(settings, clock=SteeredClock(now, frozen=True), active=False)
    gateway.engine.start()
    pipe.send("ready")
    try:
        while (text := pipe.recv()) is not None:
            pipe.send(_take_in(gateway, text))
    finally:
        gateway.close_reader()
        gateway.engine.stop()


def _take_in(gateway: Gateway, text: tuple[str, str, str]) -> Any:
    sender, provider_id, body = text
    try:
        gateway.receive_text(InboundText("twilio", provider_id, sender, OUR_NUMBER, body))
    except Exception as error:
        return repr(error)
    return ""
