"""What `helpline doctor` says of the phone: is it there, does it know us, whom does it tell."""

from __future__ import annotations

import json

from helpline.base.ports import Finding
from helpline.providers.http import Answer
from helpline.providers.smsgate.errors import EVENTS

LONG_ENOUGH = 16
WANTED = ("sms:received", *EVENTS)
_MORE = "docs/providers/smsgate.md has the line to copy."


def look_at_key(key: str) -> list[Finding]:
    """Return what is wrong with the key that the phone signs with."""
    if len(key) >= LONG_ENOUGH:
        return []
    text = "The phone's signing key is short: others could speak in its place."
    where = "and write the same into the app, under Webhooks."
    remedy = f"Set [smsgate] signing_key to {LONG_ENOUGH} or more letters and digits, {where}"
    return [Finding("problem", text, remedy)]


def not_reached(base: str, error: Exception) -> Finding:
    """Nobody answered."""
    remedy = "See that the app's local server is on, and that this machine and it share a network."
    return Finding("problem", f"The phone at {base} could not be reached ({error}).", remedy)


def of_webhooks(answer: Answer, public_url: str) -> list[Finding]:
    """Return what the phone's answer shows: whether it knows us, and hands us all we wait for."""
    if answer.status_code in (401, 403):
        remedy = "Copy username and password from the app's first page into [smsgate]."
        return [Finding("problem", "The phone does not know our user name or password.", remedy)]
    try:
        told = {(each["event"], each["url"]) for each in json.loads(answer.text)}
    except (ValueError, KeyError, TypeError):
        text = f"Something else answered in the phone's place (HTTP {answer.status_code})."
        return [Finding("problem", text, "Correct [smsgate] api_base.")]
    ours = f"{public_url}/smsgate/events"
    missing = [event for event in WANTED if (event, ours) not in told]
    if missing:
        return [_not_told(event, ours) for event in missing]
    return [Finding("ok", f"The phone knows us, and hands us texts and news at {ours}.")]


def _not_told(event: str, ours: str) -> Finding:
    level = "problem" if event == "sms:received" else "warning"
    return Finding(level, f"The phone does not tell us of {event}.", f"Give it {ours}; {_MORE}")
