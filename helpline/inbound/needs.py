"""Hunger, thirst, cold: what of a text is a need, and which line of the request for help it is."""

from __future__ import annotations

from helpline.conversations.types import Ask
from helpline.inbound.attention import READ_AT_MOST
from helpline.language.answers import Option
from helpline.town.town import Town

NEED = "exposure"  # the class of flows/distress.yaml
HELP, WANTED = "help", "wanted"  # the flow, and its step after the need


def need_in(town: Town, body: str) -> str | None:
    """Return the need that a text speaks of, as the request for help calls it.

    "" for one that has no line there, None for no need at all; a figure of speech is none.
    """
    seen = body[:READ_AT_MOST]
    alarm = town.distress.scan(seen)
    if alarm is None or alarm.kind != NEED or alarm.idiom:
        return None
    flow = town.book.flows.get(town.book.openers.get(HELP, ""))
    ask = flow.steps.get(flow.start) if flow is not None else None
    if flow is None or not isinstance(ask, Ask) or WANTED not in flow.steps:
        return ""
    options = [Option(each.id, "", each.words) for each in flow.menus[ask.name].options]
    for words in (alarm.phrase, seen):
        chosen = town.lexicon.choose(words, options)
        if chosen is not None:
            return chosen
    return ""
