"""A town whose texts go over HTTP to the simulated carrier: the real transport, the carrier's
faults, one clock."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from helpline.app.build import Gateway, build
from helpline.base.ports import OutboundText, Transport
from helpline.providers.twilio.settings import TwilioSettings
from helpline.providers.twilio.transport import TwilioTransport
from helpline.simulator.carrier import Carrier, CarrierText
from tests.fakes import OUR_NUMBER, PUBLIC, SID, TOKEN, Network, Phone, Town


class WiredTown(Town):
    """As Town, but what the provider says is what Twilio's API says."""

    carrier: Carrier

    def _open(self) -> Gateway:
        if not hasattr(self, "carrier"):
            self.carrier = Carrier(SID, TOKEN, OUR_NUMBER, callbacks=False, clock=self.clock)
            self.carrier.on_text(self._arrives)
        settings = replace(self.settings.of(TwilioSettings), api_base=self.carrier.api_base)
        self._transport = TwilioTransport(settings, PUBLIC, read_limit=1.0)
        others: tuple[Network, ...] = (
            (self.mailbox,) if self.second is None else (self.second, self.mailbox)
        )
        carriers: dict[str, Transport] = {
            "twilio": self._transport,
            **{each.name: each for each in others},
        }
        return build(self.settings, clock=self.clock, threads=0, carriers=carriers)

    def _arrives(self, text: CarrierText) -> None:
        self.air.append(OutboundText(0, text.receiver, text.body))

    def news(self, phone: Phone, status: str, error: str = "", place: int = -1) -> int:
        """The carrier says what became of a text to a phone."""
        text = self.carrier.texts_to(phone.number)[place]
        form = {
            "MessageSid": text.sid,
            "AccountSid": SID,
            "MessageStatus": status,
            "To": phone.number,
            "ErrorCode": error,
        }
        return self.post(f"/twilio/status?{urlsplit(text.callback).query}", form)

    def stop(self) -> None:
        """Stop the gateway; the carrier stays."""
        super().stop()
        self._transport.close()

    def end(self) -> None:
        """Stop the carrier."""
        self.carrier.stop()
