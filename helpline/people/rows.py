"""What rows of people hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement


class Addressed(TypedDict):
    """Enough of somebody to put a question to them; `language` None: none chosen."""

    id: int
    language: str | None


class Reader(TypedDict):
    """Enough of somebody to say a thing to them: by which number, in which language (None: none
    chosen), if at all."""

    phone: str
    name: str
    other_name: str
    language: str | None
    stopped_at: int | None


class Somebody(Reader):
    """Enough of a person to keep their roles and to invite them."""

    id: int


class PersonRow(Somebody):
    """Somebody at a phone number."""

    line: str
    unreachable_at: int | None
    heard_at: int | None
    passive_replies: int
    last_said: str
    created_at: int


class CallerRow(TypedDict):
    """Everything that must be known of whoever texts; what belongs to a role is None for who has
    it not."""

    id: int
    phone: str
    name: str
    other_name: str
    language: str | None
    line: str
    stopped_at: int | None
    unreachable_at: int | None
    passive_replies: int
    last_said: str
    heard_at: int | None
    resident_id: int | None
    resident_status: str | None
    zone: str | None
    ladder: str | None
    timezone: str | None
    check_in_at: str | None
    days: str | None
    paused_until: int | None
    volunteer_status: str | None
    volunteer_id: int | None
    coordinator_id: int | None
    conversation: str | None
    conversation_asked_at: int | None
    conversation_expires_at: int | None
    conversation_remind_at: int | None
    last_ask_at: int | None
    was_ever_asked: int
    has_open_case: int
    last_taken_at: int | None
    check_in_asking_at: int | None
    answer_changes_until: int | None
    open_silences: int


class ResidentRow(Reader):
    """A resident with the person behind. `paused_until` None: not paused."""

    id: int
    person_id: int
    zone: str
    address: str
    status: str
    check_in_at: str
    days: str
    timezone: str
    ladder: str
    paused_until: int | None
    created_at: int
    line: str


class ContactRow(PersonRow):
    """A contact of a resident; `called` is how the resident calls them, `status` whether they
    agreed."""

    contact_id: int
    status: str
    called: str


class CoordinatorRow(PersonRow):
    """A coordinator; `person_id` is their `id`."""

    email: str
    person_id: int


class VolunteerRow(TypedDict):
    """The volunteer somebody is: zones joined by `|`, and whether they agreed."""

    id: int
    zones: str
    status: str


class CoordinatorOf(TypedDict):
    """The coordinator somebody is."""

    id: int
    email: str


class WhoIsTold(TypedDict):
    """How many coordinators a text can reach, how many of these ever wrote, and how many there
    are."""

    reached: int
    heard: int
    coordinators: int


WHO_TEXTS = Statement("who_texts", CallerRow)
PERSON = Statement("person", PersonRow)
PERSON_BY_PHONE = Statement("person_by_phone", PersonRow)
RESIDENT = Statement("resident", ResidentRow)
RESIDENT_OF_PERSON = Statement("resident_of_person", ResidentRow)
CONTACTS_OF = Statement("contacts_of", ContactRow)
COORDINATORS = Statement("coordinators", CoordinatorRow)
VOLUNTEER_OF_PERSON = Statement("volunteer_of_person", VolunteerRow)
COORDINATOR_OF_PERSON = Statement("coordinator_of_person", CoordinatorOf)
WHO_IS_TOLD = Statement("who_is_told", WhoIsTold)
