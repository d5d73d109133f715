"""When a silence may be ours: alarms are held, coordinators are asked once, after an hour they
leave anyway."""

from __future__ import annotations

from dataclasses import dataclass

from helpline.base.ports import Statement
from helpline.base.spans import HOUR
from helpline.cases.rows import HELD_CASES
from helpline.check_ins.doubt_rules import enough_to_tell, too_many_silent
from helpline.check_ins.rows import ASKED_OF_A_MORNING, SILENT_OF_A_MORNING
from helpline.conversations import questions
from helpline.messaging.outbox import Message, queue
from helpline.people.rows import COORDINATORS
from helpline.town.events import note
from helpline.town.rows import Count
from helpline.town.tx import Tx

WINDOW = 6 * HOUR  # a morning
HOLD = HOUR
SHORTEST = HOUR // 6  # a ladder of less than ten minutes is a drill or a demo: nothing is held


@dataclass(frozen=True, slots=True)
class Doubt:
    """Alarms about silences that end now are held until `until`; `silent` people are as silent as
    they.

    `flow` is put to coordinators, unless one was since the moment `since`.
    """

    until: int
    silent: int
    since: int
    flow: str = "doubt"


def about(tx: Tx, alike: int, nearly: int) -> Doubt | None:
    """Return whether silences that end now may be ours; None when there is no reason to doubt
    ourselves.

    A coordinator who said that there is danger has settled it for the hours to come.

    Those asked up to the moment `alike`, whose own last moment comes within `nearly` milliseconds,
    count among them: a sender of a few texts a second takes a while to greet a street, and its
    first silences are no surer.
    """
    if tx.one("danger_was_said", after=tx.now - WINDOW) is not None:
        return None
    moments = {"after": tx.now - WINDOW, "alike": alike, "soon": tx.now + nearly}
    silent = _count(tx, SILENT_OF_A_MORNING, **moments)
    asked = _count(tx, ASKED_OF_A_MORNING, enough=enough_to_tell(silent), **moments)
    return Doubt(tx.now + HOLD, silent, tx.now - WINDOW) if too_many_silent(asked, silent) else None


def about_callbacks(tx: Tx, deaf_since: int) -> Doubt | None:
    """Return the doubt in which a silence stands that we could not have heard end; None once danger
    was said."""
    if tx.one("danger_was_said", after=deaf_since) is not None:
        return None
    return Doubt(tx.now + HOLD, 0, deaf_since, flow="deaf")


def _count(tx: Tx, name: Statement[Count], **values: int) -> int:
    row = tx.one(name, **values)
    return 0 if row is None else row["count"]


def ask_coordinators(tx: Tx, doubt: Doubt) -> None:
    """Ask every coordinator once for each spell of doubt: alarm the helpers now, or wait?"""
    held = _count(tx, HELD_CASES)
    if not held or tx.one("doubt_was_told", after=doubt.since) is not None:
        return
    count = max(doubt.silent, held)
    note(tx, "doubt", silent=count)
    facts = {"count": str(count), "time": tx.town.clock_face(doubt.since)}
    for each in tx.all(COORDINATORS):
        if each["stopped_at"] is None:
            said = questions.put(tx, each, doubt.flow, facts)
            message = Message(
                idempotency_key=f"doubt:{tx.now}:{each['person_id']}",
                purpose="doubt_question",
                person_id=each["person_id"],
                receiver=each["phone"],
                name=doubt.flow,
                body=said.text,
            )
            queue(tx, message)


def release(tx: Tx) -> int:
    """A coordinator says that there is danger: held alarms leave now, and no more are held. Return
    how many cases."""
    note(tx, "danger_said")
    return tx.run("move_held_cases", at=tx.now)


def wait_longer(tx: Tx) -> int:
    """Hold alarms for another hour. Return how many cases."""
    return tx.run("move_held_cases", at=tx.now + HOLD)
