"""What tests do behind the gateway's back: edit its file, look at its connection, give it a store
that fails.

Nothing of the project has names for these; where a part of the gateway is renamed inside, this file
alone follows.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from helpline.app.build import Gateway
from helpline.base.ports import Store
from helpline.engine.engine import Engine
from helpline.ops import audit
from helpline.ops.maintenance import Maintenance
from helpline.store.sqlite import sqlite3
from helpline.town.tx import Tx
from tests.fakes import Town


def edit(place: Town | Path, sql: str, *values: Any) -> None:
    """Change rows as a person with a database browser would, whatever the tables forbid."""
    path = place if isinstance(place, Path) else place.file
    connection = sqlite3.connect(str(path))
    try:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute(sql, values)
        connection.commit()
    finally:
        connection.close()


def engines_store(engine: Engine) -> Store:
    """Return the engine's own store, opened if it was not."""
    return engine._opened()


def wrap_store(engine: Engine, wrapped: Callable[[Store], Store]) -> None:
    """Let an engine that has not started open a store that behaves as `wrapped` makes it."""
    opened = engine._open_store
    engine._open_store = lambda: wrapped(opened())


def read_with(gateway: Gateway, store: Store) -> None:
    """Give this thread `store` to read with."""
    gateway._readers.store = store


def nap_of(engine: Engine) -> float:
    """Return for how many seconds an engine would rest now."""
    return engine._nap()


def is_listening(engine: Engine) -> bool:
    """Tell whether the writing of another process would end the engine's rest."""
    return engine._news() is not None


def watchdog_looks(maintenance: Maintenance) -> None:
    """Let the watchdog look round now, not in half a minute."""
    maintenance._watchdog.look()


def audited(town: Town) -> None:
    """The engine goes round, then the auditor, who keeps what it found."""
    town.gateway.engine.settle()
    with town.gateway.read() as store, store.transaction():
        tx = Tx(store, town.gateway.town, town.clock.now())
        audit.keep(tx, audit.look(tx, town.gateway.signs.of_engine(store, tx.now)))
