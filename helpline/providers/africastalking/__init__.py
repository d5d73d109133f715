"""Texts and USSD by Africa's Talking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpline.providers.africastalking.settings import AfricasTalkingSettings
from helpline.providers.provider import Provider

if TYPE_CHECKING:
    from flask import Blueprint

    from helpline.base.ports import Finding, Intake, Transport
    from helpline.settings import Settings


def _transport(settings: Settings) -> Transport:
    from helpline.providers.africastalking.transport import AfricasTalkingTransport

    return AfricasTalkingTransport(settings.of(AfricasTalkingSettings))


def _webhooks(settings: Settings, intake: Intake) -> Blueprint:
    from helpline.providers.africastalking.webhooks import africastalking_webhooks

    return africastalking_webhooks(settings.of(AfricasTalkingSettings), intake)


def _setup(settings: Settings) -> list[Finding]:
    from helpline.providers.africastalking.doctor import look_at_token

    return look_at_token(settings.of(AfricasTalkingSettings).token)


PROVIDER = Provider(
    AfricasTalkingSettings,
    _transport,
    webhooks=_webhooks,
    setup=_setup,
    questions=Path(__file__).with_name("init.toml"),
)
