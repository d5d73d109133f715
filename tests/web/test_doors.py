"""The web server's door: what it takes over the wire, and what it refuses."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpline.base.errors import HelplineError
from helpline.settings.sections import WebSettings
from helpline.web.server import WebServer
from tests.fakes import Town


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Town, WebServer]]:
    """A town behind the real server, on a free port of loopback."""
    town = Town(tmp_path)
    town.gateway.settings = replace(town.settings, web=WebSettings(port=0, threads=2))
    server = WebServer(town.gateway)
    server.start()
    yield town, server
    server.stop()
    town.stop()


def sent(server: WebServer, raw: bytes) -> bytes:
    """Everything the server answers on one connection to `raw`, until it ends the connection or
    falls silent."""
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=2) as line:
        line.sendall(raw)
        answer = b""
        try:
            while piece := line.recv(65_536):
                answer += piece
        except TimeoutError:
            pass
        return answer


def test_a_request_whose_end_can_be_read_in_two_ways_is_refused_and_the_connection_ended(
    served: tuple[Town, WebServer],
) -> None:
    both = (
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    answer = sent(served[1], both)
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_an_old_request_with_both_lengths_is_refused_too(served: tuple[Town, WebServer]) -> None:
    both = b"POST / HTTP/1.0\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx"
    assert sent(served[1], both).startswith(b"HTTP/1.0 400")


def test_one_length_is_well_understood(served: tuple[Town, WebServer]) -> None:
    chunked = (
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n3\r\na=b\r\n0\r\n\r\n"
    )
    assert sent(served[1], chunked).startswith(b"HTTP/1.1 403")  # unsigned, but read


@pytest.mark.parametrize("path", ["/health", "/desk/today", "/twilio/sms", "/desk/login"])
def test_options_are_not_offered(served: tuple[Town, WebServer], path: str) -> None:
    asked = f"OPTIONS {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert sent(served[1], asked.encode()).startswith(b"HTTP/1.1 405")


def test_a_busy_port_is_said_in_a_sentence(served: tuple[Town, WebServer]) -> None:
    town, server = served
    port = int(server.address.rpartition(":")[2])
    town.gateway.settings = replace(town.settings, web=WebSettings(port=port))
    with pytest.raises(HelplineError) as refused:
        WebServer(town.gateway)
    assert str(port) in refused.value.problem
    assert "[web] port" in refused.value.remedy
