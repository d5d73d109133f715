"""The only reader of the wall clock and of chance."""

from __future__ import annotations

import secrets
import threading
import time

from helpline.base.ports import Clock

JUMP = 2_000  # milliseconds


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Return milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Return seconds that never jump; only differences mean anything."""
        return time.monotonic()


class SteeredClock:
    """A clock that runs with the machine's and can be put forward: for the story, /phones and
    tests.

    With `frozen`, time stands still until `forward` is called.
    """

    def __init__(self, start_ms: int | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._frozen = frozen
        self._base = SystemClock().now() if start_ms is None else start_ms
        self._started = time.monotonic()

    def now(self) -> int:
        """Return milliseconds since 1970, UTC, as this clock has them."""
        with self._lock:
            return self._base + (
                0 if self._frozen else int((time.monotonic() - self._started) * 1000)
            )

    def monotonic(self) -> float:
        """Return seconds that go forward with this clock."""
        return self.now() / 1000

    def put_to(self, moment_ms: int) -> None:
        """Put the clock to `moment_ms`; it goes on from there."""
        with self._lock:
            self._base, self._started = moment_ms, time.monotonic()

    def forward(self, ms: int) -> None:
        """Put the clock forward by `ms` milliseconds."""
        self.put_to(self.now() + ms)


class JumpGuard:
    """Notices when the wall clock jumped: it moved otherwise than the clock that never jumps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: tuple[int, float] | None = None

    def since_last_look(self) -> int:
        """Return by how many milliseconds the wall clock jumped, forward or back, since the last
        look; 0 for none."""
        now, monotonic = self._clock.now(), self._clock.monotonic()
        seen, self._seen = self._seen, (now, monotonic)
        if seen is None:
            return 0
        by = now - seen[0] - int((monotonic - seen[1]) * 1000)
        return by if abs(by) > JUMP else 0


def jitter(seconds: float) -> float:
    """Return `seconds` give or take a fifth, so that retries of many do not meet."""
    return seconds * (0.8 + 0.4 * secrets.randbelow(1000) / 1000)


def token(size: int = 24) -> str:
    """Return an unguessable URL-safe word."""
    return secrets.token_urlsafe(size)
