"""Texts by pigeon: the smallest provider, whole in its folder as those of helpline/providers are.

Its loft is a folder: a text leaves as a file `out/<id>`, and whoever holds the loft tells us at
/pigeon/landed what came in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpline.providers.provider import Provider
from tests.providers.pigeon.settings import PigeonSettings

if TYPE_CHECKING:
    from flask import Blueprint

    from helpline.base.ports import Finding, Intake, Transport
    from helpline.settings import Settings


def _transport(settings: Settings) -> Transport:
    from tests.providers.pigeon.transport import PigeonTransport

    return PigeonTransport(settings.of(PigeonSettings))


def _webhooks(settings: Settings, intake: Intake) -> Blueprint:
    from tests.providers.pigeon.webhooks import pigeon_webhooks

    return pigeon_webhooks(settings.of(PigeonSettings), intake)


def _setup(settings: Settings) -> list[Finding]:
    from tests.providers.pigeon.doctor import look_at_token

    return look_at_token(settings.of(PigeonSettings).token)


PROVIDER = Provider(PigeonSettings, _transport, webhooks=_webhooks, setup=_setup)
