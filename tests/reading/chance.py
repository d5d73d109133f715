"""The same choice at every run: what a text is misspelt into depends on nothing but the text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def pick(things: Sequence[Thing], *because: str) -> Thing:
    """Return one of the things, always the same one for the same words."""
    return things[zlib.crc32("\0".join(because).encode()) % len(things)]


def shuffled(things: Sequence[Thing], *because: str) -> list[Thing]:
    """Return the things in an order that looks random and is always the same for these words."""
    keys = ["\0".join((*because, str(at))) for at in range(len(things))]
    ranked = sorted((zlib.crc32(key.encode()), at) for at, key in enumerate(keys))
    return [things[at] for _, at in ranked]
