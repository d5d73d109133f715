"""What every check is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpline.settings import Settings

if TYPE_CHECKING:
    from helpline.store.sqlite import Store


@dataclass(frozen=True, slots=True)
class Patient:
    """A gateway as set up. `now` in ms; `offline`: no provider may be asked; `patience`: seconds for a locked file."""

    settings: Settings
    problems: tuple[str, ...]
    now: int
    offline: bool = False
    patience: float = 3.0

    @property
    def has_database(self) -> bool:
        """True when the database file is there."""
        return self.settings.service.database_path.is_file()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the database as it is, without bringing it up to date: the engine may be at work on it."""
        from helpline.store.sqlite import Store

        store = Store(self.settings.service.database_path, busy_seconds=self.patience)
        try:
            yield store
        finally:
            store.close()
