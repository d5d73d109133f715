"""Checks of what others see and say: the public address, signatures, the number, the providers, the
clock."""

from __future__ import annotations

import ipaddress
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from helpline.base.ports import Finding
from helpline.ops.doctor.patient import Patient
from helpline.settings.providers import AfricasTalkingSettings, EmailSettings, TwilioSettings

LOOKS = (
    "Set [service] public_url to https and the name the outside knows this machine by, as "
    "https://aide.example."
)


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
    """A request signed as Twilio signs it is let in; one changed by a letter is not."""
    twilio, url = patient.settings.of(TwilioSettings), patient.settings.service.public_url
    if not twilio.auth_tokens or not url:
        return []
    from twilio.request_validator import RequestValidator

    from helpline.providers.twilio.signature import is_genuine

    form = {
        "AccountSid": twilio.account_sid,
        "Body": "Ça va ?",
        "From": "+33600000000",
        "MessageSid": "SM0",
    }
    address = f"{url}/twilio/sms"
    for token in twilio.auth_tokens:
        headers = {"X-Twilio-Signature": RequestValidator(token).compute_signature(address, form)}
        right = is_genuine(
            twilio.auth_tokens, address, urlencode(form).encode(), _FORM, headers, "POST"
        )
        wrong = is_genuine(
            twilio.auth_tokens,
            address,
            urlencode(form | {"Body": "x"}).encode(),
            _FORM,
            headers,
            "POST",
        )
        if not right or wrong:
            remedy = "Report this with the public address, please; until then no text comes in."
            return [
                Finding("problem", f"A request signed for {address} is not recognised.", remedy)
            ]
    return [Finding("ok", f"A request signed for {address} is let in, and a changed one is not.")]


_FORM = "application/x-www-form-urlencoded"


def number(patient: Patient) -> list[Finding]:
    """The number is one that people can text and that texts may come from."""
    settings, findings = patient.settings, []
    twilio, talking = settings.of(TwilioSettings), settings.of(AfricasTalkingSettings)
    number = twilio.number if twilio.configured else ""
    if any(letter.isalpha() for letter in number):
        remedy = (
            "Take a number or a short code for a service that people answer; "
            "docs/providers/twilio.md."
        )
        findings.append(
            Finding("warning", f"Nobody can reply to texts from the name {number}.", remedy)
        )
    if twilio.configured and settings.service.country == "MA":
        remedy = (
            "Use Twilio there for texts one way only, or another provider; "
            "docs/providers/twilio.md."
        )
        findings.append(
            Finding("warning", "Twilio carries no texts from phones in Morocco to us.", remedy)
        )
    if number.startswith(("+336", "+337")):
        remedy = "Ask Twilio for a short code, which takes 8 to 12 weeks; docs/providers/twilio.md."
        findings.append(
            Finding(
                "warning",
                f"{number} is a French mobile number: services may not text from it.",
                remedy,
            )
        )
    if talking.configured and len(talking.token) < 16:
        remedy = (
            "Set [africastalking] token to 16 or more letters and digits, and use it in the "
            "addresses given there."
        )
        text = "Africa's Talking signs nothing, and no long token guards the addresses it calls."
        findings.append(Finding("problem", text, remedy))
    return findings


def provider(patient: Patient) -> list[Finding]:
    """The providers know us, and our number."""
    settings, findings = patient.settings, []
    if patient.offline and settings.can_send:
        return [
            Finding(
                "warning", "The provider was not asked.", "Run `helpline doctor` without --offline."
            )
        ]
    twilio, talking = settings.of(TwilioSettings), settings.of(AfricasTalkingSettings)
    if twilio.configured:
        from helpline.providers.twilio.transport import TwilioTransport

        findings += TwilioTransport(twilio, settings.service.public_url).examine()
    if talking.configured:
        from helpline.providers.africastalking.transport import AfricasTalkingTransport

        findings += AfricasTalkingTransport(talking).examine()
    return findings


def email(patient: Patient) -> list[Finding]:
    """The day's summary can go by e-mail."""
    if not patient.settings.can_mail:
        remedy = "Fill in [email] for the long form; docs/providers/email.md."
        return [
            Finding("warning", "E-mail is not set up: the day's summary goes by SMS alone.", remedy)
        ]
    if patient.offline:
        return [
            Finding(
                "warning",
                "The mail server was not asked.",
                "Run `helpline doctor` without --offline.",
            )
        ]
    from helpline.providers.smtp.transport import MailTransport

    return MailTransport(patient.settings.of(EmailSettings)).examine()


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
    known = (patient.settings.of(TwilioSettings), patient.settings.of(AfricasTalkingSettings))
    return next((each.api_base for each in known if each.configured), "")


def judged_clock(ahead: float) -> Finding:
    """Return what a clock `ahead` of the provider's by so many seconds means."""
    if abs(ahead) < 5:
        return Finding("ok", "The clock goes with the provider's.")
    level = "problem" if abs(ahead) >= 60 else "warning"
    text = f"This machine's clock is {abs(ahead):.0f} seconds {'ahead' if ahead > 0 else 'behind'}."
    return Finding(level, text, "Switch on time synchronisation: `timedatectl set-ntp true`.")
