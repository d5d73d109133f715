"""Opens the town for a command: its settings, its flows, its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpline.desk.town import Town
    from helpline.ports import Store
    from helpline.settings import Settings


def open_register(config: str | None) -> tuple[Settings, Store]:
    """Return the settings and the database, which the caller closes. Raises HelplineError saying what is wrong."""
    from helpline.settings import load_settings
    from helpline.store.opening import open_store

    settings = load_settings(config)
    return settings, open_store(settings.service.database)


def open_town(config: str | None) -> tuple[Settings, Town, Store]:
    """Return the settings, the town with all its flows, and the database, which the caller closes.

    Raises HelplineError when settings, a flow file or the database need mending.
    """
    from helpline.desk.actions import BY_NAME
    from helpline.desk.town import Town
    from helpline.settings import load_settings
    from helpline.store.opening import open_store
    from helpline.wiring import read_book

    settings = load_settings(config)
    return settings, Town(settings, read_book(settings), BY_NAME), open_store(settings.service.database)


@contextmanager
def opened_register(config: str | None) -> Iterator[tuple[Settings, Store]]:
    """Give what `open_register` returns, and close the database afterwards."""
    settings, store = open_register(config)
    try:
        yield settings, store
    finally:
        store.close()


@contextmanager
def opened_town(config: str | None) -> Iterator[tuple[Settings, Town, Store]]:
    """Give what `open_town` returns, and close the database afterwards."""
    settings, town, store = open_town(config)
    try:
        yield settings, town, store
    finally:
        store.close()


def now() -> int:
    """Return this moment, in UTC milliseconds."""
    from helpline.clock import SystemClock

    return SystemClock().now()
