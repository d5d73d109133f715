"""How fast texts may leave one sender: so many segments a second, with a small reserve after a quiet while."""

from __future__ import annotations

BURST_SECONDS = 3.0
SMALLEST_BURST = 5.0


class Pace:
    """A bucket of segments. A long text may leave on the last segment left; what it owes delays the next one."""

    def __init__(self, per_second: float, now: float) -> None:
        self.per_second = per_second
        self._most = max(SMALLEST_BURST, per_second * BURST_SECONDS)
        self._left = self._most
        self._at = now

    def room(self, now: float) -> int:
        """Return how many one-segment texts may leave now."""
        self._left = min(self._most, self._left + max(0.0, now - self._at) * self.per_second)
        self._at = now
        return int(self._left) if self._left >= 1 else 0

    def took(self, segments: int) -> None:
        """Note that a text of so many segments leaves."""
        self._left -= max(segments, 1)

    def wait(self, now: float) -> float:
        """Return the seconds until the next text may leave; 0 when one may now."""
        return max(0.0, (1 - self._left) / self.per_second - max(0.0, now - self._at))
