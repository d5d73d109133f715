"""Who takes part: signing up, confirming, pausing, STOP and coming back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from helpline.base.calendar import local, moment_on
from helpline.cases.rows import OPEN_QUESTIONS_ABOUT_CASES
from helpline.cases.rules import Unreached
from helpline.cases.work import NewCase, happen, open_case
from helpline.check_ins import hello, silence
from helpline.conversations import questions
from helpline.enrolment import losses
from helpline.enrolment.rows import INVITATIONS_OF_CONTACT
from helpline.messaging import coordinators
from helpline.messaging.outbox import Message, queue
from helpline.people.callers import Caller, who
from helpline.people.rows import (
    CONTACTS_OF,
    PERSON,
    PERSON_BY_PHONE,
    RESIDENT,
    RESIDENT_OF_PERSON,
    ContactRow,
    ResidentRow,
)
from helpline.town.events import note
from helpline.town.tx import Tx

LONGEST_PAUSE = timedelta(days=366)


def activate(tx: Tx, person_id: int) -> ResidentRow:
    """Make a resident active and plan the next hello. Return the resident."""
    resident = tx.one(RESIDENT_OF_PERSON, person_id=person_id)
    if resident is None:
        tx.add(
            "add_resident",
            person_id=person_id,
            zone="",
            address="",
            status="active",
            check_in_at="09:00",
            days="1234567",
            timezone=tx.town.zone_name,
            ladder="",
            now=tx.now,
        )
    else:
        tx.run("set_resident_status", id=resident["id"], status="active")
        tx.run("set_pause", id=resident["id"], until=None)
    found = tx.one(RESIDENT_OF_PERSON, person_id=person_id)
    assert found is not None
    return found


def sign_up(tx: Tx, caller: Caller, answers: Mapping[str, str]) -> ResidentRow:
    """Enrol a person who agreed, with the hour, area and contact they gave."""
    if answers.get("first_name"):
        tx.run("set_name", id=caller.id, name=answers["first_name"])
        caller.name = answers["first_name"]
    resident = activate(tx, caller.id)
    if answers.get("hour"):
        tx.run("set_resident_hour", id=resident["id"], check_in_at=answers["hour"])
    if answers.get("place"):
        tx.run("set_resident_zone", id=resident["id"], zone=answers["place"])
    contact = answers.get("contact", "")
    if contact.startswith("+") and contact != caller.phone:
        name_contact(tx, resident["id"], contact)
    kept = tx.one(RESIDENT, id=resident["id"])
    assert kept is not None
    hello.plan(tx, kept)
    invite_contacts(tx, kept["id"])
    note(tx, "signed_up", person_id=caller.id)
    return kept


def name_contact(tx: Tx, resident_id: int, phone: str, name: str = "") -> None:
    """Write down whom a resident wants told; they count only after a yes of their own."""
    tx.add("add_person", phone=phone, name=name, language=None, line="unknown", now=tx.now)
    person = tx.one(PERSON_BY_PHONE, phone=phone)
    assert person is not None
    tx.add(
        "add_contact", resident_id=resident_id, person_id=person["id"], name=name, status="invited"
    )


def invite_contacts(tx: Tx, resident_id: int) -> int:
    """Ask the contacts of a resident who takes part whether they agree, each by one text. Return
    how many."""
    resident = tx.one(RESIDENT, id=resident_id)
    assert resident is not None
    return sum(
        _invite_contact(tx, resident, contact)
        for contact in tx.all(CONTACTS_OF, resident_id=resident_id)
        if contact["status"] == "invited" and contact["stopped_at"] is None
    )


def _invite_contact(tx: Tx, resident: ResidentRow, contact: ContactRow) -> bool:
    idempotency_key = f"invite:contact:{contact['contact_id']}"
    if tx.one("text_was_decided", idempotency_key=idempotency_key) is not None:
        return False
    language = contact["language"]
    called = tx.town.called(language, resident["name"], resident["other_name"])
    called = called or tx.town.word("someone", language)
    said = questions.put(tx, contact, "confirm_contact", {"resident": called})
    message = Message(
        idempotency_key=idempotency_key,
        purpose="invitation",
        person_id=contact["id"],
        receiver=contact["phone"],
        name="confirm_contact",
        body=said.text,
    )
    return bool(queue(tx, message))


def answer_as_contact(tx: Tx, caller: Caller, agreed: bool) -> str:
    """Keep a contact's yes or no for everybody who named them. Return the first resident's name
    in the contact's letters."""
    invitations = tx.all(INVITATIONS_OF_CONTACT, person_id=caller.id)
    tx.run("answer_contact", person_id=caller.id, status="confirmed" if agreed else "declined")
    note(tx, "contact_confirmed" if agreed else "contact_declined", person_id=caller.id)
    if not invitations:
        return ""
    first = invitations[0]
    return tx.town.called(caller.language, first["resident"], first["other_name"])


def pause(tx: Tx, caller: Caller, answers: Mapping[str, str]) -> date | None:
    """Pause a resident's hello, or a volunteer's duty, until a date. None when there is nothing to
    pause."""
    row = caller.row
    zone = row["timezone"] or tx.town.zone_name
    until = _until(answers, local(tx.now, zone).date())
    if until is None:
        return None
    moment = moment_on(until, "00:00", zone)
    if caller.resident_id is not None and row["resident_status"] == "active":
        reason = answers.get("reason", "holiday")
        tx.run("set_pause", id=caller.resident_id, until=moment)
        silence.sign_of_life(tx, caller.resident_id, "other")
        note(tx, "paused", person_id=caller.id, until=until.isoformat(), reason=reason)
        if reason == "hospital":
            _tell_of_hospital(tx, caller)
        return until
    if row["volunteer_status"] == "confirmed":
        tx.run("set_volunteer_away", person_id=caller.id, until=moment)
        note(tx, "volunteer_away", person_id=caller.id, until=until.isoformat())
        losses.off_duty(tx, row)
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


def resume(tx: Tx, caller: Caller) -> str | None:
    """End a pause now. Return the hour of the hello, or None when nothing was paused."""
    row = caller.row
    if caller.resident_id is not None and row["paused_until"] is not None:
        tx.run("set_pause", id=caller.resident_id, until=None)
        resident = tx.one(RESIDENT, id=caller.resident_id)
        assert resident is not None
        hello.plan(tx, resident)
        note(tx, "resumed", person_id=caller.id)
        return resident["check_in_at"]
    if row["volunteer_status"] == "confirmed":
        tx.run("set_volunteer_away", person_id=caller.id, until=None)
        return ""
    return None


def stop(tx: Tx, caller: Caller) -> None:
    """STOP: nothing waiting leaves, what was being asked ends, and a person is told of a resident
    who left us."""
    tx.run("set_stopped", id=caller.id, at=tx.now)
    tx.run("forget_texts_to", person_id=caller.id)
    tx.run("end_conversation", person_id=caller.id)
    note(tx, "stopped", person_id=caller.id)
    for row in tx.all(OPEN_QUESTIONS_ABOUT_CASES, person_id=caller.id):
        if row["open_ask"] or row["owner_id"] == caller.id:
            happen(tx, row["number"], Unreached(caller.id))
    losses.lost(tx, caller.id)
    if caller.resident_id is None:
        return
    watched = caller.row["resident_status"] in ("active", "invited")
    silence.sign_of_life(tx, caller.resident_id, "stop")
    tx.run("end_plan", resident_id=caller.resident_id)
    tx.run("set_resident_status", id=caller.resident_id, status="stopped")
    if watched:
        new_case = NewCase(
            "stopped", f"stopped:{caller.id}", caller.id, resident_id=caller.resident_id
        )
        open_case(tx, new_case)


def opted_out(tx: Tx, person_id: int) -> None:
    """A provider says that somebody told it STOP: the same follows as if they had told us."""
    person = tx.one(PERSON, id=person_id)
    assert person is not None
    if person["stopped_at"] is None:
        stop(tx, who(tx, person["phone"]))


def come_back(tx: Tx, caller: Caller) -> None:
    """START after STOP: texts may leave again; a hello only after a new yes."""
    tx.run("set_stopped", id=caller.id, at=None)
    note(tx, "came_back", person_id=caller.id)


def leave(tx: Tx, caller: Caller) -> None:
    """End the daily hello without ending the conversation."""
    if caller.resident_id is None:
        return
    silence.sign_of_life(tx, caller.resident_id, "other")
    tx.run("end_plan", resident_id=caller.resident_id)
    tx.run("set_resident_status", id=caller.resident_id, status="left")
    note(tx, "left", person_id=caller.id)


def _tell_of_hospital(tx: Tx, caller: Caller) -> None:
    def facts(language: str | None) -> Mapping[str, str]:
        name = tx.town.called(language, caller.name, caller.row["other_name"])
        zone = caller.row["zone"] or ""
        return {"name": name or caller.phone, "phone": caller.phone, "zone": zone}

    key = f"note:alarm_hospital:{caller.id}:{tx.now}"
    coordinators.tell_all(tx, "alarm_hospital", facts, key, but=caller.id)
