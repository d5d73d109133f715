"""The town of a campaign: who lives there, and who is asked when."""

from __future__ import annotations

from helpline.base.calendar import local_date
from helpline.base.ports import Store
from tests.chaos import campaign as c

DAY = 24 * 3_600_000


def settle_in(store: Store, residents: int, now: int, *, copies: bool = True) -> None:
    """Put everybody on the register; their hello is planned for tomorrow. Without `copies`, no
    day's copy is due."""
    with store.transaction():
        if not copies:
            store.run("beat", name="backup", now=now + 7 * DAY, data="{}")
        for n in range(1, c.VOLUNTEERS + 1):
            person = _person(store, c.volunteer(n), f"Vol{chr(64 + n)}", now)
            store.add("add_volunteer", person_id=person, zones="Belleville", status="confirmed")
        for n in range(1, c.COORDINATORS + 1):
            store.add(
                "add_coordinator",
                person_id=_person(store, c.coordinator(n), f"Coo{chr(64 + n)}", now),
                email="",
            )
        for n in range(1, residents + 1):
            _resident(store, n, now)


def _person(store: Store, phone: str, name: str, now: int) -> int:
    return store.add("add_person", phone=phone, name=name, language="fr", line="mobile", now=now)


def _resident(store: Store, n: int, now: int) -> None:
    resident = store.add(
        "add_resident",
        person_id=_person(store, c.resident(n), c.name_of(n), now),
        zone="Belleville",
        address="3 rue Piat",
        status="active",
        check_in_at="09:00",
        days="1234567",
        timezone=c.ZONE,
        ladder="",
        now=now,
    )
    contact = _person(store, c.contact(n), f"Con {c.name_of(n)}", now)
    _plan(store, resident, now + DAY)
    store.add(
        "add_contact", resident_id=resident, person_id=contact, name="Con", status="confirmed"
    )


def ask(store: Store, first: int, last: int, now: int) -> None:
    """Let the daily hello of residents `first` to `last` be due now."""
    with store.transaction():
        for n in range(first, last + 1):
            person = store.one("person_by_phone", phone=c.resident(n))
            assert person is not None
            found = store.one("resident_of_person", person_id=person["id"])
            assert found is not None
            _plan(store, found["id"], now)


def _plan(store: Store, resident: int, ask_at: int) -> None:
    store.run(
        "set_plan", resident_id=resident, ask_at=ask_at, local_date=local_date(ask_at, c.ZONE)
    )
