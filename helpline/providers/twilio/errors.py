"""What Twilio's words and codes mean for the person who waits: tables, and the outcome they lead
to.

The codes are those of Twilio's error dictionary, twilio.com/docs/api/errors, as of November 2026.
Twilio may add codes at any time: one that is not here is a refusal, and is written to the log.
"""

from __future__ import annotations

import logging
from enum import Enum
from typing import NamedTuple

from helpline.base.ports import NotSent, Refused

log = logging.getLogger(__name__)


class Kind(Enum):
    """What a code asks us to do."""

    OPTED_OUT = "never write to this person again"
    DEAD = "no text can reach this number"
    SETTINGS = "nothing leaves until a person mends account or settings"
    REFUSED = "this text will never be taken"
    LATER = "it did not leave; try again"


class Meaning(NamedTuple):
    kind: Kind
    reason: str
    wait: float = 0


CODES: dict[str, Meaning] = {
    "21610": Meaning(Kind.OPTED_OUT, "The receiver told Twilio STOP."),
    "21211": Meaning(Kind.DEAD, "This is not a phone number."),
    "21214": Meaning(Kind.DEAD, "This number cannot be reached."),
    "21217": Meaning(Kind.DEAD, "This number does not look like one that exists."),
    "21614": Meaning(Kind.DEAD, "This number takes no texts; it may be a landline."),
    "20003": Meaning(Kind.SETTINGS, "Twilio does not know our account or its token."),
    "20005": Meaning(Kind.SETTINGS, "The Twilio account is not active."),
    "20006": Meaning(Kind.SETTINGS, "Our Twilio account may not do this."),
    "20008": Meaning(Kind.SETTINGS, "Test credentials cannot do this."),
    "20403": Meaning(Kind.SETTINGS, "The Twilio account may not do this."),
    "20404": Meaning(Kind.SETTINGS, "Twilio has no such account or service."),
    "21212": Meaning(Kind.SETTINGS, "Our own number is not a valid sender."),
    "21408": Meaning(
        Kind.REFUSED, "Texts to this country are not switched on in the Twilio account."
    ),
    "21603": Meaning(Kind.SETTINGS, "No number of ours was given to send from."),
    "21606": Meaning(Kind.SETTINGS, "Our number cannot send texts."),
    "21607": Meaning(Kind.SETTINGS, "A trial account only sends from its own number."),
    "21608": Meaning(Kind.REFUSED, "A trial account only writes to numbers verified with Twilio."),
    "21609": Meaning(Kind.SETTINGS, "Twilio cannot call our public address."),
    "21612": Meaning(Kind.REFUSED, "Our number cannot send to this destination."),
    "21657": Meaning(Kind.SETTINGS, "The sender's name is not valid."),
    "21659": Meaning(Kind.SETTINGS, "The number we send from does not belong to the account."),
    "21660": Meaning(Kind.SETTINGS, "The number we send from does not belong to the account."),
    "21661": Meaning(Kind.SETTINGS, "The number we send from cannot send texts."),
    "21663": Meaning(Kind.SETTINGS, "The number we send from lives in another Twilio region."),
    "21701": Meaning(Kind.SETTINGS, "Twilio has no such messaging service."),
    "21703": Meaning(Kind.SETTINGS, "The messaging service has no number to send from."),
    "21704": Meaning(Kind.SETTINGS, "The messaging service has no number to send from."),
    "21705": Meaning(Kind.SETTINGS, "The messaging service is not valid."),
    "30002": Meaning(Kind.SETTINGS, "The Twilio account is suspended."),
    "21602": Meaning(Kind.REFUSED, "The text is empty."),
    "21604": Meaning(Kind.REFUSED, "The text has no receiver."),
    "21617": Meaning(Kind.REFUSED, "The text is longer than 1600 characters."),
    "21618": Meaning(Kind.REFUSED, "Twilio does not carry these words."),
    "20429": Meaning(Kind.LATER, "Too many requests at once."),
    "14107": Meaning(Kind.LATER, "Too many texts to one number in a short time.", 300),
    "21611": Meaning(Kind.LATER, "Too many texts of ours already wait at Twilio.", 60),
    "21730": Meaning(Kind.LATER, "Twilio is under maintenance.", 300),
    "63038": Meaning(Kind.LATER, "The account has sent its number of texts for the day.", 900),
}

# Twilio's words for a text's state, in ours.
STATUSES = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "sending",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}

# Answers without a code of Twilio's: the status alone speaks.
_STATUSES: dict[int, Meaning] = {
    401: CODES["20003"],
    403: CODES["20403"],
    404: CODES["20404"],
    429: CODES["20429"],
}


def is_opt_out(code: str) -> bool:
    """Tell whether a text did not arrive because its receiver told Twilio STOP."""
    return code in CODES and CODES[code].kind is Kind.OPTED_OUT


def outcome(code: str, status: int, retry_after: float = 0) -> Refused | NotSent:
    """Return what a text met that Twilio answered with HTTP `status` (400 to 499) and its own
    `code`."""
    meaning = CODES.get(code) or _STATUSES.get(status)
    if meaning is None:
        log.warning(
            "Twilio refused a text with code %s (HTTP %d), which is not in our table.", code, status
        )
        return Refused(
            code or str(status),
            f"Twilio refused the text (code {code or status}).",
            is_strange=True,
        )
    if meaning.kind is Kind.LATER or status == 429:
        wants_fewer = meaning is CODES["20429"]
        return NotSent(
            code or str(status), meaning.reason, max(retry_after, meaning.wait), wants_fewer
        )
    return Refused(
        code or str(status),
        meaning.reason,
        opted_out=meaning.kind is Kind.OPTED_OUT,
        number_is_dead=meaning.kind is Kind.DEAD,
        settings_are_wrong=meaning.kind is Kind.SETTINGS,
    )
