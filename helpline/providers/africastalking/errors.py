"""What the codes and words of Africa's Talking mean for the person who waits.

A code of its messaging API that is not here is a refusal, and is written to the log.
"""

from __future__ import annotations

import logging

from helpline.base.ports import NotSent, Refused, Unknown

log = logging.getLogger(__name__)

# Codes of one receiver whose text was taken -> the state we keep.
ACCEPTED = {100: "queued", 101: "sent", 102: "queued"}

REFUSED: dict[int, Refused] = {
    401: Refused("401", "Africa's Talking holds our texts back as risky.", settings_are_wrong=True),
    402: Refused("402", "Our sender name or number is not ours to use.", settings_are_wrong=True),
    403: Refused("403", "This is not a phone number.", number_is_dead=True),
    404: Refused("404", "This kind of number takes no texts.", number_is_dead=True),
    405: Refused("405", "The account has no money left.", settings_are_wrong=True),
    406: Refused("406", "The receiver asked for no more texts from us.", opted_out=True),
    407: Refused("407", "Africa's Talking has no way to this network."),
    409: Refused("409", "The receiver is on the operator's do-not-disturb list."),
}

# Its words for a text's state, in ours.
STATUSES = {
    "sent": "sent",
    "submitted": "queued",
    "buffered": "queued",
    "success": "delivered",
    "rejected": "failed",
    "failed": "failed",
    "absentsubscriber": "undelivered",
    "expired": "undelivered",
}


def of_receiver(code: int) -> Refused | NotSent | Unknown:
    """Return what a text met whose receiver was answered with `code`, and no id of a text taken."""
    if code in REFUSED:
        return REFUSED[code]
    if code == 502:
        return NotSent("502", "The network's gateway turned the text away.")
    if code in (500, 501) or code in ACCEPTED:
        # Inside the provider or its gateway: nobody says on which side of the hand-over it was.
        return Unknown(f"Africa's Talking had an error of its own (code {code}).")
    log.warning("Africa's Talking answered with code %s, which is not in our table.", code)
    reason = f"Africa's Talking refused the text (code {code})."
    return Refused(str(code), reason, is_strange=True)


def of_request(status: int, retry_after: float = 0) -> Refused | NotSent | Unknown | None:
    """Return what a text met whose whole request got HTTP `status`; None where receivers say."""
    if status == 429:
        return NotSent("429", "Too many requests at once.", retry_after, wants_fewer=True)
    if status == 401:
        reason = "Africa's Talking does not know our username or key."
        return Refused("401", reason, settings_are_wrong=True)
    if status in (400, 402, 422):
        return Refused(str(status), f"Africa's Talking refused the text (HTTP {status}).")
    if 300 <= status < 500 and status != 408:
        reason = f"Somebody else answered in the provider's place (HTTP {status})."
        return NotSent(str(status), reason)
    if not 200 <= status < 300:
        return Unknown(f"Africa's Talking had an error of its own (HTTP {status}).")
    return None
