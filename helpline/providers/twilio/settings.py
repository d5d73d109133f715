"""The section [twilio] of the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from helpline.settings import addresses, numbers, values
from helpline.settings.schema import Context, ProviderSection, Reader, setting


def _sid(letters: str) -> Reader[str]:
    """Return a reader of Twilio's ids, whose first two letters tell what they name.

    Providers that speak its language have ids of their own kind.
    """

    def read(raw: object, _: Context) -> str:
        typed = values.text(raw)
        other = typed[:2] in {"AC", "MG", "SK", "PN", "SM"} - {letters}
        if other or not re.fullmatch(r"[0-9a-zA-Z_-]*", typed):
            meant = f"The one meant here begins with {letters}"
            raise ValueError(f"“{typed}” is another thing of Twilio's. {meant}")
        return typed

    return read


@dataclass(frozen=True, slots=True)
class TwilioSettings(ProviderSection):
    """Texts by Twilio. Leave all of it out when Twilio is not used.

    A signature may be made with any of `auth_tokens`; the first one is ours to use.
    """

    section: ClassVar[str] = "twilio"

    account_sid: str = setting(
        "", _sid("AC"), "Account SID, on the first page of the Twilio console."
    )
    auth_tokens: tuple[str, ...] = setting(
        "",
        values.tokens,
        "Auth token, beside it; two separated by a comma while it changes.",
        secret=True,
        key="auth_token",
    )
    number: str = setting(
        "",
        addresses.sender,
        "The number or short code people text, or a sender name (then nobody can reply).",
    )
    messaging_service_sid: str = setting(
        "", _sid("MG"), "A messaging service to send through, instead of a number."
    )
    api_base: str = setting(
        "https://api.twilio.com",
        addresses.web_address,
        "Where Twilio's API is; another one serves a test or another region.",
    )
    segments_per_second: float = setting(
        1.0, numbers.rate, "How many segments a second the number may send: 1 for a usual one."
    )

    @property
    def configured(self) -> bool:
        """True when texts can be sent by Twilio."""
        return bool(self.account_sid and self.auth_tokens and self._from)

    def missing(self) -> list[str]:
        """Return the keys without which a begun section sends nothing."""
        wanted = {
            "account_sid": self.account_sid,
            "auth_token": self.auth_tokens,
            "number": self._from,
        }
        return [key for key, value in wanted.items() if not value] if any(wanted.values()) else []

    @property
    def _from(self) -> str:
        return self.number or self.messaging_service_sid
