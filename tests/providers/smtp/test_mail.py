"""E-mails leave by a real mail server on loopback; what became of one is one of four outcomes."""

from __future__ import annotations

import asyncio
import email
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from helpline.base.clock import SteeredClock
from helpline.base.ports import Accepted, NotSent, OutboundText, Refused, Unknown
from helpline.providers.smtp.settings import EmailSettings
from helpline.providers.smtp.transport import MailTransport
from tests.kit.must import must

ANY = "0.0.0.0"  # so that 127.0.0.2 can play a server elsewhere
CAMILLE = "camille@mairie.example.org"
DIGEST = OutboundText(
    12,
    CAMILLE,
    "Aujourd'hui : 3 affaires.\nمرحبا",
    subject="Résumé\ndu jour",
    html="<p>3 affaires</p>",
)


class Postman:
    """A mail server's mind: keeps what it takes, says what it is told to say."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.to_sender = self.to_receiver = self.to_letter = "250 OK"

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.to_receiver

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        assert envelope.mail_from is not None
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.to_letter == "hang up":
            server.transport.abort()
        return self.to_letter


class Office(Controller):
    """The mail server around it, on a free port."""

    def __init__(self, postman: Postman, host: str = "127.0.0.1", **options: Any) -> None:
        super().__init__(postman, hostname=host, port=0)
        self.options = options

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=False, **self.options)

    @property
    def real_port(self) -> int:
        assert isinstance(self.server, asyncio.Server)
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        self.port = self.real_port
        super()._trigger_server()  # type: ignore[no-untyped-call]  # of aiosmtpd


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def office(postman: Postman) -> Iterator[Office]:
    office = Office(postman)
    office.start()
    yield office
    office.stop()


def settings(office: Office, **more: Any) -> EmailSettings:
    return EmailSettings(
        host="127.0.0.1", port=office.port, sender="Helpline <helpline@mairie.example.org>", **more
    )


def test_a_summary_arrives_in_both_forms(office: Office, postman: Postman) -> None:
    outcome = MailTransport(
        settings(office), clock=SteeredClock(1_795_309_200_000, frozen=True)
    ).send(DIGEST)
    assert outcome == Accepted("<helpline-12@mairie.example.org>", "sent")
    ((sender, receivers, content),) = postman.letters
    letter = email.message_from_bytes(content, policy=default)
    assert (sender, receivers) == ("helpline@mairie.example.org", [CAMILLE])
    assert letter["Subject"] == "Résumé du jour"
    assert letter["Message-ID"] == "<helpline-12@mairie.example.org>"
    assert letter["Date"] == "Sun, 22 Nov 2026 01:00:00 +0000"
    plain, html = must(letter.get_body(("plain",))), must(letter.get_body(("html",)))
    assert plain.get_content().splitlines() == DIGEST.body.splitlines()
    assert html.get_content().strip() == "<p>3 affaires</p>"
    assert content.isascii(), "every mail server takes it"


def test_a_letter_without_subject_takes_its_first_words(office: Office, postman: Postman) -> None:
    MailTransport(settings(office)).send(
        OutboundText(1, CAMILLE, "Personne n'a répondu\npour l'affaire 42.")
    )
    letter = email.message_from_bytes(postman.letters[0][2], policy=default)
    assert letter["Subject"] == "Personne n'a répondu pour l'affaire 42."


@pytest.mark.parametrize(
    ("where", "said", "expected", "mark"),
    [
        ("to_sender", "550 not you", Refused, "settings_are_wrong"),
        ("to_sender", "451 later", NotSent, ""),
        ("to_receiver", "550 no such user", Refused, "number_is_dead"),
        ("to_receiver", "450 busy", NotSent, ""),
        ("to_receiver", "251 will forward", Accepted, ""),
        ("to_letter", "554 smells of spam", Refused, ""),
        ("to_letter", "452 full", NotSent, ""),
        ("to_letter", "hang up", Unknown, ""),
    ],
)
def test_each_no_is_told_for_what_it_is(
    office: Office, where: str, said: str, expected: type, mark: str
) -> None:
    setattr(office.handler, where, said)
    outcome = MailTransport(settings(office)).send(DIGEST)
    assert isinstance(outcome, expected)
    marks = ("opted_out", "number_is_dead", "settings_are_wrong")
    assert [name for name in marks if getattr(outcome, name, False)] == ([mark] if mark else [])


@pytest.mark.parametrize(
    "address",
    ["", "camille", "camille@", "@mairie.example.org", "a@b.org\nBcc: c@d.org", "+33639980001"],
)
def test_what_is_no_address_is_never_tried(office: Office, postman: Postman, address: str) -> None:
    outcome = MailTransport(settings(office)).send(OutboundText(1, address, "Bonjour"))
    assert isinstance(outcome, Refused)
    assert outcome.number_is_dead
    assert postman.letters == []


@pytest.fixture
def guarded(postman: Postman) -> Iterator[Office]:
    def check(
        server: Any, session: Any, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = (data.login, data.password) == (b"helpline", b"right")
        return AuthResult(success=right, handled=False)

    office = Office(postman, host=ANY, authenticator=check, auth_require_tls=False)
    office.start()
    yield office
    office.stop()


def test_the_right_password_lets_us_in(guarded: Office, postman: Postman) -> None:
    transport = MailTransport(settings(guarded, username="helpline", password="right"))
    assert [finding.level for finding in transport.examine()] == ["ok"]
    assert isinstance(transport.send(DIGEST), Accepted)


def test_a_wrong_password_is_the_operators_to_mend(guarded: Office, postman: Postman) -> None:
    transport = MailTransport(settings(guarded, username="helpline", password="wrong"))
    outcome = transport.send(DIGEST)
    assert isinstance(outcome, Refused)
    assert outcome.settings_are_wrong
    assert [finding.level for finding in transport.examine()] == ["problem"]
    assert postman.letters == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate nobody vouches for, as mail servers make for themselves when installed."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl to make a certificate")
    key, made = (str(tmp_path_factory.mktemp("tls") / name) for name in ("key.pem", "cert.pem"))
    order = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=mail.example.org"
    )
    subprocess.run([*order.split(), "-keyout", key, "-out", made], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made, key)
    return context


@pytest.fixture
def private(postman: Postman, certificate: ssl.SSLContext) -> Iterator[Office]:
    office = Office(postman, host=ANY, tls_context=certificate, require_starttls=True)
    office.start()
    yield office
    office.stop()


def test_what_can_be_encrypted_is_encrypted(private: Office, postman: Postman) -> None:
    assert isinstance(MailTransport(settings(private)).send(DIGEST), Accepted)
    assert len(postman.letters) == 1


def test_a_certificate_nobody_vouches_for_is_not_trusted_beyond_this_machine(
    private: Office, postman: Postman
) -> None:
    away = replace(settings(private), host="127.0.0.2")
    outcome = MailTransport(away).send(DIGEST)
    assert isinstance(outcome, NotSent)
    assert outcome.code == "no-trust"
    assert postman.letters == []


def test_a_password_never_crosses_the_network_in_the_open(
    guarded: Office, postman: Postman
) -> None:
    away = replace(settings(guarded, username="helpline", password="right"), host="127.0.0.2")
    outcome = MailTransport(away).send(DIGEST)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.settings_are_wrong) == ("no-tls", True)
    assert postman.letters == []


def test_a_server_that_takes_no_log_in_is_the_operators_to_mend(office: Office) -> None:
    outcome = MailTransport(settings(office, username="helpline", password="x")).send(DIGEST)
    assert isinstance(outcome, Refused)
    assert outcome.settings_are_wrong


def test_when_nobody_listens_the_letter_surely_did_not_leave() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = MailTransport(EmailSettings("127.0.0.1", port, sender=CAMILLE))
    assert isinstance(transport.send(DIGEST), NotSent)
    assert [finding.level for finding in transport.examine()] == ["problem"]


def test_a_server_that_never_greets_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        transport = MailTransport(
            EmailSettings("127.0.0.1", mute.getsockname()[1], sender=CAMILLE), patience=0.1
        )
        assert isinstance(transport.send(DIGEST), NotSent)


def test_without_settings_nothing_is_tried() -> None:
    transport = MailTransport(EmailSettings())
    outcome = transport.send(DIGEST)
    assert isinstance(outcome, Refused)
    assert outcome.settings_are_wrong
    assert [finding.level for finding in transport.examine()] == ["warning"]


def test_it_cannot_be_asked_what_became_of_a_letter() -> None:
    with pytest.raises(NotImplementedError):
        MailTransport(EmailSettings()).look_up(DIGEST, 0)
