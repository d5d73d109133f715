"""A mobile network beside a gateway whose providers are on this very machine: for /phones under
`helpline serve`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helpline.base.ports import Clock
from helpline.simulator.demo import DemoPhones
from helpline.simulator.played import network_for, networks_of

if TYPE_CHECKING:
    from helpline.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Beside:
    """The phones, or why there are none. Both empty: nobody asked for them."""

    phones: DemoPhones | None = None
    why_not: str = ""


def phones_beside(settings: Settings, clock: Clock) -> Beside:
    """Return phones on a simulated network when [web] phones asks for them and no text can leave
    this machine.

    The network listens where `api_base` of the providers points to. A town's real gateway never
    gets one.
    """
    if not settings.web.phones:
        return Beside()
    bases = networks_of(settings)
    if not bases:
        return Beside(why_not="[web] phones is on, but no provider is set: /phones stays closed.")
    if any(urlsplit(base).hostname not in LOOPBACK for base in bases):
        return Beside(
            why_not="[web] phones is on, but texts leave by a real provider: /phones stays closed."
        )
    if len(bases) > 1:
        return Beside(
            why_not="[web] phones needs one api_base for all providers: /phones stays closed."
        )
    return _opened(settings, clock, urlsplit(bases.pop()).port or 80)


def _opened(settings: Settings, clock: Clock, port: int) -> Beside:
    try:
        carrier = network_for(settings, clock, port)
    except OSError:
        return Beside(
            why_not="[web] phones is on, but "
            f"something listens on port {port}: /phones stays closed."
        )
    return Beside(DemoPhones(carrier, None, {}))
