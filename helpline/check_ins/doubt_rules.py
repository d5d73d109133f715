"""Whether a silence is a person's or ours.

When too many are silent at once the network is the likelier cause, and when nothing comes back, we are deaf.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

SMALLEST = 20  # fewer tell nothing
QUIET = 15 * 60_000  # a report that has not come by then should have
SHARE = 0.4  # a quiet morning leaves some three in a hundred silent (WelTel trial); four in ten is an outage


def too_many_silent(asked: int, silent: int) -> bool:
    """Tell whether so many of those asked in the last hours are silent that we should doubt ourselves.

    Those whose question came back undelivered belong to neither: that is known, and no silence.
    """
    return asked >= SMALLEST and silent > SHARE * asked


def enough_to_tell(silent: int) -> int:
    """Return how many must have been asked for `silent` to be no cause for doubt: counting further tells nothing."""
    return max(SMALLEST, ceil(silent / SHARE))


def deaf_since(heard_at: int, accepted: Iterable[int], now: int) -> int | None:
    """Return since when we have heard nothing though we should have; None when nothing tells against our ears.

    `accepted` are the moments at which a provider that reports what becomes of texts took one, `heard_at` when anything
    came from it last: a text of somebody or a report. Each text is given time, so that a first text after a long quiet
    is no sign.
    """
    awaited = sorted(at for at in accepted if heard_at < at <= now - QUIET)
    return awaited[0] if len(awaited) >= SMALLEST else None
