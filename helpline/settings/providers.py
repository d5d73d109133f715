"""The sections of the providers, each complete in itself, and the one list of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from helpline.settings import addresses, numbers, values
from helpline.settings.schema import Context, ProviderSection, Reader, Schema, Screen, setting
from helpline.settings.sections import in_order


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


@dataclass(frozen=True, slots=True)
class EmailSettings(ProviderSection):
    """The mail server for the day's summary. Leave it out and the summary goes by SMS alone."""

    section: ClassVar[str] = "email"
    carries: ClassVar[str] = "email"

    host: str = setting("", values.word, "The mail server.")
    port: int = setting(
        587,
        numbers.port,
        "Its port: 587 as a rule, 465 for TLS from the start, 25 inside a town's network.",
    )
    username: str = setting("", values.word, "The account on it; empty when it asks for none.")
    password: str = setting("", values.secret, "The password of that account.", secret=True)
    sender: str = setting("", addresses.mailbox, "The address the summary comes from.", key="from")

    @property
    def configured(self) -> bool:
        """True when e-mails can be sent."""
        return bool(self.host and self.sender)

    def missing(self) -> list[str]:
        """Return the keys without which a begun section sends nothing."""
        if not (self.host or self.sender or self.username):
            return []
        wanted = {"host": self.host, "from": self.sender}
        if self.username:
            wanted["password"] = self.password
        return [key for key, value in wanted.items() if not value]


SECTIONS: tuple[type[ProviderSection], ...] = (
    TwilioSettings,
    AfricasTalkingSettings,
    EmailSettings,
)
SCHEMA = Schema(in_order(SECTIONS))
