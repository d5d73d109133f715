"""The carrier's calling side: it calls the gateway as Twilio and Africa's Talking would."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from helpline.simulator.carrier_signature import Form, sign

log = logging.getLogger(__name__)

_FORM_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"


class Caller:
    """Calls the gateway at `gateway_url`, signed for `public_url`, the address the outside knows it
    by."""

    def __init__(self, auth_token: str, gateway_url: str | None, public_url: str | None) -> None:
        self.gateway_url = gateway_url
        self.public_url = public_url
        self._token = auth_token
        self._pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=15.0)

    def call(self, path: str, form: Form, *, signed: bool = True) -> tuple[int, str]:
        """Post `form` to `path` of the gateway; return status and body, (0, "") when nobody
        answers."""
        if not self.gateway_url:
            return 0, ""
        headers = {"Content-Type": _FORM_TYPE}
        if signed:
            public = (self.public_url or self.gateway_url).rstrip("/")
            headers["X-Twilio-Signature"] = sign(self._token, public + path, form)
            headers["I-Twilio-Idempotency-Token"] = dict(form).get("MessageSid", "")
        try:
            answer = self._pool.request(
                "POST",
                self.gateway_url.rstrip("/") + path,
                body=urlencode(form),
                headers=headers,
                redirect=False,
            )
        except HTTPError as error:
            log.warning("The gateway did not answer the carrier (%s).", type(error).__name__)
            return 0, ""
        return answer.status, answer.data.decode("utf-8", "replace")

    def path_of(self, address: str) -> str | None:
        """Return the path of `address` when it is the gateway's, else None."""
        for base in (self.public_url, self.gateway_url):
            if base and address.startswith(base.rstrip("/") + "/"):
                return address[len(base.rstrip("/")) :]
        return None

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


class Errands:
    """Things to do one after the other on a thread of their own, which starts with the first."""

    def __init__(self) -> None:
        self._todo: queue.Queue[Callable[[], object] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._waiting: set[threading.Event] = set()
        self._lock = threading.Lock()

    def add(self, errand: Callable[[], object]) -> None:
        """Do `errand` soon."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="carrier-news")
                self._thread.start()
        self._todo.put(errand)

    def finish(self) -> None:
        """Wait until everything added so far is done, or dropped."""
        done = threading.Event()
        if self._thread is not None:
            self._waiting.add(done)
            self._todo.put(done.set)
            done.wait(30)
            self._waiting.discard(done)

    def stop(self) -> None:
        """Drop what is left and end the thread."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._todo.get_nowait()
        if self._thread is not None:
            self._todo.put(None)
            self._thread.join()
            self._thread = None
        for done in list(self._waiting):
            done.set()

    def _run(self) -> None:
        while (errand := self._todo.get()) is not None:
            try:
                errand()
            except Exception:
                log.exception("The carrier could not tell its news.")
