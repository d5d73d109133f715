"""E-mails by a mail server: summaries and alarms for those who read mail."""

from __future__ import annotations

import contextlib
import logging
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol

from helpline.base.clock import SystemClock
from helpline.base.ports import (
    Accepted,
    Clock,
    Finding,
    NotSent,
    OutboundText,
    Outcome,
    Refused,
    Unknown,
)
from helpline.providers.listless import Listless
from helpline.providers.smtp import doctor
from helpline.providers.smtp.errors import Stopped, said_no

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds for each step of the conversation with the server
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Bodies are written in seven bits, which every server takes.
_PLAIN = SMTP.clone(cte_type="7bit")


class Account(Protocol):
    """The settings read here; `sender` is an address, with or without a name."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def sender(self) -> str: ...


class MailTransport(Listless):
    """Sends each text as one e-mail, in a conversation of its own."""

    name = "mail"

    def __init__(
        self, settings: Account, *, clock: Clock | None = None, patience: float = PATIENCE
    ) -> None:
        self.sender = settings.sender
        self._settings = settings
        self._clock = clock or SystemClock()
        self._patience = patience

    def send(self, text: OutboundText) -> Outcome:
        """Hand `text` to the mail server and return what became of it. Never raises."""
        if not (self._settings.host and self._settings.sender):
            return Refused("settings", "The mail settings are missing.", settings_are_wrong=True)
        try:
            message = self.compose(text)
        except ValueError:
            return Refused("address", "This is not an e-mail address.", number_is_dead=True)
        try:
            with self._conversation() as server:
                return _hand_over(server, message)
        except Stopped as stopped:
            return stopped.outcome
        except (OSError, smtplib.SMTPException) as error:
            return NotSent(
                "no-connection", f"The mail server could not be reached ({type(error).__name__})."
            )
        except Exception as error:
            log.exception("Mailing text %d met an error nobody foresaw.", text.id)
            return Unknown(f"An unforeseen error: {type(error).__name__}.")

    def examine(self) -> list[Finding]:
        """Greet the mail server and log in, without sending."""
        if not (self._settings.host and self._settings.sender):
            return [doctor.nobody_to_ask()]
        return [doctor.examine(self._settings.host, self._conversation)]

    def compose(self, text: OutboundText) -> EmailMessage:
        """Return the e-mail for `text`. Raises ValueError when its receiver is no address."""
        _, receiver = parseaddr(text.receiver)
        name, at, domain = receiver.rpartition("@")
        if (
            not (name and at and domain)
            or receiver != text.receiver.strip()
            or not receiver.isascii()
        ):
            raise ValueError("not an e-mail address")
        message = EmailMessage(policy=_PLAIN)
        message["From"] = self._settings.sender
        message["To"] = receiver
        message["Subject"] = " ".join((text.subject or text.body).split())[:120]
        message["Date"] = format_datetime(datetime.fromtimestamp(self._clock.now() / 1000, UTC))
        message["Message-ID"] = f"<helpline-{text.id}@{_domain(self._settings.sender)}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.body)
        if text.html:
            message.add_alternative(text.html, subtype="html")
        return message

    @contextlib.contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        host, port = self._settings.host, self._settings.port
        opening = smtplib.SMTP_SSL if port == 465 else smtplib.SMTP
        try:
            server = opening(host, port, timeout=self._patience)
        except smtplib.SMTPConnectError as error:
            raise Stopped(
                said_no(error.smtp_code, "The mail server turns us away.", ours=True)
            ) from error
        try:
            server.ehlo_or_helo_if_needed()
            is_private = port == 465 or self._made_private(server)
            self._log_in(server, is_private=is_private)
            yield server
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _made_private(self, server: smtplib.SMTP) -> bool:
        if not server.has_extn("starttls"):
            return False
        context = ssl.create_default_context()
        if self._settings.host in LOOPBACK:
            # A server on this very machine shows whatever certificate it was installed with.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            server.starttls(context=context)
        except ssl.SSLError as error:
            raise Stopped(
                NotSent("no-trust", "The mail server's certificate could not be checked.")
            ) from error
        server.ehlo_or_helo_if_needed()
        return True

    def _log_in(self, server: smtplib.SMTP, *, is_private: bool) -> None:
        if not self._settings.username:
            return
        if not is_private and self._settings.host not in LOOPBACK:
            never = "our password does not cross the network in the open."
            reason = f"The mail server offers no TLS; {never}"
            raise Stopped(Refused("no-tls", reason, settings_are_wrong=True))
        try:
            server.login(self._settings.username, self._settings.password)
        except smtplib.SMTPNotSupportedError as error:
            reason = "The mail server takes no log-in; leave username empty."
            raise Stopped(Refused("no-login", reason, settings_are_wrong=True)) from error
        except smtplib.SMTPResponseException as error:
            reason = "The mail server does not accept our username and password."
            raise Stopped(said_no(error.smtp_code, reason, ours=True)) from error


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> Outcome:
    _, sender = parseaddr(message["From"])
    code, _ = server.mail(sender)
    if code != 250:
        return said_no(code, "The mail server does not let us send from our address.", ours=True)
    code, _ = server.rcpt(message["To"])
    if code not in (250, 251):
        return said_no(code, "The mail server knows no such receiver.", dead=True)
    try:
        code, _ = server.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        return said_no(error.smtp_code, "The mail server refused the e-mail.")
    except (OSError, smtplib.SMTPException) as error:
        return Unknown(
            f"The connection broke while the e-mail was handed over ({type(error).__name__})."
        )
    if code != 250:
        return said_no(code, "The mail server refused the e-mail.")
    return Accepted(str(message["Message-ID"]), "sent")


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "helpline.invalid"
