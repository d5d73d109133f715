"""Being the one active engine: holding the lease, taking over from another, coming back after an
outage or a jump."""

from __future__ import annotations

import logging

from helpline.base.clock import JumpGuard
from helpline.base.ports import Clock, Store
from helpline.check_ins import outage
from helpline.engine.lease import Lease
from helpline.inbound.poll import InboxPoll
from helpline.town.tx import Tx

log = logging.getLogger(__name__)


class Leader:
    """Knows whether this engine is the active one. Used by the engine's thread alone, but for
    reading `active`."""

    def __init__(self, clock: Clock, inbox_poll: InboxPoll) -> None:
        self._jumps, self._inbox_poll = JumpGuard(clock), inbox_poll
        self.lease = Lease()
        self.active = self._was_active = False

    def acquire(self, tx: Tx) -> bool:
        """Be the one active engine, or stand by; return which. Inside a transaction."""
        self._was_active = self.active
        self.active = self.lease.hold(tx.store, tx.now)
        if self._was_active and not self.active:
            log.warning("another engine is active now; standing by")
            tx.store.deafen()
        if self.active and not self._was_active:
            self._take_over(tx)
        return self.active

    def committed(self) -> None:
        """The transaction in which `acquire` was called is on disk."""
        self._was_active = self.active

    def rolled_back(self, store: Store) -> None:
        """The transaction in which `acquire` was called was not kept: what it did will be done
        anew."""
        if self.active and not self._was_active:
            store.deafen()
        self.active = self._was_active
        self.lease.look_again()

    def give_up(self, tx: Tx) -> None:
        """Let another engine take over at once; an outage counts from now."""
        if self.active:
            with tx.store.transaction():
                self.lease.give_up(tx.store)
                tx.run("beat", name="engine", now=tx.now, data="{}")

    def heed_jumps(self, tx: Tx) -> bool:
        """After the wall clock jumped, let waits keep their length and hear what was missed. Return
        whether it did."""
        by = self._jumps.since_last_look()
        if not by:
            return False
        log.warning("the machine's clock jumped by %s s; waits keep their length", by // 1000)
        with tx.store.transaction():
            outage.clock_jumped(tx, by)
        self.lease.lapse()
        self._inbox_poll.begin(tx.now, since=tx.now - by if by > outage.DEAF else 0)
        return True

    def _take_over(self, tx: Tx) -> None:
        """Be the active engine from now on. After an outage, first hear what was said meanwhile,
        then judge silence."""
        tx.store.listen()
        if self._inbox_poll.sender is not None:
            self._inbox_poll.sender.take_over(tx)
        last = self.lease.followed_at
        if last is None or tx.now - last <= outage.DEAF:
            self._inbox_poll.begin(tx.now)
            return
        log.warning(
            "back after %s s; texts that came in meanwhile are fetched first",
            (tx.now - last) // 1000,
        )
        outage.after_gap(tx, last)
        self._inbox_poll.begin(tx.now, since=last)
