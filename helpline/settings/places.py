"""Which countries and time zones exist, and which zone a country's clock keeps: from tzdata."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def countries() -> dict[str, str]:
    """Return the name of every country by its two letters."""
    return {row[0]: row[1] for row in _rows("zoneinfo/iso3166.tab")}


@cache
def timezones() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset(row[0] for row in _rows("zones"))


def timezone_of(country: str) -> str:
    """Return the zone most of a country live in (the first listed), "UTC" when there is none."""
    return next((row[2] for row in _rows("zoneinfo/zone.tab") if row[0] == country), "UTC")


def package_folder() -> Path:
    """Return where the tzdata package lies; the gateway trusts it before the machine's own copy."""
    spec = find_spec("tzdata")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _rows(name: str) -> list[tuple[str, ...]]:
    text = (package_folder() / name).read_text(encoding="utf-8")
    return [
        tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")
    ]
