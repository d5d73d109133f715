"""A number as typed becomes E.164, and the kind of line it is. Offline, by libphonenumber's
metadata."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from helpline.base.errors import InvalidNumber


@dataclass(frozen=True, slots=True)
class Number:
    """A usable number. `line` is mobile, landline or unknown; `doubtful` when it is possible but
    not assigned."""

    e164: str
    line: str
    doubtful: bool


def number(text: str, country: str) -> Number:
    """Return the number that `text` holds, read as dialled inside `country` (ISO code) unless it
    begins with + or 00.

    Raises InvalidNumber for what cannot be a number, a short code, or a premium-rate line. A
    possible number that libphonenumber does not know as assigned is taken as doubtful: its tables
    are older than the numbering plan.
    """
    import phonenumbers as library

    written = "".join(str(ord(c) - 0x0660) if "٠" <= c <= "٩" else c for c in text.strip())
    if written.startswith("00"):
        written = "+" + written[2:]
    try:
        parsed = library.parse(written, country)
    except library.NumberParseException:
        raise InvalidNumber(
            f"“{text.strip()}” is not a phone number.",
            "Write it with its country code, for example +33 6 39 98 00 01.",
        ) from None
    if not library.is_possible_number(parsed):
        raise InvalidNumber(
            f"“{text.strip()}” is too short or too long for a phone number.",
            "Check it for a missing digit, and write the country code for a number of another "
            "country.",
        )
    return _judged(
        text.strip(), library.format_number(parsed, library.PhoneNumberFormat.E164), parsed
    )


def _judged(text: str, e164: str, parsed: Any) -> Number:
    import phonenumbers as library

    kinds = library.PhoneNumberType
    kind = library.number_type(parsed)
    if kind in (kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.UAN, kinds.PAGER, kinds.TOLL_FREE):
        raise InvalidNumber(
            f"“{text}” is a special-rate or service number.", "Give the person's own number."
        )
    if kind in (kinds.MOBILE, kinds.PERSONAL_NUMBER):
        return Number(e164, "mobile", False)
    if kind == kinds.FIXED_LINE:
        return Number(e164, "landline", False)
    return Number(e164, "unknown", kind == kinds.UNKNOWN)


@lru_cache(maxsize=4096)
def read_number(text: str, country: str) -> str | None:
    """Return the E.164 form of a number somebody texted, or None when there is none in it that can
    be texted."""
    try:
        found = number(text, country)
    except InvalidNumber:
        return None
    return found.e164 if found.line != "landline" else None
