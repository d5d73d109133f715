"""Being the one active engine: holding the lease, taking over from another, coming back after an outage or a jump."""

from __future__ import annotations

import logging

from helpline.base.clock import JumpGuard
from helpline.base.ports import Clock, Store
from helpline.check_ins import outage
from helpline.engine.lease import Lease
from helpline.inbound.poll import Listening
from helpline.town.town import Town

log = logging.getLogger(__name__)


class Leader:
    """Knows whether this engine is the active one. Used by the engine's thread alone, but for reading `active`."""

    def __init__(self, clock: Clock, listening: Listening) -> None:
        self._jumps, self._listening = JumpGuard(clock), listening
        self.lease = Lease()
        self.active = self._was_active = False

    def hold(self, store: Store, town: Town, now: int) -> bool:
        """Be the one active engine, or stand by; return which. Inside a transaction."""
        self._was_active = self.active
        self.active = self.lease.hold(store, now)
        if self._was_active and not self.active:
            log.warning("another engine is active now; standing by")
            store.deafen()
        if self.active and not self._was_active:
            self._take_over(store, town, now)
        return self.active

    def kept(self) -> None:
        """The transaction in which `hold` was called is on disk."""
        self._was_active = self.active

    def undone(self, store: Store) -> None:
        """The transaction in which `hold` was called was not kept: what it did will be done anew."""
        if self.active and not self._was_active:
            store.deafen()
        self.active = self._was_active

    def give_up(self, store: Store, now: int) -> None:
        """Let another engine take over at once; an outage counts from now."""
        if self.active:
            with store.transaction():
                self.lease.give_up(store)
                store.run("beat", name="engine", now=now, data="{}")

    def heed_jumps(self, store: Store, town: Town, now: int) -> bool:
        """After the wall clock jumped, let waits keep their length and hear what was missed. Return whether it did."""
        by = self._jumps.since_last_look()
        if not by:
            return False
        log.warning("the machine's clock jumped by %s s; waits keep their length", by // 1000)
        with store.transaction():
            outage.clock_jumped(store, town, by, now)
        self.lease.lapse()
        self._listening.begin(now, since=now - by if by > outage.DEAF else 0)
        return True

    def _take_over(self, store: Store, town: Town, now: int) -> None:
        """Be the active engine from now on. After an outage, first hear what was said meanwhile, then judge silence."""
        store.listen()
        if self._listening.sender is not None:
            self._listening.sender.take_over(store)
        last = self.lease.followed_at
        if last is None or now - last <= outage.DEAF:
            self._listening.begin(now)
            return
        log.warning("back after %s s; texts that came in meanwhile are fetched first", (now - last) // 1000)
        outage.after_gap(store, town, last, now)
        self._listening.begin(now, since=last)
