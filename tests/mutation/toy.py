"""A small module to plant faults in: what a ferry costs."""

from __future__ import annotations

from dataclasses import dataclass

CHILD = 12
HALF = CHILD // 2
FREE = ("baby", "dog")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, and what it costs."""

    price: int = HALF


def price(age: int, kind: str = "person") -> int:
    """Return the price for somebody of that age."""
    if kind in FREE:
        return 0
    if age < CHILD:
        return 4
    return 8
