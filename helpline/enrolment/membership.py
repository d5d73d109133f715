"""Who takes part: signing up, confirming, pausing, STOP and coming back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from helpline.base.calendar import local, moment_on
from helpline.base.ports import Row, Store
from helpline.cases.rules import Unreached
from helpline.cases.work import Worry, happen, open_case
from helpline.check_ins import hello, silence
from helpline.conversations import questions
from helpline.messaging import coordinators
from helpline.messaging.outbox import HOUR, Klass, Letter, note, queue
from helpline.people.callers import Caller
from helpline.town.town import Town

LONGEST_PAUSE = timedelta(days=366)
INVITATION_WORTH = 72 * HOUR  # a long register leaves at one text a second; the last must not lapse before its turn


def activate(store: Store, town: Town, person_id: int, now: int) -> Row:
    """Make a resident active and plan the next hello. Return the resident."""
    resident = store.one("resident_of_person", person_id=person_id)
    if resident is None:
        store.add(
            "add_resident",
            person_id=person_id,
            zone="",
            address="",
            status="active",
            check_in_at="09:00",
            days="1234567",
            timezone=town.zone_name,
            ladder="",
            now=now,
        )
    else:
        store.run("set_resident_status", id=resident["id"], status="active")
        store.run("set_pause", id=resident["id"], until=None, reason="")
    found = store.one("resident_of_person", person_id=person_id)
    assert found is not None
    return found


def sign_up(store: Store, town: Town, caller: Caller, answers: Mapping[str, str], now: int) -> Row:
    """Enrol a person who agreed, with the hour, area and contact they gave."""
    if answers.get("first_name"):
        store.run("set_name", id=caller.id, name=answers["first_name"])
        caller.name = answers["first_name"]
    resident = activate(store, town, caller.id, now)
    if answers.get("hour"):
        store.run("set_resident_hour", id=resident["id"], check_in_at=answers["hour"])
    if answers.get("place"):
        store.run("set_resident_zone", id=resident["id"], zone=answers["place"])
    contact = answers.get("contact", "")
    if contact.startswith("+") and contact != caller.phone:
        name_contact(store, resident["id"], contact, now)
    kept = store.one("resident", id=resident["id"])
    assert kept is not None
    hello.plan(store, kept, now)
    invite_contacts(store, town, kept["id"], now)
    note(store, "signed_up", now, person_id=caller.id)
    return kept


def name_contact(store: Store, resident_id: int, phone: str, now: int, name: str = "") -> None:
    """Write down whom a resident wants told; they count only after a yes of their own."""
    store.add("add_person", phone=phone, name=name, language=None, line="unknown", now=now)
    person = store.one("person_by_phone", phone=phone)
    assert person is not None
    store.add("add_contact", resident_id=resident_id, person_id=person["id"], name=name, status="invited")


def invite_contacts(store: Store, town: Town, resident_id: int, now: int) -> int:
    """Ask the contacts of a resident who takes part whether they agree, each by one text. Return how many."""
    resident = store.one("resident", id=resident_id)
    assert resident is not None
    return sum(
        _invite_contact(store, town, resident, contact, now)
        for contact in store.all("contacts_of", resident_id=resident_id)
        if contact["status"] == "invited" and contact["stopped_at"] is None
    )


def _invite_contact(store: Store, town: Town, resident: Row, contact: Row, now: int) -> bool:
    idem = f"invite:contact:{contact['contact_id']}"
    if store.one("text_was_decided", idem=idem) is not None:
        return False
    called = resident["name"] or town.word("someone", contact["language"])
    said = questions.put(store, town, contact, "confirm_contact", {"resident": called}, now)
    letter = Letter(
        idem=idem,
        klass=Klass.STATUS,
        person_id=contact["id"],
        receiver=contact["phone"],
        name="confirm_contact",
        body=said.text,
        worth=INVITATION_WORTH,
    )
    return bool(queue(store, letter, now))


def answer_as_contact(store: Store, caller: Caller, agreed: bool, now: int) -> str:
    """Keep a contact's yes or no for everybody who named them. Return the first resident's name."""
    invitations = store.all("invitations_of_contact", person_id=caller.id)
    store.run("answer_contact", person_id=caller.id, status="confirmed" if agreed else "declined")
    note(store, "contact_confirmed" if agreed else "contact_declined", now, person_id=caller.id)
    return str(invitations[0]["resident"]) if invitations else ""


def pause(store: Store, town: Town, caller: Caller, answers: Mapping[str, str], now: int) -> date | None:
    """Pause a resident's hello, or a volunteer's duty, until a date. None when there is nothing to pause."""
    row = caller.row
    zone = row["timezone"] or town.zone_name
    until = _until(answers, local(now, zone).date())
    if until is None:
        return None
    moment = moment_on(until, "00:00", zone)
    if caller.resident_id is not None and row["resident_status"] == "active":
        reason = answers.get("reason", "holiday")
        store.run("set_pause", id=caller.resident_id, until=moment, reason=reason)
        silence.heard(store, town, caller.resident_id, "other", now)
        note(store, "paused", now, person_id=caller.id, until=until.isoformat(), reason=reason)
        if reason == "hospital":
            _tell_of_hospital(store, town, caller, now)
        return until
    if row["volunteer_status"] == "confirmed":
        store.run("set_volunteer_away", person_id=caller.id, until=moment)
        note(store, "volunteer_away", now, person_id=caller.id, until=until.isoformat())
        return until
    return None


def _until(answers: Mapping[str, str], today: date) -> date | None:
    wanted = answers.get("until", "")
    spans = {"tomorrow": 1, "week": 7, "month": 30}
    if wanted in spans:
        return today + timedelta(days=spans[wanted])
    try:
        until = date.fromisoformat(wanted)
    except ValueError:
        return None
    return until if today < until <= today + LONGEST_PAUSE else None


def resume(store: Store, town: Town, caller: Caller, now: int) -> str | None:
    """End a pause now. Return the hour of the hello, or None when nothing was paused."""
    row = caller.row
    if caller.resident_id is not None and row["paused_until"] is not None:
        store.run("set_pause", id=caller.resident_id, until=None, reason="")
        resident = store.one("resident", id=caller.resident_id)
        assert resident is not None
        hello.plan(store, resident, now)
        note(store, "resumed", now, person_id=caller.id)
        return str(resident["check_in_at"])
    if row["volunteer_status"] == "confirmed":
        store.run("set_volunteer_away", person_id=caller.id, until=None)
        return ""
    return None


def stop(store: Store, town: Town, caller: Caller, now: int) -> None:
    """STOP: nothing waiting leaves, what was being asked ends, and a person is told of a resident who left us."""
    store.run("set_stopped", id=caller.id, at=now)
    store.run("forget_texts_to", person_id=caller.id)
    store.run("end_conversation", person_id=caller.id)
    note(store, "stopped", now, person_id=caller.id)
    for row in store.all("open_questions_about_cases", person_id=caller.id):
        if row["open_ask"] or row["owner_id"] == caller.id:
            happen(store, town, row["number"], Unreached(caller.id), now)
    if caller.resident_id is None:
        return
    watched = caller.row["resident_status"] in ("active", "invited")
    silence.heard(store, town, caller.resident_id, "stop", now)
    store.run("end_plan", resident_id=caller.resident_id)
    store.run("set_resident_status", id=caller.resident_id, status="stopped")
    if watched:
        worry = Worry("stopped", f"stopped:{caller.id}", caller.id, resident_id=caller.resident_id)
        open_case(store, town, worry, now)


def come_back(store: Store, caller: Caller, now: int) -> None:
    """START after STOP: texts may leave again; a hello only after a new yes."""
    store.run("set_stopped", id=caller.id, at=None)
    note(store, "came_back", now, person_id=caller.id)


def leave(store: Store, town: Town, caller: Caller, now: int) -> None:
    """End the daily hello without ending the conversation."""
    if caller.resident_id is None:
        return
    silence.heard(store, town, caller.resident_id, "other", now)
    store.run("end_plan", resident_id=caller.resident_id)
    store.run("set_resident_status", id=caller.resident_id, status="left")
    note(store, "left", now, person_id=caller.id)


def _tell_of_hospital(store: Store, town: Town, caller: Caller, now: int) -> None:
    facts = {"name": caller.name or caller.phone, "phone": caller.phone, "zone": caller.row["zone"] or ""}
    key = f"note:alarm_hospital:{caller.id}:{now}"
    coordinators.tell_all(store, town, "alarm_hospital", facts, key, now, but=caller.id)
