"""Whether a silence is a person's or ours.

When too many are silent at once, the network is the likelier cause.
"""

from __future__ import annotations

from math import ceil

SMALLEST = 20  # fewer tell nothing
# A quiet morning leaves some three in a hundred silent (WelTel trial); four in ten is an outage
SHARE = 0.4


def too_many_silent(asked: int, silent: int) -> bool:
    """Tell whether so many of those asked in the last hours are silent that we should doubt
    ourselves.

    Those whose question came back undelivered belong to neither: that is known, and no silence.
    """
    return asked >= SMALLEST and silent > SHARE * asked


def enough_to_tell(silent: int) -> int:
    """Return how many must have been asked for `silent` to be no cause for doubt: counting further
    tells nothing."""
    return max(SMALLEST, ceil(silent / SHARE))
