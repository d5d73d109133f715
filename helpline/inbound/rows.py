"""What rows of texts and sessions that came in hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
from helpline.town.rows import Count, Moment


class FromSomebody(TypedDict):
    """A text with its sender; `name` None: nobody we know, `zone` "": not on the register."""

    id: int
    received_at: int
    sender: str
    name: str | None
    other_name: str | None
    zone: str


class WaitingText(FromSomebody):
    """A text that coordinators are told of at `alarm_at`; `told` so often, the last time at
    `told_at`."""

    alarm_at: int
    pressing: int
    told: int
    told_at: int | None


class UnreadText(FromSomebody):
    """A text that waits for a reader."""

    body: str


class UssdSession(TypedDict):
    """A USSD session. `screens` is JSON: the pages of the last answer; `typed` is all since it
    was dialled."""

    provider: str
    session: str
    person_id: int
    typed: str
    screens: str
    page: int
    ended: int
    answer: str
    started_at: int
    at: int


class TextBefore(TypedDict):
    """What somebody said last."""

    body: str
    received_at: int
    meaning: str


UNREAD_WAITING = Statement("unread_waiting", WaitingText)
NEXT_UNREAD = Statement("next_unread", UnreadText)
USSD_SESSION = Statement("ussd_session", UssdSession)
JUDGEMENTS_DUE = Statement("judgements_due", Count)
NEXT_JUDGEMENT = Statement("next_judgement", Moment)
LAST_ACCEPTED = Statement("last_accepted", Moment)
LAST_TEXT_IN = Statement("last_text_in", Moment)
HEARD_LATELY = Statement("heard_lately", Moment)
TEXT_BEFORE = Statement("text_before", TextBefore)
