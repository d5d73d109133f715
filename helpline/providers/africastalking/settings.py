"""The section [africastalking] of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpline.settings import addresses, numbers, values
from helpline.settings.schema import ProviderSection, Screen, setting


@dataclass(frozen=True, slots=True)
class AfricasTalkingSettings(ProviderSection):
    """Texts and USSD by Africa's Talking. Leave all of it out when it is not used."""

    section: ClassVar[str] = "africastalking"
    has_ussd: ClassVar[bool] = True

    username: str = setting(
        "", values.word, "The name of the app, in the Africa's Talking dashboard; `sandbox` tries."
    )
    api_key: str = setting(
        "", values.secret, "The key of that app, under Settings, API Key.", secret=True
    )
    number: str = setting(
        "", addresses.sender, "The short code or sender name that texts come from."
    )
    service_code: str = setting("", addresses.ussd_code, "What people dial, as *384*123#.")
    api_base: str = setting(
        "https://api.africastalking.com",
        addresses.web_address,
        "Where its API is; https://api.sandbox.africastalking.com to try.",
    )
    token: str = setting(
        "",
        values.url_token,
        "A long secret of ours, part of every address given to it.",
        secret=True,
    )
    ussd_gsm_limit: int = setting(
        182, numbers.screen, "Characters on one USSD screen in Latin letters."
    )
    ussd_ucs_limit: int = setting(
        80, numbers.screen, "Characters on one USSD screen in Arabic letters."
    )

    @property
    def configured(self) -> bool:
        """True when texts can be sent by Africa's Talking."""
        return bool(self.username and self.api_key)

    def missing(self) -> list[str]:
        """Return the keys without which a begun section sends nothing."""
        if not (self.username or self.api_key or self.number or self.service_code):
            return []
        wanted = {"username": self.username, "api_key": self.api_key}
        return [key for key, value in wanted.items() if not value]

    @property
    def screen(self) -> Screen:
        """How much a USSD screen holds."""
        return Screen(self.ussd_gsm_limit, self.ussd_ucs_limit)
