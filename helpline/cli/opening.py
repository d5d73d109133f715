"""Opens the town for a command: its settings, its flows, its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from helpline.base.errors import HelplineError

if TYPE_CHECKING:
    from helpline.base.ports import Store
    from helpline.settings import Settings
    from helpline.settings.database import Database
    from helpline.town.town import Town


def open_register(config: str | None) -> tuple[Settings, Store]:
    """Return the settings and the database, which the caller closes. Raises HelplineError saying
    what is wrong."""
    from helpline.app.settings import load_settings
    from helpline.store.opening import open_store

    settings = load_settings(config)
    return settings, open_store(settings.service.database)


def open_town(config: str | None) -> tuple[Settings, Town, Store]:
    """Return the settings, the town with all its flows, and the database, which the caller closes.

    Raises HelplineError when settings, a flow file or the database need mending.
    """
    from helpline.app.build import read_book
    from helpline.app.plugs import PLUGS
    from helpline.app.settings import load_settings
    from helpline.store.opening import open_store
    from helpline.town.town import Town

    settings = load_settings(config)
    return (
        settings,
        Town(settings, read_book(settings), PLUGS),
        open_store(settings.service.database),
    )


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


def named_database(typed: str) -> Database:
    """Return the database named on a command line: an address, or the path of a file.

    Raises HelplineError when it is neither.
    """
    from helpline.settings.database import File, database_at

    kind, _, rest = typed.partition("://")
    if not rest:
        return File(Path(typed).expanduser())
    if kind not in ("sqlite", "postgresql", "postgres"):
        raise HelplineError(
            f"“{kind}://…” is no kind of database known here.",
            "Write sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME.",
        )
    try:
        return database_at(typed)
    except ValueError as error:
        problem, _, remedy = str(error).partition(". ")
        raise HelplineError(f"The address {problem}.", f"{remedy}.") from error


def now() -> int:
    """Return this moment, in UTC milliseconds."""
    from helpline.base.clock import SystemClock

    return SystemClock().now()
