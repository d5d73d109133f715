"""What tests do behind the gateway's back: edit its file, look at its connection, give it a store
that fails.

Nothing of the project has names for these; where a part of the gateway is renamed inside, this file
alone follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from helpline.app.build import Gateway
from helpline.base.ports import Store
from helpline.conversations.types import Phrasebook
from helpline.engine.engine import Engine
from helpline.ops import audit
from helpline.ops.maintenance import Maintenance
from helpline.store.sqlite import sqlite3
from helpline.town.town import Town as HelplineTown
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


@contextmanager
def make_raise(gateway: Gateway, part: str) -> Iterator[None]:
    """Let one part of a gateway raise meanwhile, as a mistake of ours would: `lexicon.read` and
    other parts of the town, `action NAME`, `phrase NAME`, `statement NAME`.
    """
    kind, _, name = part.partition(" ")
    if kind == "statement":
        with _raising_statement(engines_store(gateway.engine), name):
            yield
        return
    before = gateway.engine._town
    gateway.engine._town = gateway.town = _broken(before, kind, name)
    try:
        yield
    finally:
        gateway.engine._town = gateway.town = before


def _stumble(*_args: Any, **_values: Any) -> Any:
    raise RuntimeError("planted")


def _broken(town: HelplineTown, kind: str, name: str) -> HelplineTown:
    if kind == "action":
        action = replace(town.plugs.actions[name], do=_stumble)
        actions = {**town.plugs.actions, name: action}
        return replace(town, plugs=replace(town.plugs, actions=actions))
    if kind == "phrase":
        said = town.book.phrases
        unsaid = _Unsaid(said.texts, said.counting, name)
        return replace(town, book=replace(town.book, phrases=unsaid))
    whole, _, inner = kind.partition(".")
    broken = replace(town)
    broken.__dict__[whole] = _Stumbling(getattr(town, whole), inner)
    return broken


@dataclass(frozen=True)
class _Unsaid(Phrasebook):
    """A phrasebook in which one phrase cannot be said."""

    unsaid: str = ""

    def say(self, name: str, language: str, values: Mapping[str, str] | None = None) -> str:
        if name == self.unsaid:
            _stumble()
        return super().say(name, language, values)


class _Stumbling:
    """Something of which one attribute raises when it is used."""

    def __init__(self, whole: object, inner: str) -> None:
        self._whole, self._inner = whole, inner

    def __getattr__(self, name: str) -> Any:
        if name == self._inner:
            raise RuntimeError("planted")
        return getattr(self._whole, name)


@contextmanager
def _raising_statement(store: Any, name: str) -> Iterator[None]:
    kept = {each: getattr(store, each) for each in ("one", "all", "add", "run", "many")}

    def guarded(usual: Callable[..., Any]) -> Callable[..., Any]:
        return lambda said, *rest, **values: (
            _stumble() if said == name else usual(said, *rest, **values)
        )

    for each, usual in kept.items():
        setattr(store, each, guarded(usual))
    try:
        yield
    finally:
        for each in kept:
            delattr(store, each)
