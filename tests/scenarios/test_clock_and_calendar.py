"""Days that are shorter, longer or moved: each resident is asked once on each date, at the right
local hour."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpline.base.calendar import zone_named
from tests.fakes import Phone, Town
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY


def lives(town: Town, street: dict[str, Phone], days: int, zone: str) -> dict[str, list[str]]:
    """Let days pass, everybody answering within half an hour; return when each was greeted, on
    their clock."""
    heard: dict[str, list[str]] = {at: [] for at in street}
    for _ in range(days * 48):
        town.pass_time(minutes=30)
        for at, phone in street.items():
            for _text in phone.unread():
                moment = datetime.fromtimestamp(town.clock.now() / 1000, zone_named(zone))
                heard[at].append(moment.strftime("%m-%d %H:%M"))
                phone.texts("1")
                phone.gets("Merci")
    return heard


def a_street(
    build_town: BuildTown, start: str, zone: str, *hours: str
) -> tuple[Town, dict[str, Phone]]:
    town = build_town(start=start, timezone=zone)
    town.clock.forward(1)  # each step ends just after the half hour at which a hello is said
    street = {
        at: town.resident(f"+336399800{n:02d}", f"R{n}", at=at) for n, at in enumerate(hours, 1)
    }
    return town, street


@pytest.mark.scenario("R-G28", "P09", "P14")
def test_paris_loses_an_hour(build_town: BuildTown) -> None:
    town, street = a_street(
        build_town, "2027-03-27 12:00", "Europe/Paris", "02:30", "00:00", "09:00"
    )
    assert lives(town, street, 3, "Europe/Paris") == {
        "02:30": ["03-28 03:00", "03-29 02:30", "03-30 02:30"],  # in the gap: at its end
        "00:00": ["03-28 00:00", "03-29 00:00", "03-30 00:00"],
        "09:00": ["03-28 09:00", "03-29 09:00", "03-30 09:00"],
    }


@pytest.mark.scenario("R-G28", "P09")
def test_paris_gets_an_hour_back(build_town: BuildTown) -> None:
    town, street = a_street(
        build_town, "2027-10-30 12:00", "Europe/Paris", "02:30", "00:00", "09:00"
    )
    assert lives(town, street, 3, "Europe/Paris") == {
        "02:30": [
            "10-31 02:30",
            "11-01 02:30",
            "11-02 02:30",
        ],  # twice on the clock, once in a text
        "00:00": ["10-31 00:00", "11-01 00:00", "11-02 00:00"],
        "09:00": ["10-31 09:00", "11-01 09:00", "11-02 09:00"],
    }


@pytest.mark.scenario("R-G29")
@pytest.mark.parametrize(
    ("start", "days"),
    [("2027-02-06 12:00", ("02-07", "02-08")), ("2027-03-13 12:00", ("03-14", "03-15"))],
)
def test_casablanca_moves_its_clock_for_ramadan_and_back(
    build_town: BuildTown, start: str, days: tuple[str, str]
) -> None:
    town, street = a_street(build_town, start, "Africa/Casablanca", "02:30", "09:00")
    heard = lives(town, street, 2, "Africa/Casablanca")
    assert heard["09:00"] == [f"{day} 09:00" for day in days]
    changed = f"{days[0]} 03:00" if gap_at(days[0], "02:30") else f"{days[0]} 02:30"
    assert heard["02:30"] == [changed, f"{days[1]} 02:30"]


def gap_at(day: str, at: str) -> bool:
    wall = datetime.fromisoformat(f"2027-{day} {at}").replace(
        tzinfo=zone_named("Africa/Casablanca")
    )
    there_and_back = wall.astimezone(UTC).astimezone(zone_named("Africa/Casablanca"))
    return there_and_back.replace(tzinfo=None) != wall.replace(tzinfo=None)


@pytest.mark.scenario("R-G30")
@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2028-02-28 06:00", ["02-28", "02-29", "03-01"]),
        ("2027-12-30 06:00", ["12-30", "12-31", "01-01"]),
    ],
)
def test_a_leap_day_and_a_new_year_are_days_like_others(
    build_town: BuildTown, start: str, days: list[str]
) -> None:
    town, street = a_street(build_town, start, "Europe/Paris", "09:00")
    assert lives(town, street, 3, "Europe/Paris")["09:00"] == [f"{day} 09:00" for day in days]


@pytest.mark.scenario("P14")
def test_every_hour_named_in_a_text_is_on_the_readers_own_clock(build_town: BuildTown) -> None:
    town = build_town(start=f"{TODAY} 07:00")
    hassan = town.resident("+33639980005", "Hassan", at="08:00", timezone="Africa/Casablanca")
    rene = town.resident("+33639980001", "René", at="09:00")
    amina = town.volunteer("+33639980011", "Amina")
    town.pass_until(f"{TODAY} 11:30:30")
    for resident, deadline in ((hassan, "10:30"), (rene, "11:30")):
        resident.gets("bonjour")
        resident.gets("re-bonjour")
        resident.gets(f"répondez 1 avant {deadline}")
    amina.gets("2 alertes")
    amina.texts("201 oui")
    amina.gets("201 à vous")
    amina.texts("202 oui")
    amina.gets("202 à vous")
