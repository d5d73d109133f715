"""Towns to measure in: a database with so many residents, and the settings to serve it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from helpline.base.calendar import local_date
from helpline.base.clock import SystemClock
from helpline.settings.database import database_at
from helpline.store.opening import open_store
from tests.bench.load import OUR_NUMBER, PUBLIC, SID, TOKEN

DAY = 86_400_000
ZONE = "Europe/Paris"
Place = TypeVar("Place", Path, str)

# Both databases take these as they stand.
_PLACES = (
    "WITH RECURSIVE places (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM places WHERE "
    "place + 1 < {residents})"
)
PEOPLE = f"""
INSERT INTO people (phone, name, language, line, created_at)
{_PLACES} SELECT '+336' || (10000000 + place), 'René D' || (place % 1000), 'fr', 'mobile',
{{now}} FROM places
"""
REGISTER = f"""
INSERT INTO residents (person_id, zone, address, status, check_in_at, days, timezone, created_at)
{_PLACES} SELECT place + 1, CASE place % 2 WHEN 1 THEN 'Belleville' ELSE 'Charonne' END,
  (place % 90 + 1) || ' rue Piat', 'active', '09:00', '1234567', '{ZONE}', {{now}} FROM places
"""
PLANS = (
    "INSERT INTO plans (resident_id, ask_at, local_date) SELECT id, {ask_at}, '{day}' FROM "
    "residents"
)


def settle(place: Place, residents: int, *, ask_in: int = DAY) -> Place:
    """Make the database of a town whose `residents` are all to be asked `ask_in` milliseconds from
    now.

    `place` is a file, or the address of an empty database on a server. Returns it.
    """
    store = open_store(database_at(address_of(place)))
    now = SystemClock().now()
    facts = {
        "residents": residents,
        "now": now,
        "ask_at": now + ask_in,
        "day": local_date(now + ask_in, ZONE),
    }
    with store.transaction():
        for statement in (PEOPLE, REGISTER, PLANS):
            store.connection.execute(statement.format(**facts))
    store.checkpoint()
    store.close()
    return place


def address_of(database: Path | str) -> str:
    """Return what [service] database says of a file, or of an address as it is."""
    return database if isinstance(database, str) else f"sqlite:///{database}"


def settings_for(database: Path | str, sink_port: int = 9) -> dict[str, str]:
    """Return the environment of `helpline serve` for a town: Twilio and Africa's Talking set,
    sending to the sink."""
    return {
        "HELPLINE_SERVICE_NAME": "Bonjour Belleville",
        "HELPLINE_SERVICE_ORGANISATION": "Mairie du 20e",
        "HELPLINE_SERVICE_COUNTRY": "FR",
        "HELPLINE_SERVICE_TIMEZONE": ZONE,
        "HELPLINE_SERVICE_LANGUAGES": "fr,ary,ary-Latn,en",
        "HELPLINE_SERVICE_ZONES": "Belleville,Charonne",
        "HELPLINE_SERVICE_PUBLIC_URL": PUBLIC,
        "HELPLINE_SERVICE_DATABASE": address_of(database),
        "HELPLINE_WEB_HOST": "127.0.0.1",
        "HELPLINE_WEB_PORT": "{port}",
        "HELPLINE_WEB_THREADS": "8",
        "HELPLINE_TWILIO_ACCOUNT_SID": SID,
        "HELPLINE_TWILIO_AUTH_TOKEN": TOKEN,
        "HELPLINE_TWILIO_NUMBER": OUR_NUMBER,
        "HELPLINE_TWILIO_API_BASE": f"http://127.0.0.1:{sink_port}",
        "HELPLINE_TWILIO_SEGMENTS_PER_SECOND": "1000",
        "HELPLINE_AFRICASTALKING_USERNAME": "sandbox",
        "HELPLINE_AFRICASTALKING_API_KEY": "key",
        "HELPLINE_AFRICASTALKING_SERVICE_CODE": "*384*20#",
        "HELPLINE_AFRICASTALKING_API_BASE": f"http://127.0.0.1:{sink_port}",
    }
