"""When too many are silent at once: alarms are held, coordinators are asked once, after an hour they leave anyway."""

from __future__ import annotations

from helpline.core.doubt import too_many_silent
from helpline.desk import questions
from helpline.desk.outgoing import HOUR, Klass, Letter, note, queue
from helpline.desk.town import Town
from helpline.ports import Store

WINDOW = 6 * HOUR  # a morning
HOLD = HOUR
SHORTEST = HOUR // 6  # a ladder of less than ten minutes is a drill or a demo: nothing is held


def hold_until(store: Store, now: int) -> int:
    """Return until when alarms about silences that end now are held; 0 when there is no reason to doubt ourselves."""
    row = store.one("silences_of_a_morning", after=now - WINDOW, now=now)
    asked, silent = (0, 0) if row is None else (row["asked"], row["silent"] or 0)
    return now + HOLD if too_many_silent(asked, silent) else 0


def ask_coordinators(store: Store, town: Town, now: int) -> None:
    """Ask every coordinator once for each spell of doubt: alarm the helpers now, or wait?"""
    held = store.one("held_cases")
    if held is None or not held["count"] or store.one("doubt_was_told", after=now - WINDOW) is not None:
        return
    note(store, "doubt", now, silent=held["count"])
    facts = {"count": str(held["count"])}
    for each in store.all("coordinators"):
        if each["stopped_at"] is None:
            person = {**dict(each), "id": each["person_id"]}
            said = questions.put(store, town, person, "doubt", facts, now)
            letter = Letter(
                idem=f"doubt:{now}:{each['person_id']}",
                klass=Klass.ALARM,
                person_id=each["person_id"],
                receiver=each["phone"],
                name="doubt",
                body=said.text,
            )
            queue(store, letter, now)


def release(store: Store, now: int) -> int:
    """Let held alarms leave now. Return how many cases."""
    return store.run("move_held_cases", at=now)


def wait_longer(store: Store, now: int) -> int:
    """Hold alarms for another hour. Return how many cases."""
    return store.run("move_held_cases", at=now + HOLD)
