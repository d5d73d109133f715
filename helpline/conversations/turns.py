"""A conversation walked one reply at a time: begin, advance, repeat.

Nothing here reads, writes or waits. What the town does in between is the caller's `act`.
"""

from __future__ import annotations

from collections.abc import Mapping

from helpline.conversations.reading import MAX_INPUT, Taken, read, read_free
from helpline.conversations.state import (
    ActResult,
    Conversation,
    Frame,
    Perform,
    Said,
    Speaker,
    Turn,
    from_json,
)
from helpline.conversations.types import Ask, Book
from helpline.conversations.walk import MAX_DEPTH, MAX_STEPS, MAX_TEXTS, Walk, here

__all__ = [
    "MAX_DEPTH",
    "MAX_STEPS",
    "MAX_TEXTS",
    "ActResult",
    "Conversation",
    "Frame",
    "Perform",
    "Said",
    "Speaker",
    "Turn",
    "advance",
    "begin",
    "from_json",
    "repeat",
    "takes",
]

MENU, PERSON = "menu", "person"
MISSES_BEFORE_A_PERSON = 2
_ALSO_PLACES = frozenset({"hospital"})  # "hôpital" also says where help is needed


def begin(  # noqa: PLR0913
    book: Book,
    flow_name: str,
    speaker: Speaker,
    act: Perform,
    stack: Conversation | None = None,
    *,
    step: str = "",
    answers: Mapping[str, str] | None = None,
) -> Turn:
    """Return the first turn of a flow, from its start or from `step`, with `answers` already given.

    With `stack`, a conversation already open, the flow comes on top of it, and that one's question
    is asked again when the flow is over. A flow that does not exist is `menu`.
    """
    walk = Walk(book, speaker, act)
    if stack is not None:
        walk.take_up(stack)
    walk.answers.update(answers or {})
    walk.enter(flow_name if flow_name in book.flows else MENU, step)
    return walk.turn()


def advance(
    book: Book, conversation: Conversation, text: str, speaker: Speaker, act: Perform
) -> Turn:
    """Return what `text` brings to the open question of `conversation`.

    STOP, START and words of distress are the caller's, before this. A choice of the question wins
    over every other reading; then come a person, the menu, back, again, and the words that open a
    flow.
    """
    place = here(book, conversation)
    if place is None:
        return begin(book, MENU, speaker, act)
    flow, ask = place
    text = text[:MAX_INPUT]
    taken = read(flow, ask, text, speaker)
    if taken is None and not _is_global(book, ask, text, speaker):
        taken = read_free(ask, text, speaker)
    walk = Walk(book, speaker, act)
    if taken is not None:
        return _go_on(walk, conversation, ask, taken)
    wanted = _wanted(book, text, speaker)
    if wanted is None:
        return _missed(walk, conversation, ask)
    return _leave(walk, conversation, wanted)


def takes(book: Book, conversation: Conversation, text: str, speaker: Speaker) -> bool:
    """Return whether `text` is an answer to the open question of `conversation`."""
    place = here(book, conversation)
    if place is None:
        return False
    flow, ask = place
    text = text[:MAX_INPUT]
    if read(flow, ask, text, speaker) is not None:
        return True
    return not _is_global(book, ask, text, speaker) and read_free(ask, text, speaker) is not None


def repeat(book: Book, conversation: Conversation, speaker: Speaker) -> Turn:
    """Return the open question once more; the conversation stays as it is."""
    walk = Walk(book, speaker, _no_act)
    walk.take_up(conversation)
    walk.ask_again()
    return walk.turn()


def _no_act(action: str, answers: object) -> ActResult:
    return ActResult("")


def _go_on(walk: Walk, conversation: Conversation, ask: Ask, taken: Taken) -> Turn:
    walk.take_up(conversation)
    walk.misses = 0
    if ask.consent and taken.choice is not None:
        given = "yes" in taken.choice.intents
        if given or "no" in taken.choice.intents:
            walk.consent = (ask.consent, given, walk.question().text)
    walk.answered(ask, taken)
    return walk.turn()


def _is_global(book: Book, ask: Ask, text: str, speaker: Speaker) -> bool:
    """Return whether a free answer is a word for the gateway instead: a whole message of one
    intent, or the key 0."""
    if not ask.expect:
        return False
    reading = speaker.lexicon.read(text)
    if reading.digit == 0:
        return not (ask.expect == "number" and ask.min == 0)
    whole = reading.exact and not reading.rest and reading.number is None
    return whole and reading.intent not in _ALSO_PLACES and _wanted(book, text, speaker) is not None


def _wanted(book: Book, text: str, speaker: Speaker) -> str | None:
    """Return `back`, `more`, or the flow that `text` asks for, if it asks for one."""
    reading = speaker.lexicon.read(text)
    if reading.digit == 0 or reading.intent in ("human", "notok"):
        return PERSON
    if reading.intent in ("back", "more", MENU):
        return reading.intent
    return book.openers.get(reading.intent)


def _leave(walk: Walk, conversation: Conversation, wanted: str) -> Turn:
    """Return the turn of somebody who goes back, asks again, or opens another flow; that one
    replaces this."""
    if wanted not in ("back", "more"):
        walk.opened = wanted
        walk.enter(wanted)
        return walk.turn()
    walk.take_up(conversation)
    walk.misses = 0
    if wanted == "back" and not walk.step_back() and walk.speaker.channel == "ussd":
        return _to_menu(walk)
    walk.ask_again()
    return walk.turn()


def _to_menu(walk: Walk) -> Turn:
    """On a screen there is always a way out: from the first question it leads to the menu."""
    walk.frames.clear()
    walk.opened = MENU
    walk.enter(MENU)
    return walk.turn()


def _missed(walk: Walk, conversation: Conversation, ask: Ask) -> Turn:
    """Return the turn of somebody we did not understand: once they are told so, the second time a
    person takes over."""
    walk.understood = False
    if conversation.misses + 1 >= MISSES_BEFORE_A_PERSON:
        walk.handed_over, walk.opened = True, PERSON
        walk.enter(PERSON)
        return walk.turn()
    walk.take_up(conversation)
    walk.misses += 1
    walk.say_not_understood(ask)
    return walk.turn()
