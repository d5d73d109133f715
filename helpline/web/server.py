"""The production web server: waitress, in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import create_server

from helpline.base.errors import HelplineError
from helpline.web.app import make_app

if TYPE_CHECKING:
    from helpline.app.build import Gateway
    from helpline.web.phones.pages import Phones


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a request whose end can be read in two ways: the rest would be a second request that
    no proxy has seen."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header. Raises ParsingError, answered 400 on a connection that then ends."""
        super().parse_header(header_plus)
        has_encoding = self.chunked or "TRANSFER_ENCODING" in self.headers
        if has_encoding and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding in one request")


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that the loop leaves alone while a worker answers on it.

    Waitress 3.0.2 calls it writable meanwhile although it may not write: its loop then spins, 15
    times for each text here, a fifth of all CPU. The worker sends by itself and wakes the loop at
    its end; only a long answer needs it.
    """

    parser_class = _Parser

    def writable(self) -> bool:
        if self.requests and not (self.will_close or self.close_when_flushed):
            return bool(self.total_outbufs_len > self.adj.outbuf_high_watermark)
        return bool(super().writable())


class WebServer:
    """Waitress on the address of the settings, in a thread of its own. `phones` are shown at
    /phones. Raises HelplineError when the address cannot be listened on."""

    def __init__(self, gateway: Gateway, phones: Phones | None = None) -> None:
        web = gateway.settings.web
        self._map: dict[int, Any] = {}
        try:
            self._server = create_server(
                make_app(gateway, phones),
                map=self._map,
                host=web.host,
                port=web.port,
                threads=web.threads,
                ident="helpline",
                max_request_body_size=1 << 20,
                channel_timeout=30,
            )
        except OSError as error:
            wasyncore.close_all(self._map)  # the socket that was to listen
            raise HelplineError(
                f"{web.host}:{web.port} cannot be listened on: {error.strerror or error}.",
                "Stop what holds it (is Helpline running already?), or set another [web] port.",
            ) from error
        self._server.channel_class = _Channel
        logging.getLogger("waitress.queue").setLevel(
            logging.ERROR
        )  # one request waiting for a thread is no news
        host, port = self._server.socket.getsockname()[:2]
        self.address = f"http://{host}:{port}"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no new requests; those under way are answered, connections that callers keep open
        are ended."""
        self._stopping.set()
        with contextlib.suppress(
            OSError
        ):  # it woke by itself and is done: there is nobody left to wake
            self._server.pull_trigger()
        self._thread.join(10)

    def _run(self) -> None:
        """Answer until told to stop. Sockets are closed by this thread alone: it is the one that
        waits on them."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1.0, use_poll=True, map=self._map, count=1)
        self._server.task_dispatcher.shutdown(timeout=5)
        for channel in list(self._server.active_channels.values()):
            channel.close_when_flushed = True
        for _ in range(20):
            if self._server.active_channels:
                wasyncore.loop(timeout=0.05, map=self._map, count=1)
        wasyncore.close_all(self._map)
