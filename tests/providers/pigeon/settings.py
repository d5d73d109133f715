"""The section [pigeon] of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from helpline.settings import addresses, values
from helpline.settings.schema import ProviderSection, setting


@dataclass(frozen=True, slots=True)
class PigeonSettings(ProviderSection):
    """Texts by pigeon. Leave it out where there are hawks."""

    section: ClassVar[str] = "pigeon"

    number: str = setting("", addresses.sender, "The number on its ring.")
    loft: Path | None = setting("", addresses.path_to, "Where it lives.")
    token: str = setting("", values.url_token, "The secret of who holds the loft.", secret=True)

    @property
    def configured(self) -> bool:
        """True when a pigeon can leave."""
        return bool(self.number and self.loft)

    def missing(self) -> list[str]:
        """Return the keys without which a begun section sends nothing."""
        return ["loft"] if self.number and not self.loft else []
