"""Texts by Twilio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpline.providers.provider import Provider
from helpline.providers.twilio.settings import TwilioSettings

if TYPE_CHECKING:
    from flask import Blueprint

    from helpline.base.ports import Finding, Intake, Transport
    from helpline.settings import Settings


def _transport(settings: Settings) -> Transport:
    from helpline.providers.twilio.transport import TwilioTransport

    return TwilioTransport(settings.of(TwilioSettings), settings.service.public_url)


def _webhooks(settings: Settings, intake: Intake) -> Blueprint:
    from helpline.providers.twilio.webhooks import twilio_webhooks

    return twilio_webhooks(settings.of(TwilioSettings), settings.service.public_url, intake)


def _signature(settings: Settings) -> list[Finding]:
    from helpline.providers.twilio.doctor import look_at_signature

    return look_at_signature(settings.of(TwilioSettings), settings.service.public_url)


def _setup(settings: Settings) -> list[Finding]:
    from helpline.providers.twilio.doctor import look_at_number

    return look_at_number(settings.of(TwilioSettings).number, settings.service.country)


PROVIDER = Provider(
    TwilioSettings,
    _transport,
    webhooks=_webhooks,
    signature=_signature,
    setup=_setup,
    questions=Path(__file__).with_name("init.toml"),
)
