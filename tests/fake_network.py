"""A carrier and a mail server that behave: they keep what they were given, and fail when told
to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from helpline.base.ports import (
    Accepted,
    DeliveryNews,
    Finding,
    InboundText,
    NotSent,
    OutboundText,
    Outcome,
    Unknown,
)

OUR_NUMBER = "+33639980000"


@dataclass
class Network:
    """A carrier that takes every text and keeps it, unless told otherwise for a number."""

    name: str = "twilio"
    sender: str = OUR_NUMBER
    sent: list[OutboundText] = field(default_factory=list)
    answers: dict[str, Outcome] = field(default_factory=dict)
    known: list[OutboundText] = field(default_factory=list)
    missed: list[InboundText] = field(default_factory=list)
    news: dict[str, DeliveryNews] = field(default_factory=dict)
    air: list[OutboundText] = field(default_factory=list)  # what phones get, by whichever network
    is_down: bool = False
    list_is_down: bool = False
    forgets: bool = False  # its list
    keeps_list: bool = True
    lists_read: list[float] = field(default_factory=list)  # each time from when on
    loses_answers_to: set[str] = field(default_factory=set)
    meanwhile: Callable[[OutboundText], object] | None = None

    def send(self, text: OutboundText) -> Outcome:
        """Take a text, or answer as `answers` says for its receiver.

        `is_down`: nobody answers. `loses_answers_to`: takes a text to these and breaks off before
        it says so. `meanwhile` happens after a text was taken and before we are told.
        """
        if self.is_down:
            return NotSent("down", "nobody answers")
        told = self.answers.get(text.receiver)
        if told is not None and not isinstance(told, Accepted):
            return told
        for kept in (self.sent, self.known, self.air):
            kept.append(text)
        if self.meanwhile is not None:
            self.meanwhile(text)
        if text.receiver in self.loses_answers_to:
            return Unknown("it broke off")
        return told or Accepted(f"SM{text.id:032x}")

    def look_up(self, text: OutboundText, since: float) -> list[Accepted]:
        """Say whether this text was taken."""
        if self.list_is_down:
            raise LookupError("nobody answers")
        known = () if self.forgets else self.known
        return [Accepted(f"SM{each.id:032x}") for each in known if each.id == text.id]

    def news_of(self, provider_id: str) -> DeliveryNews | None:
        """What became of a text, when asked."""
        return self.news.get(provider_id)

    def received_since(self, since: float) -> list[InboundText]:
        """Texts that came while the gateway could not be reached; `read_at_since` keeps from when
        on it was asked."""
        self.lists_read.append(since)
        if not self.keeps_list:
            raise NotImplementedError
        if self.list_is_down:
            raise LookupError("nobody answers")
        return [text for text in self.missed if not text.sent_at or text.sent_at >= since * 1000]

    def examine(self) -> list[Finding]:
        """Nothing to say."""
        return []


class Mailbox(Network):
    """A mail server that keeps e-mails."""
