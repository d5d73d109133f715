"""One way to the providers over HTTP: pooled connections, short time limits, and nothing sent twice unasked."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, NewConnectionError, SSLError

from helpline.ports import NotSent, Unknown

CONNECT_LIMIT = 3.0
READ_LIMIT = 10.0
MOST_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered; the names are those the official Twilio client reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    @property
    def content(self) -> str:
        return self.text


class HttpPool:
    """Connections shared by all threads that send. Opened at the first request, closed by `close`."""

    def __init__(self, read_limit: float = READ_LIMIT) -> None:
        self._pool = urllib3.PoolManager(
            num_pools=4,
            maxsize=MOST_CONNECTIONS,
            timeout=urllib3.Timeout(connect=CONNECT_LIMIT, read=read_limit),
            retries=False,
            ca_certs=_certificates(),
        )

    def post(self, url: str, form: Mapping[str, object], headers: Mapping[str, str]) -> Answer:
        """Post `form` once and return the answer. Raises urllib3's HTTPError when there is none."""
        body = urlencode(form, doseq=True)
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._request("POST", url, body, {**headers, **form_type})

    def get(self, url: str, query: Mapping[str, object], headers: Mapping[str, str]) -> Answer:
        """Fetch `url` with `query` and return the answer. Raises urllib3's HTTPError when there is none."""
        if query:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(query, doseq=True)}"
        return self._request("GET", url, None, headers)

    def close(self) -> None:
        """Close every connection; the next request opens new ones."""
        self._pool.clear()

    def _request(self, method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        answer = self._pool.request(method, url, body=body, headers=headers, redirect=False)
        return Answer(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)


def what_became_of_it(error: HTTPError) -> NotSent | Unknown:
    """Say whether a request that met `error` surely never left, or may have arrived.

    Only what happens before the first byte of the request is sure: no name, no route, no connection, no trust.
    """
    kind = type(error).__name__
    if isinstance(error, (NewConnectionError, ConnectTimeoutError, LocationValueError)):
        return NotSent("no-connection", f"The provider could not be reached ({kind}).")
    if isinstance(error, SSLError) and any(isinstance(e, ssl.SSLCertVerificationError) for e in error.args):
        return NotSent("no-trust", "The provider's certificate could not be checked.")
    return Unknown(f"The connection broke after the text was handed over ({kind}).")


def _certificates() -> str | None:
    # Slim images have no certificates of their own; certifi always comes along with the Twilio client.
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        return None
    try:
        import certifi
    except ImportError:
        return None
    return certifi.where()
