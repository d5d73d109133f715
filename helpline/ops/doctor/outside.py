"""Checks of what others see and say: the public address, signatures, the number, the providers, the
clock."""

from __future__ import annotations

import ipaddress
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from helpline.base.ports import Finding
from helpline.ops.doctor.patient import Patient

LOOKS = "Set [service] public_url to https and the name the outside knows this machine by, as https://aide.example."
ASK_AGAIN = "Run `helpline doctor` without --offline."


def public_address(patient: Patient) -> list[Finding]:
    """Providers and browsers can reach the address, by its looks."""
    url = patient.settings.service.public_url
    if not url:
        level = "problem" if patient.settings.can_send else "warning"
        return [Finding(level, "No public address is set: no provider can hand us a text.", LOOKS)]
    host = urlsplit(url).hostname or ""
    if _is_inside(host):
        level = "problem" if patient.settings.can_send else "warning"
        return [Finding(level, f"The public address {url} is only seen from inside.", LOOKS)]
    if url.startswith("http://"):
        return [
            Finding(
                "problem",
                f"The public address {url} is not encrypted: texts could be read on the way.",
                LOOKS,
            )
        ]
    return [Finding("ok", f"The public address is {url}.")]


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(
            (".local", ".lan", ".internal", ".localhost", ".home.arpa")
        )


def signature(patient: Patient) -> list[Finding]:
    """A request signed as a provider signs it is let in; one changed by a letter is not."""
    looks = (each.signature for each in patient.providers.set_up(patient.settings))
    return [finding for look in looks if look is not None for finding in look(patient.settings)]


def number(patient: Patient) -> list[Finding]:
    """People can text our number, texts may come from it, and its way in is guarded."""
    looks = (each.setup for each in patient.providers.set_up(patient.settings))
    return [finding for look in looks if look is not None for finding in look(patient.settings)]


def provider(patient: Patient) -> list[Finding]:
    """The providers know us, and our number."""
    settings = patient.settings
    if patient.offline and settings.can_send:
        return [Finding("warning", "The provider was not asked.", ASK_AGAIN)]
    return _asked(patient, "sms")


def email(patient: Patient) -> list[Finding]:
    """The day's summary can go by e-mail."""
    if not patient.settings.can_mail:
        remedy = "Fill in [email] for the long form; docs/providers/email.md."
        text = "E-mail is not set up: the day's summary goes by SMS alone."
        return [Finding("warning", text, remedy)]
    if patient.offline:
        return [Finding("warning", "The mail server was not asked.", ASK_AGAIN)]
    return _asked(patient, "email")


def _asked(patient: Patient, channel: str) -> list[Finding]:
    """Ask those who carry `channel` and are set up; none is sent a text."""
    settings = patient.settings
    there = [each for each in patient.providers.set_up(settings) if each.section.carries == channel]
    ways = [each.transport(settings) for each in there]
    return [finding for way in ways for finding in way.examine()]


def clock(patient: Patient) -> list[Finding]:
    """This machine's clock goes with the provider's."""
    base = _someone_with_a_clock(patient)
    if not base or patient.offline:
        return [
            Finding(
                "warning",
                "The clock was not compared with anybody's.",
                "See `timedatectl` on this machine.",
            )
        ]
    from helpline.base.clock import SystemClock
    from helpline.providers.http import HttpPool, NoAnswer

    try:
        said = HttpPool().get(base, {}, {}).headers.get("Date", "")
        theirs = parsedate_to_datetime(said).astimezone(UTC).timestamp()
    except (NoAnswer, ValueError):
        return [
            Finding(
                "warning", f"The clock was not compared: {base} gave no time.", "See `timedatectl`."
            )
        ]
    return [judged_clock(SystemClock().now() / 1000 - theirs)]


def _someone_with_a_clock(patient: Patient) -> str:
    carriers = patient.settings.carriers
    return next((each.api_base for each in carriers if each.configured and each.api_base), "")


def judged_clock(ahead: float) -> Finding:
    """Return what a clock `ahead` of the provider's by so many seconds means."""
    if abs(ahead) < 5:
        return Finding("ok", "The clock goes with the provider's.")
    level = "problem" if abs(ahead) >= 60 else "warning"
    text = f"This machine's clock is {abs(ahead):.0f} seconds {'ahead' if ahead > 0 else 'behind'}."
    return Finding(level, text, "Switch on time synchronisation: `timedatectl set-ntp true`.")
