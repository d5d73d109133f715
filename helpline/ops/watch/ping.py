"""Tells monitors outside that all is well: silence is the alarm. Its own thread; nothing personal
leaves."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

LIMIT = 5.0  # seconds for a monitor to answer


class Pinger:
    """Knocks at each address: `/start` at the start, plain after a clean audit, `/fail` with codes
    after a failed one.

    The words are those of Healthchecks; any monitor that counts requests will do. `on_success` is
    called in this thread after all addresses answered. A monitor that hangs delays the next knock,
    never the gateway: what waits is replaced by what is newer.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        limit: float = LIMIT,
        on_success: Callable[[], None] | None = None,
    ) -> None:
        self._urls, self._limit, self._on_success = urls, limit, on_success
        self._news: queue.Queue[tuple[str, str] | None] = queue.Queue(maxsize=2)
        self._thread: threading.Thread | None = None
        self.failures = 0

    def start(self) -> None:
        """Begin, and say so."""
        if self._urls:
            self._thread = threading.Thread(target=self._run, name="ping", daemon=True)
            self._thread.start()
            self._say("/start", "")

    def clean(self) -> None:
        """All is well."""
        self._say("", "")

    def failed(self, codes: Sequence[str]) -> None:
        """Something is wrong; only `codes` leave, never a name, a number or a word of anybody."""
        self._say("/fail", " ".join(codes))

    def stop(self) -> None:
        """End after what is being said, without waiting for a monitor that hangs."""
        if self._thread is not None:
            self._put(None)
            self._thread.join(1)  # a daemon: one that hangs ends with the process
            self._thread = None

    def _say(self, path: str, body: str) -> None:
        if self._thread is not None:
            self._put((path, body))

    def _put(self, news: tuple[str, str] | None) -> None:
        while True:
            try:
                self._news.put_nowait(news)
                return
            except queue.Full:
                try:
                    self._news.get_nowait()
                except queue.Empty:
                    continue

    def _run(self) -> None:
        while (news := self._news.get()) is not None:
            path, body = news
            reached = [self._knock(place, url + path, body) for place, url in enumerate(self._urls)]
            self.failures += reached.count(False)
            if path == "" and all(reached) and self._on_success is not None:
                try:
                    self._on_success()
                except Exception:
                    log.exception("a ping could not be noted")

    def _knock(self, place: int, url: str, body: str) -> bool:
        """Ask for `url` once, with `body` where there is one. The log names the place, not the
        address: it is a key."""
        from helpline.providers.http import HttpPool, NoAnswer

        pool = HttpPool(self._limit)
        try:
            answer = pool.post(url, {"codes": body}, {}) if body else pool.get(url, {}, {})
        except (NoAnswer, OSError) as error:
            why = error if isinstance(error, NoAnswer) else type(error).__name__
            log.warning("ping address %s could not be reached (%s)", place + 1, why)
            return False
        finally:
            pool.close()
        if answer.status_code >= 300:
            log.warning("ping address %s answered %s", place + 1, answer.status_code)
        return answer.status_code < 300
