"""A phone of the town's own: sending with an id that makes two of one impossible, signed events."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from helpline.base.ports import (
    STATUSES,
    Accepted,
    DeliveryNews,
    InboundText,
    NotSent,
    OutboundText,
    Refused,
    Unknown,
)
from helpline.providers.smsgate import errors
from helpline.providers.smsgate.doctor import WANTED, look_at_key
from helpline.providers.smsgate.settings import SmsGateSettings
from helpline.providers.smsgate.transport import SmsGateTransport, id_of
from helpline.providers.smsgate.webhooks import smsgate_webhooks
from tests.kit.carrier_kit import OURS, PUBLIC, RENE, KeepingGateway
from tests.providers.smsgate.phone import KEY, PASSWORD, Phone, event, listening, signed

HELLO = OutboundText(7, RENE, "Bonjour René, ça va ?\nOUI / NON", valid_for=600)
MOMENT = "2026-11-28T09:00:00.000+01:00"
TEXT = {
    "messageId": "1a2b3c4d",
    "sender": RENE,
    "recipient": OURS,
    "simNumber": 1,
    "phoneNumber": RENE,
    "message": "AIDE\x00 é",
    "receivedAt": MOMENT,
}


@pytest.fixture
def phone() -> Iterator[Phone]:
    phone = Phone()
    yield phone
    assert phone.complaints == []


@pytest.fixture
def settings(phone: Phone) -> Iterator[SmsGateSettings]:
    with listening(phone) as address:
        yield SmsGateSettings(OURS, address, password=PASSWORD, signing_key=KEY)


@pytest.fixture
def transport(settings: SmsGateSettings) -> Iterator[SmsGateTransport]:
    transport = SmsGateTransport(settings, PUBLIC, read_limit=2.0)
    yield transport
    transport.close()


# --- sending --------------------------------------------------------------------------------------


def test_a_text_is_handed_to_the_phone_under_an_id_of_ours(
    phone: Phone, transport: SmsGateTransport
) -> None:
    assert transport.send(HELLO) == Accepted(id_of(HELLO))
    (asked,) = phone.asked
    assert asked == {
        "id": id_of(HELLO),
        "textMessage": {"text": HELLO.body},
        "phoneNumbers": [RENE],
        "withDeliveryReport": True,
        "ttl": 600,
    }


def test_a_text_handed_over_twice_is_one_text(phone: Phone, transport: SmsGateTransport) -> None:
    assert transport.send(HELLO) == transport.send(HELLO) == Accepted(id_of(HELLO))
    assert len(phone.texts) == 1


def test_another_text_under_our_number_is_another_text() -> None:
    """A database begun anew counts from one again, and the phone still has the old ones."""
    assert id_of(HELLO) != id_of(replace(HELLO, body="Bonjour Amina"))
    assert id_of(HELLO) != id_of(replace(HELLO, receiver=OURS))
    assert len(id_of(replace(HELLO, id=10**18 - 1))) <= 36


@pytest.mark.parametrize(
    ("status", "kind", "settings_are_wrong"),
    [
        (401, Refused, True),
        (403, Refused, True),
        (400, Refused, False),
        (302, NotSent, None),
        (200, NotSent, None),
        (404, NotSent, None),
        (408, Unknown, None),
        (500, Unknown, None),
        (503, Unknown, None),
    ],
)
def test_every_answer_is_one_of_four_outcomes(
    phone: Phone,
    transport: SmsGateTransport,
    status: int,
    kind: type,
    settings_are_wrong: bool | None,
) -> None:
    phone.fault = (status, "<p>Log in to the town's network</p>")
    outcome = transport.send(HELLO)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "settings_are_wrong", None) == settings_are_wrong


def test_a_phone_that_is_off_has_surely_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        transport = SmsGateTransport(SmsGateSettings(OURS, base, password="x"))
        assert isinstance(transport.send(HELLO), NotSent)
        assert [finding.level for finding in transport.examine()] == ["problem"]


def test_a_text_whose_answer_is_lost_is_found_by_its_id(
    phone: Phone, transport: SmsGateTransport
) -> None:
    phone.hangs_up = True
    assert isinstance(transport.send(HELLO), Unknown)
    phone.hangs_up = False
    assert transport.look_up(HELLO, 0) == [Accepted(id_of(HELLO), "queued")]
    assert transport.look_up(replace(HELLO, id=8), 0) == []


@pytest.mark.parametrize(
    "fault",
    [(500, {"message": "x"}), (503, {"state": "Sent"}), (404, "<p>no</p>"), (200, "?"), (200, [])],
)
def test_a_phone_that_cannot_be_asked_is_not_one_that_knows_nothing(
    phone: Phone, transport: SmsGateTransport, fault: tuple[int, str]
) -> None:
    phone.fault = fault
    with pytest.raises(LookupError):
        transport.look_up(HELLO, 0)
    with pytest.raises(LookupError):
        transport.news_of(id_of(HELLO))


@pytest.mark.parametrize(
    ("state", "error", "news"),
    [
        ("Delivered", "", ("delivered", "")),
        ("Sent", "", ("sent", "")),
        ("Failed", "Send result: RESULT_ERROR_NO_SERVICE (...)", ("failed", "NO_SERVICE")),
        ("Failed", f"Invalid phone number {RENE}", ("failed", "other")),
        ("Whatever comes", "", ("queued", "")),
    ],
)
def test_the_phone_is_asked_what_became_of_a_text(
    phone: Phone, transport: SmsGateTransport, state: str, error: str, news: tuple[str, str]
) -> None:
    transport.send(HELLO)
    phone.reports(id_of(HELLO), state, error)
    status, code = news
    expected = DeliveryNews(0, id_of(HELLO), status, RENE, code, "smsgate")
    assert transport.news_of(id_of(HELLO)) == expected
    assert transport.news_of("8-none") is None


def test_every_state_of_the_phone_is_one_of_ours() -> None:
    assert {*errors.STATES.values(), *errors.EVENTS.values()} <= set(STATUSES)


def test_it_keeps_no_list_of_whole_texts(transport: SmsGateTransport) -> None:
    with pytest.raises(NotImplementedError):
        transport.received_since(0)


# --- what the phone tells us ----------------------------------------------------------------------


@pytest.fixture
def gateway() -> KeepingGateway:
    return KeepingGateway()


@pytest.fixture
def web(gateway: KeepingGateway) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(smsgate_webhooks(SmsGateSettings(OURS, signing_key=KEY), gateway))
    return app.test_client()


def tells(web: FlaskClient, body: bytes, headers: dict[str, str] | None = None) -> int:
    """Post an event as the phone does; return the status."""
    answer = web.post("/smsgate/events", data=body, headers=headers or signed(body))
    return answer.status_code


def test_a_text_comes_in_without_control_characters(
    web: FlaskClient, gateway: KeepingGateway
) -> None:
    assert tells(web, event("sms:received", **TEXT)) == 204
    (text,) = gateway.texts
    at = 1_795_852_800_000
    assert replace(text, provider_id="") == InboundText("smsgate", "", RENE, OURS, "AIDE é")
    assert text.sent_at == at
    assert text.provider_id.startswith("1a2b3c4d-")


def test_the_same_text_again_has_the_same_id_and_any_other_another(
    web: FlaskClient, gateway: KeepingGateway
) -> None:
    """The app's own ids are 32 bits of a hash, which repeat."""
    others = [
        {},
        {"message": "OUI"},
        {"sender": "+33639980002"},
        {"receivedAt": "2026-11-28T09:00:01.000+01:00"},
    ]
    for other in [{}, *others]:
        tells(web, event("sms:received", **{**TEXT, **other}))
    ids = [text.provider_id for text in gateway.texts]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4


def test_a_picture_is_taken_in_as_one(web: FlaskClient, gateway: KeepingGateway) -> None:
    picture = {"messageId": "m1", "transactionId": "t1", "sender": RENE, "receivedAt": MOMENT}
    assert tells(web, event("mms:received", **picture)) == 204
    assert [(text.media, text.body, text.receiver) for text in gateway.texts] == [(1, "", OURS)]


@pytest.mark.parametrize(
    ("name", "reason", "told"),
    [
        ("sms:sent", "", ("sent", "")),
        ("sms:delivered", "", ("delivered", "")),
        ("sms:failed", "Send result: RESULT_ERROR_RADIO_OFF (...)", ("failed", "RADIO_OFF")),
        ("sms:failed", "TTL expired", ("failed", "other")),
        ("sms:cancelled", "", ("failed", "")),
    ],
)
def test_news_of_a_text_carries_our_number(
    web: FlaskClient, gateway: KeepingGateway, name: str, reason: str, told: tuple[str, str]
) -> None:
    sid, (status, code) = id_of(HELLO), told
    assert tells(web, event(name, messageId=sid, recipient=RENE, reason=reason)) == 204
    assert gateway.news == [DeliveryNews(7, sid, status, RENE, code, "smsgate")]


def test_news_of_a_text_that_is_not_ours_has_no_number(
    web: FlaskClient, gateway: KeepingGateway
) -> None:
    tells(web, event("sms:sent", messageId="PyDmBQZZXYmyxMwED8Fzy", recipient=RENE))
    assert [news.message_id for news in gateway.news] == [0]


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"X-Signature": ""},
        {"X-Signature": "é"},
        signed(event("sms:received", **TEXT), key="another"),
        signed(event("sms:received", **TEXT | {"message": "OUI"})),
        signed(event("sms:received", **TEXT)) | {"X-Timestamp": "1795860001"},
    ],
    ids=["none", "empty", "odd", "another key", "another text", "another moment"],
)
def test_what_the_phone_did_not_sign_is_refused(
    web: FlaskClient, gateway: KeepingGateway, forged: dict[str, str]
) -> None:
    assert tells(web, event("sms:received", **TEXT), forged or {"X-Other": "1"}) == 403
    assert gateway.texts == []


def test_without_a_key_nobody_is_let_in(gateway: KeepingGateway) -> None:
    app, body = Flask(__name__), event("sms:received", **TEXT)
    app.register_blueprint(smsgate_webhooks(SmsGateSettings(OURS), gateway))
    assert tells(app.test_client(), body, signed(body, key="")) == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (b"[]", 400),
        (b'{"event": "sms:received"}', 400),
        (b'{"event": "sms:received", "payload": 3}', 400),
        (event("sms:received", sender=RENE), 400),
        (event("sms:received", messageId="1"), 400),
        (event("sms:sent"), 400),
        (event("system:ping"), 204),
        (event("one:day"), 204),
    ],
)
def test_odd_requests_bring_nothing_and_break_nothing(
    web: FlaskClient, gateway: KeepingGateway, body: bytes, status: int
) -> None:
    assert tells(web, body) == status
    assert (gateway.texts, gateway.news) == ([], [])


def test_an_odd_moment_costs_the_moment_alone(web: FlaskClient, gateway: KeepingGateway) -> None:
    assert tells(web, event("sms:received", **TEXT | {"receivedAt": "yesterday"})) == 204
    assert [text.sent_at for text in gateway.texts] == [0]


def test_what_cannot_be_saved_is_asked_for_again(web: FlaskClient, gateway: KeepingGateway) -> None:
    gateway.is_down = True
    assert tells(web, event("sms:received", **TEXT)) == 503


# --- the doctor -----------------------------------------------------------------------------------


def test_a_phone_that_tells_us_all_is_in_order(phone: Phone, transport: SmsGateTransport) -> None:
    phone.webhooks = [{"event": name, "url": f"{PUBLIC}/smsgate/events"} for name in WANTED]
    assert [finding.level for finding in transport.examine()] == ["ok"]


def test_what_the_phone_does_not_tell_is_named_texts_first(
    phone: Phone, transport: SmsGateTransport
) -> None:
    phone.webhooks = [{"event": name, "url": "https://elsewhere.example/x"} for name in WANTED]
    found = [(finding.level, finding.text) for finding in transport.examine()]
    assert found[0] == ("problem", "The phone does not tell us of sms:received.")
    assert {level for level, _ in found[1:]} == {"warning"}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((401, ""), "does not know our user name"),
        ((200, "<p>a router</p>"), "Something else answered"),
        ((404, {"message": "no"}), "Something else answered"),
    ],
)
def test_the_doctor_says_why_a_phone_cannot_be_asked(
    phone: Phone, transport: SmsGateTransport, fault: tuple[int, str], said: str
) -> None:
    phone.fault = fault
    (finding,) = transport.examine()
    assert finding.level == "problem"
    assert said in finding.text
    assert finding.remedy


@pytest.mark.parametrize(("key", "findings"), [("", 1), ("8letters", 1), (KEY, 0)])
def test_the_key_the_app_makes_by_itself_is_too_short(key: str, findings: int) -> None:
    assert len(look_at_key(key)) == findings


def test_a_begun_section_names_what_is_missing() -> None:
    assert SmsGateSettings().missing() == []
    assert SmsGateSettings(number=OURS).missing() == ["api_base", "password"]
    assert not SmsGateSettings(number=OURS, api_base="http://x").configured
