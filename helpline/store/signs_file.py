"""Signs of life beside a database file: overwritten in place, without a commit and without waiting
for the disk.

It goes on from the engine's last sign of life in the tables, and counts only beside a database in
which that is still the last one: beside a copy put back from yesterday it says nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

SIZE = 512  # one sector: read whole, or as it was before


class SignsFile:
    """The file `helpline.db-alive`."""

    def __init__(self, database: Path) -> None:
        self._database, self._path = database, f"{database}-alive"
        self._handle = -1

    def put(self, beat_at: int, signs: Mapping[str, int]) -> None:
        """Keep signs of life by part, later than the engine's in the tables, of `beat_at`. Raises
        OSError."""
        if self._handle < 0:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.fchmod(self._handle, self._database.stat().st_mode & 0o666)
        text = json.dumps({"beat_at": beat_at, "signs": signs}, separators=(",", ":"))
        os.pwrite(self._handle, text.encode().ljust(SIZE), 0)

    def read(self, beat_at: int) -> Mapping[str, int]:
        """Return what was kept since the engine's sign of life of `beat_at` in the tables."""
        try:
            found = json.loads(Path(self._path).read_bytes())
        except (OSError, ValueError):
            return {}
        return (
            {name: int(at) for name, at in found["signs"].items()}
            if found["beat_at"] == beat_at
            else {}
        )

    def close(self) -> None:
        """Let the file be."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
