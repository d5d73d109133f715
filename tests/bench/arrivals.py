"""What reached the provider and when: the sink's log, read while it grows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text at the provider; `at` is on `time.monotonic`, the clock all processes of a machine
    share."""

    at: float
    receiver: str
    body: str


class Arrivals:
    """All texts that reached one sink."""

    def __init__(self, log: Path) -> None:
        log.touch()
        self._log = log.open(encoding="utf-8")
        self._rest = ""
        self.all: list[Arrival] = []

    def wait_for(
        self, wanted: Callable[[Arrival], bool], since: int, limit: float = 60.0
    ) -> Arrival:
        """Return the first text that is `wanted` of all but the first `since`, waiting for it so
        many seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            self.read()
            for text in self.all[since:]:
                if wanted(text):
                    return text
            since = len(self.all)
            time.sleep(0.002)
        raise RuntimeError("A text that was waited for never reached the provider.")

    def wait_for_text_to(self, receiver: str, since: int) -> Arrival:
        """As `wait_for`, for any text to that receiver."""
        return self.wait_for(lambda text: text.receiver == receiver, since)

    def wait_for_more(self, count: int, limit: float = 60.0) -> None:
        """Wait until so many more texts have come."""
        self.read()
        wanted, end = len(self.all) + count, time.monotonic() + limit
        while len(self.all) < wanted:
            if time.monotonic() > end:
                raise RuntimeError("Nothing reaches the provider any more.")
            time.sleep(0.002)
            self.read()

    def read(self) -> None:
        """Take in what has come by now."""
        lines = (self._rest + self._log.read()).split("\n")
        self._rest = lines.pop()
        self.all.extend(Arrival(*json.loads(line)) for line in lines)

    def close(self) -> None:
        """Close the log."""
        self._log.close()
