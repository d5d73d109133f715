"""Towns to measure in: a database with so many residents, and the settings to serve it."""

from __future__ import annotations

from pathlib import Path

from helpline.clock import SystemClock
from helpline.core.schedule import local_date
from helpline.store.sqlite import Store, open_store
from tests.bench.load import OUR_NUMBER, PUBLIC, SID, TOKEN, number

DAY = 86_400_000
ZONE = "Europe/Paris"


def settle(path: Path, residents: int, *, ask_in: int = DAY) -> Path:
    """Make the database of a town whose `residents` are all to be asked `ask_in` milliseconds from now."""
    store = open_store(path)
    now = SystemClock().now()
    people = [_person(place, now) for place in range(residents)]
    with store.transaction():
        store.many("add_person", people)
        store.many("add_resident", [_resident(place, now) for place in range(residents)])
        plan_all(store, now + ask_in)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def plan_all(store: Store, ask_at: int) -> None:
    """Have every resident asked at `ask_at`."""
    day = local_date(ask_at, ZONE)
    found = store.connection.execute("SELECT id FROM residents").fetchall()
    store.many("set_plan", [{"resident_id": row[0], "ask_at": ask_at, "local_date": day} for row in found])


def settings_for(database: Path, sink_port: int = 9) -> dict[str, str]:
    """Return the environment of `helpline serve` for a town: Twilio and Africa's Talking set, sending to the sink."""
    return {
        "HELPLINE_SERVICE_NAME": "Bonjour Belleville",
        "HELPLINE_SERVICE_ORGANISATION": "Mairie du 20e",
        "HELPLINE_SERVICE_COUNTRY": "FR",
        "HELPLINE_SERVICE_TIMEZONE": ZONE,
        "HELPLINE_SERVICE_LANGUAGES": "fr,ary,ary-Latn,en",
        "HELPLINE_SERVICE_ZONES": "Belleville,Charonne",
        "HELPLINE_SERVICE_PUBLIC_URL": PUBLIC,
        "HELPLINE_SERVICE_DATABASE": f"sqlite:///{database}",
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


def _person(place: int, now: int) -> dict[str, object]:
    return {"phone": number(place), "name": f"René D{place % 1000}", "language": "fr", "line": "mobile", "now": now}


def _resident(place: int, now: int) -> dict[str, object]:
    return {
        "person_id": place + 1,
        "zone": "Belleville" if place % 2 else "Charonne",
        "address": f"{place % 90 + 1} rue Piat",
        "status": "active",
        "check_in_at": "09:00",
        "days": "1234567",
        "timezone": ZONE,
        "ladder": "",
        "now": now,
    }
