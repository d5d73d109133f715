"""Reads settings that are numbers, money or beginnings of phone numbers."""

from __future__ import annotations

import re

from helpline.settings.schema import Context, Reader
from helpline.settings.values import names

PREFIX = r"\+[1-9][0-9]{0,6}"
Price = tuple[str, float]  # the beginning of phone numbers, and what one segment to them costs


def whole(least: int, most: int, example: str) -> Reader[int]:
    """Return a reader of whole numbers from `least` to `most`."""

    def read(raw: object, _: Context) -> int:
        number = raw if isinstance(raw, int) and not isinstance(raw, bool) else None
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw.strip()):
            number = int(raw)
        if number is None or not least <= number <= most:
            wrong = f"“{raw}” is not a whole number from {least} to {most}"
            raise ValueError(f"{wrong}. Write for example {example}")
        return number

    return read


def between(least: float, most: float, example: str) -> Reader[float]:
    """Return a reader of numbers from `least` to `most`."""

    def read(raw: object, _: Context) -> float:
        number = float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", raw.strip()):
            number = float(raw)
        if number is None or not least <= number <= most:
            wrong = f"“{raw}” is not a number from {least:.10g} to {most:.10g}"
            raise ValueError(f"{wrong}. Write for example {example}")
        return number

    return read


def in_ms(seconds: Reader[float]) -> Reader[int]:
    """Return a reader of the same seconds as milliseconds, which the rooms count in."""
    return lambda raw, context: int(seconds(raw, context) * 1000)


days = whole(1, 3650, "30")
port = whole(1, 65535, "8080")
count = whole(1, 256, "4")
screen = whole(20, 182, "160")
patience = whole(1, 720, "10")
many = whole(0, 1_000_000, "200")
rate = between(0.01, 1000, "1.0")
amount = between(0, 1_000_000, "150")


def prefixes(raw: object, context: Context) -> tuple[str, ...]:
    """Return the beginnings of phone numbers, as +33."""
    parts = names(raw, context)
    if strange := [part for part in parts if not re.fullmatch(PREFIX, part)]:
        wrong = f"holds “{strange[0]}”, which is not the beginning of a number"
        raise ValueError(f"{wrong}. Write +33,+212")
    return parts


def prices(raw: object, context: Context) -> tuple[Price, ...]:
    """Return prices of one segment, written as +33=0.08."""
    return tuple(_price(part) for part in names(raw, context))


def _price(part: str) -> Price:
    found = re.fullmatch(rf"({PREFIX}) ?= ?([0-9]{{1,4}}(?:\.[0-9]{{1,6}})?)", part)
    if found is None:
        raise ValueError(f"holds “{part}”, which is not a price. Write +33=0.08,+212=0.10")
    return found[1], float(found[2])
