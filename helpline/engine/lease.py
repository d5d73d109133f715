"""One active engine at a time: a row that says which, and until when. Why so:
docs/decisions/0012-signs-of-life.md."""

from __future__ import annotations

import os
import socket
from functools import cache

from helpline.base.clock import token
from helpline.base.ports import Store
from helpline.engine.rows import LEASE, LeaseRow
from helpline.engine.signs import SELDOM, last_of

LENGTH = 20_000
LOOK_EVERY = 1_000  # ms: nobody takes a lease that was ours so lately
ACCOMPANIED = 30_000  # ms: a standby says every five seconds that it is there


class Lease:
    """The lease of one engine, looked at when it goes round, once a second at most.

    It is renewed at half of its length while another engine stands by, and left alone while none
    does. So whoever comes while signs of life are young stands by for one length first, in which
    the other one, if it lives, renews.
    """

    def __init__(self) -> None:
        self.owner = f"{_machine()}:{os.getpid()}:{token(6)}"
        self._seen_at: int | None = None  # when the row last said that the lease is ours
        self._standby_at: int | None = None  # what a standby wrote last, by its own clock ...
        self._standby_seen = 0  # ... and when we saw that, by ours
        self._waits_since: int | None = None
        self.followed_at: int | None = (
            None  # the last sign of life of the engine before, once we hold the lease
        )

    def hold(self, store: Store, now: int) -> bool:
        """Return whether this engine is the active one: the row says so, whatever it remembers
        itself."""
        if self._seen_at is not None and 0 <= now - self._seen_at < LOOK_EVERY:
            return True
        held = store.one(LEASE)
        if held is not None and held["owner"] == self.owner and held["until_at"] != 0:
            self._renew_if_needed(store, held, now)
            is_ours = True
        else:
            is_ours = self._take(store, held, now)
        self._seen_at = now if is_ours else None
        return is_ours

    def look_again(self) -> None:
        """Believe the row alone at the next look: what was read or taken last may not be on
        disk."""
        self._seen_at = None

    def lapse(self) -> None:
        """The clock jumped: what was seen and waited before does not count."""
        self._seen_at = self._waits_since = None

    def give_up(self, store: Store) -> None:
        """Let another engine take over at once."""
        store.run("give_up_lease", owner=self.owner)
        self._seen_at = None

    def _renew_if_needed(self, store: Store, held: LeaseRow, now: int) -> None:
        is_near_its_end = not LENGTH // 2 <= held["until_at"] - now <= LENGTH
        if self._is_accompanied(held, now) and is_near_its_end:
            store.run("take_lease", owner=self.owner, until_at=now + LENGTH, now=now, dead="")

    def _is_accompanied(self, held: LeaseRow, now: int) -> bool:
        """Tell whether another engine stands by. Two machines' clocks may differ, so only our own
        is read."""
        if held["standby_at"] != self._standby_at:
            self._standby_at, self._standby_seen = held["standby_at"], now
        return self._standby_at is not None and 0 <= now - self._standby_seen < ACCOMPANIED

    def _take(self, store: Store, held: LeaseRow | None, now: int) -> bool:
        """Be the active engine, unless another one may be. One of this machine that is gone is
        followed at once."""
        dead = held["owner"] if held is not None and is_dead(held["owner"]) else ""
        if held is not None and not dead and not self._has_waited(store, held, now):
            return False
        self.followed_at = last_of(store, held)
        self._waits_since = None
        return bool(
            store.run("take_lease", owner=self.owner, until_at=now + LENGTH, now=now, dead=dead)
        )

    def _has_waited(self, store: Store, held: LeaseRow, now: int) -> bool:
        """Tell whether the other one gave its lease up, is silent, or had time to renew it since we
        are here."""
        if held["until_at"] == 0 or _is_silent(store, held, now):
            return True
        if self._waits_since is None or now < self._waits_since:
            self._waits_since = now
        return bool(held["until_at"] <= now and now - self._waits_since >= LENGTH)


def is_held(store: Store, now: int) -> bool:
    """Tell whether an engine is at work on this database, as far as its rows say."""
    held = store.one(LEASE)
    if held is None or _is_silent(store, held, now):
        return False
    return bool(held["until_at"] > now) or not (held["until_at"] == 0 or is_dead(held["owner"]))


def _is_silent(store: Store, held: LeaseRow, now: int) -> bool:
    """Tell whether the owner's lease has run out, and no sign of life came when the next was
    due."""
    at = last_of(store, held)
    return bool(held["until_at"] <= now and (at is None or now - at > SELDOM + LENGTH))


def is_dead(owner: str) -> bool:
    """Tell whether the owner of a lease was a process of this machine that is gone."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != _machine() or not rest.isdecimal() or int(rest) == os.getpid():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _machine() -> str:
    """Name the machine, and the container where process ids count from one again: two may have the
    same host name."""
    try:
        container = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        container = ""
    return f"{socket.gethostname()}/{container}"
