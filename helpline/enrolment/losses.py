"""Somebody the town relies on falls out: whoever must know is told at that moment.

A coordinator, the last volunteer on duty of a zone, a contact: by STOP, by a pause, or because
their number takes no texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpline.enrolment.rows import RELIED_ON_BY, ZONES_LEFT_EMPTY, ReliesOn
from helpline.messaging import coordinators
from helpline.messaging.outbox import Message, queue
from helpline.people.rows import (
    COORDINATOR_OF_PERSON,
    PERSON,
    VOLUNTEER_OF_PERSON,
    WHO_IS_TOLD,
    Somebody,
)
from helpline.town.events import note
from helpline.town.tx import Tx


def lost(tx: Tx, person_id: int) -> None:
    """Tell whoever must know that this person cannot be told or sent any more, in each of their
    roles. Call it once the loss is written down."""
    person = tx.one(PERSON, id=person_id)
    assert person is not None
    if tx.one(COORDINATOR_OF_PERSON, person_id=person_id) is not None:
        _coordinator(tx, person)
    off_duty(tx, person)
    for row in tx.all(RELIED_ON_BY, person_id=person_id):
        _contact(tx, person, row)


def unreachable(tx: Tx, person_id: int) -> None:
    """A provider says that no text can reach a number: written down once, and told once."""
    person = tx.one(PERSON, id=person_id)
    if person is None or person["unreachable_at"] is not None:
        return
    tx.run("set_unreachable", id=person_id, now=tx.now)
    lost(tx, person_id)


def off_duty(tx: Tx, person: Somebody) -> None:
    """Tell coordinators of each zone with residents in which nobody is on duty now that this
    volunteer is not."""
    volunteer = tx.one(VOLUNTEER_OF_PERSON, person_id=person["id"])
    if volunteer is None or volunteer["status"] == "invited":
        return
    for row in tx.all(ZONES_LEFT_EMPTY, zones=volunteer["zones"], now=tx.now):
        zone = row["zone"] or tx.town.standing_facts["service"]
        key = f"note:zone_empty:{row['zone']}:{person['id']}:{tx.now}"
        facts = _facts(tx, person, zone=zone, count=str(row["residents"]))
        coordinators.tell_all(tx, "notice_zone_empty", facts, key, but=person["id"])
        note(tx, "zone_empty", person_id=person["id"], zone=row["zone"])


def _coordinator(tx: Tx, person: Somebody) -> None:
    told = tx.one(WHO_IS_TOLD)
    assert told is not None
    phrase = "notice_coordinator_lost" if told["reached"] else "notice_nobody_to_tell"
    facts = _facts(tx, person, count=str(told["reached"]))
    key = f"note:{phrase}:{person['id']}:{tx.now}"
    coordinators.tell_all(tx, phrase, facts, key, purpose="urgent_notice", but=person["id"])
    coordinators.mail_all(tx, phrase, facts, key)
    note(tx, "coordinator_lost", person_id=person["id"], left=told["reached"])


def _contact(tx: Tx, person: Somebody, resident: ReliesOn) -> None:
    """A resident and the coordinators learn that somebody else is needed."""

    def facts(language: str | None) -> Mapping[str, str]:
        contact = tx.town.called(language, resident["called"] or person["name"])
        return {**_facts(tx, resident)(language), "contact": contact or person["phone"]}

    key = f"note:contact_lost:{resident['resident_id']}:{person['id']}:{tx.now}"
    coordinators.tell_all(tx, "notice_contact_lost", facts, key, but=person["id"])
    note(tx, "contact_lost", person_id=resident["id"], contact=person["id"])
    if resident["stopped_at"] is None:
        message = Message(
            idempotency_key=f"{key}:resident",
            purpose="notice",
            person_id=resident["id"],
            receiver=resident["phone"],
            name="contact_lost",
            body=tx.town.phrase("contact_lost", resident["language"], facts(resident["language"])),
        )
        queue(tx, message)


def _facts(tx: Tx, person: Somebody, **more: str) -> Callable[[str | None], Mapping[str, str]]:
    """Return what is said of a person, in the letters of each reader's language, and `more`."""

    def facts(language: str | None) -> Mapping[str, str]:
        name = tx.town.called(language, person["name"], person["other_name"])
        return {"name": name or person["phone"], "phone": person["phone"], **more}

    return facts
