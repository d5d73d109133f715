"""Whom a text can be answered to: numbers of phones, never names, short codes or the anonymous."""

from __future__ import annotations

from helpline.people.callers import E164
from helpline.people.rows import PERSON_BY_PHONE
from helpline.town.tx import Tx

# What networks put where a caller hides the number: they spell ANONYMOUS, RESTRICTED, BLOCKED,
# UNKNOWN and UNAVAILABLE on a keypad, and belong to nobody (Twilio's guide to such callers).
HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
CHANNELS = ("rcs:", "whatsapp:")


def phone_of(tx: Tx, sender: str) -> str:
    """Return the number that a text is answered to, "" for one who cannot be answered.

    Who writes by another channel of the same phone is answered by text, where we know that phone.
    """
    for channel in CHANNELS:
        number = sender.removeprefix(channel)
        if number != sender:
            return number if tx.one(PERSON_BY_PHONE, phone=number) is not None else ""
    is_phone = E164.fullmatch(sender) is not None and sender not in HIDDEN
    return sender if is_phone and sender not in tx.town.own_numbers else ""
