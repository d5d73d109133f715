"""When a plan asks next, on the resident's own clock, across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """Return a zone by its name. One that nobody knows any more counts as UTC: an hour off is
    better than never.

    It is read from the tzdata package, never from the system's copy: an old one has all of
    Casablanca an hour wrong from 20 September 2026 on (tzdata 2026f against Debian 12's 2025b).
    """
    parts = name.split("/")
    if not all(parts) or ".." in parts:
        return UTC
    try:
        with files("tzdata").joinpath("zoneinfo", *parts).open("rb") as rules:
            return ZoneInfo.from_file(rules, key=name)
    except (ValueError, OSError):
        return UTC


def to_ms(moment: datetime) -> int:
    """Return an aware moment as UTC milliseconds."""
    return int(moment.timestamp() * 1000)


def local(moment_ms: int, zone: str) -> datetime:
    """Return a moment on the clock of `zone`."""
    return datetime.fromtimestamp(moment_ms / 1000, zone_named(zone))


def local_date(moment_ms: int, zone: str) -> str:
    """Return the date that a calendar in `zone` shows at that moment, as YYYY-MM-DD."""
    return local(moment_ms, zone).date().isoformat()


@lru_cache(maxsize=4096)
def moment_on(day: date, at: str, zone: str) -> int:
    """Return the moment at which clocks in `zone` show `at` (HH:MM) on `day`, in UTC milliseconds.

    A time that a clock change skips moves to the first moment after the gap; one that happens twice
    counts the first time.
    """
    hour, minute = at.split(":")
    wall = datetime.combine(day, time(int(hour), int(minute)), zone_named(zone))
    back = wall.astimezone(UTC).astimezone(zone_named(zone))
    if back.replace(tzinfo=None) != wall.replace(tzinfo=None):
        return _end_of_gap(wall)
    return to_ms(wall)


def _end_of_gap(wall: datetime) -> int:
    """Return the moment the clock jumped over `wall`: the two readings of a skipped time lie on its
    two sides."""
    before, after = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    early, late = min(before, after), max(before, after)
    offset = early.astimezone(wall.tzinfo).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(wall.tzinfo).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return to_ms(late.replace(microsecond=0))


@lru_cache(maxsize=65536)
def _first_on_or_after(day: date, at: str, days: str, zone: str) -> tuple[int, date]:
    for ahead in range(8):
        candidate = day + timedelta(days=ahead)
        if str(candidate.isoweekday()) in days:
            return moment_on(candidate, at, zone), candidate
    raise ValueError(f"no weekday in {days!r}")


@lru_cache(maxsize=4096)
def next_ask(at: str, days: str, zone: str, after_ms: int, not_on: str = "") -> tuple[int, str]:
    """Return the first moment later than `after_ms` at which a plan asks, and the local date it
    belongs to.

    `at` is HH:MM on the clock of `zone`, `days` the ISO weekdays it asks on ('1234567'). No date up
    to and including `not_on` (YYYY-MM-DD) is given, so a date already asked is never asked again.
    Raises ValueError when `days` names no day.
    """
    start = local(after_ms, zone).date()
    if not_on:
        start = max(start, date.fromisoformat(not_on) + timedelta(days=1))
    moment, day = _first_on_or_after(start, at, days, zone)
    if moment <= after_ms:
        moment, day = _first_on_or_after(day + timedelta(days=1), at, days, zone)
    return moment, day.isoformat()
