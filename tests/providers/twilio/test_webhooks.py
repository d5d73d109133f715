"""Where Twilio calls us: what is believed, what is kept, what is answered."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask

from helpline.base.ports import DeliveryNews, InboundText
from helpline.providers.twilio.settings import TwilioSettings
from helpline.providers.twilio.webhooks import address_called, twilio_webhooks
from helpline.simulator.carrier_signature import sign
from tests.kit.carrier_kit import (
    ACCOUNT,
    DATA,
    OURS,
    PUBLIC,
    RENE,
    TOKEN,
    KeepingGateway,
    serving,
    twilio_settings,
)
from tests.kit.sids import message_sid

CASES = json.loads((DATA / "twilio_inbound.json").read_text("utf-8"))["cases"]
VECTORS = json.loads((DATA / "signatures.json").read_text("utf-8"))["vectors"]
FORM_TYPE = "application/x-www-form-urlencoded"
TEXT = {
    "MessageSid": message_sid("1"),
    "AccountSid": ACCOUNT,
    "From": RENE,
    "To": OURS,
    "Body": "AIDE",
    "NumMedia": "0",
}
NEWS = {
    "MessageSid": message_sid("1"),
    "AccountSid": ACCOUNT,
    "MessageStatus": "sent",
    "To": RENE,
    "From": OURS,
}


def app_for(
    gateway: KeepingGateway, public_url: str = PUBLIC, settings: TwilioSettings | None = None
) -> Flask:
    app = Flask(__name__)
    app.register_blueprint(
        twilio_webhooks(settings or twilio_settings(auth_token=f"{TOKEN},old"), public_url, gateway)
    )
    return app


@pytest.fixture(scope="module")
def everyone() -> Iterator[tuple[str, KeepingGateway]]:
    """One server for the whole file, and the gateway behind it."""
    gateway = KeepingGateway()
    with serving(app_for(gateway)) as address:
        yield address, gateway


@pytest.fixture
def door(everyone: tuple[str, KeepingGateway]) -> Knocked:
    address, gateway = everyone
    gateway.forget()
    return Door(address), gateway


Answered = tuple[int, str, Message]
Knocked = tuple["Door", KeepingGateway]


class Door:
    """Knocks at the gateway, byte for byte."""

    def __init__(self, address: str) -> None:
        self.address = address

    def knock(
        self, path: str, body: str | bytes, headers: dict[str, str], method: str = "POST"
    ) -> Answered:
        line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        try:
            line.request(method, path, body if isinstance(body, bytes) else body.encode(), headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            line.close()

    def signed(self, path: str, form: str | Mapping[str, str], token: str = TOKEN) -> Answered:
        body = form if isinstance(form, str) else urlencode(form)
        pairs = parse_qsl(body, keep_blank_values=True, errors="replace")
        headers = {
            "Content-Type": FORM_TYPE,
            "X-Twilio-Signature": sign(token, PUBLIC + path, pairs),
        }
        return self.knock(path, body, headers)


def expected_of(case: dict[str, Any]) -> InboundText:
    """What the words of the recorded case come to, written out by its number."""
    form = dict(parse_qsl(case["body"], keep_blank_values=True, errors="replace"))
    body = form.get("Body", "")
    opt_out = {19: "stop", 25: "start"}.get(case["id"], "")
    media = {15: 1}.get(case["id"], 0)
    sid = form.get("MessageSid") or form["SmsSid"]
    return InboundText("twilio", sid, form["From"], form["To"], body, media, opt_out)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["kind"] == "sms"], ids=lambda c: f"{c['id']}-{c['what']}"
)
def test_a_recorded_text_is_taken_in_as_it_was_written(door: Knocked, case: dict[str, Any]) -> None:
    path, gateway = (
        {"sms": "/twilio/sms", "sms-fallback": "/twilio/sms-fallback"}[case["path"]],
        door[1],
    )
    status, body, headers = door[0].signed(path, case["body"])
    if case["what"] == "no From":
        assert (status, gateway.texts) == (400, [])
        return
    assert (status, body) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    assert headers["Content-Type"].startswith("text/xml")
    assert gateway.texts == [expected_of(case)]


STATES = {
    59: (1, "delivered", ""),
    61: (1, "delivered", ""),
    63: (2, "sending", ""),
    65: (3, "undelivered", "30005"),
    67: (5, "undelivered", "30007"),
    69: (7, "failed", "21610"),
    71: (9, "failed", "30450"),
    73: (11, "sent", ""),
    75: (1, "delivered", ""),
    77: (13, "read", ""),
    79: (15, "delivered", ""),
}


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["kind"] == "status"], ids=lambda c: f"{c['id']}-{c['what']}"
)
def test_a_recorded_piece_of_news_reaches_its_text(door: Knocked, case: dict[str, Any]) -> None:
    mid, state, code = STATES[case["id"]]
    status, body, _ = door[0].signed(f"/twilio/status?{case['query']}", case["body"])
    form = dict(parse_qsl(case["body"]))
    assert (status, body) == (204, "")
    opted_out = code == "21610"
    news = DeliveryNews(mid, form["MessageSid"], state, form["To"], code, "twilio", opted_out)
    assert door[1].news == [news]


AT_OUR_ADDRESS = [
    v for v in VECTORS if v["method"] == "POST" and v["url"].startswith(PUBLIC + "/twilio/s")
]


@pytest.mark.scenario("R-G17")
@pytest.mark.parametrize("vector", AT_OUR_ADDRESS, ids=lambda v: f"{v['id']}-{v['what']}")
def test_a_recorded_signature_is_judged_behind_any_proxy(
    door: Knocked, vector: dict[str, Any]
) -> None:
    path = vector["url"].removeprefix(PUBLIC)
    seen = vector.get("seen_by_app", {})
    headers = {
        "Host": seen.get("host", "127.0.0.1"),
        **vector["headers"],
        **seen.get("headers", {}),
    }
    status, body, _ = door[0].knock(path, vector["body"], headers)
    if vector["expect"] == "reject" or path.startswith("/twilio/sms/"):
        assert status in (403, 404)
        assert "<Response/>" not in body
        assert (door[1].texts, door[1].news) == ([], [])
    else:
        assert status in (200, 204, 400)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"MessageSid": "", "SmsSid": message_sid("2")}, 200),
        ({"MessageSid": ""}, 400),
        ({"From": ""}, 400),
        ({"AccountSid": "AC" + "9" * 32}, 403),
        ({"AccountSid": ""}, 400),
        ({"NumMedia": "many"}, 200),
        ({"OptOutType": "SOMETHING"}, 200),
    ],
)
def test_what_a_genuine_request_lacks_decides_its_answer(
    door: Knocked, changes: dict[str, str], status: int
) -> None:
    assert door[0].signed("/twilio/sms", TEXT | changes)[0] == status
    assert len(door[1].texts) == (status == 200)


def test_a_body_keeps_its_lines_and_loses_its_control_characters(door: Knocked) -> None:
    door[0].signed(
        "/twilio/sms", TEXT | {"Body": " un\x00\x07\tdeux\r\ntrois\x1b\x85 ça \u202b سلام"}
    )
    assert door[1].texts[0].body == " un deux\ntrois ça \u202b سلام"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "é".encode().decode("latin-1")},
        {"X-Twilio-Signature": "AAAA", "X-Twilio-Webhooks-Signature-Settings": "algorithm=ROT13"},
        {"X-Twilio-Signature": "AAAA", "Host": "helpline.example.org:99999"},
        {"X-Twilio-Signature": "AAAA", "Content-Type": "application/json"},
    ],
)
@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/sms-fallback", "/twilio/status?mid=1"])
def test_a_stranger_gets_a_closed_door_and_no_words(
    door: Knocked, path: str, headers: dict[str, str]
) -> None:
    status, body, _ = door[0].knock(path, urlencode(TEXT), {"Content-Type": FORM_TYPE, **headers})
    assert (status, body) == (403, "")
    assert (door[1].texts, door[1].news) == ([], [])


def test_a_request_by_get_is_not_served(door: Knocked) -> None:
    assert door[0].knock("/twilio/sms?Body=1", b"", {}, method="GET")[0] == 405


def test_while_tokens_change_the_old_one_still_counts(door: Knocked) -> None:
    assert door[0].signed("/twilio/sms", TEXT, token="old")[0] == 200


def test_what_cannot_be_saved_is_asked_for_again(door: Knocked) -> None:
    door[1].is_down = True
    for path, form in (("/twilio/sms", TEXT), ("/twilio/status?mid=1", NEWS)):
        status, _, headers = door[0].signed(path, form)
        assert (status, headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("query", "mid"),
    [
        ("", 0),
        ("?mid=", 0),
        ("?mid=12", 12),
        ("?mid=x", 0),
        ("?a=1&mid=7&b=2", 7),
        ("?amid=5", 0),
        ("?mid=" + "9" * 30, 0),
    ],
)
def test_our_own_id_comes_back_in_the_address(door: Knocked, query: str, mid: int) -> None:
    assert door[0].signed(f"/twilio/status{query}", NEWS)[0] == 204
    assert door[1].news == [DeliveryNews(mid, message_sid("1"), "sent", RENE, provider="twilio")]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("accepted", "queued"),
        ("scheduled", "queued"),
        ("canceled", "failed"),
        ("read", "read"),
        ("dancing", None),
    ],
)
def test_twilios_words_for_a_state_become_ours(door: Knocked, said: str, kept: str | None) -> None:
    assert door[0].signed("/twilio/status?mid=1", NEWS | {"MessageStatus": said})[0] == 204
    assert [news.status for news in door[1].news] == ([kept] if kept else [])


@pytest.mark.parametrize("changes", [{"MessageStatus": ""}, {"MessageSid": ""}])
def test_news_without_a_text_or_a_state_is_sent_back(
    door: Knocked, changes: dict[str, str]
) -> None:
    assert door[0].signed("/twilio/status?mid=1", NEWS | changes)[0] == 400


@pytest.mark.parametrize("lacks", ["public_url", "auth_token", "account_sid"])
def test_without_what_is_needed_to_check_all_is_refused_and_said_once(
    caplog: pytest.LogCaptureFixture, lacks: str
) -> None:
    settings = twilio_settings(**({} if lacks == "public_url" else {lacks: ""}))
    gateway = KeepingGateway()
    app = app_for(gateway, "" if lacks == "public_url" else PUBLIC, settings)
    with (
        serving(app) as address,
        caplog.at_level(logging.ERROR, "helpline.providers.twilio.webhooks"),
    ):
        assert [Door(address).signed("/twilio/sms", TEXT)[0] for _ in range(3)] == [403] * 3
    assert len([r for r in caplog.records if r.name == "helpline.providers.twilio.webhooks"]) == 1
    assert gateway.texts == []


@pytest.mark.scenario("R-G34", "R-G42")
def test_neither_numbers_nor_words_reach_the_log(
    door: Knocked, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        door[0].signed("/twilio/sms-fallback", TEXT | {"ErrorCode": "11200", "ErrorUrl": PUBLIC})
        door[1].is_down = True
        door[0].signed("/twilio/sms", TEXT)
    assert "11200" in caplog.text
    assert RENE not in caplog.text
    assert "AIDE" not in caplog.text


@pytest.mark.parametrize(
    ("public_url", "environ", "address"),
    [
        (
            PUBLIC,
            {"REQUEST_URI": "/twilio/status?mid=1&a=%27"},
            PUBLIC + "/twilio/status?mid=1&a=%27",
        ),
        (PUBLIC, {"RAW_URI": "/twilio/sms?"}, PUBLIC + "/twilio/sms?"),
        (
            PUBLIC,
            {"PATH_INFO": "/twilio/sms", "QUERY_STRING": "mid=1"},
            PUBLIC + "/twilio/sms?mid=1",
        ),
        (PUBLIC, {"PATH_INFO": "/twilio/sms"}, PUBLIC + "/twilio/sms"),
        (PUBLIC, {"REQUEST_URI": "http://10.0.0.1/twilio/sms?a"}, PUBLIC + "/twilio/sms?a"),
        (PUBLIC + "/aide", {"REQUEST_URI": "/twilio/sms"}, PUBLIC + "/aide/twilio/sms"),
        (PUBLIC + "/aide", {"REQUEST_URI": "/aide/twilio/sms"}, PUBLIC + "/aide/twilio/sms"),
    ],
)
def test_the_address_called_is_ours_and_the_path_as_it_came(
    public_url: str, environ: dict[str, str], address: str
) -> None:
    assert address_called(public_url, environ) == address


@pytest.mark.parametrize(
    "shifted",
    [
        # what was signed for one text, cut elsewhere: the signature joins names and values alike
        {"MessageSid": message_sid("1") + "NumMedia0", "NumMedia": ""},
        {"MessageSid": "SM1"},
        {"MessageSid": message_sid("1") + "\n"},
        {"MessageSid": "CA" + message_sid("1")[2:]},
    ],
)
def test_an_id_that_is_not_in_twilios_form_is_refused(
    door: Knocked, shifted: dict[str, str]
) -> None:
    assert door[0].signed("/twilio/sms", TEXT | shifted)[0] == 400
    assert door[0].signed("/twilio/status", NEWS | shifted)[0] == 400
    assert (door[1].texts, door[1].news) == ([], [])


def test_a_field_that_comes_twice_is_refused(door: Knocked) -> None:
    twice = urlencode([*TEXT.items(), ("MessageSid", message_sid("2"))])
    assert door[0].signed("/twilio/sms", twice)[0] == 403
    assert door[1].texts == []
