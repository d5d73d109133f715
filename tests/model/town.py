"""Two volunteers, a coordinator, a late answer and a crash: the real cases.rules.step, with its
texts on their way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from helpline.base.spans import MINUTE
from helpline.cases.rules import (
    Accepted,
    Case,
    Change,
    Declined,
    Event,
    Found,
    Opened,
    PatienceEnded,
    Responders,
    SignOfLife,
    Status,
    step,
)
from helpline.town.ladder import Ladder, Rung
from tests.model import decisions
from tests.model.decisions import FINAL, Row
from tests.model.explore import Explored, Steps, explore

RESIDENT, VOLUNTEERS, COORDINATOR = 1, (21, 22), 31
CREW = Responders(volunteers=VOLUNTEERS, coordinators=(COORDINATOR,))
LADDER = Ladder(
    "model",
    (),
    150 * MINUTE,
    (Rung(("volunteers",), 1, 15 * MINUTE), Rung(("coordinators",), 99, 15 * MINUTE, repeat=True)),
)


class Rules(NamedTuple):
    """How much may happen."""

    crashes: int = 1
    lost_answers: int = 1
    patience: int = 3


class Text(NamedTuple):
    """An alarm or an all-clear on its way to a person. `hand`: what its sender knows and has not
    written down."""

    person: int
    name: str
    round: int
    row: Row = Row()
    hand: str = ""
    copies: int = 0


class Town(NamedTuple):
    """Everything there is."""

    case: Case
    texts: tuple[Text, ...] = ()
    said: frozenset[int] = frozenset()
    heard: bool = False
    crashes: int = 0
    lost_answers: int = 0
    patience: int = 0


def opened() -> Town:
    """Return a town in which a resident was just found silent."""
    case = Case(7, "missed", Status.ASKING, RESIDENT, LADDER, next_action_at=0)
    return happens(Town(case), Opened())


def happens(town: Town, event: Event) -> Town:
    """Carry out what the real core decides, as cases/work.py does."""
    change = step(town.case, event, CREW, 0)
    texts = [*town.texts, *(Text(ask.person_id, "ask", ask.round) for ask in change.asked)]
    released = {person for person, answer in change.settled if answer == "released"}
    closes = town.case.is_open and not change.case.is_open
    for place, text in enumerate(texts):
        if closes or text.person in released:
            texts[place] = text._replace(row=decisions.withdraw(text.row))
    texts += _all_clears(town, change)
    return town._replace(
        case=replace(change.case, next_action_at=change.case.next_action_at and 0),
        texts=tuple(texts),
    )


def _all_clears(town: Town, change: Change) -> Iterator[Text]:
    may_know = {
        text.person for text in town.texts if text.row.state in ("sending", "unknown", "accepted")
    }
    for tell in change.tells:
        if tell.phrase == "case_stood_down" and tell.person_id in may_know:
            yield Text(tell.person_id, "clear", 0)


def steps(rules: Rules) -> Steps[Town]:
    """Return what can happen next, as `explore` wants it."""

    def following(town: Town) -> Iterator[tuple[str, Town]]:
        yield from _people(town)
        for place in range(len(town.texts)):
            yield from _sends(rules, town, place)
        if town.case.is_open and town.patience < rules.patience:
            yield (
                "patience ends",
                happens(town, PatienceEnded())._replace(patience=town.patience + 1),
            )
        if town.crashes < rules.crashes and any(text.row.state == "sending" for text in town.texts):
            yield "the gateway dies", _after_a_crash(town)

    return following


def _people(town: Town) -> Iterator[tuple[str, Town]]:
    reached = {text.person for text in town.texts if text.name == "ask" and text.copies}
    for person in VOLUNTEERS:
        if person in reached - town.said:
            said = town._replace(said=town.said | {person})
            yield f"{person} says yes", happens(said, Accepted(person))
            yield f"{person} says no", happens(said, Declined(person))
    if town.case.is_open and town.case.owner_id is not None:
        yield (
            "the owner found them well",
            happens(town, Found(town.case.owner_id, "fine", is_final=False)),
        )
    if not town.heard:
        yield (
            "the resident answers late",
            happens(town._replace(heard=True), SignOfLife(needs_help=False)),
        )


def _sends(rules: Rules, town: Town, place: int) -> Iterator[tuple[str, Town]]:
    text = town.texts[place]
    name = f"{text.name} to {text.person}"
    match text.row.state, text.hand:
        case "queued", _:
            row = decisions.claim(text.row, cause_gone=text.name == "ask" and not town.case.is_open)
            hand = "claimed" if row.state == "sending" else ""
            yield f"{name} is claimed", _put(town, place, text._replace(row=row, hand=hand))
        case "sending", "claimed":
            yield (
                f"{name} is taken",
                _put(town, place, text._replace(hand="accepted", copies=text.copies + 1)),
            )
            if town.lost_answers < rules.lost_answers:
                lost = town._replace(lost_answers=town.lost_answers + 1)
                yield f"{name} is lost", _put(lost, place, text._replace(hand="unknown"))
                taken = text._replace(hand="unknown", copies=text.copies + 1)
                yield f"{name} is taken, the answer lost", _put(lost, place, taken)
        case "sending", outcome if outcome:
            row = decisions.record(text.row, outcome)
            yield f"{name} is {outcome}", _put(town, place, text._replace(row=row, hand=""))
        case "unknown", _:
            row = decisions.looked_up(text.row, found=text.copies > 0, worth_a_copy=True)
            yield f"{name} is looked for", _put(town, place, text._replace(row=row))
        case _:
            pass  # at rest: accepted, refused, cancelled


def _put(town: Town, place: int, text: Text) -> Town:
    return town._replace(texts=(*town.texts[:place], text, *town.texts[place + 1 :]))


def _after_a_crash(town: Town) -> Town:
    texts = tuple(text._replace(row=decisions.disown(text.row), hand="") for text in town.texts)
    return town._replace(texts=texts, crashes=town.crashes + 1)


def wrong_with(town: Town, is_end: bool) -> str:
    """Return what must not be."""
    case = town.case
    if any(text.copies > 1 for text in town.texts):
        return "sent twice"
    if case.is_open != (case.next_action_at is not None):
        return "an open case without a next moment"
    if case.is_open and (case.owner_id is not None) != (case.status is Status.TAKEN):
        return "an owner of a case nobody has taken"
    asked = [(text.person, text.round) for text in town.texts if text.name == "ask"]
    if len(set(asked)) != len(asked):
        return "asked twice in a round"
    return _wrong_at_the_end(town) if is_end else ""


def _wrong_at_the_end(town: Town) -> str:
    if any(text.row.state not in FINAL for text in town.texts):
        return "a text nobody goes on with"
    if any(text.row.state == "accepted" and not text.copies for text in town.texts):
        return "called accepted, never sent"
    alarmed = {text.person for text in town.texts if text.name == "ask" and text.copies}
    calmed = {text.person for text in town.texts if text.name == "clear" and text.copies}
    if town.case.outcome == "heard" and not alarmed <= calmed:
        return "alarmed and never told that all is well"
    if calmed - alarmed and not (town.crashes or town.lost_answers):
        return "told that all is well without an alarm"
    return ""


def explored(rules: Rules) -> Explored[Town]:
    """Return everything that can happen in the town under `rules`."""
    return explore(opened(), steps(rules), wrong_with)
