"""The load: residents who walk the menus, over a few kept-alive connections, every request made
beforehand."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from urllib.parse import urlencode

from helpline.simulator.carrier_signature import sign

CONNECTIONS = 8
TOKEN = "0123456789abcdef0123456789abcdef"
SID = "AC0123456789abcdef0123456789abcdef"
OUR_NUMBER = "+33639980000"
PUBLIC = "https://aide.example.org"
SMS, USSD = "/twilio/sms", "/africastalking/ussd"
WALK = ("AIDE", "2", "2", "1", "9")  # help, health, today, the first area, and then rather not
WALK_TO_A_CASE = ("AIDE", "2", "2", "1", "1")
DIALS = ("", "1", "1*2", "1*2*2", "1*2*2*1", "1*2*2*1*9")


@dataclass
class Load:
    """What came of one round."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def rps(self) -> float:
        """Requests answered each second."""
        return len(self.waits) / self.seconds

    def wait(self, share: float) -> float:
        """Return the milliseconds within which `share` of the requests were answered."""
        ordered = sorted(self.waits)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class Texts:
    """Makes the texts of a town's residents; no provider id comes twice."""

    def __init__(
        self, residents: int, walk: Sequence[str] = WALK, connections: int = CONNECTIONS
    ) -> None:
        self._residents, self._walk, self._connections = residents, walk, connections
        self._ids, self._turn = count(1), count()

    def lanes(self, requests: int) -> list[list[bytes]]:
        """Return at least `requests` signed texts for all connections: each resident stays on one,
        in order."""
        walks = max(1, requests // len(self._walk) // self._connections)
        lanes = range(self._connections)
        return [[text for _ in range(walks) for text in self._one_walk(lane)] for lane in lanes]

    def one(self, place: int, words: str, sid: int = 0) -> bytes:
        """Return one text of one resident, under a provider's id of its own or the one given."""
        return _signed_text(number(place), words, sid or next(self._ids))

    def _one_walk(self, lane: int) -> Iterator[bytes]:
        who = number((next(self._turn) * self._connections + lane) % self._residents)
        for words in self._walk:
            yield _signed_text(who, words, next(self._ids))


class Hops:
    """Makes USSD hops: each resident dials, walks the help menu and leaves it."""

    def __init__(self, residents: int) -> None:
        self._residents, self._sessions = residents, count(1)

    def lanes(self, requests: int) -> list[list[bytes]]:
        """Return at least `requests` hops for all connections."""
        walks = max(1, requests // len(DIALS) // CONNECTIONS)
        return [
            [hop for _ in range(walks) for hop in self._one_call(lane)]
            for lane in range(CONNECTIONS)
        ]

    def _one_call(self, lane: int) -> Iterator[bytes]:
        session = next(self._sessions)
        who = number((session * CONNECTIONS + lane) % self._residents)
        for typed in DIALS:
            form = {
                "sessionId": f"ATUid_{session:026x}",
                "serviceCode": "*384*20#",
                "phoneNumber": who,
                "networkCode": "60401",
                "text": typed,
            }
            yield _request(USSD, urlencode(form), "")


def number(place: int) -> str:
    """Return the phone number of a resident of the benchmark's town."""
    return f"+336{10_000_000 + place}"


def drive(ports: int | Sequence[int], lanes: Sequence[Sequence[bytes]]) -> Load:
    """Send every lane over a connection of its own, one request at a time, and return what came of
    it.

    Given several ports, the lanes are dealt out to them in turn.
    """
    load, selector = Load(), selectors.DefaultSelector()
    doors = cycle([ports] if isinstance(ports, int) else ports)
    for lane in lanes:
        line = socket.create_connection(("127.0.0.1", next(doors)))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(line, selectors.EVENT_READ, _Lane(line, iter(lane)))
    started = time.perf_counter()
    for key in list(selector.get_map().values()):
        key.data.send_next()
    while selector.get_map():
        for key, _ in selector.select(30):
            if not key.data.read(load):
                selector.unregister(key.fileobj)
                key.data.line.close()
    load.seconds = time.perf_counter() - started
    return load


class _Lane:
    def __init__(self, line: socket.socket, requests: Iterator[bytes]) -> None:
        self.line, self._requests = line, requests
        self._answer, self._sent_at = b"", 0.0

    def send_next(self) -> bool:
        """Send the next request; tell whether there was one."""
        request = next(self._requests, None)
        if request is None:
            return False
        self._answer, self._sent_at = b"", time.perf_counter()
        self.line.sendall(request)
        return True

    def read(self, load: Load) -> bool:
        """Read what came; tell whether this connection is still of use."""
        data = self.line.recv(65536)
        if not data:
            raise RuntimeError("The server closed a connection.")
        self._answer += data
        end = self._answer.find(b"\r\n\r\n")
        if end < 0:
            return True
        length = int(
            self._answer[:end].lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        )
        if len(self._answer) < end + 4 + length:
            return True
        load.waits.append(time.perf_counter() - self._sent_at)
        load.refused += not self._answer.startswith(b"HTTP/1.1 200")
        return self.send_next()


def _signed_text(who: str, words: str, place: int) -> bytes:
    """Return a text as Twilio posts it, all nineteen fields of it."""
    sid = f"SM{place:032x}"
    form = {
        "ToCountry": "FR",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": words,
        "FromCountry": "FR",
        "To": OUR_NUMBER,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": SID,
        "From": who,
        "ApiVersion": "2010-04-01",
    }
    return _request(
        SMS,
        urlencode(form),
        f"X-Twilio-Signature: {sign(TOKEN, PUBLIC + SMS, list(form.items()))}\r\n",
    )


def _request(path: str, body: str, headers: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\n"
        "Host: aide.example.org\r\n"
        "User-Agent: TwilioProxy/1.1\r\n"
        "Accept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"{headers}Content-Length: {len(body)}\r\n"
        "\r\n"
        f"{body}"
    ).encode()
