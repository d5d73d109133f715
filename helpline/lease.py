"""One active engine at a time: a row that says which, and until when."""

from __future__ import annotations

import os
import socket
from functools import cache

from helpline.clock import token
from helpline.ports import Store

LENGTH = 20_000


class Lease:
    """The lease of one engine. Held again every half of its length; another engine takes it once it has run out."""

    def __init__(self) -> None:
        self.owner = f"{_machine()}:{os.getpid()}:{token(6)}"
        self._until = 0
        self._held = False

    def hold(self, store: Store, now: int) -> bool:
        """Return whether this engine is the active one.

        The lease of a process of this machine that is gone is taken at once, without waiting for its end.
        """
        if self._held and 0 < self._until - now <= LENGTH and now < self._until - LENGTH // 2:
            return True
        held = store.one("lease")
        dead = held["owner"] if held is not None and is_dead(held["owner"]) else ""
        self._held = bool(store.run("take_lease", owner=self.owner, until_at=now + LENGTH, now=now, dead=dead))
        self._until = now + LENGTH
        return self._held

    def lapse(self) -> None:
        """Ask the database again at the next look: the clock jumped."""
        self._until = 0

    def give_up(self, store: Store) -> None:
        """Let another engine take over at once."""
        store.run("give_up_lease", owner=self.owner)
        self._held = False


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
    """Name the machine, and the container where process ids count from one again: two may have the same host name."""
    try:
        container = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        container = ""
    return f"{socket.gethostname()}/{container}"
