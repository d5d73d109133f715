"""How Twilio signs what it posts to us: written once more, for the side that signs.

The side that checks (`providers/twilio/signature`) shares no line with it: a fault there shows.
"""

from __future__ import annotations

import base64
import hmac

Form = list[tuple[str, str]]


def sign(token: str, url: str, form: Form, algorithm: str = "HMAC_SHA1") -> str:
    """Return the signature of `form` posted to `url`: names and values sorted, each pair once."""
    fields = "".join(name + value for name, value in sorted(set(form)))
    text = (url + fields).encode("utf-8", "replace")
    kind = algorithm.removeprefix("HMAC_").lower()
    return base64.b64encode(hmac.digest(token.encode(), text, kind)).decode()
