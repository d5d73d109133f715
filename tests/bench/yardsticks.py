"""Bare servers to measure against: `python yardsticks.py hello|commit|sink PORT ...`. Nothing of helpline is loaded."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
THREADS = 8


def hello(port: int) -> None:
    """Answer every request with a few words."""
    from flask import Flask

    app = Flask("yardstick")
    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/twilio/sms", "sms", lambda: ANSWER, methods=["POST"])
    _serve(app, port)


def commit(port: int, path: str) -> None:
    """Read the form, keep it in SQLite behind a lock with a durable commit of its own, answer."""
    from flask import Flask, request

    connection = _open(path)
    lock = threading.Lock()
    app = Flask("yardstick")

    def keep() -> str:
        form = request.form
        values = (
            form.get("MessageSid") or form.get("text"),
            form.get("From") or form.get("phoneNumber"),
            form.get("Body"),
        )
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO texts (sid, sender, body) VALUES (?, ?, ?)", values)
            connection.execute("COMMIT")
        return ANSWER

    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/twilio/sms", "sms", keep, methods=["POST"])
    app.add_url_rule("/africastalking/ussd", "ussd", keep, methods=["POST"])
    _serve(app, port)


def sink(port: int) -> None:
    """Take every text that is sent, as Twilio would, and forget it."""
    asyncio.run(_sink(port))


def _open(path: str) -> Any:
    try:  # the same SQLite as helpline's
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, sid TEXT, sender TEXT, body TEXT)")
    return connection


def _serve(app: Any, port: int) -> None:
    from waitress.server import create_server

    server = create_server(app, host="127.0.0.1", port=port, threads=THREADS, ident="yardstick")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    server.run()


class _Carrier(asyncio.Protocol):
    """One connection of the sink."""

    def __init__(self) -> None:
        self._read = b""
        self._taken = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end].lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
            if len(self._read) < end + 4 + length:
                return
            self._read = self._read[end + 4 + length :]
            self._taken += 1
            body = b'{"sid": "SM%016x%016x", "status": "queued"}' % (id(self), self._taken)
            self._transport.write(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                % (len(body), body)
            )


async def _sink(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Carrier, "127.0.0.1", port)
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    server.close()


if __name__ == "__main__":
    kinds: dict[str, Callable[..., None]] = {"hello": hello, "commit": commit, "sink": sink}
    kinds[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])
