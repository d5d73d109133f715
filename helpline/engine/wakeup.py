"""What the engine sleeps on: woken by another thread, or by news on a descriptor."""

from __future__ import annotations

import contextlib
import select
import socket


class Wakeup:
    """`set` ends a `wait` under way, or the next one. One thread waits; put the work where it is
    found, then set."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)
        self._is_set = False

    def set(self) -> None:
        """Let whoever waits go on."""
        if not self._is_set:
            self._is_set = True
            with contextlib.suppress(OSError):  # full: it will wake; closed: nobody waits any more
                self._far.send(b".")

    def clear(self) -> None:
        """Forget that it was set."""
        with contextlib.suppress(OSError):  # nothing there, or closed
            self._near.recv(4096)
        self._is_set = False

    def wait(self, seconds: float, news: int | None = None) -> None:
        """Return once set, once the descriptor `news` can be read, or after `seconds`. Clears what
        was set."""
        watched = (self._near.fileno(), *(() if news is None else (news,)))
        if hasattr(select, "poll"):
            poll = select.poll()
            for each in watched:
                poll.register(each, select.POLLIN)
            poll.poll(seconds * 1000)
        else:
            select.select(watched, [], [], seconds)
        self.clear()

    def close(self) -> None:
        """Give the sockets back."""
        self._near.close()
        self._far.close()
