"""Whether a request really comes from Twilio: its signature, checked against the address we are
known by."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import parse_qs

from helpline.providers.texts import Form, read_form

SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_DEFAULT_PORTS = {"https": "443", "http": "80"}


class Headers(Protocol):
    """What is read of a request's headers: a dict or Flask's own will do."""

    def get(self, key: str, /) -> str | None: ...


def is_genuine(  # noqa: PLR0913
    tokens: Sequence[str],
    url: str,
    raw_body: bytes,
    content_type: str,
    headers: Headers,
    method: str = "POST",
) -> bool:
    """Say whether one of `tokens` signed this request. Never raises, whatever the request holds."""
    return genuine_form(tokens, url, raw_body, content_type, headers, method) is not None


def genuine_form(  # noqa: PLR0913
    tokens: Sequence[str],
    url: str,
    raw_body: bytes,
    content_type: str,
    headers: Headers,
    method: str = "POST",
) -> Form | None:
    """Return the form of a genuine request, parsed once, or None when no token of `tokens` signed
    it.

    `url` is what Twilio was told to call: our public address and the path and query as they came
    over the wire. A JSON body counts only when the signed address carries its hash, and then yields
    an empty form.
    """
    signature = (headers.get(SIGNATURE_HEADER) or "").encode("utf-8", "replace")
    algorithm = _ALGORITHMS.get(_named_algorithm(headers.get(SETTINGS_HEADER) or ""))
    if not signature or algorithm is None:
        return None
    form: Form = []
    if _is_json(content_type):
        if not _hash_matches(url, raw_body):
            return None
    elif method != "GET":
        form = read_form(raw_body)
    fields = _joined(form)
    keys = [token.encode() for token in tokens if token]
    for address in _with_and_without_port(url):
        text = (address + fields).encode("utf-8", "replace")
        if any(hmac.compare_digest(_signed(key, text, algorithm), signature) for key in keys):
            return form
    return None


def _named_algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower().endswith("json")


def _hash_matches(url: str, raw_body: bytes) -> bool:
    wanted = parse_qs(url.partition("?")[2]).get("bodySHA256", [""])[0]
    found = hashlib.sha256(raw_body).hexdigest()
    return hmac.compare_digest(found.encode(), wanted.encode("utf-8", "replace"))


def _joined(form: Form) -> str:
    # Names and values sorted by code point; a pair that comes twice counts once, as Twilio signs
    # it.
    return "".join([name + value for name, value in sorted(set(form))])


def _signed(key: bytes, text: bytes, algorithm: str) -> bytes:
    return base64.b64encode(hmac.digest(key, text, algorithm))


def _with_and_without_port(url: str) -> list[str]:
    # Twilio signs a port at times and leaves it out at others; the address as we write it is the
    # likeliest.
    scheme, _, rest = url.partition("://")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    netloc, tail = rest[:end], rest[end:]
    host, colon, port = netloc.rpartition(":")
    if colon and port.isdecimal():
        return [url, f"{scheme}://{host}{tail}"]
    default_port = _DEFAULT_PORTS.get(scheme.lower(), "80")
    return [url, f"{scheme}://{netloc}:{default_port}{tail}"]
