"""One case as a coordinator reads it: what happened in order, who was asked, what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from helpline.base.spans import HOUR
from helpline.cases import rules, work
from helpline.cases.responders import RespondersOf
from helpline.cases.rows import (
    CASE,
    CASE_ASKS,
    CASE_EVENTS,
    CASE_QUESTION,
    CASE_REPLIES,
    CASE_TEXTS,
    WHO_MAY_TAKE,
    CaseAsk,
    CaseQuestion,
    CaseRow,
    Taker,
)
from helpline.people.rows import PERSON
from helpline.town.tx import Tx

# what the list of texts, or the list of people asked, says better
_SAID_ELSEWHERE = frozenset({"case_asked", "case_said_no", "case_said_unreached", "case_late_no"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `kind` names the sentence `line_<kind>`, `body` holds words a person
    wrote or got.

    The same text sent to the same person several times in a row is one line: `times`, the last one
    at `last_at`.
    """

    at: int
    kind: str
    name: str = ""
    body: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1
    last_at: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked about a case, `times` times, the last time at `at`, and their last answer,
    None for silence."""

    name: str
    role: str
    at: int
    answer: str | None
    times: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the ladder does at `at` if nobody does anything: `ask` these people, `nudge` the owner,
    or `nobody`."""

    at: int
    kind: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything on the page of a case."""

    row: CaseRow
    question: CaseQuestion | None
    lines: tuple[Line, ...]
    asks: tuple[Asked, ...]
    next_step: NextStep | None
    takers: list[Taker]


def read_case(tx: Tx, number: int) -> CaseFile | None:
    """Return a case with its story, None when there is no such case."""
    row = tx.one(CASE, number=number)
    if row is None:
        return None
    question = tx.one(CASE_QUESTION, id=row["check_in_id"]) if row["check_in_id"] else None
    lines = sorted(
        (*_events(tx, number), *_texts(tx, number), *_replies(tx, row)), key=lambda line: line.at
    )
    if question is not None:
        lines.insert(0, Line(question["asked_at"] or question["asking_at"], "greeted", row["name"]))
    return CaseFile(
        row=row,
        question=question,
        lines=_without_repeats(lines),
        asks=_asked(tx.all(CASE_ASKS, number=number)),
        next_step=_next_step(tx, row),
        takers=tx.all(WHO_MAY_TAKE, number=number) if row["status"] == "asking" else [],
    )


def _without_repeats(lines: list[Line]) -> tuple[Line, ...]:
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        same = (
            before
            and line.kind == before.kind == "text_out"
            and (line.name, line.body) == (before.name, before.body)
        )
        if before and same:
            kept[-1] = replace(line, at=before.at, times=before.times + 1, last_at=line.at)
        else:
            kept.append(line)
    return tuple(kept)


def _asked(rows: list[CaseAsk]) -> tuple[Asked, ...]:
    people: dict[int, Asked] = {}
    for row in rows:
        times = people[row["person_id"]].times + 1 if row["person_id"] in people else 1
        people[row["person_id"]] = Asked(
            row["name"], row["role"], row["asked_at"], row["answer"], times
        )
    return tuple(people.values())


def _events(tx: Tx, number: int) -> Iterator[Line]:
    for row in tx.all(CASE_EVENTS, number=number):
        if row["kind"] not in _SAID_ELSEWHERE:
            yield Line(row["at"], row["kind"], row["name"], facts=json.loads(row["data"]))


def _texts(tx: Tx, number: int) -> Iterator[Line]:
    for row in tx.all(CASE_TEXTS, number=number):
        facts = {
            "fate": fate_of(row["state"], row["status"]),
            "error": row["error"],
            "channel": row["channel"],
        }
        yield Line(row["created_at"], "text_out", row["name"] or "", row["body"], facts)


def fate_of(state: str, status: str | None) -> str:
    """Return what became of a text, as a name of the sentences `fate_<name>`."""
    if state != "accepted":
        return state
    if status in ("delivered", "read"):
        return "delivered"
    return "undelivered" if status in ("undelivered", "failed") else "sent"


def _replies(tx: Tx, row: CaseRow) -> Iterator[Line]:
    end = row["closed_at"] or tx.now
    rows = tx.all(
        CASE_REPLIES,
        number=row["number"],
        person_id=row["person_id"],
        start=row["opened_at"] - HOUR,
        end=end,
    )
    for each in rows:
        yield Line(
            each["received_at"], "text_in", each["name"], each["body"], {"media": each["media"]}
        )


def _next_step(tx: Tx, row: CaseRow) -> NextStep | None:
    """Return what the ladder would do next, by asking it."""
    at = row["next_action_at"]
    if at is None:
        return None
    case = work.load(tx, row)
    change = rules.step(case, rules.PatienceEnded(), RespondersOf(tx.at(at), row), at)
    if "nudged" in change.notes:
        return NextStep(at, "nudge", (row["owner_name"] or "",))
    names = tuple(_name(tx, ask.person_id) for ask in change.asked)
    return NextStep(at, "ask" if names else "nobody", names)


def _name(tx: Tx, person_id: int) -> str:
    row = tx.one(PERSON, id=person_id)
    return row["name"] if row is not None else ""
