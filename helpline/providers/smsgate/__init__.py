"""Texts by a phone of the town's own, which runs the app SMS Gateway for Android (sms-gate.app)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpline.providers.provider import Provider
from helpline.providers.smsgate.settings import SmsGateSettings

if TYPE_CHECKING:
    from flask import Blueprint

    from helpline.base.ports import Finding, Intake, Transport
    from helpline.settings import Settings


def _transport(settings: Settings) -> Transport:
    from helpline.providers.smsgate.transport import SmsGateTransport

    return SmsGateTransport(settings.of(SmsGateSettings), settings.service.public_url)


def _webhooks(settings: Settings, intake: Intake) -> Blueprint:
    from helpline.providers.smsgate.webhooks import smsgate_webhooks

    return smsgate_webhooks(settings.of(SmsGateSettings), intake)


def _setup(settings: Settings) -> list[Finding]:
    from helpline.providers.smsgate.doctor import look_at_key

    return look_at_key(settings.of(SmsGateSettings).signing_key)


PROVIDER = Provider(
    SmsGateSettings,
    _transport,
    webhooks=_webhooks,
    setup=_setup,
    questions=Path(__file__).with_name("init.toml"),
)
