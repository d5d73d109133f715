"""Tells the process that sends when another one has written to the file: a datagram to a socket
beside it.

Nothing hangs on it: where it cannot be had (a path too long, a system without such sockets) or is
not heard, the engine's looks at the file find what was written a little later.
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

WROTE, ASKED = b".", b"?"
LONGEST = 100  # bytes of a socket's path; some systems take 104, others 108


def place_of(database: Path) -> str:
    """Return where the bell of a database hangs, "" where there can be none."""
    place = f"{database.absolute()}-bell"
    return place if hasattr(socket, "AF_UNIX") and len(os.fsencode(place)) <= LONGEST else ""


class Notifier:
    """A bell that others ring. The newest one of a file is rung; older ones fall silent."""

    def __init__(self, place: str, mode: int) -> None:
        """Hang it at `place`, for those who may write to the file: `mode`. Raises OSError."""
        self._place = place
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(
                    place
                )  # left by a process that was killed, or of one that is not active any more
            self._socket.bind(place)
            os.chmod(place, mode)
            self._inode = os.stat(place).st_ino
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor that can be read once somebody has rung."""
        return self._socket.fileno()

    def hush(self) -> int:
        """Forget who rang so far. Return how many of them asked for a sign of life."""
        asked = 0
        with contextlib.suppress(BlockingIOError):
            while heard := self._socket.recv(16):
                asked += heard == ASKED
        return asked

    def close(self) -> None:
        """Take it down, unless another one hangs there by now."""
        with contextlib.suppress(OSError):
            if os.stat(self._place).st_ino == self._inode:
                os.unlink(self._place)
        self._socket.close()


def ring(place: str, why: bytes = WROTE) -> bool:
    """Ring the bell that hangs at a place. Return whether one does, and took it."""
    if not place or not os.path.exists(place):
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.setblocking(False)
        ours.sendto(
            why, place
        )  # fails where nobody listens any more, or was rung so often that it has heard
        return True
    return False
