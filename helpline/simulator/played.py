"""The providers whose networks are played here, and their settings: the one place that names them.

The simulator is the other side of their wires; it answers as they do, and so must know them.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpline.base.ports import Clock
from helpline.providers.africastalking.settings import AfricasTalkingSettings
from helpline.providers.smtp.settings import EmailSettings
from helpline.providers.twilio.settings import TwilioSettings
from helpline.settings import Settings
from helpline.settings.schema import ProviderSection
from helpline.simulator.carrier import Carrier

_PLAYED = (TwilioSettings, AfricasTalkingSettings)


@dataclass(frozen=True, slots=True)
class DemoLine:
    """How a demo town is reached: its number, what people dial, the account and its one secret."""

    number: str
    service_code: str
    account_sid: str
    secret: str


def sections(
    line: DemoLine, network: str, mail_port: int, mail_from: str
) -> tuple[ProviderSection, ...]:
    """Return the providers' settings of a town on the network at `network` (a web address)."""
    texts = TwilioSettings(
        line.account_sid,
        (line.secret,),
        line.number,
        api_base=network,
        segments_per_second=1000.0,
    )
    hops = AfricasTalkingSettings(
        "sandbox",
        line.secret,
        line.number,
        service_code=line.service_code,
        api_base=network,
    )
    return texts, hops, EmailSettings(host="127.0.0.1", port=mail_port, sender=mail_from)


def networks_of(settings: Settings) -> set[str]:
    """Return where texts leave to; "" for a provider whose network is not played."""
    is_played = {kind.section for kind in _PLAYED}
    there = (each for each in settings.carriers if each.configured)
    return {each.api_base if each.section in is_played else "" for each in there}


def network_for(settings: Settings, clock: Clock, port: int) -> Carrier:
    """Return a network that listens on `port` and takes the texts of a gateway so set up.

    Raises OSError when something listens there.
    """
    texts, hops = settings.of(TwilioSettings), settings.of(AfricasTalkingSettings)
    return Carrier(
        texts.account_sid,
        (texts.auth_tokens or ("",))[0],
        texts.number or hops.number,
        public_url=settings.service.public_url or None,
        at_username=hops.username,
        at_token=hops.token,
        at_number=hops.number,
        clock=clock,
        port=port,
    )
