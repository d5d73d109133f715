"""An hour or a date as people type them, in any of the town's languages; the words are data."""

import re
from datetime import date, timedelta
from itertools import pairwise

from helpline.language.folding import fold
from helpline.language.spoken_words import SpokenWords

_UNPARTED = re.compile(r"\b(\d{1,2})(\d\d)\b(?= ?(?:am|pm)?$)")
_RANGE = re.compile(r"\d\s*[-–—/+]\s*\d")


def read_hour(spoken: SpokenWords, text: str) -> str | None:
    """Return the time of day `text` names as "HH:MM", or None; "8" is eight in the morning, a range
    is no time."""
    folded = fold(text)
    if _RANGE.search(text):
        return None
    parted = _UNPARTED.sub(r"\1 \2", spoken.joined(folded))
    words = [word for word in parted.split() if word not in spoken.beside]
    numbers = [number for word in words if (number := _number(spoken, word)) is not None]
    extras = [spoken.parts_of_an_hour[word] for word in words if word in spoken.parts_of_an_hour]
    noons = [spoken.named_hours[word] for word in words if word in spoken.named_hours]
    known = (
        len(numbers) + len(extras) + len(noons) + sum(word in spoken.of_an_hour for word in words)
    )
    if (
        known != len(words)
        or len(noons) + bool(numbers) != 1
        or len(numbers + extras) > 2 - len(noons)
    ):
        return None
    if _has_bare_minute(words) or sum(word in spoken.hour for word in words) > 1:
        return None
    hour, *minutes = [*noons, *numbers, *extras]
    return _clock(_on_the_day(spoken, hour, words), minutes[0] if minutes else 0)


def read_date(spoken: SpokenWords, text: str, today: date) -> date | None:
    """Return the date `text` names, the next one from `today` on, or None; day before month.

    The name of a weekday is the next such day after today. A year that makes it past gives None.
    """
    words = [word for word in spoken.joined(fold(text)).split() if word not in spoken.beside]
    ahead = _ahead(spoken, words, today)
    if ahead is not None:
        return ahead
    match [_date_part(spoken, word) for word in words]:
        case [("number", year), ("number", month), ("number", day)] if year > 31:
            return _on(day, month, year, today)
        case [("number", day), (_, month), ("number", year)]:
            return _on(day, month, year if year > 99 else 2000 + year, today)
        case [("month", month), ("number", day), ("number", year)] if year > 99:
            return _on(day, month, year, today)
        case [("number", day), (_, month)] | [("month", month), ("number", day)]:
            return _next(day, month, today)
        case [("weekday", _), ("number", day), ("month", month)]:
            return _next(day, month, today)
        case [("number", day)] if day > 9 or len(fold(text).split()) > 1:
            return _next_day(day, today)
    return None


def _number(spoken: SpokenWords, word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) <= 4 else spoken.numbers.get(word)


def _has_bare_minute(words: list[str]) -> bool:
    """Return whether two numbers stand side by side and the second has one digit, as in "8 9"."""
    return any(
        one.isdecimal() and two.isdecimal() and len(two) != 2 for one, two in pairwise(words)
    )


def _on_the_day(spoken: SpokenWords, hour: int, words: list[str]) -> int:
    """Return `hour` of 24, by the part of the day named beside it; 99 when the two do not fit."""
    if hour == 12 and not spoken.morning.isdisjoint(words):
        return 0
    if not spoken.evening.isdisjoint(words):
        return hour + 12 if hour < 12 else hour
    if not spoken.night.isdisjoint(words):
        return {12: 0}.get(hour, hour + 12 if 6 <= hour < 12 else hour)
    bare_zero = hour == 0 and len(words) == 1 and words[0] not in spoken.named_hours
    return 99 if bare_zero else hour


def _clock(hour: int, minute: int) -> str | None:
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _ahead(spoken: SpokenWords, words: list[str], today: date) -> date | None:
    """Return the day that "demain", "lundi", "3 jours" or "une semaine" come to, or None."""
    count, unit = 1, [word for word in words if word not in spoken.ahead]
    if len(unit) == 2 and (number := _number(spoken, unit[0])) is not None and number <= 366:
        count, unit = number, unit[1:]
    if len(unit) != 1:
        return None
    word = unit[0]
    if word in spoken.day or word in spoken.week:
        return today + timedelta(days=count * (7 if word in spoken.week else 1)) if count else None
    if word in spoken.days_ahead and len(words) == 1:
        return today + timedelta(days=spoken.days_ahead[word])
    if word in spoken.weekdays and len(words) == 1:
        return today + timedelta(days=(spoken.weekdays[word] - today.weekday() - 1) % 7 + 1)
    return None


def _date_part(spoken: SpokenWords, word: str) -> tuple[str, int]:
    """Return what part of a date `word` is: ("number" | "month" | "weekday" | "", its value)."""
    if word.isdecimal() and len(word) <= 4:
        return "number", int(word)
    tables = (("month", spoken.months), ("weekday", spoken.weekdays), ("number", spoken.numbers))
    for part, table in tables:
        if word in table:
            return part, table[word]
    return "", 0


def _on(day: int, month: int, year: int, today: date) -> date | None:
    """Return that date, or None when there is none or it is past."""
    try:
        named = date(year, month, day)
    except ValueError:
        return None
    return named if named >= today else None


def _next(day: int, month: int, today: date) -> date | None:
    """Return the next such date from `today` on; 29 February may be years away."""
    years = range(today.year, min(today.year + 9, date.max.year + 1))
    return next((named for year in years if (named := _on(day, month, year, today))), None)


def _next_day(day: int, today: date) -> date | None:
    """Return the next such day of a month from `today` on."""
    months = [
        (today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1)
        for ahead in range(3)
    ]
    return next((named for year, month in months if (named := _on(day, month, year, today))), None)
