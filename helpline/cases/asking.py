"""Whom a case asks next: the people of a rung, those of the next ones, one more in place of one or
beside one."""

from __future__ import annotations

from dataclasses import replace

from helpline.cases.types import Ask, Case, Change, Reachable, Status, Tell
from helpline.town.ladder import Rung


def ask_next(
    case: Case, responders: Reachable, now: int, skip: frozenset[int] = frozenset()
) -> Change:
    """Ask the next people of this rung, else of the next rungs; after the last rung, that one
    again."""
    humans = case.ladder.humans
    for rung in range(case.rung, len(humans)):
        people = _next_people(case, humans[rung], responders, skip)
        if people:
            return _ask(case, rung, case.round, people, now)
    last = len(humans) - 1
    again = replace(case, round=case.round + 1)
    people = _next_people(again, humans[last], responders, frozenset())
    if people:
        return _ask(again, last, again.round, people, now)
    waiting = replace(
        again, status=Status.ASKING, rung=last, next_action_at=now + humans[last].wait
    )
    return Change(waiting, notes=("nobody_available",))


def _next_people(
    case: Case, rung: Rung, responders: Reachable, skip: frozenset[int]
) -> list[tuple[int, str]]:
    asked = {ask.person_id for ask in case.asks if ask.round == case.round}
    refused = {
        ask.person_id for ask in case.asks if ask.answer == "no" and ask.role != "coordinator"
    }
    barred = asked | refused | skip | {case.person_id}
    people: list[tuple[int, str]] = []
    for group in rung.ask:
        limit = rung.at_once if group == "volunteers" else len(responders.of(group))
        free = [each for each in responders.of(group) if each not in barred][:limit]
        people += [(each, group.removesuffix("s")) for each in free]
        barred |= set(free)
    return people


def _ask(case: Case, rung: int, round_: int, people: list[tuple[int, str]], now: int) -> Change:
    asks = tuple(Ask(person_id, role, rung, round_) for person_id, role in people)
    asking = replace(
        case,
        status=Status.ASKING,
        rung=rung,
        round=round_,
        next_action_at=now + case.ladder.humans[rung].wait,
        asks=case.asks + asks,
    )
    return Change(asking, asked=asks, notes=("asked",))


def hand_on(
    case: Case, responders: Reachable, now: int, note: str, *tells: Tell, rung: int | None = None
) -> Change:
    """Take the case from its owner and ask the next people: a new round, so that everybody may be
    asked again."""
    skip = frozenset() if case.owner_id is None else frozenset({case.owner_id})
    free = replace(
        case,
        status=Status.ASKING,
        owner_id=None,
        taken_at=None,
        nudged=False,
        round=case.round + 1,
        rung=case.rung if rung is None else rung,
    )
    change = ask_next(free, responders, now, skip)
    return replace(change, tells=tells + change.tells, notes=(note, *change.notes))


def replace_one(case: Case, responders: Reachable, now: int) -> Change:
    """Ask one more in place of one who said no; when nobody of this step is left to answer, go on
    at once."""
    still = [
        a for a in case.asks if a.answer is None and a.round == case.round and a.rung == case.rung
    ]
    if not still:
        last = len(case.ladder.humans) - 1
        if case.rung == last and not _next_people(
            case, case.ladder.humans[last], responders, frozenset()
        ):
            return Change(
                case
            )  # every coordinator said no: they are asked again when the wait is over
        return ask_next(case, responders, now)
    rung = case.ladder.humans[case.rung]
    people = _next_people(case, replace(rung, at_once=1), responders, frozenset())
    if not people:
        return Change(case)
    return _ask(case, case.rung, case.round, people[:1], now)


def ask_beside(case: Case, person_id: int, responders: Reachable, now: int) -> Change:
    """Ask one more person without waiting, beside one whose text may lie in a phone that is off."""
    waiting = any(ask.person_id == person_id and ask.answer is None for ask in case.asks)
    if case.status is not Status.ASKING or not waiting:
        return Change(case)
    rung = case.ladder.humans[case.rung]
    people = _next_people(case, replace(rung, at_once=1), responders, frozenset())[:1]
    if people:
        change = _ask(case, case.rung, case.round, people, now)
        return replace(
            change,
            case=replace(change.case, next_action_at=case.next_action_at),
            notes=("asked_beside",),
        )
    last = len(case.ladder.humans) - 1
    if case.rung == last:
        return Change(case)
    return ask_next(case, responders, now)
