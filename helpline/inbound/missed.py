"""Texts that people sent and no webhook brought: found in the providers' own lists, and taken
in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from helpline.base.ports import InboundText, Transport
from helpline.inbound import sms
from helpline.messaging.routes import MAIL
from helpline.messaging.sender import Sender
from helpline.town.events import note
from helpline.town.tx import Tx

log = logging.getLogger(__name__)

LOOKS = 100  # texts of a provider's list looked for in one go
ON_ITS_WAY = 20_000  # a webhook may take so long: one try of fifteen seconds, and the way


class MissedTexts:
    """Fetches what never reached us by itself. `found_at`: when there last was such a text."""

    def __init__(self) -> None:
        self._listless: set[str] = set()  # transports that keep no list of texts
        self.found_at = 0

    def fetch(
        self, sender: Sender, since: int, heard_from: int, finished: Callable[[bool], None]
    ) -> bool:
        """Fetch texts that came in at or after `since` and were never handed to us; then call
        `finished`.

        It is told whether the lists could be read. A text sent after `heard_from` should have
        reached us by itself. Return whether there is anybody to ask.
        """
        ways = sender.routes.transports.items()
        lists = [each for name, each in ways if name != MAIL and name not in self._listless]
        return bool(lists) and sender.aside(self._fetch, sender, lists, since, heard_from, finished)

    def _fetch(
        self,
        sender: Sender,
        lists: Sequence[Transport],
        since: int,
        heard_from: int,
        finished: Callable[[bool], None],
    ) -> None:
        is_read = True
        for transport in lists:
            texts = self._list_of(transport, since)
            is_read = is_read and texts is not None
            texts = texts or ()
            for start in range(0, len(texts), LOOKS):
                sender.post(
                    partial(self._take_in_new, sender, texts[start : start + LOOKS], heard_from)
                )
        # posted twice: those found new are posted in between
        sender.post(lambda _: sender.post(lambda _: finished(is_read)))

    def _list_of(self, transport: Transport, since: int) -> Sequence[InboundText] | None:
        """Return what a provider keeps; nothing where it keeps no list, None when it could not be
        asked."""
        try:
            return transport.received_since(since / 1000)
        except NotImplementedError:
            self._listless.add(transport.name)
            return ()
        except Exception as error:
            log.warning(
                "%s could not be asked for missed texts (%s)", transport.name, type(error).__name__
            )
            return None

    def _take_in_new(
        self, sender: Sender, texts: Sequence[InboundText], heard_from: int, tx: Tx
    ) -> None:
        for text in texts:
            known = {"provider": text.provider, "provider_id": text.provider_id}
            if tx.one("text_was_taken_in", **known) is None:
                sender.post(partial(self._take_in, text, heard_from))

    def _take_in(self, text: InboundText, heard_from: int, tx: Tx) -> None:
        if heard_from < text.sent_at < tx.now - ON_ITS_WAY:
            self.found_at = tx.now
            note(tx, "text_missed", provider=text.provider, late_s=(tx.now - text.sent_at) // 1000)
            log.error(
                "a text never reached us by itself: it was found in the list of %s", text.provider
            )
        sms.receive_text(tx, text)
