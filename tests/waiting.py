"""Waiting for what happens by itself: on another thread, or in another process."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 20  # seconds; far more than anything takes, also on a busy machine


def eventually(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until `true` says so. Fails when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"it did not happen within {seconds} seconds"
        time.sleep(0.02)
