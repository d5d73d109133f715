"""A provider that reports what becomes of texts and cannot be asked."""

from __future__ import annotations

from collections.abc import Sequence

from helpline.base.ports import Accepted, DeliveryNews, InboundText, OutboundText


class Listless:
    """What every question to such a provider comes to."""

    def look_up(self, text: OutboundText, since: float) -> Sequence[Accepted]:
        """Raise NotImplementedError: there is no list to look in; only its report tells."""
        raise NotImplementedError("no list of texts that left")

    def news_of(self, provider_id: str) -> DeliveryNews | None:
        """Raise NotImplementedError: what became of a text is reported, never asked for."""
        raise NotImplementedError("nobody to ask")

    def received_since(self, since: float) -> list[InboundText]:
        """Raise NotImplementedError: there is no list of texts that came in."""
        raise NotImplementedError("no list of texts that came in")
