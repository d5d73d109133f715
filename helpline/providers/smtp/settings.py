"""The section [email] of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from helpline.settings import addresses, numbers, values
from helpline.settings.schema import ProviderSection, setting


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
