"""What rows of the outbox hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement


class WithId(TypedDict):
    """Enough of a text to know which."""

    id: int


class Purposed(TypedDict):
    """Enough of a text to know what follows from its fate."""

    purpose: str
    priority: int


class Routed(TypedDict):
    """Enough of a text to know by whom it left."""

    channel: str
    route: str


class Leaving(Routed):
    """Enough of a text to choose by whom it leaves."""

    priority: int
    attempts: int
    segments: int


class AboutCase(WithId):
    """Enough of an alarm to find the cases that it names."""

    case_number: int | None


class Sendable(WithId):
    """Enough of a text to hand it over. `extra` is JSON; None for texts."""

    channel: str
    receiver: str
    body: str
    extra: str | None
    expires_at: int


class NextText(Sendable):
    """A text that may leave now. `case_status`, `urgent` and `check_in_status` are of what it is
    about; None: about none."""

    purpose: str
    priority: int
    segments: int
    attempts: int
    route: str
    name: str
    case_number: int | None
    check_in_id: int | None
    person_id: int | None
    first_tried_at: int | None
    created_at: int
    provider_id: str | None
    stopped_at: int | None
    case_status: str | None
    urgent: int | None
    check_in_status: str | None


class Claimed(NextText):
    """A text in the hands of this gateway's sender since `claimed_at`."""

    claimed_at: int


class TextRow(Sendable):
    """A row of the outbox as it stands; None where the schema says what that means."""

    idempotency_key: str
    purpose: str
    priority: int
    person_id: int | None
    name: str
    segments: int
    case_number: int | None
    check_in_id: int | None
    state: str
    status: str | None
    not_before_at: int
    attempts: int
    lease_owner: str | None
    lease_until: int | None
    first_tried_at: int | None
    accepted_at: int | None
    watch_at: int | None
    route: str
    provider_id: str | None
    error: str
    created_at: int
    bundle_id: int | None
    alone: str | None
    retry_of: int | None
    looked_at: int | None


class WatchedText(TypedDict):
    """A text whose delivery should be asked for."""

    id: int
    status: str | None
    accepted_at: int
    provider_id: str | None
    route: str
    channel: str
    priority: int
    first_tried_at: int | None
    created_at: int


class UnconfirmedText(TypedDict):
    """A text whose delivery nobody confirmed in time."""

    id: int
    status: str | None
    purpose: str
    priority: int
    case_number: int | None
    person_id: int | None
    route: str


NEXT_TEXTS = Statement("next_texts", NextText)
NEXT_MAILS = Statement("next_mails", NextText)
TEXT = Statement("text", TextRow)
TEXT_BY_PROVIDER_ID = Statement("text_by_provider_id", TextRow)
DOUBTFUL_TEXTS = Statement("doubtful_texts", TextRow)
TEXTS_TO_WATCH = Statement("texts_to_watch", WatchedText)
TEXTS_UNCONFIRMED = Statement("texts_unconfirmed", UnconfirmedText)
