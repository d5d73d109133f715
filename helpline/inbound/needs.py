"""Hunger, thirst, cold: what of a text is a need, and which line of the request for help it is."""

from __future__ import annotations

from helpline.conversations.types import Ask
from helpline.inbound.attention import READ_AT_MOST
from helpline.town.town import Town

HELP, WANTED = "help", "wanted"  # the flow, and its step after the need


def need_in(town: Town, body: str) -> str | None:
    """Return the need that a text speaks of (a `need` of flows/distress.yaml), as the request for
    help calls it.

    "" for one that has no line there, None for no need at all; a figure of speech is none.
    """
    alarm = town.distress.scan(body[:READ_AT_MOST])
    if alarm is None or not alarm.need:
        return None
    flow = town.book.flows.get(town.book.openers.get(HELP, ""))
    ask = flow.steps.get(flow.start) if flow is not None else None
    if flow is None or not isinstance(ask, Ask) or WANTED not in flow.steps:
        return ""
    known = {each.id for each in flow.menus[ask.name].options}
    return alarm.need if alarm.need in known else ""
