"""Africa's Talking: USSD hops, texts and news coming in; texts going out with one of four
outcomes."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from helpline.base.ports import (
    STATUSES,
    Accepted,
    DeliveryNews,
    InboundText,
    NotSent,
    OutboundText,
    Refused,
    Unknown,
    UssdRequest,
)
from helpline.providers.africastalking.doctor import look_at_token
from helpline.providers.africastalking.errors import STATUSES as THEIR_STATUSES
from helpline.providers.africastalking.transport import AfricasTalkingTransport
from helpline.providers.africastalking.webhooks import PROVIDER, africastalking_webhooks
from helpline.simulator import carrier_faults as faults
from helpline.simulator.carrier import Carrier
from tests.kit.carrier_kit import ACCOUNT, OURS, RENE, TOKEN, KeepingGateway, at_settings, serving

HELLO = OutboundText(7, RENE, "Bonjour René, ça va ?")
HOP = {
    "sessionId": "s1",
    "serviceCode": "*384*71#",
    "phoneNumber": RENE,
    "networkCode": "99999",
    "text": "1*2",
}
TEXT = {
    "id": "at1",
    "linkId": "l",
    "from": RENE,
    "to": "22071",
    "text": "AIDE\x00 é",
    "date": "2026-11-22 01:00:00",
}
NEWS = {"id": "ATXid_1", "status": "Success", "phoneNumber": RENE, "networkCode": "99999"}


Form = Mapping[str, str] | bytes
Behind = tuple[str, KeepingGateway, str]


class Call(Protocol):
    """Posts a form as Africa's Talking does; returns status and words."""

    def __call__(self, path: str, form: Form, token: str = ...) -> tuple[int, str]: ...


Called = tuple[Call, KeepingGateway, str]


@pytest.fixture(scope="module", params=["", "s3cret"], ids=["open", "with a token"])
def gateway(request: pytest.FixtureRequest) -> Iterator[Behind]:
    """A gateway behind a server, with and without the secret word in its addresses."""
    gateway, app = KeepingGateway(), Flask(__name__)
    app.register_blueprint(africastalking_webhooks(at_settings(token=request.param), gateway))
    with serving(app) as address:
        yield address, gateway, request.param


@pytest.fixture
def caller(gateway: Behind) -> Called:
    address, kept, token = gateway
    kept.forget()

    def call(path: str, form: Form, token: str = token) -> tuple[int, str]:
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        query = f"?token={token}" if token else ""
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        line.request(
            "POST",
            f"/africastalking/{path}{query}",
            body,
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = line.getresponse()
        said = answer.status, answer.read().decode()
        line.close()
        return said

    return call, kept, token


def test_a_hop_gets_the_gateways_screen(caller: Called) -> None:
    call, gateway, _ = caller
    assert call("ussd", HOP) == (200, "CON 1. Bonjour")
    assert gateway.hops == [UssdRequest("africastalking", "s1", RENE, "*384*71#", "1*2")]


def test_a_first_hop_has_nothing_typed_yet(caller: Called) -> None:
    call, gateway, _ = caller
    call("ussd", HOP | {"text": ""})
    call("ussd", {name: value for name, value in HOP.items() if name != "text"})
    assert [hop.typed for hop in gateway.hops] == ["", ""]


@pytest.mark.parametrize("path", ["ussd", "ussd-end"])
@pytest.mark.parametrize(
    ("status", "complete"), [("Success", True), ("Incomplete", False), ("Failed", False)]
)
def test_the_end_of_a_session_is_understood_at_either_address(
    caller: Called, path: str, status: str, complete: bool
) -> None:
    call, gateway, _ = caller
    end = {
        "sessionId": "s1",
        "phoneNumber": RENE,
        "status": status,
        "durationInMillis": "1000",
        "errorMessage": "",
    }
    assert call(path, end) == (200, "")
    assert [(one.session, one.complete) for one in gateway.ends] == [("s1", complete)]
    assert gateway.hops == []


def test_a_text_is_taken_in_without_control_characters(caller: Called) -> None:
    call, gateway, _ = caller
    assert call("sms", TEXT) == (200, "")
    assert gateway.texts == [InboundText("africastalking", "at1", RENE, "22071", "AIDE é")]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Sent", "sent"),
        ("Submitted", "queued"),
        ("Buffered", "queued"),
        ("Success", "delivered"),
        ("Rejected", "failed"),
        ("Failed", "failed"),
        ("AbsentSubscriber", "undelivered"),
        ("Expired", "undelivered"),
        ("Lost at sea", None),
    ],
)
def test_the_words_for_a_state_become_ours(caller: Called, said: str, kept: str | None) -> None:
    call, gateway, _ = caller
    assert call("delivery", NEWS | {"status": said, "failureReason": "UserInBlackList"})[0] == 200
    assert gateway.news == (
        [DeliveryNews(0, "ATXid_1", kept, RENE, "UserInBlackList", PROVIDER)] if kept else []
    )


def test_each_state_of_theirs_is_one_of_ours() -> None:
    assert set(THEIR_STATUSES.values()) <= set(STATUSES)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("ussd", HOP | {"sessionId": ""}),
        ("ussd", HOP | {"phoneNumber": ""}),
        ("ussd-end", {"status": "Success"}),
        ("sms", TEXT | {"id": ""}),
        ("sms", TEXT | {"from": ""}),
        ("delivery", NEWS | {"id": ""}),
        ("delivery", NEWS | {"status": ""}),
        ("sms", b""),
        ("ussd", b"\xff\xfe%FF&&=&"),
    ],
)
def test_half_a_request_is_sent_back(caller: Called, path: str, form: Form) -> None:
    assert caller[0](path, form) == (400, "")


@pytest.mark.parametrize(
    ("path", "form"), [("ussd", HOP), ("ussd-end", HOP), ("sms", TEXT), ("delivery", NEWS)]
)
def test_what_cannot_be_saved_is_not_confirmed(caller: Called, path: str, form: Form) -> None:
    caller[1].is_down = True
    assert caller[0](path, form) == (503, "")


@pytest.mark.parametrize("guess", ["", "s3cre", "S3CRET", "%C3%A9", "%FF", "s3cret%00"])
@pytest.mark.parametrize(
    ("path", "form"), [("ussd", HOP), ("ussd-end", HOP), ("sms", TEXT), ("delivery", NEWS)]
)
def test_the_secret_word_opens_and_nothing_else(
    caller: Called, path: str, form: Form, guess: str
) -> None:
    call, gateway, token = caller
    status, _ = call(path, form, token=guess)
    taken = [*gateway.hops, *gateway.texts, *gateway.news, *gateway.ends]
    assert (status, len(taken)) == ((403, 0) if token else (200, 1))


# --- sending --------------------------------------------------------------------------------------


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with Carrier(
        ACCOUNT, TOKEN, OURS, at_username="town", at_api_key="key", callbacks=False
    ) as carrier:
        yield carrier


@pytest.fixture
def transport(carrier: Carrier) -> Iterator[AfricasTalkingTransport]:
    transport = AfricasTalkingTransport(at_settings(carrier.api_base))
    yield transport
    transport.close()


def test_a_text_that_is_taken_comes_with_their_id(
    carrier: Carrier, transport: AfricasTalkingTransport
) -> None:
    outcome = transport.send(HELLO)
    (text,) = carrier.texts_to(RENE)
    assert outcome == Accepted(text.sid, "sent", 0)
    assert (text.sender, text.body, text.via) == (OURS, HELLO.body, "africastalking")


@pytest.mark.parametrize(
    ("code", "expected", "mark"),
    [
        (401, Refused, "settings_are_wrong"),
        (402, Refused, "settings_are_wrong"),
        (403, Refused, "number_is_dead"),
        (404, Refused, "number_is_dead"),
        (405, Refused, "settings_are_wrong"),
        (406, Refused, "opted_out"),
        (407, Refused, ""),
        (499, Refused, ""),
        (500, Unknown, ""),
        (501, Unknown, ""),
        (502, NotSent, ""),
    ],
)
def test_a_code_says_what_it_means(
    carrier: Carrier, transport: AfricasTalkingTransport, code: int, expected: type, mark: str
) -> None:
    carrier.next_faults([faults.refuse(code)])
    outcome = transport.send(HELLO)
    assert isinstance(outcome, expected)
    marks = ("opted_out", "number_is_dead", "settings_are_wrong")
    assert [name for name in marks if getattr(outcome, name, False)] == ([mark] if mark else [])
    assert carrier.texts_to(RENE) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.status(429, 4), NotSent),
        (faults.status(400), Refused),
        (faults.status(404), NotSent),
        (faults.status(500), Unknown),
        (faults.hang(1, after_accepting=True), Unknown),
        (faults.reset(after_accepting=False), Unknown),
        (faults.truncate(), Unknown),
        (faults.garbage(), Unknown),
    ],
    ids=lambda value: value.kind.name.lower() if isinstance(value, faults.Fault) else "",
)
def test_a_fault_is_told_for_what_it_is(
    carrier: Carrier, fault: faults.Fault, expected: Any
) -> None:
    carrier.next_faults([fault])
    limit = 0.2 if fault.kind is faults.Kind.HANG else 10
    transport = AfricasTalkingTransport(at_settings(carrier.api_base), read_limit=limit)
    outcome = transport.send(HELLO)
    transport.close()
    carrier.wait_for_hand_overs(1)
    assert isinstance(outcome, expected)
    assert len(carrier.texts_to(RENE)) == fault.after_accepting
    assert getattr(outcome, "retry_after", 0) == (4 if fault.code == 429 else 0)


def test_a_wrong_key_stops_everything(carrier: Carrier) -> None:
    transport = AfricasTalkingTransport(at_settings(carrier.api_base, api_key="other"))
    outcome = transport.send(HELLO)
    assert isinstance(outcome, Refused)
    assert outcome.settings_are_wrong
    assert [finding.level for finding in transport.examine()] == ["problem"]
    transport.close()


def test_without_settings_nothing_is_tried() -> None:
    transport = AfricasTalkingTransport(at_settings(api_key=""))
    outcome = transport.send(HELLO)
    assert isinstance(outcome, Refused)
    assert outcome.settings_are_wrong
    assert [finding.level for finding in transport.examine()] == ["problem"]


def test_when_nobody_listens_the_text_surely_did_not_leave() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = AfricasTalkingTransport(at_settings(f"http://127.0.0.1:{port}"))
    assert isinstance(transport.send(HELLO), NotSent)
    assert [finding.level for finding in transport.examine()] == ["problem"]


def test_it_cannot_be_asked_what_became_of_a_text(transport: AfricasTalkingTransport) -> None:
    with pytest.raises(NotImplementedError):
        transport.look_up(HELLO, 0)


def test_the_doctor_reads_the_balance(transport: AfricasTalkingTransport) -> None:
    assert [(finding.level, finding.text) for finding in transport.examine()] == [
        ("ok", "The Africa's Talking account holds KES 25.00.")
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('{"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}', Refused),
        ('{"SMSMessageData": {"Message": "Sent to 0/1", "Recipients": []}}', Unknown),
        (
            '{"SMSMessageData": {"Message": "", "Recipients": [{"statusCode": 101, "messageId": '
            '"None"}]}}',
            Unknown,
        ),
        (
            '{"SMSMessageData": {"Message": "", "Recipients": [{"statusCode": "102", "messageId": '
            '"x"}]}}',
            Accepted,
        ),
        ('{"SMSMessageData": {"Recipients": ["?"]}}', Unknown),
        ("[1]", Unknown),
    ],
)
def test_an_odd_answer_is_read_with_care(said: Any, expected: type) -> None:
    app = Flask(__name__)
    app.add_url_rule("/version1/messaging", "send", lambda: (said, 201), methods=["POST"])
    app.add_url_rule("/version1/user", "user", lambda: said)
    with serving(app) as address:
        transport = AfricasTalkingTransport(at_settings(address))
        assert isinstance(transport.send(HELLO), expected)
        assert [finding.level for finding in transport.examine()] == ["problem"]
        transport.close()


def test_the_sandbox_has_its_own_address() -> None:
    from helpline.providers.africastalking.transport import SANDBOX

    assert AfricasTalkingTransport(at_settings(username="sandbox"))._base == SANDBOX


@pytest.mark.parametrize(("token", "findings"), [("", 1), ("short", 1), ("a-long-enough-token", 0)])
def test_its_addresses_must_be_guarded_by_a_long_token(token: str, findings: int) -> None:
    assert len(look_at_token(token)) == findings
