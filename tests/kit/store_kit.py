"""A few rows for tests of the town's memory, on either database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from helpline.base.ports import Store
from helpline.store import dialect
from helpline.store.statements import statements

if TYPE_CHECKING:
    from helpline.store.postgres import Store as PostgresStore
    from helpline.store.sqlite import Store as SqliteStore

NOW = 1_780_000_000_000
Opened: TypeAlias = "SqliteStore | PostgresStore"  # tests look at its raw connection too


class Hiccup:
    """A store that once cannot keep a transaction: the disk was full for a moment."""

    def __init__(self, store: Store, fails_at: str) -> None:
        self._store, self._fails_at = store, fails_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def run(self, name: str, /, **values: Any) -> int:
        if name == self._fails_at:
            self._fails_at = ""
            raise self.unavailable[0]("no space left on device")
        return self._store.run(name, **values)


def person(store: Store, phone: str = "+33639980001", name: str = "René") -> int:
    """Somebody at a number."""
    return store.add("add_person", phone=phone, name=name, language="fr", line="mobile", now=NOW)


def resident(store: Store) -> int:
    """Somebody who is greeted every day."""
    values = {
        "zone": "",
        "address": "",
        "status": "active",
        "check_in_at": "09:00",
        "days": "1234567",
    }
    number = store.add(
        "add_resident",
        person_id=person(store),
        timezone="Europe/Paris",
        ladder="",
        now=NOW,
        **values,
    )
    store.run("set_plan", resident_id=number, ask_at=NOW, local_date="2026-05-28")
    return number


def check_in(store: Store, resident_id: int, slot: str = "plan") -> int:
    """A question on its way."""
    store.run("keep_policy", hash="h", name="bonjour", body="{}")
    return store.add(
        "add_check_in",
        resident_id=resident_id,
        local_date="2026-05-28",
        slot=slot,
        policy="h",
        due_at=NOW + 1,
        now=NOW,
    )


def worry(store: Store, person_id: int, key: str = "help:1") -> int:
    """An open case; 0 when the same is open already."""
    nothing = {
        "resident_id": None,
        "check_in_id": None,
        "need": "",
        "wanted": "",
        "place": "",
        "policy": "{}",
    }
    return store.add(
        "add_case", kind="help", dedup_key=key, person_id=person_id, urgent=True, now=NOW, **nothing
    )


def keep(store: Store, number: int, **values: Any) -> int:
    """Write a case after a step; 0 when it has another version than `version`."""
    row = {
        "kind": "help",
        "status": "asking",
        "rung": 0,
        "round": 1,
        "next_action_at": NOW,
        "owner_id": None,
    }
    row |= {
        "taken_at": None,
        "nudged": 0,
        "outcome": None,
        "closed_by": None,
        "version": 0,
        "now": NOW,
    }
    return store.run("keep_case", number=number, **{**row, **values})


def text(store: Store, idempotency_key: str = "a", **values: Any) -> int:
    """A text that must leave; 0 when the same was queued before."""
    row = {
        "idempotency_key": idempotency_key,
        "purpose": "reply",
        "channel": "sms",
        "priority": 1,
        "retry_of": None,
        "person_id": None,
        "receiver": "+33639980001",
        "name": "x",
    }
    row |= {
        "body": "Bonjour",
        "extra": None,
        "segments": 1,
        "case_number": None,
        "check_in_id": None,
        "route": "",
    }
    return store.add(
        "queue_text", **{**row, "not_before_at": NOW, "expires_at": NOW + 1, "now": NOW, **values}
    )


def take_in(store: Store, provider_id: str = "SM1") -> int:
    """A text that came in; 0 when the provider gave it to us before."""
    values = {
        "channel": "sms",
        "person_id": None,
        "sender": "+33639980001",
        "receiver": "+33",
        "body": "x",
        "media": 0,
    }
    return store.add("take_in", provider="twilio", provider_id=provider_id, now=NOW, **values)


def rows(store: Opened, sql: str) -> list[dict[str, Any]]:
    """Read as an auditor would."""
    return [dict(row) for row in store.connection.execute(sql).fetchall()]


NUMBER = re.compile(r"now|at|count|until|since|\w+_(at|after|until|since)")


def understands(store: Opened, name: str) -> bool:
    """Tell whether the database can plan a statement."""
    for sql, values in attempts(store, name):
        with suppress(Exception), store.transaction():
            store.connection.execute(f"EXPLAIN {sql}", values)
            return True
    return False


def attempts(store: Opened, name: str) -> Iterator[tuple[str, dict[str, int | None]]]:
    """Give a statement as this database is told it, with values that it may take: numbers where
    its values are numbers."""
    file = hasattr(store, "path")
    sql = statements()[name] if file else dialect.statement(statements("postgres")[name])
    wanted = set(re.findall(r"(?<![:\w]):([a-z_]\w*)", statements()[name]))
    yield sql, {each: 1 if NUMBER.fullmatch(each) else None for each in wanted}
    yield sql, dict.fromkeys(wanted, 1)


@contextmanager
def refused() -> Iterator[None]:
    """Expect the database itself to refuse what is done inside: a broken promise of its tables."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each database has errors of its own
        yield
    assert "IntegrityError" in {each.__name__ for each in caught.type.__mro__}, repr(caught.value)
