"""What the doctor says of a Twilio account: asked for, and seen without asking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpline.base.ports import Finding
from helpline.providers.twilio.doctor import look_at_number, look_at_signature
from helpline.providers.twilio.transport import TwilioTransport
from helpline.simulator.carrier import Carrier
from tests.kit.carrier_kit import ACCOUNT, OURS, PUBLIC, TOKEN, twilio_settings


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with Carrier(ACCOUNT, TOKEN, OURS, callbacks=False) as carrier:
        yield carrier


@pytest.fixture
def transport(carrier: Carrier) -> Iterator[TwilioTransport]:
    transport = TwilioTransport(twilio_settings(carrier.api_base), PUBLIC)
    yield transport
    transport.close()


# --- the account is asked -------------------------------------------------------------------------


def levels(transport: TwilioTransport) -> list[tuple[str, str]]:
    findings = transport.examine()
    assert all(finding.remedy for finding in findings if finding.level != "ok")
    return [(finding.level, finding.text) for finding in findings]


def test_an_account_in_good_order_leaves_only_the_kept_words_to_warn_of(
    carrier: Carrier, transport: TwilioTransport
) -> None:
    carrier.sms_url, carrier.sms_fallback_url = (
        f"{PUBLIC}/twilio/sms",
        f"{PUBLIC}/twilio/sms-fallback",
    )
    found = levels(transport)
    assert [level for level, _ in found] == ["ok", "ok", "ok", "warning"]
    assert "HELP" in found[-1][1]


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        ({"account_status": "suspended"}, "problem", "suspended"),
        ({"sms_url": "https://elsewhere.example/sms"}, "problem", "elsewhere"),
        ({"sms_url": ""}, "problem", "nobody"),
        ({"sms_url": f"{PUBLIC}/twilio/sms#rc=2&rp=all"}, "ok", "reach"),
        ({"sms_url": f"{PUBLIC}/twilio/sms", "sms_method": "GET"}, "problem", "GET"),
        ({"sms_url": f"{PUBLIC}/twilio/sms"}, "warning", "second address"),
        ({"account_type": "Trial"}, "warning", "trial"),
        ({"balance": "a lot"}, "problem", "could not be asked"),
        ({"balance": "1.20"}, "warning", "1.20"),
        ({"number": "+33639980009"}, "problem", "does not belong"),
        ({"auth_token": "another"}, "problem", "turns us away"),
    ],
)
def test_the_doctor_names_what_is_wrong(
    carrier: Carrier, transport: TwilioTransport, change: dict[str, str], level: str, words: str
) -> None:
    for name, value in change.items():
        setattr(carrier, name, value)
    assert any(found == level and words in text for found, text in levels(transport))


def test_the_doctor_says_when_nobody_answers() -> None:
    transport = TwilioTransport(twilio_settings("http://127.0.0.1:1"), PUBLIC)
    assert ("problem", "could not be asked") in [
        (level, text[7:25]) for level, text in levels(transport)
    ]
    transport.close()


def test_the_doctor_points_at_what_a_messaging_service_hides(carrier: Carrier) -> None:
    service = twilio_settings(
        carrier.api_base, number="", messaging_service_sid="MG0123456789abcdef0123456789abcdef"
    )
    transport = TwilioTransport(service, PUBLIC)
    assert any("messaging service" in text for _, text in levels(transport))
    transport.close()


def test_the_doctor_says_that_nobody_can_write_to_us_without_a_public_address(
    carrier: Carrier,
) -> None:
    transport = TwilioTransport(twilio_settings(carrier.api_base), "")
    assert any(level == "problem" and "cannot come in" in text for level, text in levels(transport))
    transport.close()


# --- nobody is asked ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["https://aide.example", "https://aide.example:8443", "https://aide.example/%C3%A9t%C3%A9"],
)
def test_a_request_signed_as_twilio_signs_it_is_let_in(url: str) -> None:
    text = f"A request signed for {url}/twilio/sms is let in, and a changed one is not."
    settings = twilio_settings(auth_token="new,old")
    assert look_at_signature(settings, url) == [Finding("ok", text)]


def test_without_a_public_address_no_signature_is_tried() -> None:
    assert look_at_signature(twilio_settings(), "") == []


@pytest.mark.parametrize(
    ("number", "country", "said"),
    [
        ("VILLE", "FR", "Nobody can reply to texts from the name VILLE."),
        ("+33644631234", "FR", "is a French mobile number: services may not text from it."),
        ("+212661000001", "MA", "Twilio carries no texts from phones in Morocco to us."),
    ],
)
def test_a_number_that_cannot_serve_both_ways_is_pointed_out(
    number: str, country: str, said: str
) -> None:
    (finding,) = look_at_number(number, country)
    assert finding.level == "warning"
    assert said in finding.text
    assert "docs/providers/twilio.md" in finding.remedy


def test_a_short_code_serves_both_ways() -> None:
    assert look_at_number("36123", "FR") == []
