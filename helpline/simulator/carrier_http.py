"""The carrier's listening side: requests read, answers written, and connections broken on
demand."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from helpline.simulator.carrier_faults import NO_FAULT, Fault, Kind

_BREAK_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the carrier."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the carrier answers, and the fault it shows while doing so."""

    status: int
    content: object
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault = NO_FAULT
    media_type: str = "application/json"


class CarrierServer(ThreadingHTTPServer):
    """Listens on loopback only; `stop` ends every conversation and waits for its threads."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, answer: Callable[[Call], Reply], port: int = 0) -> None:
        self.answer = answer
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._broken: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="carrier")
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, hang up on everybody, wait until nobody is left."""
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def break_off(self, connection: socket.socket) -> None:
        """Let `connection` end with a reset instead of a goodbye."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BREAK_AT_ONCE)
        with self._lock:
            self._broken.add(connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
            broken = request in self._broken
            self._broken.discard(request)
        if broken:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers who give up first are part of the exercise."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 16_384
    server: CarrierServer

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query, form = (
            dict(parse_qsl(text, keep_blank_values=True)) for text in (parts.query, raw.decode())
        )
        reply = self.server.answer(Call(self.command, parts.path, query, form, dict(self.headers)))
        match reply.fault.kind:
            case Kind.HANG:
                self.server.stopping.wait(reply.fault.seconds)
                self.close_connection = True
            case Kind.RESET:
                self.server.break_off(self.connection)
                self.close_connection = True
            case Kind.TRUNCATE:
                self._write(reply, half=True)
                self.close_connection = True
            case _:
                self._write(reply)

    def _write(self, reply: Reply, *, half: bool = False) -> None:
        content = (
            reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
        ).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if half else content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep numbers and texts out of the log."""
