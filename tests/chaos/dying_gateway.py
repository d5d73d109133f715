"""The real gateway, put together by its own wiring, that kills itself at one named moment of its
work."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from helpline.app.build import build
from helpline.app.settings import load_settings
from helpline.base.ports import OutboundText, Outcome, Store
from helpline.cli.serve import run
from helpline.providers.http import READ_LIMIT
from helpline.providers.twilio.settings import TwilioSettings
from helpline.providers.twilio.transport import TwilioTransport
from tests.behind import wrap_store
from tests.chaos.campaign import Campaign, read_campaign

# the moment before and the moment after the commit of a transaction in which the statement ran
AROUND_COMMIT = {
    "claim_text": ("before_claim_commit", "after_claim_commit"),
    "text_accepted": ("before_record_commit", "after_record_commit"),
    "text_unknown": ("before_record_commit", "after_record_commit"),
    "take_in": ("in_inbound_before_commit", "in_inbound_after_commit"),
}
# right after the statement, in the middle of its transaction
IN_THE_MIDDLE = {
    "add_check_in": "in_ask_due",
    "withdraw_questions": "in_miss",
    "add_digest": "in_digest",
    "orphaned_texts": "in_take_over",
}
SENDING = ("before_post", "after_post_before_record", "before_look_up", "after_look_up")
ENGINE_POINTS = (
    *(point for points in AROUND_COMMIT.values() for point in points if "inbound" not in point),
    *IN_THE_MIDDLE.values(),
    *SENDING,
    "in_escalate",
)
WEB_POINTS = (
    "in_inbound_before_commit",
    "in_inbound_after_commit",
    "before_record_commit",
    "after_record_commit",
)


class Fuse:
    """Burns down at the chosen moment, after letting it pass `skip` times."""

    def __init__(self, point: str, skip: int) -> None:
        self._point, self._skip = point, skip

    def reached(self, point: str) -> None:
        """Die here when this is the moment."""
        if point == self._point:
            if self._skip <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._skip -= 1


class DyingStore:
    """A store that does all the real one does, and may die around what it does."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse
        self._ran: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _did(self, name: str, values: dict[str, Any]) -> None:
        self._ran.add(name)
        if name in IN_THE_MIDDLE:
            self._fuse.reached(IN_THE_MIDDLE[name])
        if name == "add_ask" and (values["rung"] or values["round"] > 1):
            self._fuse.reached("in_escalate")

    def run(self, name: str, /, **values: Any) -> int:
        """Run a statement."""
        count = self._store.run(name, **values)
        self._did(name, values)
        return count

    def add(self, name: str, /, **values: Any) -> int:
        """Run an INSERT."""
        found = self._store.add(name, **values)
        self._did(name, values)
        return found

    def many(self, name: str, /, rows: Iterable[Mapping[str, Any]]) -> int:
        """Run a statement once for each row."""
        count = self._store.many(name, rows)
        self._did(name, {})
        return count

    @contextlib.contextmanager
    def transaction(self) -> Iterator[DyingStore]:
        """Keep everything or nothing, or die just before or just after that is settled."""
        self._ran.clear()
        with self._store.transaction():
            yield self
            self._pass(0)
        self._pass(1)

    def _pass(self, side: int) -> None:
        for point in {AROUND_COMMIT[name][side] for name in self._ran if name in AROUND_COMMIT}:
            self._fuse.reached(point)


class DyingTransport:
    """A transport that may die before the provider has a text, or before anybody here knows it
    has."""

    def __init__(self, inner: TwilioTransport, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse
        self.name, self.sender = inner.name, inner.sender

    def send(self, text: OutboundText) -> Outcome:
        """Hand a text over."""
        self._fuse.reached("before_post")
        outcome = self._inner.send(text)
        self._fuse.reached("after_post_before_record")
        return outcome

    def look_up(self, text: OutboundText, since: float) -> Any:
        """Ask the provider."""
        self._fuse.reached("before_look_up")
        found = self._inner.look_up(text, since)
        self._fuse.reached("after_look_up")
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def serve(campaign: Campaign, only: str, fuse: Fuse) -> None:
    """Run the gateway, or one half of it, until it dies or is told to stop."""
    settings = load_settings(None)
    transport = TwilioTransport(
        settings.of(TwilioSettings),
        settings.service.public_url,
        read_limit=max(0.5, READ_LIMIT / campaign.speed),
    )
    gateway = build(
        settings,
        clock=campaign.clock,
        active=only != "web",
        carriers={"twilio": DyingTransport(transport, fuse)},
    )
    wrap_store(gateway.engine, lambda store: DyingStore(store, fuse))
    run(gateway, web=only != "engine")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--only", default="", choices=["", "web", "engine"])
    parser.add_argument("--die-at", default="")
    parser.add_argument("--skip", type=int, default=0)
    given = parser.parse_args()
    logging.basicConfig(
        level=logging.INFO,
        format="%(process)d %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    serve(read_campaign(given.folder), given.only, Fuse(given.die_at, given.skip))


if __name__ == "__main__":
    main()
