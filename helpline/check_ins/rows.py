"""What rows of plans and check-ins hold, as the statements of queries.sql give them."""

from __future__ import annotations

from typing import TypedDict

from helpline.base.ports import Statement
from helpline.cases.rows import NumberRow
from helpline.people.rows import Reader
from helpline.town.rows import Count


class Planned(TypedDict):
    """Enough of a resident to plan their next hello."""

    id: int
    check_in_at: str
    days: str
    timezone: str


class Greeted(Reader):
    """Enough of a resident to say hello to them on `local_date`."""

    resident_id: int
    person_id: int
    local_date: str
    ladder: str


class DuePlan(Greeted):
    """A resident whose next hello is due; `is_asked`: it was said on that date already."""

    ask_at: int
    check_in_at: str
    days: str
    timezone: str
    paused_until: int | None
    status: str
    is_asked: int


class IdRow(TypedDict):
    """A check-in by id."""

    id: int


class OpenedCheckIn(IdRow):
    """A check-in just opened."""

    resident_id: int


class OpenCheckIn(IdRow):
    """A question that waits for an answer, with its ladder (JSON). `asked_at` None: no provider
    has taken it yet."""

    status: str
    asked_at: int | None
    asking_at: int
    ladder_json: str


class LastCheckIn(IdRow):
    """A check-in as it stands; None where the schema says what that means."""

    resident_id: int
    local_date: str
    slot: str
    status: str
    policy: str
    rung: int
    asking_at: int
    asked_at: int | None
    due_at: int | None
    answered_at: int | None
    answer: str | None
    reason: str
    changes_until: int | None


class CheckInRow(LastCheckIn):
    """A check-in with its ladder (JSON) and its resident."""

    ladder_json: str
    person_id: int
    zone: str


class Fate(TypedDict):
    """What the provider said of a question; `any_arrived`: a text about the check-in is known to
    have arrived."""

    state: str
    status: str | None
    attempts: int
    route: str
    any_arrived: int


class ContactName(TypedDict):
    """How a contact is called."""

    name: str
    other_name: str


class PlannedDate(TypedDict):
    """The last date of a planned hello; None: there was none."""

    local_date: str | None


class FarPlan(TypedDict):
    """A resident whose plan lies too far ahead."""

    resident_id: int


DUE_PLANS = Statement("due_plans", DuePlan)
DUE_CHECK_INS = Statement("due_check_ins", IdRow)
CHECK_INS_OPENED = Statement("check_ins_opened", OpenedCheckIn)
CHECK_IN = Statement("check_in", CheckInRow)
OPEN_CHECK_INS_OF = Statement("open_check_ins_of", OpenCheckIn)
LAST_CHECK_IN_OF = Statement("last_check_in_of", LastCheckIn)
FATE_OF_QUESTION = Statement("fate_of_question", Fate)
CONFIRMED_CONTACT_NAME = Statement("confirmed_contact_name", ContactName)
LAST_PLANNED_DATE = Statement("last_planned_date", PlannedDate)
SLOTS_OF_DAY = Statement("slots_of_day", Count)
PLANS_FAR_AHEAD = Statement("plans_far_ahead", FarPlan)
HELLOS_TOO_LATE = Statement("hellos_too_late", Count)
SILENT_OF_A_MORNING = Statement("silent_of_a_morning", Count)
ASKED_OF_A_MORNING = Statement("asked_of_a_morning", Count)
OPEN_WORRY_OF = Statement("open_worry_of", NumberRow)
