"""Chance that falls the same way for the same seed and question, whatever runs at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws named by what they decide."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, *about: object) -> float:
        """Return a number from 0 to 1."""
        digest = blake2b(repr((self._seed, about)).encode(), digest_size=6).digest()
        return int.from_bytes(digest) / 2**48

    def between(self, low: float, high: float, *about: object) -> float:
        """Return a number from `low` to `high`."""
        return low + (high - low) * self.share(*about)

    def pick(self, things: Sequence[T], *about: object) -> T:
        """Return one of `things`."""
        return things[int(self.share(*about) * len(things))]

    def weighed(self, things: Sequence[tuple[float, T]], otherwise: T, *about: object) -> T:
        """Return one of `things` by its weight; `otherwise` with what is left of 1."""
        left = self.share(*about)
        for weight, thing in things:
            left -= weight
            if left < 0:
                return thing
        return otherwise
