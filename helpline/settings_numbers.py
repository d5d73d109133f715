"""Reads settings that are numbers, money or beginnings of phone numbers; raises ValueError as settings_values does."""

from __future__ import annotations

import re
from collections.abc import Sequence


def whole(raw: object, least: int, most: int, example: str) -> int:
    """Return a whole number from `least` to `most`."""
    number = raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw.strip()):
        number = int(raw)
    if number is None or not least <= number <= most:
        raise ValueError(f"“{raw}” is not a whole number from {least} to {most}. Write for example {example}")
    return number


def rate(raw: object) -> float:
    """Return a number from 0.01 to 1000."""
    return _between(raw, 0.01, 1000, "1.0")


def amount(raw: object) -> float:
    """Return a number from 0 to a million."""
    return _between(raw, 0, 1_000_000, "150")


def _between(raw: object, least: float, most: float, example: str) -> float:
    number = float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", raw.strip()):
        number = float(raw)
    if number is None or not least <= number <= most:
        raise ValueError(f"“{raw}” is not a number from {least:.10g} to {most:.10g}. Write for example {example}")
    return number


def prefixes(parts: Sequence[str]) -> tuple[str, ...]:
    """Return the beginnings of phone numbers, as +33."""
    if strange := [part for part in parts if not re.fullmatch(r"\+[1-9][0-9]{0,6}", part)]:
        raise ValueError(f"holds “{strange[0]}”, which is not the beginning of a number. Write +33,+212")
    return tuple(parts)


def prices(parts: Sequence[str]) -> tuple[str, ...]:
    """Return prices by the beginnings of phone numbers, as +33=0.08."""
    if strange := [
        part for part in parts if not re.fullmatch(r"\+[1-9][0-9]{0,6} ?= ?[0-9]{1,4}(\.[0-9]{1,6})?", part)
    ]:
        raise ValueError(f"holds “{strange[0]}”, which is not a price. Write +33=0.08,+212=0.10")
    return tuple(part.replace(" ", "") for part in parts)
