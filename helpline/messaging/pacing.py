"""How fast texts may leave one sender: so many segments a second, with a small reserve after a
quiet while.

When the provider asks for fewer, what can wait takes a share of that, and the share grows back
slowly.
"""

from __future__ import annotations

BURST_SECONDS = 3.0
SMALLEST_BURST = 5.0
LEAST_SHARE = 1 / 16
GROWTH = 1.1  # in ten seconds


class Pace:
    """A bucket of segments. A long text may leave on the last segment left; what it owes delays the
    next one."""

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


class Restraint:
    """What is left of a pace of `per_second` segments for texts that can wait, once the provider
    asked for fewer.

    Halved each time it asks, a tenth more every ten seconds. Alarms and replies are not held by it.
    """

    def __init__(self, per_second: float) -> None:
        self._whole = per_second
        self._share, self._since = 1.0, 0.0
        self._pace: Pace | None = None  # None: nothing is held

    def share(self, now: float) -> float:
        """Return the share of the pace that may be used now, from 1/16 to 1."""
        tens = min(
            100.0, max(0.0, now - self._since) / 10
        )  # by then it is whole, and the power stays a number
        grown: float = self._share * GROWTH**tens
        return min(1.0, grown)

    def fewer(self, now: float) -> None:
        """The provider asked for fewer."""
        self._share, self._since = max(LEAST_SHARE, self.share(now) / 2), now
        if self._pace is None:
            self._pace = Pace(self._whole * self._share, now)

    def has_room(self, now: float) -> bool:
        """Tell whether a text that can wait may leave now."""
        share = self.share(now)
        if self._pace is None or share >= 1:
            self._pace = None
            return True
        self._pace.per_second = self._whole * share
        return self._pace.room(now) > 0

    def took(self, segments: int) -> None:
        """Note that a text that could have waited leaves."""
        if self._pace is not None:
            self._pace.took(segments)
