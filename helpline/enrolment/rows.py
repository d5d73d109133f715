"""What rows of those who take part hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
from helpline.people.rows import Somebody
from helpline.town.rows import Moment


class Standing(TypedDict):
    """Somebody in a role, and whether they agreed."""

    id: int
    status: str


class NamedContact(Standing):
    """A contact, as the resident calls them."""

    name: str


class Invitation(TypedDict):
    """For whom somebody was named as a contact and has not answered yet; `resident` is a name."""

    id: int
    resident_id: int
    resident: str
    other_name: str


class Paper(TypedDict):
    """An agreement on paper."""

    person_id: int
    purpose: str
    words: str


class ReliesOn(Somebody):
    """A resident who has somebody as a contact; `called` is how they call them."""

    resident_id: int
    called: str


class EmptyZone(TypedDict):
    """A zone with residents and with nobody on duty."""

    zone: str
    residents: int


CONTACT_OF_RESIDENT = Statement("contact_of_resident", NamedContact)
INVITATIONS_OF_CONTACT = Statement("invitations_of_contact", Invitation)
PAPERS = Statement("papers", Paper)
LAST_REFUSAL = Statement("last_refusal", Moment)
RELIED_ON_BY = Statement("relied_on_by", ReliesOn)
ZONES_LEFT_EMPTY = Statement("zones_left_empty", EmptyZone)
