"""The mobile network as its own process: it loses answers, hangs, refuses, and its people answer or
do not."""

from __future__ import annotations

import heapq
import itertools
import json
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from helpline.simulator import carrier_faults as faults
from helpline.simulator.carrier import Carrier, CarrierText
from tests.chaos.campaign import OUR_NUMBER, SID, START, TOKEN, Campaign, read_campaign, role_of
from tests.chaos.dice import Dice
from tests.kit.sids import message_sid

_MID = re.compile(r"mid=(\d+)")
_ASKED = re.compile(r"(\d+) OUI")
_NAMED = re.compile(r"(\d+) Re[a-z]{3}o \(")  # the cases of a text that says several alarms
_YOURS = re.compile(r"(?:^|\s)(\d+) à vous")
TRIES = 200
STRETCH = 90_000  # ms of the racing clock for which a trouble comes or stays away
KNOCK_AGAIN = 0.3


class Troubled(Carrier):
    """A carrier that meets each text handed over with the luck of the dice."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign, self._dice = campaign, Dice(campaign.seed)
        self._met, self._looks, self._local = (
            itertools.count(),
            itertools.count(),
            threading.local(),
        )
        self.on_list_failed: Callable[[], object] = lambda: None
        slow = 15 / campaign.speed
        self._luck = [
            (0.03, faults.reset(after_accepting=False)),
            (0.05, faults.reset(after_accepting=True)),
            (0.01, faults.hang(slow, after_accepting=False)),
            (0.02, faults.hang(slow, after_accepting=True)),
            (0.03, faults.status(500)),
            (0.04, faults.status(429, 2)),
            (0.02, faults.truncate()),
            (0.05, faults.shuffled()),
            (0.05, faults.duplicated()),
            (0.15, faults.silent()),
            (0.01, faults.undelivered(30003)),
        ]
        super().__init__(
            SID,
            TOKEN,
            OUR_NUMBER,
            campaign.url,
            campaign.url,
            clock=campaign.clock,
            port=campaign.carrier_port,
        )

    def take_fault(self) -> faults.Fault:
        """Return what the next text meets."""
        fault = self._dice.weighed(self._luck, faults.NO_FAULT, "fault", next(self._met))
        self._local.fault = fault
        return fault

    def fault_of_reading(self) -> faults.Fault:
        """Return what meets somebody who asks about texts: nothing, or a stretch in which the list
        fails."""
        if not self._is_bad_time("list", self._campaign.list_fails):
            return faults.NO_FAULT
        self.on_list_failed()
        ways = [faults.status(500), faults.reset(after_accepting=False)]
        hang = faults.hang(15 / self._campaign.speed, after_accepting=False)
        return self._dice.pick([*ways, hang], "list fails", next(self._looks))

    def _tell(self, text: CarrierText, status: str, error_code: int) -> None:
        if self._is_bad_time("callbacks", self._campaign.callbacks_stop):
            self.texts.now_is(text.sid, status, error_code)  # who asks is told, nobody is called
        else:
            super()._tell(text, status, error_code)

    def _is_bad_time(self, what: str, share: float) -> bool:
        stretch = int((self._campaign.clock.now() - START) / STRETCH)
        return self._dice.share("bad time", what, stretch) < share

    @property
    def rings(self) -> bool:
        """Tell whether the text this thread is taking will arrive."""
        return self._local.fault.kind is not faults.Kind.UNDELIVERED


class People:
    """Everybody with a phone: what they type, and when. Each text is tried until the gateway has
    taken it."""

    def __init__(self, campaign: Campaign, carrier: Troubled) -> None:
        self._campaign, self._carrier, self._dice = campaign, carrier, Dice(campaign.seed)
        self._log = (campaign.path / "network.jsonl").open("a", buffering=1, encoding="utf-8")
        self._lock, self._asked = threading.Lock(), Counter[tuple[str, str]]()
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._places = itertools.count()
        self._hands = ThreadPoolExecutor(8, "people")
        self.stopping = threading.Event()
        carrier.on_text(self.reads)
        carrier.on_list_failed = lambda: self.note("list failed")

    def note(self, what: str, **about: object) -> None:
        """Write one line of the network's own log."""
        with self._lock:
            self._log.write(json.dumps({"what": what, "real": time.monotonic(), **about}) + "\n")

    def reads(self, text: CarrierText) -> None:
        """Somebody's phone rings."""
        found = _MID.search(text.callback)
        self.note(
            "accepted",
            sid=text.sid,
            mid=int(found[1]) if found else 0,
            to=text.receiver,
            body=text.body,
        )
        role, n = role_of(text.receiver)
        if not self._carrier.rings:
            return
        if role == "resident":
            self._resident(text, n)
        else:
            self._helper(text, role)

    def _resident(self, text: CarrierText, n: int) -> None:
        if ": bonjour " not in text.body:
            return
        ways = [(0.4, "silent"), (0.3, "prompt"), (0.1, "after the reminder"), (0.05, "help")]
        way = self._dice.weighed(ways, "late", "way", n)
        waits = {
            "prompt": (2, 15),
            "after the reminder": (22, 38),
            "late": (62, 140),
            "help": (5, 30),
        }
        if way in waits:
            wait = self._dice.between(*waits[way], "wait", n)
            self._say_later(
                wait, text.receiver, "3" if way == "help" else "1", message_sid(f"answer {n}")
            )

    def _helper(self, text: CarrierText, role: str) -> None:
        yours, asked, several = (
            _YOURS.search(text.body),
            _ASKED.search(text.body),
            _NAMED.findall(text.body),
        )
        wait = self._dice.between(3, 25, "think", text.sid)
        if yours:
            self._say_later(wait, text.receiver, f"{yours[1]} 1", message_sid(f"{text.sid} done"))
        elif (
            len(several) > 1
            and role == "volunteer"
            and self._dice.share("takes all", text.sid) < 0.2
        ):
            self._say_later(wait, text.receiver, "TOUS OUI", message_sid(f"{text.sid} all"))
        elif asked:
            for place, ref in enumerate(several or [asked[1]]):
                answer = self._answer(role, text.receiver, ref)
                if answer:
                    sid = message_sid(f"{text.sid} {place}")
                    self._say_later(wait + place, text.receiver, f"{ref} {answer}", sid)

    def _answer(self, role: str, phone: str, ref: str) -> str:
        if role == "coordinator":
            with self._lock:
                self._asked[phone, ref] += 1
                return "OUI" if self._asked[phone, ref] >= 2 else ""
        return self._dice.weighed([(0.25, "OUI"), (0.3, "NON")], "", "answer", phone, ref)

    def _say_later(self, wait: float, phone: str, body: str, sid: str) -> None:
        self._do_later(wait / self._campaign.speed, lambda: self._say(phone, body, sid, TRIES))

    def _do_later(self, seconds: float, errand: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._later, (time.monotonic() + seconds, next(self._places), errand))

    def _say(self, phone: str, body: str, sid: str, tries: int) -> None:
        asked_at = time.monotonic()
        status = self._carrier.text(phone, body, sid=sid)
        if 200 <= status < 300:
            self.note("taken", sid=sid, sender=phone, body=body, asked_at=asked_at)
            if self._dice.share("again", sid) < 0.1:  # providers repeat themselves
                self._do_later(
                    0.5,
                    lambda: self.note("repeated", sid=sid, status=self._again(phone, body, sid)),
                )
        elif tries:
            self._do_later(KNOCK_AGAIN, lambda: self._say(phone, body, sid, tries - 1))
        else:
            self.note("never taken", sid=sid, sender=phone, body=body)

    def _again(self, phone: str, body: str, sid: str) -> int:
        return self._carrier.text(phone, body, sid=sid)

    def live(self) -> None:
        """Do what is planned until told to stop."""
        while not self.stopping.wait(0.02):
            due = []
            with self._lock:
                while self._later and self._later[0][0] <= time.monotonic():
                    due.append(heapq.heappop(self._later)[2])
            for errand in due:
                self._hands.submit(errand)
        self._hands.shutdown(wait=True, cancel_futures=True)
        self._log.close()


def main(folder: str) -> None:
    """Run until SIGTERM."""
    campaign = read_campaign(folder)
    with Troubled(campaign) as carrier:
        people = People(campaign, carrier)
        signal.signal(signal.SIGTERM, lambda *_: people.stopping.set())
        signal.signal(signal.SIGINT, lambda *_: people.stopping.set())
        people.note("open")
        people.live()


if __name__ == "__main__":
    main(sys.argv[1])
