"""One worry from the first alert to a known ending: who is asked, who has it, what happens when
they fall silent.

`step` takes a case, what happened, whom one could ask, and the time; it gives the case as it is
then and what to say to whom. Invariant: a case that is not closed always has a next action time.
"""

from __future__ import annotations

from dataclasses import replace

from helpline.cases.asking import ask_beside, ask_next, hand_on, replace_one
from helpline.cases.types import (
    OUTCOMES,
    Accepted,
    Ask,
    Case,
    Change,
    Closed,
    Declined,
    Event,
    Found,
    Held,
    Opened,
    PatienceEnded,
    Reachable,
    Reopened,
    Responders,
    SignOfLife,
    Status,
    Tell,
    Unconfirmed,
    Unreached,
)

__all__ = [
    "OUTCOMES",
    "Accepted",
    "Ask",
    "Case",
    "Change",
    "Closed",
    "Declined",
    "Event",
    "Found",
    "Held",
    "Opened",
    "PatienceEnded",
    "Reopened",
    "Responders",
    "SignOfLife",
    "Status",
    "Tell",
    "Unconfirmed",
    "Unreached",
    "step",
]


def step(case: Case, event: Event, responders: Reachable, now: int) -> Change:  # noqa: C901 - one line for each event
    """Return what `event` makes of `case` at `now`. A closed case never changes."""
    if not case.is_open:
        return _when_closed(case, event)
    match event:
        case Opened():
            return ask_next(case, responders, now)
        case Held(until):
            return Change(replace(case, status=Status.HELD, next_action_at=until), notes=("held",))
        case PatienceEnded():
            return _patience_ended(case, responders, now)
        case Accepted(person_id):
            return _accepted(case, person_id, now)
        case Declined(person_id):
            return _declined(case, person_id, "no", responders, now)
        case Unreached(person_id):
            return _declined(case, person_id, "unreached", responders, now)
        case Unconfirmed(person_id):
            return ask_beside(case, person_id, responders, now)
        case Found():
            return _found(case, event, responders, now)
        case SignOfLife():
            return _heard(case, event, responders, now)
        case Closed(outcome, person_id):
            return _close(case, outcome, person_id)
        case Reopened():
            return hand_on(case, responders, now, "reopened")


def _when_closed(case: Case, event: Event) -> Change:
    match event:
        case Accepted(person_id) | Declined(person_id) | Found(person_id=person_id):
            return Change(case, tells=(Tell(person_id, "case_already_closed"),))
        case _:
            return Change(case)


# --- the wait is over -----------------------------------------------------------------------------


def _patience_ended(case: Case, responders: Reachable, now: int) -> Change:
    if case.status is not Status.TAKEN:
        return ask_next(case, responders, now)
    assert case.owner_id is not None
    if not case.nudged:
        nudged = replace(case, nudged=True, next_action_at=now + case.ladder.promise)
        return Change(nudged, tells=(Tell(case.owner_id, "case_nudge"),), notes=("nudged",))
    return hand_on(case, responders, now, "owner_silent", Tell(case.owner_id, "case_back"))


# --- answers --------------------------------------------------------------------------------------


def _accepted(case: Case, person_id: int, now: int) -> Change:
    if case.status is Status.TAKEN:
        phrase = "case_already_yours" if case.owner_id == person_id else "case_taken_by_other"
        return Change(case, tells=(Tell(person_id, phrase),))
    others = tuple(
        ask.person_id for ask in case.asks if ask.answer is None and ask.person_id != person_id
    )
    taken = replace(
        case,
        status=Status.TAKEN,
        owner_id=person_id,
        taken_at=now,
        nudged=False,
        next_action_at=now + case.ladder.promise,
        asks=_settle(case.asks, {person_id: "yes"} | dict.fromkeys(others, "released")),
    )
    tells = [Tell(person_id, "case_yours")]
    tells += [Tell(other, "case_taken_by_other", if_told=True) for other in dict.fromkeys(others)]
    if case.kind in ("help", "callback"):
        tells.append(Tell(case.person_id, "request_taken"))
    settled = ((person_id, "yes"), *((other, "released") for other in dict.fromkeys(others)))
    return Change(taken, settled=settled, tells=tuple(tells), notes=("taken",))


def _declined(case: Case, person_id: int, answer: str, responders: Reachable, now: int) -> Change:
    thanks = (Tell(person_id, "case_no_thanks"),) if answer == "no" else ()
    if case.owner_id == person_id and answer == "no":
        return hand_on(case, responders, now, "handed_over", *thanks)
    mine = [ask for ask in case.asks if ask.person_id == person_id and ask.answer is None]
    noted = replace(case, asks=_settle(case.asks, {person_id: answer}))
    if not mine or case.status is not Status.ASKING:
        return Change(
            noted, settled=((person_id, answer),), tells=thanks, notes=(f"said_{answer}",)
        )
    if all(ask.round < case.round or ask.rung < case.rung for ask in mine):
        # a late no to an earlier step must not skip a later one
        return Change(noted, settled=((person_id, answer),), tells=thanks, notes=("late_no",))
    change = replace_one(noted, responders, now)
    return replace(
        change,
        settled=((person_id, answer), *change.settled),
        tells=thanks + change.tells,
        notes=(f"said_{answer}", *change.notes),
    )


def _found(case: Case, event: Found, responders: Reachable, now: int) -> Change:
    if case.owner_id != event.person_id:
        phrase = "case_taken_by_other" if case.status is Status.TAKEN else "case_not_yours"
        return Change(case, tells=(Tell(event.person_id, phrase),))
    noted = replace(case, outcome=event.outcome)
    thanks = Tell(event.person_id, f"outcome_{event.outcome}")
    match event.outcome:
        case "fine":
            return _close(noted, "fine", event.person_id, thanks)
        case "emergency" if event.is_final:
            return _close(noted, "emergency", event.person_id, thanks)
        case "needs_help" | "not_reached" if event.is_final:
            kept = replace(noted, nudged=False, next_action_at=now + 2 * case.ladder.promise)
            return Change(kept, tells=(thanks,), notes=(event.outcome,))
        case "needs_help" | "emergency":
            last = len(case.ladder.humans) - 1
            return hand_on(noted, responders, now, event.outcome, thanks, rung=last)
        case _:
            return hand_on(noted, responders, now, event.outcome, thanks)


def _heard(case: Case, event: SignOfLife, responders: Reachable, now: int) -> Change:
    if case.kind not in ("missed", "unreachable"):
        return Change(case)
    if event.stopped:
        return _close(case, "stopped", None, *_stand_down(case, "case_stopped"))
    if not event.needs_help:
        return _close(case, "heard", None, *_stand_down(case, "case_stood_down"))
    if case.status is Status.HELD:  # only a silence is held: who asks for help is helped now
        change = ask_next(replace(case, kind="help"), responders, now)
        return replace(change, notes=("heard_needs_help", *change.notes))
    told = (
        {case.owner_id}
        if case.owner_id
        else {ask.person_id for ask in case.asks if ask.answer is None}
    )
    tells = tuple(Tell(each, "heard_needs_help", if_told=True) for each in sorted(told))
    return Change(replace(case, kind="help"), tells=tells, notes=("heard_needs_help",))


def _stand_down(case: Case, phrase: str) -> tuple[Tell, ...]:
    owner = () if case.owner_id is None else (case.owner_id,)
    everybody = dict.fromkeys((*(ask.person_id for ask in case.asks), *owner))
    return tuple(Tell(each, phrase, if_told=each not in owner) for each in everybody)


def _close(case: Case, outcome: str, person_id: int | None, *tells: Tell) -> Change:
    unanswered = dict.fromkeys(
        a.person_id for a in case.asks if a.answer is None and a.person_id != person_id
    )
    told = {tell.person_id for tell in tells}
    closed = replace(
        case,
        status=Status.CLOSED,
        next_action_at=None,
        outcome=outcome,
        asks=_settle(case.asks, dict.fromkeys(unanswered, "released")),
    )
    others = list(unanswered)
    if case.owner_id is not None and case.owner_id != person_id and case.owner_id not in unanswered:
        others.append(case.owner_id)
    notices = [
        Tell(each, "case_closed_by_other", if_told=each != case.owner_id)
        for each in others
        if each not in told
    ]
    if case.kind in ("help", "callback") and outcome in ("fine", "emergency"):
        notices.append(Tell(case.person_id, "request_closed"))
    return Change(
        closed,
        settled=tuple((each, "released") for each in unanswered),
        tells=(*tells, *notices),
        notes=("closed",),
    )


def _settle(asks: tuple[Ask, ...], answers: dict[int, str]) -> tuple[Ask, ...]:
    return tuple(
        replace(ask, answer=answers[ask.person_id])
        if ask.answer is None and ask.person_id in answers
        else ask
        for ask in asks
    )
