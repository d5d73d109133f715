"""E-mail by a mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpline.providers.provider import Provider
from helpline.providers.smtp.settings import EmailSettings

if TYPE_CHECKING:
    from helpline.base.ports import Transport
    from helpline.settings import Settings


def _transport(settings: Settings) -> Transport:
    from helpline.providers.smtp.transport import MailTransport

    return MailTransport(settings.of(EmailSettings))


PROVIDER = Provider(EmailSettings, _transport)
