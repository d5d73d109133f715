"""Sending by Twilio: every answer, and every silence, is one of four outcomes; a text is never sent
twice unasked."""

from __future__ import annotations

import dataclasses
import json
import logging
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import urllib3.exceptions as broken

from helpline.base.ports import STATUSES, Accepted, NotSent, OutboundText, Refused, Unknown
from helpline.providers.http import what_became_of_it
from helpline.providers.twilio import errors as twilio_errors
from helpline.providers.twilio.transport import TwilioTransport
from helpline.simulator import carrier_faults as faults
from helpline.simulator.carrier import Carrier
from tests.kit.carrier_kit import (
    ACCOUNT,
    OURS,
    PUBLIC,
    RENE,
    TOKEN,
    TwilioDescription,
    twilio_settings,
)

HELLO = OutboundText(7, RENE, "Bonjour René, ça va ?\nOUI / NON")


@pytest.fixture(scope="module")
def description() -> TwilioDescription:
    return TwilioDescription()


@pytest.fixture
def carrier(description: TwilioDescription) -> Iterator[Carrier]:
    with Carrier(ACCOUNT, TOKEN, OURS, check=description.complaint, callbacks=False) as carrier:
        yield carrier
        assert carrier.complaints == []


@pytest.fixture
def transport(carrier: Carrier) -> Iterator[TwilioTransport]:
    transport = TwilioTransport(twilio_settings(carrier.api_base), PUBLIC)
    yield transport
    transport.close()


def test_a_text_that_is_taken_comes_with_twilios_id(
    carrier: Carrier, transport: TwilioTransport, description: TwilioDescription
) -> None:
    outcome = transport.send(HELLO)
    (text,) = carrier.texts_to(RENE)
    assert outcome == Accepted(text.sid, "queued", 1)
    assert (text.sender, text.body, text.callback) == (
        OURS,
        HELLO.body,
        f"{PUBLIC}/twilio/status?mid=7",
    )
    (record,) = transport.client().messages.list(to=RENE)
    assert record.body == HELLO.body


def test_the_carrier_shows_texts_as_twilio_describes_them(
    carrier: Carrier, transport: TwilioTransport, description: TwilioDescription
) -> None:
    transport.send(HELLO)
    carrier.text(RENE, "OUI")
    client = transport.client()
    for text in carrier.texts.all():
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{text.sid}.json"
        record = client.request("GET", f"https://api.twilio.com{path}").text
        assert description.complaints_of_record(json.loads(record)) == []


@pytest.mark.parametrize(
    ("valid_for", "sent"), [(0, None), (90, "90"), (36_000, "36000"), (90_000, "36000")]
)
def test_a_text_that_ages_fast_says_so(
    description: TwilioDescription, valid_for: int, sent: str | None
) -> None:
    seen = []

    def check(form: dict[str, str]) -> str:
        seen.append(form)
        return description.complaint(form)

    with Carrier(ACCOUNT, TOKEN, OURS, check=check) as carrier:
        transport = TwilioTransport(twilio_settings(carrier.api_base))
        assert isinstance(transport.send(dataclasses.replace(HELLO, valid_for=valid_for)), Accepted)
        transport.close()
    assert seen[0].get("ValidityPeriod") == sent
    assert "StatusCallback" not in seen[0]


def test_a_messaging_service_chooses_the_number(carrier: Carrier) -> None:
    service = "MG0123456789abcdef0123456789abcdef"
    transport = TwilioTransport(
        twilio_settings(carrier.api_base, number="", messaging_service_sid=service)
    )
    outcome = transport.send(HELLO)
    transport.close()
    assert carrier.texts_to(RENE)[0].service == service
    assert transport.sender == service
    assert outcome == Accepted(carrier.texts_to(RENE)[0].sid, "queued", 0)


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        (21610, {"opted_out"}),
        (21211, {"number_is_dead"}),
        (21214, {"number_is_dead"}),
        (21217, {"number_is_dead"}),
        (21614, {"number_is_dead"}),
        (20003, {"settings_are_wrong"}),
        (20404, {"settings_are_wrong"}),
        (21606, {"settings_are_wrong"}),
        (21408, set()),  # one destination: not a reason to hold back everybody's texts
        (21612, set()),
        (30002, {"settings_are_wrong"}),
        (21617, set()),
        (99999, set()),
    ],
)
def test_a_refusal_says_what_it_means(
    carrier: Carrier, transport: TwilioTransport, code: int, marks: set[str]
) -> None:
    carrier.next_faults([faults.refuse(code)])
    outcome = transport.send(HELLO)
    assert isinstance(outcome, Refused)
    assert outcome.code == str(code)
    assert {
        m for m in ("opted_out", "number_is_dead", "settings_are_wrong") if getattr(outcome, m)
    } == marks
    assert carrier.texts_to(RENE) == []


def test_a_code_nobody_knows_is_refused_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = twilio_errors.outcome("98765", 400)
    assert outcome == Refused("98765", "Twilio refused the text (code 98765).", is_strange=True)
    assert "98765" in caplog.text


@pytest.mark.scenario("R-G08")
@pytest.mark.parametrize(
    ("code", "status", "given", "expected"),
    [
        ("20429", 429, 2, 2),
        ("", 429, 0, 0),
        ("21611", 400, 0, 60),
        ("21611", 429, 120, 120),
        ("63038", 429, 0, 900),
        ("14107", 400, 0, 300),
    ],
)
def test_too_much_at_once_waits_as_long_as_asked(
    code: str, status: int, given: float, expected: float
) -> None:
    outcome = twilio_errors.outcome(code, status, given)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == expected


@pytest.mark.scenario("R-G07", "R-G09")
@pytest.mark.parametrize(
    ("fault", "expected", "arrived"),
    [
        (
            faults.status(429, 3),
            NotSent("20429", "Too many requests at once.", 3, wants_fewer=True),
            0,
        ),
        (
            faults.status(429),
            NotSent("20429", "Too many requests at once.", 0, wants_fewer=True),
            0,
        ),
        (faults.status(500), Unknown, 0),
        (faults.status(503, 5), Unknown, 0),
        (faults.hang(1, after_accepting=False), Unknown, 0),
        (faults.hang(1, after_accepting=True), Unknown, 1),
        (faults.reset(after_accepting=False), Unknown, 0),
        (faults.reset(after_accepting=True), Unknown, 1),
        (faults.truncate(), Unknown, 1),
        (faults.garbage(), Unknown, 1),
    ],
    ids=lambda value: value.kind.name.lower() if isinstance(value, faults.Fault) else "",
)
def test_a_fault_is_told_for_what_it_is_and_nothing_goes_twice(
    carrier: Carrier, transport: TwilioTransport, fault: faults.Fault, expected: Any, arrived: int
) -> None:
    carrier.next_faults([fault])
    limit = 0.2 if fault.kind is faults.Kind.HANG else 10
    hasty = TwilioTransport(twilio_settings(carrier.api_base), PUBLIC, read_limit=limit)
    outcome = hasty.send(HELLO)
    hasty.close()
    assert outcome == expected if isinstance(expected, NotSent) else isinstance(outcome, expected)
    carrier.wait_for_hand_overs(1)
    assert len(carrier.texts_to(RENE)) == arrived
    assert isinstance(transport.send(HELLO), Accepted), "the next text finds its way"
    assert len(carrier.texts_to(RENE)) == arrived + 1


def test_when_nobody_listens_the_text_surely_did_not_leave() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = TwilioTransport(twilio_settings(f"http://127.0.0.1:{port}"), PUBLIC)
    outcome = transport.send(HELLO)
    transport.close()
    assert isinstance(outcome, NotSent)
    assert outcome.code == "no-connection"


NOBODY: Any = None  # the connection an error was met on, which is not looked at


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (broken.NameResolutionError("h", NOBODY, socket.gaierror()), NotSent),
        (broken.NewConnectionError(NOBODY, "refused"), NotSent),
        (broken.ConnectTimeoutError(None, "slow"), NotSent),
        (broken.LocationParseError("http://:x"), NotSent),
        (broken.SSLError(ssl.SSLCertVerificationError("expired")), NotSent),
        (broken.SSLError(ssl.SSLError("bad record")), Unknown),
        (broken.ReadTimeoutError(NOBODY, "/", "slow"), Unknown),
        (broken.ProtocolError("reset"), Unknown),
        (broken.IncompleteRead(1, 2), Unknown),
    ],
)
def test_only_what_breaks_before_the_first_byte_is_sure(
    error: broken.HTTPError, expected: type
) -> None:
    assert isinstance(what_became_of_it(error), expected)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, NotSent),
        (407, NotSent),
        (403, NotSent),
        (408, Unknown),
        (401, Refused),
        (502, Unknown),
    ],
)
def test_a_stranger_in_between_is_not_taken_for_twilio(status: int, expected: type) -> None:
    with stranger(status) as address:
        transport = TwilioTransport(twilio_settings(address), PUBLIC)
        outcome = transport.send(HELLO)
        transport.close()
    assert isinstance(outcome, expected)


def stranger(status: int) -> AbstractContextManager[str]:
    """A server that knows nothing of Twilio and answers everything alike."""
    from flask import Flask

    from tests.kit.carrier_kit import serving

    app = Flask(__name__)
    app.add_url_rule(
        "/<path:path>", "all", lambda path: ("<html>Log in</html>", status), methods=["GET", "POST"]
    )
    return serving(app)


@pytest.mark.parametrize("lacks", ["account_sid", "auth_token", "number"])
def test_without_settings_nothing_is_tried(lacks: str) -> None:
    transport = TwilioTransport(twilio_settings("http://127.0.0.1:1", **{lacks: ""}))
    outcome = transport.send(HELLO)
    assert isinstance(outcome, Refused)
    assert outcome.settings_are_wrong
    assert lacks in outcome.reason
    with pytest.raises(LookupError, match=lacks):
        transport.look_up(HELLO, 0)
    assert [finding.level for finding in transport.examine()] == ["problem"]


def test_every_state_twilio_names_is_one_of_ours() -> None:
    assert set(twilio_errors.STATUSES.values()) <= set(STATUSES)


def test_the_twilio_library_is_not_loaded_before_the_first_text() -> None:
    program = (
        "import sys, helpline.providers.twilio.webhooks, helpline.providers.twilio.transport as t\n"
        "from helpline.providers.twilio.settings import TwilioSettings as S\n"
        "t.TwilioTransport(S('AC1', ('x',), '+33639980000'))\n"
        "sys.exit('twilio' in sys.modules or 'requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
