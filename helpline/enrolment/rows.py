"""What rows of those who take part hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
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


CONTACT_OF_RESIDENT = Statement("contact_of_resident", NamedContact)
INVITATIONS_OF_CONTACT = Statement("invitations_of_contact", Invitation)
PAPERS = Statement("papers", Paper)
LAST_REFUSAL = Statement("last_refusal", Moment)
