"""Keeps one entry of a register: the person, the role, the agreement on paper, and the one text
that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from helpline.base.calendar import local
from helpline.base.phone import Number
from helpline.check_ins import hello
from helpline.conversations import questions
from helpline.enrolment import membership
from helpline.enrolment.register.cells import Entry, Ground
from helpline.enrolment.rows import CONTACT_OF_RESIDENT, LAST_REFUSAL, PAPERS, Standing
from helpline.messaging.outbox import Message, queue
from helpline.people.rows import (
    COORDINATOR_OF_PERSON,
    PERSON_BY_PHONE,
    RESIDENT,
    RESIDENT_OF_PERSON,
    VOLUNTEER_OF_PERSON,
    ResidentRow,
    Somebody,
    VolunteerRow,
)
from helpline.town.events import note
from helpline.town.tx import Tx

RESIDENT_COLUMNS = ("zone", "address", "check_in_at", "days", "timezone", "ladder")
PLANNED_BY = ("check_in_at", "days", "timezone")


@dataclass(slots=True)
class Kept:
    """What came of one entry: new, updated or unchanged, what its reader should know, and how many
    texts leave."""

    result: str = "unchanged"
    warnings: list[str] = field(default_factory=list)
    texts: int = 0

    def changed(self) -> None:
        """Note that something known already is now different."""
        if self.result == "unchanged":
            self.result = "updated"


@dataclass(frozen=True)
class Keeper:
    """Keeps entries, inside a transaction that its caller opened."""

    tx: Tx
    ground: Ground

    @cached_property
    def papers(self) -> set[tuple[int, str, str]]:
        """The agreements on paper on record as (person, purpose, words), read once for the whole
        file."""
        return {(row["person_id"], row["purpose"], row["words"]) for row in self.tx.all(PAPERS)}

    def keep(self, role: str, entry: Entry) -> Kept:
        """Keep an entry without problems and return what came of it."""
        kept = Kept()
        assert entry.phone is not None
        person = self._person(entry.phone, entry["name"], entry["language"], kept)
        person = self._other_name(person, entry["other_name"], kept)
        if person["stopped_at"] is not None:
            kept.warnings.append(self.ground.say("person_stopped"))
        roles = {
            "resident": self._resident,
            "volunteer": self._volunteer,
            "coordinator": self._coordinator,
        }
        roles[role](person, entry, kept)
        if kept.result == "new":
            note(self.tx, f"{role}_imported", person_id=person["id"])
        return kept

    def _person(self, phone: Number, name: str, language: str, kept: Kept) -> Somebody:
        """Return the person behind a number, with the name and language the file gives."""
        row = self.tx.one(PERSON_BY_PHONE, phone=phone.e164)
        if row is None:
            spoken, now = language or None, self.tx.now
            person_id = self.tx.add(
                "add_person",
                phone=phone.e164,
                name=name,
                language=spoken,
                line=phone.line,
                now=now,
            )
            return Somebody(
                id=person_id,
                phone=phone.e164,
                name=name,
                other_name="",
                language=spoken,
                stopped_at=None,
            )
        if name and name != row["name"]:
            self.tx.run("set_name", id=row["id"], name=name)
            kept.changed()
        if language and language != row["language"]:
            self.tx.run("set_language", id=row["id"], language=language)
            kept.changed()
        return Somebody(
            id=row["id"],
            phone=row["phone"],
            name=name or row["name"],
            other_name=row["other_name"],
            language=language or row["language"],
            stopped_at=row["stopped_at"],
        )

    def _other_name(self, person: Somebody, other_name: str, kept: Kept) -> Somebody:
        """Write down a person's name in other letters; an empty cell says nothing."""
        if not other_name or other_name == person["other_name"]:
            return person
        self.tx.run("set_other_name", id=person["id"], other_name=other_name)
        kept.changed()
        return {**person, "other_name": other_name}

    def _called(self, person: Somebody) -> str:
        town = self.tx.town
        return town.called(person["language"], person["name"], person["other_name"])

    # --- residents --------------------------------------------------------------------------------

    def _resident(self, person: Somebody, entry: Entry, kept: Kept) -> None:
        row = self.tx.one(RESIDENT_OF_PERSON, person_id=person["id"])
        resident = (
            self._added_resident(person, entry, kept)
            if row is None
            else self._updated(row, entry, kept)
        )
        agreed = entry["consent"]
        if (
            agreed
            and person["stopped_at"] is None
            and self._may_count(resident["status"], person, "check_ins", agreed)
        ):
            self._agreed_on_paper(person, "check_ins", agreed, kept)
            if resident["status"] != "active":
                self.tx.run("set_resident_status", id=resident["id"], status="active")
                self._plan(resident["id"])
                resident["status"] = "active"
                kept.changed()
        if resident["status"] in ("declined", "stopped", "left") and person["stopped_at"] is None:
            kept.warnings.append(self.ground.say("resident_out"))
        if resident["status"] == "invited":
            self._invite(
                f"invite:resident:{resident['id']}",
                person,
                "confirm_resident",
                {"name": self._called(person)},
                kept,
            )
        if entry.contact is not None:
            self._contact(entry.contact, entry["contact_name"], person, resident, kept)

    def _added_resident(self, person: Somebody, entry: Entry, kept: Kept) -> Standing:
        kept.result = "new"
        town = self.tx.town
        defaults = {"check_in_at": "09:00", "days": "1234567", "timezone": town.zone_name}
        said = {column: entry[column] or defaults.get(column, "") for column in RESIDENT_COLUMNS}
        added = {**said, "person_id": person["id"], "status": "invited"}
        resident_id = self.tx.add("add_resident", **added, now=self.tx.now)
        return Standing(id=resident_id, status="invited")

    def _updated(self, row: ResidentRow, entry: Entry, kept: Kept) -> Standing:
        """Write what the file says otherwise; an empty cell says nothing."""
        before: Mapping[str, object] = row
        differs = {
            column
            for column in RESIDENT_COLUMNS
            if entry[column] and entry[column] != before[column]
        }
        said = {column: entry[column] or before[column] for column in RESIDENT_COLUMNS}
        if differs:
            self.tx.run("update_resident", id=row["id"], status=row["status"], **said)
            kept.changed()
        if row["status"] == "active" and differs.intersection(PLANNED_BY):
            self._plan(row["id"])
        return Standing(id=row["id"], status=row["status"])

    def _plan(self, resident_id: int) -> None:
        resident = self.tx.one(RESIDENT, id=resident_id)
        assert resident is not None
        hello.plan(self.tx, resident)

    def _contact(
        self, number: Number, name: str, person: Somebody, resident: Standing, kept: Kept
    ) -> None:
        """Have somebody told about a resident once they agree; they are asked by one text."""
        ground = self.ground
        there = self.tx.one(PERSON_BY_PHONE, phone=number.e164)
        contact = self._person(number, name if there is None or not there["name"] else "", "", kept)
        known = self.tx.one(
            CONTACT_OF_RESIDENT, resident_id=resident["id"], person_id=contact["id"]
        )
        if known is None:
            self.tx.add(
                "add_contact",
                resident_id=resident["id"],
                person_id=contact["id"],
                name=name,
                status="invited",
            )
            known = self.tx.one(
                CONTACT_OF_RESIDENT, resident_id=resident["id"], person_id=contact["id"]
            )
            assert known is not None
            kept.changed()
        elif name and name != known["name"]:
            self.tx.run("set_contact_name", id=known["id"], contact_name=name)
            kept.changed()
        if known["status"] == "declined":
            kept.warnings.append(ground.say("contact_declined", phone=number.e164))
        elif contact["stopped_at"] is not None:
            kept.warnings.append(ground.say("contact_stopped", phone=number.e164))
        elif (
            known["status"] == "invited"
            and resident["status"] == "active"
            and person["stopped_at"] is None
        ):
            # while the resident has not agreed, nobody is told that they chose them: the yes asks
            # the contact
            kept.texts += membership.invite_contacts(self.tx, resident["id"])

    # --- volunteers and coordinators --------------------------------------------------------------

    def _volunteer(self, person: Somebody, entry: Entry, kept: Kept) -> None:
        person_id = person["id"]
        row = self.tx.one(VOLUNTEER_OF_PERSON, person_id=person_id)
        if row is None:
            kept.result = "new"
            volunteer_id = self.tx.add(
                "add_volunteer", person_id=person_id, zones=entry["zones"], status="invited"
            )
            row = VolunteerRow(id=volunteer_id, zones=entry["zones"], status="invited")
        elif entry["zones"] and entry["zones"] != row["zones"]:
            self.tx.run("set_volunteer_zones", person_id=person_id, zones=entry["zones"])
            kept.changed()
        agreed, status = entry["confirmed"], row["status"]
        if (
            agreed
            and person["stopped_at"] is None
            and self._may_count(status, person, "volunteer", agreed)
        ):
            self._agreed_on_paper(person, "volunteer", "" if agreed == "yes" else agreed, kept)
            if status != "confirmed":
                self.tx.run("set_volunteer_status", person_id=person_id, status="confirmed")
                kept.changed()
        elif status == "declined" and person["stopped_at"] is None:
            kept.warnings.append(self.ground.say("volunteer_out"))
        elif status == "invited":
            self._invite(f"invite:volunteer:{row['id']}", person, "confirm_volunteer", {}, kept)

    def _coordinator(self, person: Somebody, entry: Entry, kept: Kept) -> None:
        row = self.tx.one(COORDINATOR_OF_PERSON, person_id=person["id"])
        if row is None:
            kept.result = "new"
        elif entry["email"] and entry["email"] != row["email"]:
            kept.changed()
        else:
            return
        self.tx.add("add_coordinator", person_id=person["id"], email=entry["email"])

    # --- agreement, and the text that asks for it -------------------------------------------------

    def _may_count(self, status: str, person: Somebody, purpose: str, agreed: str) -> bool:
        """Tell whether an agreement on paper counts: after a no by text only one of a later day
        does."""
        if status in ("invited", "active", "confirmed"):
            return True
        row = self.tx.one(LAST_REFUSAL, person_id=person["id"], purpose=purpose)
        if status != "declined" or agreed == "yes" or row is None or row["at"] is None:
            return False
        return agreed > local(row["at"], self.tx.town.zone_name).date().isoformat()

    def _agreed_on_paper(self, person: Somebody, purpose: str, day: str, kept: Kept) -> None:
        words = f"paper {day}".strip()
        if (person["id"], purpose, words) in self.papers:
            return
        self.papers.add((person["id"], purpose, words))
        self.tx.add(
            "add_consent",
            person_id=person["id"],
            purpose=purpose,
            given=1,
            basis="paper",
            words=words,
            language=self.tx.town.language_of(person["language"]),
            channel="paper",
            now=self.tx.now,
        )
        kept.changed()

    def _invite(
        self,
        idempotency_key: str,
        person: Somebody,
        flow: str,
        facts: Mapping[str, str],
        kept: Kept,
    ) -> None:
        """Put the question of `flow` to a person, once in a lifetime; never to somebody who said
        STOP."""
        if (
            person["stopped_at"] is not None
            or self.tx.one("text_was_decided", idempotency_key=idempotency_key) is not None
        ):
            return
        said = questions.put(self.tx, person, flow, facts)
        message = Message(
            idempotency_key=idempotency_key,
            purpose="invitation",
            person_id=person["id"],
            receiver=person["phone"],
            name=flow,
            body=said.text,
        )
        queue(self.tx, message)
        kept.texts += 1
