"""What the phone's words and codes mean for the person who waits."""

from __future__ import annotations

import re

from helpline.base.ports import NotSent, Refused, Unknown

# The app's words for a text's state, in ours.
STATES = {
    "Pending": "queued",
    "Processed": "sending",
    "Sent": "sent",
    "Delivered": "delivered",
    "Failed": "failed",
    "Cancelling": "queued",
    "Cancelled": "failed",
}
# What it tells us by itself, in ours.
EVENTS = {
    "sms:sent": "sent",
    "sms:delivered": "delivered",
    "sms:failed": "failed",
    "sms:cancelled": "failed",
}
_CODE = re.compile(r"[A-Z][A-Z_]{3,39}")


def code_of(reason: str) -> str:
    """Return Android's code in a reason; words of the app's own, which may hold a number, are
    "other", none at all is ""."""
    found = _CODE.search(reason)
    return found[0].removeprefix("RESULT_ERROR_") if found else "other" if reason else ""


def of_request(status: int) -> Refused | NotSent | Unknown:
    """Return what a text met that was answered with HTTP `status`, neither 202 nor 409."""
    if status in (401, 403):
        reason = "The phone does not know our user name or password."
        return Refused(str(status), reason, settings_are_wrong=True)
    if status == 400:
        return Refused("400", "The phone refused the text.", is_strange=True)
    if 200 <= status < 500 and status != 408:
        reason = f"Something else answered in the phone's place (HTTP {status})."
        return NotSent(str(status), reason)
    return Unknown(f"The phone had an error of its own (HTTP {status}).")
