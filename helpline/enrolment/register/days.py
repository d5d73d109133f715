"""Weekdays as offices write them, in French or English: 1234567, lun-ven, "mon,wed,fri", tous."""

from __future__ import annotations

import re

from helpline.language.folding import fold


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DAY_NAMES = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_ALL_DAYS = frozenset(_words("tous touslesjours chaquejour tlj all daily everyday alldays"))
_WORKDAYS = frozenset(_words("semaine weekdays ensemaine joursouvres"))
_WEEKEND = frozenset(_words("weekend weekends findesemaine"))


def read_days(text: str) -> str | None:
    """Return the weekdays that `text` names as ISO digits, Monday being 1, or None when it does not
    name any."""
    whole = fold(text).replace(" ", "")
    if whole in _ALL_DAYS:
        return "1234567"
    if whole in _WORKDAYS or whole in _WEEKEND:
        return "12345" if whole in _WORKDAYS else "67"
    days: set[int] = set()
    spans = re.sub(r"\s*(?:[-–—]|\b(?:a|à|au|to|bis)\b)\s*", "-", text.strip().lower())
    for part in re.split(r"[\s,;|/.+]+|\bet\b|\band\b", spans):
        days |= _span(part) if part else set()
    if not days or 0 in days:
        return None
    return "".join(str(day) for day in sorted(days))


def _span(part: str) -> set[int]:
    """Return the days of "lun", "lun-ven", "135" or "1-5"; a 0 among them where a part is none."""
    if part.isdecimal():
        return {int(digit) if digit in "1234567" else 0 for digit in part}
    ends = [_day(name) for name in part.split("-")]
    if len(ends) != 2 or 0 in ends:
        return set(ends) if len(ends) == 1 else {0}
    return {(ends[0] - 1 + ahead) % 7 + 1 for ahead in range((ends[1] - ends[0]) % 7 + 1)}


def _day(name: str) -> int:
    """Return the ISO weekday that begins as `name` does, 0 when none does."""
    folded = fold(name)
    if folded in tuple("1234567"):
        return int(folded)
    begins = (
        at
        for at, names in enumerate(_DAY_NAMES, start=1)
        if any(_begins(full, folded) for full in names)
    )
    return next(begins, 0) if len(folded) > 1 else 0


def _begins(full: str, folded: str) -> bool:
    return full.startswith(folded) or folded == full + "s"
