"""What every check is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from helpline.app.providers import PROVIDERS
from helpline.base.errors import HelplineError
from helpline.providers.provider import Providers
from helpline.settings import Settings
from helpline.settings.database import File, Server
from helpline.store.opening import connect, connect_server

if TYPE_CHECKING:
    from helpline.store.postgres import Store as PostgresStore
    from helpline.store.sqlite import Store as SqliteStore


@dataclass(frozen=True)
class Patient:
    """A gateway as set up, at `now` (ms). `offline`: no provider may be asked.

    `patience` is for how many seconds another writer is waited for.
    """

    settings: Settings
    problems: tuple[str, ...]
    now: int
    offline: bool = False
    patience: float = 3.0
    providers: Providers = PROVIDERS

    @cached_property
    def has_database(self) -> bool:
        """True when there is something to read: a file, or a server that answers and has tables."""
        match self.settings.service.database:
            case File(path):
                return path.is_file()
            case Server() as server:
                return self._has_tables(server)

    def _has_tables(self, server: Server) -> bool:
        """What is wrong with a server that does not answer is said by the check of the database."""
        try:
            with closing(connect_server(server, busy_seconds=self.patience)) as store:
                return _may_read(store)
        except HelplineError:
            return False

    @contextmanager
    def store(self) -> Iterator[SqliteStore | PostgresStore]:
        """Open the database as it is: the engine may be at work, so nothing is brought up to
        date."""
        with closing(connect(self.settings.service.database, busy_seconds=self.patience)) as store:
            yield store


def _may_read(store: PostgresStore) -> bool:
    """Tell whether the tables of a town are there, and this user may read them."""
    sql = "SELECT has_table_privilege(to_regclass('people'), 'SELECT') AS so"
    found = store.connection.execute(sql).fetchone()
    return found is not None and bool(found["so"])
