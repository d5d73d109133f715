"""Ladders: what is said to a silent resident and when, then which people are asked and how long
each is waited for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from helpline.base.spans import MINUTE

GROUPS = ("contacts", "volunteers", "coordinators")
DEFAULT_PROMISE = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Reminder:
    """A sentence said to the resident `after` milliseconds of silence; `say` names the phrase
    `check_in_<say>`."""

    after: int
    say: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One group of people asked, `at_once` at a time, each `wait` milliseconds; `repeat` until
    somebody closes."""

    ask: tuple[str, ...]
    at_once: int
    wait: int
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """A resident part counted from the accepted question, a deadline, and a human part. Times in
    milliseconds.

    `promise` is how long one who took a case may be silent before being asked for news, and again
    before the next people are asked.
    """

    name: str
    resident: tuple[Reminder, ...]
    deadline: int
    humans: tuple[Rung, ...]
    promise: int = DEFAULT_PROMISE

    def steps(self) -> tuple[int, ...]:
        """Return the moments after the question at which something happens; the deadline is the
        last."""
        return (*(reminder.after for reminder in self.resident), self.deadline)

    def to_json(self) -> str:
        """Return the ladder as compact JSON; equal ladders give equal text."""
        return json.dumps(
            {
                "name": self.name,
                "resident": [[r.after, r.say] for r in self.resident],
                "deadline": self.deadline,
                "humans": [[list(r.ask), r.at_once, r.wait, int(r.repeat)] for r in self.humans],
                "promise": self.promise,
            },
            separators=(",", ":"),
        )

    def hash(self) -> str:
        """Return 16 hex digits that name this very ladder."""
        return sha256(self.to_json().encode()).hexdigest()[:16]


def from_json(text: str) -> Ladder:
    """Return the ladder that `to_json` wrote."""
    data = json.loads(text)
    return Ladder(
        name=data["name"],
        resident=tuple(Reminder(after, say) for after, say in data["resident"]),
        deadline=data["deadline"],
        humans=tuple(
            Rung(tuple(ask), n, wait, bool(again)) for ask, n, wait, again in data["humans"]
        ),
        promise=data["promise"],
    )


def for_kind(ladder: Ladder, kind: str, *, urgent: bool = False) -> Ladder:
    """Return the human ladder a case of `kind` climbs.

    A missed check-in climbs all of it. A request from the menu does not go to private contacts;
    when `urgent`, coordinators are asked together with the first volunteers. Distress, STOP and a
    dead number are for coordinators alone: the words of a person in distress are not for volunteers
    (domain study, section 6).
    """
    if kind in ("distress", "stopped", "unreachable", "person"):
        return replace(ladder, humans=_only(ladder.humans, {"coordinators"}))
    if kind == "missed":
        return ladder
    humans = _only(ladder.humans, {"volunteers", "coordinators"})
    if urgent:
        first = humans[0]
        humans = (
            replace(first, ask=tuple(dict.fromkeys((*first.ask, "coordinators")))),
            *humans[1:],
        )
    return replace(ladder, humans=humans)


def _only(rungs: Iterable[Rung], groups: set[str]) -> tuple[Rung, ...]:
    kept = tuple(
        replace(rung, ask=ask)
        for rung in rungs
        if (ask := tuple(g for g in rung.ask if g in groups))
    )
    if kept and "coordinators" in kept[-1].ask:
        return (*kept[:-1], replace(kept[-1], repeat=True))
    return (*kept, Rung(("coordinators",), 99, 15 * MINUTE, repeat=True))
