"""Bare servers to measure against: `python yardsticks.py KIND PORT ...`, KIND as named below; no
helpline in them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TextIO
from urllib.parse import parse_qsl, urlencode

ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
THREADS = 8


def hello(port: int) -> None:
    """Answer every request with a few words."""
    from flask import Flask

    app = Flask("yardstick")
    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/twilio/sms", "sms", lambda: ANSWER, methods=["POST"])
    _serve(app, port)


def commit(port: int, path: str, sink_port: str = "") -> None:
    """Read the form, keep it in SQLite behind a lock with a durable commit of its own, answer.

    With `sink_port`, hand an answering text to the provider there before the request is answered.
    """
    from flask import Flask, request

    connection = _open(path)
    lock = threading.Lock()
    app = Flask("yardstick")
    reply = _replier(sink_port) if sink_port else None

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
        if reply is not None:
            reply(values[1])
        return ANSWER

    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/twilio/sms", "sms", keep, methods=["POST"])
    app.add_url_rule("/africastalking/ussd", "ussd", keep, methods=["POST"])
    _serve(app, port)


def postgres(port: int, url: str) -> None:
    """Read the form, keep it in PostgreSQL with a transaction of its own on the thread's
    connection, answer."""
    import psycopg
    from flask import Flask, request

    with psycopg.connect(url) as first:
        first.execute(
            "CREATE TABLE texts (id bigserial PRIMARY KEY, sid text, sender text, body text)"
        )
    mine = threading.local()
    app = Flask("yardstick")

    def keep() -> str:
        form = request.form
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(url)
        values = (form["MessageSid"], form["From"], form["Body"])
        with mine.connection.transaction():
            mine.connection.execute(
                "INSERT INTO texts (sid, sender, body) VALUES (%s, %s, %s)", values
            )
        return ANSWER

    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/twilio/sms", "sms", keep, methods=["POST"])
    _serve(app, port)


def sink(port: int, wait_ms: str = "0", log: str = "") -> None:
    """Take every text that is sent, as Twilio would, answering `wait_ms` later.

    With `log`, write for each one when it came, on the clock that all processes share, for whom,
    and its words.
    """
    with open(log or os.devnull, "a", buffering=1) as arrivals:
        asyncio.run(_sink(port, int(wait_ms) / 1000, arrivals if log else None))


def _replier(sink_port: str) -> Callable[[str | None], None]:
    import urllib3

    pool = urllib3.PoolManager(maxsize=THREADS, timeout=10, retries=False)

    def reply(receiver: str | None) -> None:
        body = urlencode({"To": receiver, "From": "+33639980000", "Body": "Bonjour"})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        pool.request("POST", f"http://127.0.0.1:{sink_port}/", body=body, headers=headers)

    return reply


def _open(path: str) -> Any:
    try:  # the same SQLite as helpline's
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3

    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE texts (id INTEGER PRIMARY KEY, sid TEXT, sender TEXT, body TEXT)"
    )
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

    def __init__(self, wait: float, log: TextIO | None) -> None:
        self._wait, self._log = wait, log
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
            form, self._read = (
                self._read[end + 4 : end + 4 + length],
                self._read[end + 4 + length :],
            )
            if head.startswith(b"get "):  # our list is asked for: nobody texted
                self._answer(b'{"messages": [], "next_page_uri": null}')
            else:
                self._take(form)

    def _take(self, form: bytes) -> None:
        if self._log is not None:
            fields = dict(parse_qsl(form.decode()))
            self._log.write(
                json.dumps([time.monotonic(), fields.get("To"), fields.get("Body")]) + "\n"
            )
        self._taken += 1
        self._answer(b'{"sid": "SM%016x%016x", "status": "queued"}' % (id(self), self._taken))

    def _answer(self, body: bytes) -> None:
        answer = (
            b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s"
        )
        if self._wait:
            asyncio.get_running_loop().call_later(
                self._wait, self._transport.write, answer % (len(body), body)
            )
        else:
            self._transport.write(answer % (len(body), body))


async def _sink(port: int, wait: float, log: TextIO | None) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Carrier(wait, log), "127.0.0.1", port)
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    server.close()


if __name__ == "__main__":
    kinds: dict[str, Callable[..., None]] = {
        "hello": hello,
        "commit": commit,
        "postgres": postgres,
        "sink": sink,
    }
    kinds[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])
