"""Where a conversation stands, who is speaking, and what one turn brings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from helpline.language.answers import Lexicon

MAX_TRAIL = 16


@dataclass(frozen=True, slots=True)
class ActResult:
    """What an action came to, and the facts it gives to the sentences that follow."""

    outcome: str
    facts: Mapping[str, str] = field(default_factory=dict)


Perform = Callable[[str, Mapping[str, str]], ActResult]  # (action, answers so far) -> result


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in one version of one flow."""

    flow: str
    hash: str
    step: str


_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode  # json.dumps would make one each time


@dataclass(frozen=True, slots=True)
class Conversation:
    """An open question and how we came to it. The innermost frame is last; `trail` is what `back`
    goes through."""

    frames: tuple[Frame, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    misses: int = 0
    trail: tuple[tuple[int, str], ...] = ()  # (how deep, step)

    def to_json(self) -> str:
        """Return the conversation as compact JSON; what is empty is left out."""
        data: dict[str, Any] = {
            "f": [[frame.flow, frame.hash, frame.step] for frame in self.frames]
        }
        optional = {
            "a": dict(self.answers),
            "x": dict(self.facts),
            "m": self.misses,
            "t": [list(place) for place in self.trail],
        }
        data.update({key: value for key, value in optional.items() if value})
        return _encode(data)


def from_json(text: str) -> Conversation:
    """Return the conversation that `to_json` wrote."""
    data = json.loads(text)
    return Conversation(
        frames=tuple(Frame(*frame) for frame in data["f"]),
        answers=data.get("a", {}),
        facts=data.get("x", {}),
        misses=data.get("m", 0),
        trail=tuple((depth, step) for depth, step in data.get("t", ())),
    )


@dataclass(frozen=True, slots=True)
class Speaker:
    """The person in the conversation, as far as flows need to know.

    `lists` holds (id, label) pairs for `choices_from`. `read_phone` returns a number as it is kept,
    or None.
    """

    language: str
    channel: str  # sms | ussd
    facts: Mapping[str, str]
    lists: Mapping[str, tuple[tuple[str, str], ...]]
    today: date
    lexicon: Lexicon
    read_phone: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One text for the speaker. `receipt` is sent as an SMS after a USSD session; `consent` names
    what is asked."""

    name: str
    text: str
    receipt: bool = False
    asks: bool = False
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one incoming text brings. `conversation` is None when it is over.

    `consent` is (purpose, given, the words shown). `opened` names a flow started from anywhere.
    `stopped` says which bound a flow ran into, for the log; it holds no words of the speaker.
    """

    conversation: Conversation | None
    said: tuple[Said, ...]
    understood: bool = True
    handed_over: bool = False
    consent: tuple[str, bool, str] | None = None
    opened: str | None = None
    stopped: str = ""
