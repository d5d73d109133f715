"""Whether a provider should be tried: after several failures in a row it is left alone for a while,
then probed."""

from __future__ import annotations

FAILURES = 5
REST = 30.0  # seconds


class Circuit:
    """The state of one route. Times are seconds of a clock that never jumps."""

    def __init__(self) -> None:
        self.failures = 0
        self._closed_until = 0.0

    def may_try(self, now: float) -> bool:
        """Tell whether a text may be tried on this route now. After a rest one is tried, and
        decides."""
        return self.failures < FAILURES or now >= self._closed_until

    def worked(self) -> None:
        """A text was taken, or refused for a reason of its own: the provider answers."""
        self.failures = 0

    def failed(self, now: float) -> None:
        """The provider did not answer, or would take nothing."""
        self.failures += 1
        if self.failures >= FAILURES:
            self._closed_until = now + REST

    @property
    def is_open(self) -> bool:
        """Tell whether the route is given up for now."""
        return self.failures >= FAILURES
