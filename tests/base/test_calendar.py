"""Every local date of six years asks exactly once, at the right local time, whatever the clocks
do."""

from __future__ import annotations

import itertools
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from helpline.base.calendar import local, local_date, moment_on, next_ask, to_ms, zone_named

ZONES = ("Europe/Paris", "Africa/Casablanca")
HALF_HOURS = tuple(f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48))
FIRST, LAST = date(2025, 1, 1), date(2030, 12, 31)
HALF_HOUR = 30 * 60_000
EVERY_DAY = "1234567"


@cache
def seen(zone: str) -> dict[tuple[str, str], int]:
    """Return when a clock in `zone` first shows each date and half hour: read off in UTC, half hour
    by half hour."""
    clock = zone_named(zone)
    found: dict[tuple[str, str], int] = {}
    moment = datetime(2024, 12, 30, tzinfo=UTC)
    while moment < datetime(2031, 1, 3, tzinfo=UTC):
        wall = moment.astimezone(clock)
        found.setdefault((wall.date().isoformat(), f"{wall:%H:%M}"), int(moment.timestamp()) * 1000)
        moment += timedelta(minutes=30)
    return found


def expected(zone: str, day: str, at: str) -> int:
    """Return when `at` is on `day`: the first time it is shown, else the first moment after the
    gap."""
    shown = seen(zone)
    later = (each for each in HALF_HOURS[HALF_HOURS.index(at) :] if (day, each) in shown)
    return shown[day, next(later)]


def asked(zone: str, at: str, days: str = EVERY_DAY) -> list[tuple[int, str]]:
    """Return every moment and date a plan asks between FIRST and LAST."""
    moment, day = to_ms(datetime(2024, 12, 31, 12, tzinfo=UTC)), ""
    found: list[tuple[int, str]] = []
    while True:
        moment, day = next_ask(at, days, zone, moment, day)
        if day > LAST.isoformat():
            return found
        if day >= FIRST.isoformat():
            found.append((moment, day))


def every_date(days: str = EVERY_DAY) -> list[str]:
    dates = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return [day.isoformat() for day in dates if str(day.isoweekday()) in days]


@pytest.mark.scenario("R-G28", "R-G29", "R-G30")
@pytest.mark.parametrize("zone", ZONES)
def test_each_date_of_six_years_asks_once_at_the_right_time_for_every_half_hour(zone: str) -> None:
    for at in HALF_HOURS:
        found = asked(zone, at)
        assert [day for _, day in found] == every_date(), at
        assert found == [(expected(zone, day, at), day) for _, day in found], at


@pytest.mark.parametrize("days", ["1", "7", "135", "67", "12345"])
def test_a_plan_for_some_weekdays_asks_on_those_and_no_others(days: str) -> None:
    for zone in ZONES:
        assert [day for _, day in asked(zone, "02:30", days)] == every_date(days)


def test_two_asks_are_a_day_apart_give_or_take_the_change_of_the_clock() -> None:
    for zone in ZONES:
        for at in ("00:00", "02:30", "03:00", "23:30"):
            moments = [moment for moment, _ in asked(zone, at)]
            gaps = {later - before for before, later in itertools.pairwise(moments)}
            assert min(gaps) >= 23 * 2 * HALF_HOUR
            assert max(gaps) <= 25 * 2 * HALF_HOUR


@pytest.mark.scenario("R-G28", "R-G29")
@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Paris", "2026-03-29", "02:30", "2026-03-29T01:00"),  # skipped: the end of the gap
        ("Europe/Paris", "2026-03-29", "02:00", "2026-03-29T01:00"),
        ("Europe/Paris", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Paris", "2026-10-25", "02:30", "2026-10-25T00:30"),  # doubled: the first
        (
            "Europe/Paris",
            "2027-03-29",
            "00:00",
            "2027-03-28T22:00",
        ),  # the day cron arithmetic skips
        ("Europe/Paris", "2028-02-29", "09:00", "2028-02-29T08:00"),
        ("Europe/Paris", "2026-12-31", "23:30", "2026-12-31T22:30"),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30"),  # Ramadan begins: doubled
        ("Africa/Casablanca", "2026-03-22", "02:30", "2026-03-22T02:00"),  # and ends: skipped
        ("Africa/Casablanca", "2026-09-19", "09:00", "2026-09-19T08:00"),
        (
            "Africa/Casablanca",
            "2026-09-21",
            "09:00",
            "2026-09-21T09:00",
        ),  # from 20 September 2026 on UTC for good
        ("Africa/Casablanca", "2027-02-07", "02:30", "2027-02-07T02:30"),  # no change any more
    ],
)
def test_known_days(zone: str, day: str, at: str, utc: str) -> None:
    moment = moment_on(date.fromisoformat(day), at, zone)
    assert datetime.fromtimestamp(moment / 1000, UTC).isoformat() == f"{utc}:00+00:00"


@pytest.mark.parametrize("minute", range(60))
def test_every_minute_that_the_clocks_skip_is_the_moment_they_jump(minute: int) -> None:
    moment = moment_on(date(2026, 3, 29), f"02:{minute:02d}", "Europe/Paris")
    assert moment == to_ms(datetime(2026, 3, 29, 1, tzinfo=UTC))


def test_at_the_very_moment_of_an_ask_the_next_one_is_a_day_later() -> None:
    nine, _ = next_ask(
        "09:00", EVERY_DAY, "Europe/Paris", to_ms(datetime(2026, 5, 4, 6, tzinfo=UTC))
    )
    assert next_ask("09:00", EVERY_DAY, "Europe/Paris", nine - 1) == (nine, "2026-05-04")
    assert next_ask("09:00", EVERY_DAY, "Europe/Paris", nine)[1] == "2026-05-05"
    assert next_ask("09:00", EVERY_DAY, "Europe/Paris", nine + 2 * HALF_HOUR)[1] == "2026-05-05"


def test_a_date_asked_before_is_never_asked_again_though_the_clock_jumped_back() -> None:
    moment, day = next_ask(
        "09:00", EVERY_DAY, "Europe/Paris", to_ms(datetime(2026, 5, 4, 6, tzinfo=UTC))
    )
    assert day == "2026-05-04"
    jumped = moment - 2 * 2 * HALF_HOUR
    assert next_ask("09:00", EVERY_DAY, "Europe/Paris", jumped, day)[1] == "2026-05-05"


def test_a_change_of_the_hour_never_brings_a_second_ask_on_one_date() -> None:
    nine, day = next_ask(
        "09:00", EVERY_DAY, "Europe/Paris", to_ms(datetime(2026, 5, 4, 6, tzinfo=UTC))
    )
    assert next_ask("18:00", EVERY_DAY, "Europe/Paris", nine, day)[1] == "2026-05-05"


def test_the_date_is_the_residents_own() -> None:
    moment = to_ms(datetime(2026, 12, 31, 23, 15, tzinfo=UTC))
    assert local_date(moment, "Europe/Paris") == "2027-01-01"
    assert local_date(moment, "Africa/Casablanca") == "2026-12-31"


@pytest.mark.parametrize(
    "name",
    ["Nowhere/Else", "", "Europe", "/etc/localtime", "../zoneinfo/Europe/Paris", "tzdata.zi"],
)
def test_a_zone_that_nobody_knows_counts_as_utc(name: str) -> None:
    assert zone_named(name) == UTC


def test_the_machines_own_copy_of_the_zones_is_never_read(tmp_path: Path) -> None:
    wrong = tmp_path / "Africa" / "Casablanca"
    wrong.parent.mkdir()
    wrong.write_bytes(files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes())
    zoneinfo.reset_tzpath([str(tmp_path)])
    zone_named.cache_clear()
    try:
        assert local(0, "Africa/Casablanca").utcoffset() == timedelta(0)
    finally:
        zoneinfo.reset_tzpath()


def test_a_plan_without_a_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="no weekday"):
        next_ask("09:00", "", "Europe/Paris", 0)
