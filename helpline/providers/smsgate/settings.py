"""The section [smsgate] of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpline.settings import addresses, numbers, values
from helpline.settings.schema import ProviderSection, setting


@dataclass(frozen=True, slots=True)
class SmsGateSettings(ProviderSection):
    """Texts by an Android phone of your own with SMS Gateway. Leave all of it out without one."""

    section: ClassVar[str] = "smsgate"

    number: str = setting("", addresses.sender, "The number of its SIM card, which people text.")
    api_base: str = setting(
        "", addresses.web_address, "Where the phone listens, as http://192.168.1.30:8080."
    )
    username: str = setting("sms", values.word, "The user name that the app shows.")
    password: str = setting("", values.secret, "The password beside it.", secret=True)
    signing_key: str = setting(
        "",
        values.secret,
        "The key it signs what it hands us with: the same in its settings, under Webhooks.",
        secret=True,
    )
    segments_per_second: float = setting(
        0.5, numbers.rate, "How many segments a second it may send; ask the operator of the card."
    )

    @property
    def configured(self) -> bool:
        """True when texts can be sent by the phone."""
        return bool(self.number and self.api_base and self.password)

    def missing(self) -> list[str]:
        """Return the keys without which a begun section sends nothing."""
        wanted = {
            "number": self.number,
            "api_base": self.api_base,
            "password": self.password,
        }
        return [key for key, value in wanted.items() if not value] if any(wanted.values()) else []
