"""What rows of the outbox hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
from helpline.town.rows import Count, Moment


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


class ExpiredText(AboutCase):
    """A text that came too late to be of use."""

    check_in_id: int | None
    person_id: int | None
    name: str


class AwaitedText(WithId):
    """A text that a route took long enough ago to have reported on it."""

    accepted_at: int


class RouteRow(TypedDict):
    """A route by which texts left."""

    route: str


class DeafRoute(RouteRow):
    """A route by which nothing reaches us, and since when."""

    since_at: int


class OldText(WithId):
    """A text, and when it was decided."""

    created_at: int


class LastText(TypedDict):
    """The id of the newest text."""

    id: int


class Spent(TypedDict):
    """What texts of one priority cost in a month; `cost` in millionths of the town's money."""

    priority: int
    texts: int
    segments: int
    cost: int


class SpentInAll(TypedDict):
    """What a month cost, in millionths of the town's money."""

    cost: int


NEXT_TEXTS = Statement("next_texts", NextText)
NEXT_MAILS = Statement("next_mails", NextText)
TEXT = Statement("text", TextRow)
TEXT_BY_PROVIDER_ID = Statement("text_by_provider_id", TextRow)
DOUBTFUL_TEXTS = Statement("doubtful_texts", TextRow)
TEXTS_TO_WATCH = Statement("texts_to_watch", WatchedText)
TEXTS_UNCONFIRMED = Statement("texts_unconfirmed", UnconfirmedText)
EXPIRED_TEXTS = Statement("expired_texts", ExpiredText)
REPORTS_AWAITED = Statement("reports_awaited", AwaitedText)
ROUTES_OF_TEXTS = Statement("routes_of_texts", RouteRow)
DEAF_ROUTES = Statement("deaf_routes", DeafRoute)
LAST_TEXT_IN_BY = Statement("last_text_in_by", Moment)
LAST_REPORT_OF = Statement("last_report_of", Moment)
LAST_GAP = Statement("last_gap", Moment)
LAST_TEXT = Statement("last_text", LastText)
TEXT_FROM = Statement("text_from", OldText)
COURTESIES_TO = Statement("courtesies_to", Count)
TALLY_OF = Statement("tally_of", Count)
SPENT = Statement("spent", Spent)
SPENT_IN_ALL = Statement("spent_in_all", SpentInAll)
