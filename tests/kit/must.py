"""What a test relies on, said so that a reader and the type checker know it too."""

from __future__ import annotations

from typing import Any, TypeVar

from helpline.base.ports import Store

T = TypeVar("T")


def must(thing: T | None) -> T:
    """Return what must be there; the test fails where it is not."""
    assert thing is not None
    return thing


def below(store: Store) -> Any:
    """Return the connection below a store, of either kind: for what only an auditor does or a
    fault."""
    assert hasattr(store, "connection")
    return store.connection
