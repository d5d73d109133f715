"""One way to the providers over HTTP: pooled connections, short time limits, and nothing sent twice
unasked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from helpline.base.ports import NotSent, Unknown

if TYPE_CHECKING:
    from urllib3 import PoolManager
    from urllib3.exceptions import HTTPError

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


class NoAnswer(Exception):
    """There was no answer. `outcome` says what that means for a text that was in the request; the
    words say why."""

    def __init__(self, error: HTTPError) -> None:
        super().__init__(type(error).__name__)
        self.outcome = what_became_of_it(error)


class HttpPool:
    """Connections shared by all threads that send. Opened at the first request, closed by
    `close`."""

    def __init__(self, read_limit: float = READ_LIMIT) -> None:
        self._read_limit = read_limit
        self._lock = threading.Lock()
        self._made: PoolManager | None = None

    def post(self, url: str, form: Mapping[str, object], headers: Mapping[str, str]) -> Answer:
        """Post `form` once and return the answer. Raises NoAnswer when there is none."""
        body = urlencode(form, doseq=True)
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._request("POST", url, body, {**headers, **form_type})

    def post_json(self, url: str, value: object, headers: Mapping[str, str]) -> Answer:
        """Post `value` as JSON, once, and return the answer. Raises NoAnswer when there is none."""
        json_type = {"Content-Type": "application/json"}
        return self._request("POST", url, json.dumps(value), {**headers, **json_type})

    def get(self, url: str, query: Mapping[str, object], headers: Mapping[str, str]) -> Answer:
        """Fetch `url` with `query` and return the answer. Raises NoAnswer when there is none."""
        if query:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(query, doseq=True)}"
        return self._request("GET", url, None, headers)

    def close(self) -> None:
        """Close every connection; the next request opens new ones."""
        if self._made is not None:
            self._made.clear()

    def _request(
        self, method: str, url: str, body: str | None, headers: Mapping[str, str]
    ) -> Answer:
        from urllib3.exceptions import HTTPError

        try:
            answer = self._pool().request(method, url, body=body, headers=headers, redirect=False)
        except HTTPError as error:
            raise NoAnswer(error) from error
        return Answer(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def _pool(self) -> PoolManager:
        with self._lock:
            if self._made is None:
                # A tenth of the time that a start takes, and not needed before something leaves
                import urllib3

                self._made = urllib3.PoolManager(
                    num_pools=4,
                    maxsize=MOST_CONNECTIONS,
                    timeout=urllib3.Timeout(connect=CONNECT_LIMIT, read=self._read_limit),
                    retries=False,
                    ca_certs=_certificates(),
                )
            return self._made


def what_became_of_it(error: HTTPError) -> NotSent | Unknown:
    """Say whether a request that met `error` surely never left, or may have arrived.

    Only what happens before the first byte of the request is sure: no name, no route, no
    connection, no trust.
    """
    from urllib3.exceptions import (
        ConnectTimeoutError,
        LocationValueError,
        NewConnectionError,
        SSLError,
    )

    kind = type(error).__name__
    if isinstance(error, (NewConnectionError, ConnectTimeoutError, LocationValueError)):
        return NotSent("no-connection", f"The provider could not be reached ({kind}).")
    if isinstance(error, SSLError) and any(
        isinstance(e, ssl.SSLCertVerificationError) for e in error.args
    ):
        return NotSent("no-trust", "The provider's certificate could not be checked.")
    return Unknown(f"The connection broke after the text was handed over ({kind}).")


def _certificates() -> str | None:
    # Slim images have no certificates of their own; certifi always comes along with the Twilio
    # client.
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        return None
    try:
        import certifi
    except ImportError:
        return None
    return certifi.where()
