"""The texts a carrier holds, and waiting for one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from helpline.base.ports import STATUSES

FINAL = ("delivered", "undelivered", "failed")


@dataclass(frozen=True, slots=True)
class CarrierText:
    """One text on the network. `at` is milliseconds since 1970, UTC; `via` the provider whose API
    carried it.

    `callback` is where the sender wants its news. `by_people`: typed on a phone, not sent by the
    gateway.
    """

    sid: str
    sender: str
    receiver: str
    body: str
    at: int
    status: str
    via: str
    by_people: bool = False
    callback: str = ""
    service: str = ""
    error_code: int = 0


class Texts:
    """All texts of a carrier, in the order they came; shared by its threads."""

    def __init__(self, most: int = 200_000) -> None:
        self._changed = threading.Condition()
        self._texts: dict[str, CarrierText] = {}
        self._by_receiver: dict[str, list[str]] = {}
        self._order: deque[str] = deque()
        self._most = most
        self._hand_overs = 0

    def handed_over(self) -> None:
        """Count one attempt to hand over a text, whatever became of it."""
        with self._changed:
            self._hand_overs += 1
            self._changed.notify_all()

    def wait_for_hand_overs(self, count: int, timeout: float) -> None:
        """Return once there were `count` attempts in all. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._hand_overs >= count, timeout):
                raise TimeoutError(f"{self._hand_overs} attempts to hand over a text, not {count}.")

    def add(self, text: CarrierText) -> None:
        """Keep `text`; the oldest is forgotten when there are too many."""
        with self._changed:
            self._texts[text.sid] = text
            self._by_receiver.setdefault(text.receiver, []).append(text.sid)
            self._order.append(text.sid)
            if len(self._order) > self._most:
                oldest = self._texts.pop(self._order.popleft())
                self._by_receiver[oldest.receiver].remove(oldest.sid)
            self._changed.notify_all()

    def get(self, sid: str) -> CarrierText | None:
        """Return the text with this id, or None."""
        with self._changed:
            return self._texts.get(sid)

    def to(self, receiver: str) -> list[CarrierText]:
        """Return the texts to `receiver`, oldest first."""
        with self._changed:
            return [self._texts[sid] for sid in self._by_receiver.get(receiver, ())]

    def all(self) -> list[CarrierText]:
        """Return every text, oldest first."""
        with self._changed:
            return [self._texts[sid] for sid in self._order]

    def now_is(self, sid: str, status: str, error_code: int = 0) -> None:
        """Move a text on to `status`; it never goes back, and a final status stays."""
        with self._changed:
            text = self._texts.get(sid)
            if text and text.status not in FINAL and _rank(status) > _rank(text.status):
                self._texts[sid] = replace(text, status=status, error_code=error_code)
                self._changed.notify_all()

    def wait(
        self, receiver: str, wanted: Callable[[CarrierText], bool], timeout: float
    ) -> CarrierText:
        """Return the first text to `receiver` that is `wanted`, waiting for it. Raises
        TimeoutError."""

        def found() -> CarrierText | None:
            return next(filter(wanted, self.to(receiver)), None)

        with self._changed:
            text = self._changed.wait_for(found, timeout)
        if text is None:
            raise TimeoutError(
                f"{receiver} got {[text.body for text in self.to(receiver)]} and nothing else."
            )
        return text


def _rank(status: str) -> int:
    return STATUSES.index(status) if status in STATUSES else -1
