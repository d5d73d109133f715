"""Whether a silence is a person's or ours: when too many are silent at once, the network is the likelier cause."""

from __future__ import annotations

SMALLEST = 20  # fewer tell nothing
SHARE = 0.4  # a quiet morning leaves some three in a hundred silent (WelTel trial); four in ten is an outage


def too_many_silent(asked: int, silent: int) -> bool:
    """Tell whether so many of those asked in the last hours are silent that we should doubt ourselves."""
    return asked >= SMALLEST and silent > SHARE * asked
