"""What rows of cases and of those asked about them hold, as the statements of queries.sql give
them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
from helpline.town.rows import Count, Moment


class CaseRow(TypedDict):
    """A case with the person it is about and its owner; None where the schema says what that
    means.

    `zone` and `address` are None for somebody who is not on the register.
    """

    number: int
    kind: str
    status: str
    dedup_key: str | None
    person_id: int
    resident_id: int | None
    check_in_id: int | None
    urgent: int
    need: str
    wanted: str
    place: str
    policy: str
    rung: int
    round: int
    next_action_at: int | None
    owner_id: int | None
    taken_at: int | None
    nudged: int
    outcome: str | None
    version: int
    opened_at: int
    closed_at: int | None
    closed_by: int | None
    name: str
    other_name: str
    phone: str
    language: str | None
    zone: str | None
    address: str | None
    owner_name: str | None
    owner_other_name: str | None
    owner_phone: str | None


class NumberRow(TypedDict):
    """A case by its number."""

    number: int


class Listed(NumberRow):
    """Enough of a case to name it in a list."""

    kind: str


class CaseByKey(Listed):
    """The open case of one worry."""

    status: str


class AskRow(TypedDict):
    """One person asked about one case. `answer` is yes, no, unreached or released; None: none
    yet."""

    id: int
    case_number: int
    person_id: int
    role: str
    rung: int
    round: int
    asked_at: int
    answer: str | None
    answered_at: int | None


class OpenQuestion(Listed):
    """A case that somebody may be answering about. `asked_at` None: it is theirs, nobody asked
    them."""

    status: str
    owner_id: int | None
    asked_at: int | None
    taken_at: int | None
    open_ask: int


class OwnCase(Listed):
    """A case about somebody, as it is told to them."""

    status: str
    need: str
    outcome: str | None
    owner_name: str | None
    owner_other_name: str | None


class Bundled(TypedDict):
    """The case of an alarm that another text says too."""

    case_number: int | None


class WaitingAlarm(TypedDict):
    """An alarm that waits to leave."""

    id: int
    case_number: int
    body: str


class IdRow(TypedDict):
    """A person by id."""

    id: int


class Taker(IdRow):
    """Somebody who may say that they go. `email` is "" for who is no coordinator."""

    name: str
    role: str
    email: str


class CaseQuestion(TypedDict):
    """The hello a case came from; `asked_at` None: no provider took it."""

    asking_at: int
    asked_at: int | None
    answered_at: int | None
    answer: str | None
    status: str


class CaseEvent(TypedDict):
    """Something that happened to a case; `data` is JSON, `name` "" when nobody did it."""

    at: int
    kind: str
    data: str
    name: str


class CaseAsk(TypedDict):
    """Somebody asked about a case, by name."""

    person_id: int
    role: str
    asked_at: int
    answer: str | None
    answered_at: int | None
    name: str


class CaseText(IdRow):
    """A text about a case, with what became of it; `name` None: it went to nobody we know."""

    channel: str
    body: str
    phrase: str
    state: str
    status: str | None
    error: str
    created_at: int
    accepted_at: int | None
    name: str | None
    news_at: int | None


class CaseReply(IdRow):
    """What somebody wrote about a case, or meanwhile."""

    body: str
    media: int
    received_at: int
    unread: int
    name: str


class StuckAlarm(TypedDict):
    """An open case whose alarm no provider takes, and how often its people were asked."""

    case_number: int
    round: int


class LastAlarm(IdRow):
    """The last text with alarms to somebody; `extra` names the cases of several, as JSON."""

    case_number: int | None
    extra: str | None


CASE = Statement("case", CaseRow)
CASE_BY_KEY = Statement("case_by_key", CaseByKey)
CASES_OF_PERSON = Statement("cases_of_person", OwnCase)
ASKS_OF_CASE = Statement("asks_of_case", AskRow)
DUE_CASES = Statement("due_cases", NumberRow)
OPEN_QUESTIONS_ABOUT_CASES = Statement("open_questions_about_cases", OpenQuestion)
MISSED_CASE_OF = Statement("missed_case_of", NumberRow)
ALARMS_WAITING_FOR = Statement("alarms_waiting_for", WaitingAlarm)
WHO_MAY_TAKE = Statement("who_may_take", Taker)
CASE_QUESTION = Statement("case_question", CaseQuestion)
CASE_EVENTS = Statement("case_events", CaseEvent)
CASE_ASKS = Statement("case_asks", CaseAsk)
CASE_TEXTS = Statement("case_texts", CaseText)
CASE_REPLIES = Statement("case_replies", CaseReply)
STUCK_ALARMS = Statement("stuck_alarms", StuckAlarm)
BUNDLED_IN = Statement("bundled_in", Bundled)
RESPONDING = {
    "contacts": Statement("responding_contacts", IdRow),
    "volunteers": Statement("responding_volunteers", IdRow),
    "coordinators": Statement("responding_coordinators", IdRow),
}
LAST_ALARM_TO = Statement("last_alarm_to", Moment)
LAST_ALARM_TEXT_TO = Statement("last_alarm_text_to", LastAlarm)
HELD_CASES = Statement("held_cases", Count)
