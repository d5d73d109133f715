"""Requests that stop half-way: which conversations they are, how long each is waited for, and
where they go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from helpline.base.spans import MINUTE
from helpline.conversations.state import Conversation, Frame
from helpline.conversations.types import Book

PATIENCE = 10 * MINUTE
PATIENCE_WHEN_PRESSING = 5 * MINUTE
PRESSING = frozenset({"food", "health", "shelter"})  # needs that are signs of need by themselves
CONFIRM = "confirm"  # the step of the help flow at which one digit sends the request
_ASKED_AFTER = "asked_after"


def remind_at(book: Book, conversation: Conversation, now: int) -> int | None:
    """Return when somebody who does not go on is asked after; None when no request is under way."""
    name = book.openers.get("help")
    is_request = any(frame.flow == name for frame in conversation.frames)
    return now + patience(conversation.answers) if is_request else None


def patience(answers: Mapping[str, str]) -> int:
    """Return how long the next answer of a request is waited for, in milliseconds."""
    return PATIENCE_WHEN_PRESSING if presses(answers) else PATIENCE


def presses(answers: Mapping[str, str]) -> bool:
    """Tell whether what was chosen so far is wanted now, or a sign of need."""
    return answers.get("wanted") == "now" or answers.get("need") in PRESSING


def was_asked_after(conversation: Conversation) -> bool:
    """Tell whether the person was asked once whether to send it."""
    return _ASKED_AFTER in conversation.facts


def asked_after(book: Book, conversation: Conversation) -> Conversation:
    """Return the request as it waits for the digit that sends it."""
    flow = book.flows.get(book.openers.get("help", ""))
    facts = {**conversation.facts, _ASKED_AFTER: "yes"}
    if flow is None or CONFIRM not in flow.steps:
        return replace(conversation, facts=facts)
    frames = (Frame(flow.name, flow.hash, CONFIRM),)
    return Conversation(frames=frames, answers=conversation.answers, facts=facts)
