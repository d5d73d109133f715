"""A mail server on loopback that keeps every letter: enough of SMTP for a gateway to hand one
over."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


class Postbox(socketserver.ThreadingTCPServer):
    """Listens from the moment it is made; `stop` it, or use it in a `with`. `letters` holds what
    came, oldest first."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        self.letters: list[EmailMessage] = []
        self._came = threading.Condition()
        super().__init__(("127.0.0.1", port), _Clerk)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="postbox")
        self._thread.start()

    def __enter__(self) -> Postbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port to put into [email]."""
        return int(self.server_address[1])

    def stop(self) -> None:
        """Close the counter; a second call changes nothing."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
            self.server_close()

    def keep(self, raw: bytes) -> None:
        """Keep one letter as it came over the wire."""
        letter = message_from_bytes(raw, policy=default)
        assert isinstance(letter, EmailMessage)
        with self._came:
            self.letters.append(letter)
            self._came.notify_all()

    def letters_to(self, address: str) -> list[EmailMessage]:
        """Return the letters to an address, oldest first."""
        with self._came:
            return [letter for letter in self.letters if address in str(letter["To"])]

    def wait_for(
        self, address: str, timeout: float = 5.0, *, after: int = 0
    ) -> EmailMessage | None:
        """Return the first letter to an address, waiting for it; the first `after` are left out.
        None: none came."""
        with self._came:
            self._came.wait_for(lambda: len(self.letters_to(address)) > after, timeout)
            found = self.letters_to(address)[after:]
        return found[0] if found else None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender who hangs up in the middle is no news."""


class _Clerk(socketserver.StreamRequestHandler):
    server: Postbox
    timeout = 30

    def handle(self) -> None:
        self._say("220 postbox ready")
        while line := self.rfile.readline(1000):
            verb = line[:4].strip().upper()
            if verb == b"QUIT":
                self._say("221 goodbye")
                return
            if verb == b"DATA":
                self._say("354 go on, end with a line of one dot")
                self.server.keep(self._letter())
            known = verb in {b"EHLO", b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP"}
            self._say("250 fine" if known else "502 not spoken here")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())
