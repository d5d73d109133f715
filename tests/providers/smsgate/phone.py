"""A phone with the app SMS Gateway, as its local server speaks: written from the app's own source
(capcom6/android-sms-gateway, July 2026), which gives names and answers; values are invented."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, PASSWORD, KEY = "sms", "s3cret", "a-key-of-enough-letters"
KNOWN = {"id", "textMessage", "phoneNumbers", "simNumber", "withDeliveryReport", "ttl", "priority"}


class Phone:
    """Keeps what it is given by its id, and answers `fault` instead while there is one."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.webhooks: list[dict[str, str]] = []
        self.fault: tuple[int, str] | None = None
        self.complaints: list[str] = []
        self.hangs_up = False

    def post(self, path: str, said: dict[str, Any]) -> tuple[int, object]:
        """Take a text to send; the same id a second time is a conflict."""
        if path != "/messages":
            return 404, None
        self.asked.append(said)
        self.complaints += [f"unknown: {name}" for name in said.keys() - KNOWN]
        if not (said["textMessage"]["text"] and said["phoneNumbers"]):
            return 400, {"message": "Empty phone numbers list"}
        if said["id"] in self.texts:
            return 409, {"message": None}
        self.texts[said["id"]] = {
            "id": said["id"],
            "deviceId": "phone",
            "state": "Pending",
            "isHashed": False,
            "isEncrypted": False,
            "textMessage": said["textMessage"],
            "recipients": [{"phoneNumber": said["phoneNumbers"][0], "state": "Pending"}],
            "states": {"Pending": "2026-11-28T09:00:00.000+01:00"},
        }
        return 202, self.texts[said["id"]]

    def get(self, path: str) -> tuple[int, object]:
        """Show a text, or where events go."""
        if path == "/webhooks":
            return 200, self.webhooks
        found = self.texts.get(path.removeprefix("/messages/"))
        return (200, found) if found else (404, None)

    def reports(self, sid: str, state: str, error: str = "") -> None:
        """Let a text come to a state."""
        self.texts[sid]["state"] = state
        self.texts[sid]["recipients"][0] |= {"state": state, "error": error or None}


@contextmanager
def listening(phone: Phone) -> Iterator[str]:
    """Let the phone listen on loopback; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(lambda: phone.post(self.path, json.loads(body)))

        def do_GET(self) -> None:
            self._answer(lambda: phone.get(self.path))

        def _answer(self, made: Any) -> None:
            word = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if self.headers["Authorization"] != f"Basic {word}":
                status, value = 401, None
            else:
                status, value = phone.fault or made()
            if phone.hangs_up:
                self.connection.close()
                return
            is_words = isinstance(value, str)
            body = b"" if value is None else (value if is_words else json.dumps(value)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if is_words else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def event(name: str, **payload: object) -> bytes:
    """Return the body of an event, as the app writes it."""
    more = {"id": "e1", "webhookId": "w1", "deviceId": "phone"}
    return json.dumps({**more, "event": name, "payload": payload}, ensure_ascii=False).encode()


def signed(body: bytes, key: str = KEY, moment: str = "1795860000") -> dict[str, str]:
    """Return the headers the app puts on a body."""
    made = hmac.new(key.encode(), body + moment.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": moment, "X-Signature": made}
    return {**headers, "Content-Type": "application/json"}
