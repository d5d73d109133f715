"""Only what Twilio signed for our address is believed."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from helpline.providers.texts import Form, read_form
from helpline.providers.twilio.signature import is_genuine
from helpline.simulator.carrier_signature import sign
from tests.kit.carrier_kit import DATA

VECTORS = json.loads((DATA / "signatures.json").read_text("utf-8"))["vectors"]
FORM_TYPE = "application/x-www-form-urlencoded"
URL = "https://helpline.example.org/twilio/sms"
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.mark.scenario("R-G16")
@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['id']}-{v['what']}")
def test_a_recorded_request_is_judged_as_recorded(vector: dict[str, Any]) -> None:
    headers = vector["headers"]
    said = is_genuine(
        [vector["auth_token"]],
        vector["url"],
        vector["body"].encode(),
        headers.get("Content-Type", ""),
        headers,
        vector["method"],
    )
    assert said is (vector["expect"] == "accept")


def test_the_published_example_of_the_design_is_genuine() -> None:
    form = [
        ("MessageSid", "SM1"),
        ("From", "+212661000001"),
        ("To", "+33600000000"),
        ("Body", "AIDE é"),
        ("NumMedia", "0"),
    ]
    assert (
        sign("tok-12345", "https://aide.example/t/twilio/c1/in", form)
        == "/G33HOzy1xNB/ncpWbJaM8bePq8="
    )


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
forms = st.lists(st.tuples(words, words), max_size=6)
addresses = st.sampled_from(
    [
        URL,
        "http://helpline.example.org/twilio/sms",
        "https://helpline.example.org:8443/twilio/status?mid=7",
        "https://helpline.example.org:443/twilio/sms",
        "http://helpline.example.org:80/twilio/sms?a=1;b=2",
        "https://helpline.example.org",
        "https://HELPLINE.example.org/caf%C3%A9?q=%27",
    ]
)


class Fields(dict[str, str]):
    """A form as frameworks hand it to Twilio's library: a name may have several values."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form = form

    def getall(self, name: str) -> list[str]:
        return [value for key, value in self._form if key == name]


@given(
    form=forms,
    url=addresses,
    signed_for=addresses,
    algorithm=st.sampled_from(["", "HMAC_SHA1", "HMAC_SHA256"]),
)
def test_we_agree_with_twilios_own_library(
    form: Form, url: str, signed_for: str, algorithm: str
) -> None:
    library = RequestValidator(TOKEN)
    signature = library.compute_signature(signed_for, Fields(form), algorithm or None)
    headers = {"X-Twilio-Signature": signature}
    if algorithm:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=k1,algorithm={algorithm}"
    ours = is_genuine([TOKEN], url, urlencode(form).encode(), FORM_TYPE, headers)
    assert ours is library.validate(url, Fields(form), signature, algorithm or None)
    assert sign(TOKEN, signed_for, form, algorithm or "HMAC_SHA1") == signature


@given(
    body=st.binary(max_size=200),
    signature=st.text(max_size=40),
    settings=st.text(max_size=40),
    url=words,
)
def test_nothing_a_stranger_sends_makes_it_stumble(
    body: bytes, signature: str, settings: str, url: str
) -> None:
    headers = {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": settings}
    for content_type in (FORM_TYPE, "application/json", ""):
        assert not is_genuine([TOKEN], url, body, content_type, headers)


def test_while_tokens_change_both_are_good() -> None:
    headers = {"X-Twilio-Signature": sign("old", URL, [("Body", "1")])}
    assert is_genuine(["new", "old"], URL, b"Body=1", FORM_TYPE, headers)
    assert not is_genuine(["new"], URL, b"Body=1", FORM_TYPE, headers)


def test_an_empty_token_opens_nothing() -> None:
    headers = {"X-Twilio-Signature": sign("", URL, [("Body", "1")])}
    assert not is_genuine(["", ""], URL, b"Body=1", FORM_TYPE, headers)
    assert not is_genuine([], URL, b"Body=1", FORM_TYPE, headers)


def test_a_json_body_needs_its_hash_in_the_address() -> None:
    body = b'{"Body":"1"}'
    bare = {"X-Twilio-Signature": sign(TOKEN, URL, [])}
    assert not is_genuine([TOKEN], URL, body, "application/json; charset=utf-8", bare)
    hashed = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    whole = {"X-Twilio-Signature": sign(TOKEN, hashed, [])}
    assert is_genuine([TOKEN], hashed, body, "application/json; charset=utf-8", whole)
    assert not is_genuine([TOKEN], hashed, body + b" ", "application/json", whole)


def test_bytes_that_are_no_utf8_are_read_all_the_same() -> None:
    assert read_form(b"Body=%FF%FE&From=\xff&empty=") == [
        ("Body", "\ufffd\ufffd"),
        ("From", "\ufffd"),
        ("empty", ""),
    ]


@given(body=st.one_of(st.binary(max_size=200), st.text("ab=&+%2é0C", max_size=60).map(str.encode)))
def test_a_form_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    decoded = body.decode("utf-8", "replace")
    assert read_form(body) == parse_qsl(decoded, keep_blank_values=True, errors="replace")
