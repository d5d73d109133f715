"""What the rooms say of their rows is what the databases give.

A column renamed, added or left out in a queries.sql is found here, and so is a type, or a None,
that the tables do not bear out. A file knows only the names of what a statement gives; a server
knows the types too, and from which column of which table each comes. What neither knows, such as
the kind of a computed value in a file, shows on a day of the town.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest

import helpline
from helpline.base.ports import Statement
from helpline.cases.timeline import read_case
from helpline.settings.database import Database, Server
from helpline.store.opening import open_store
from helpline.store.statements import PAGE, statements
from tests.behind import wrap_store
from tests.fakes import Phone, Town
from tests.kit.store_kit import Opened, attempts

HOUSE = Path(helpline.__file__).parent
KINDS = {"int4": int, "int8": int, "bool": int, "text": str, "varchar": str}
# columns that may be empty, of rows which the statement picks so that they are not
NEVER_EMPTY = {
    ("reports_awaited", "accepted_at"),
    ("texts_to_watch", "accepted_at"),
    ("unread_waiting", "alarm_at"),
}
JOINED = re.compile(r"(LEFT )?(?:FROM|JOIN) (\w+)(?: AS)? ?((?!ON|WHERE|LEFT|JOIN|ORDER)\w+)?")


def rooms() -> Iterator[tuple[str, Statement[Any]]]:
    """Every statement whose rows are typed, with the room that says so."""
    for page in sorted(HOUSE.glob("*/rows.py")):
        for value in vars(import_module(f"helpline.{page.parent.name}.rows")).values():
            for each in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(each, Statement):
                    yield page.parent.name, each


TYPED = {str(statement): statement for _, statement in rooms()}


class Column(NamedTuple):
    """A column as a server gives it; `is_filled` None where it cannot be told from the tables."""

    name: str
    kind: type
    is_filled: bool | None


def hints_of(statement: Statement[Any]) -> dict[str, Any]:
    return get_type_hints(statement.row)


def kinds_of(hint: Any) -> set[type]:
    return set(get_args(hint) or (hint,)) - {NoneType}


def may_be_none(hint: Any) -> bool:
    return NoneType in get_args(hint)


@contextmanager
def done(store: Opened, name: str) -> Iterator[Any]:
    """The cursor of a statement, done with values that it takes."""
    for sql, values in attempts(store, name):
        try:
            with store.transaction():
                yield store.connection.execute(sql, values)
                return
        except Exception as error:
            refused = error
    raise refused


@pytest.fixture
def store(place: Database) -> Iterator[Opened]:
    """The database, made up to date."""
    with closing(open_store(place)) as store:
        yield store


@pytest.fixture
def server(postgres_url: str) -> Iterator[Opened]:
    """A database on a server, made up to date."""
    with closing(open_store(Server(postgres_url))) as store:
        yield store


def test_what_is_said_of_a_statement_stands_in_its_room() -> None:
    for room, statement in rooms():
        assert f"-- name: {statement}\n" in (HOUSE / room / PAGE).read_text("utf-8"), statement


@pytest.mark.parametrize("name", TYPED)
def test_a_row_has_the_columns_that_are_said_and_no_others(store: Opened, name: str) -> None:
    with done(store, name) as cursor:
        given = {column[0] for column in cursor.description}
    assert given == set(hints_of(TYPED[name]))


def test_a_column_is_of_the_kind_that_is_said(server: Opened) -> None:
    wrong = {
        (name, column.name): column.kind
        for name, statement in TYPED.items()
        for column in columns(server, name)
        if kinds_of(hints_of(statement)[column.name]) != {column.kind}
    }
    assert wrong == {}


def test_what_may_be_empty_is_said_to_be_none_and_nothing_else_is(server: Opened) -> None:
    otherwise = {
        (name, column.name)
        for name, statement in TYPED.items()
        for column in columns(server, name)
        if may_be_none(hints_of(statement)[column.name]) is column.is_filled
    }
    assert otherwise == NEVER_EMPTY


def columns(server: Opened, name: str) -> Iterator[Column]:
    with done(server, name) as cursor:
        result, description = cursor.pgresult, cursor.description
    for place, column in enumerate(description):
        (kind,) = asked(server, "SELECT typname FROM pg_type WHERE oid = %s", column.type_code)
        table = asked(
            server,
            "SELECT c.relname, a.attnotnull FROM pg_attribute a JOIN pg_class c "
            "ON c.oid = a.attrelid WHERE a.attrelid = %s AND a.attnum = %s",
            result.ftable(place),
            result.ftablecol(place),
        )
        is_filled = must_be_there(name, column.name, *table) if table else None
        yield Column(column.name, KINDS[kind], is_filled)


def asked(server: Opened, sql: str, *values: object) -> tuple[Any, ...]:
    row = server.connection.execute(sql.encode(), values).fetchone()
    return tuple(row.values()) if row is not None else ()


def must_be_there(name: str, column: str, table: str, is_not_null: bool) -> bool | None:
    """Tell whether a column is always filled; None when its table is in the statement twice and
    nothing says which one is meant."""
    sql = statements()[name]
    joins = {alias or of: (of, bool(left)) for left, of, alias in JOINED.findall(sql)}
    named = re.search(rf"\b(\w+)\.\w+ AS {column}\b|\b(\w+)\.{column}\b(?! AS)", sql)
    alias = (named[1] or named[2]) if named else ""
    lefts = {left for at, (of, left) in joins.items() if of == table and at == (alias or at)}
    return None if len(lefts) != 1 else bool(is_not_null) and not lefts.pop()


# --- a day of the town ----------------------------------------------------------------------------


class Watched:
    """A store that holds each typed row it gives to what is said of it."""

    def __init__(self, store: Any, seen: set[str]) -> None:
        self._store, self._seen = store, seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def one(self, name: str, /, **values: Any) -> Any:
        row = self._store.one(name, **values)
        self._look(name, [] if row is None else [row])
        return row

    def all(self, name: str, /, **values: Any) -> list[Any]:
        rows: list[Any] = self._store.all(name, **values)
        self._look(name, rows)
        return rows

    def _look(self, name: str, rows: list[Any]) -> None:
        if isinstance(name, Statement) and rows:
            self._seen.add(name)
            hints = hints_of(name)
            for row in rows:
                assert all(isinstance(row[each], hints[each]) for each in hints), (name, dict(row))


@pytest.fixture
def seen() -> set[str]:
    """The typed statements that gave a row."""
    return set()


@pytest.fixture
def town(tmp_path: Path, seen: set[str]) -> Iterator[Town]:
    """A town whose every reading is watched."""
    town = Town(tmp_path)
    wrap_store(town.gateway.engine, lambda store: Watched(store, seen))
    yield town
    town.stop()


def test_on_a_day_of_the_town_every_value_is_as_said(town: Town, seen: set[str]) -> None:
    rene, lucie, amina, claire = people(town)
    town.pass_until("2026-05-04 09:00:30")
    town.news(rene, "delivered")
    town.pass_until("2026-05-04 11:31")  # a silence, and those are asked who were chosen
    lucie.texts("NON")
    amina.texts("OUI 201")
    rene.texts("1")
    odile = town.phone("+33639980031")
    for answer in ("aide", "1", "1", "1"):
        odile.texts(answer)
    town.pass_time(hours=1)
    amina.texts("1")
    odile.dials("s1")
    claire.texts("BILAN")
    town.change(lambda tx: read_case(tx, 201))
    town.pass_until("2026-05-05 09:01")
    assert seen >= {"case", "check_in", "who_texts", "next_texts", "due_plans", "case_replies"}


def people(town: Town) -> tuple[Phone, Phone, Phone, Phone]:
    rene = town.resident("+33639980001", "René", at="09:00")
    lucie = town.contact("+33639980002", "Lucie", of=rene)
    amina = town.volunteer("+33639980011", "Amina")
    return rene, lucie, amina, town.coordinator("+33639980021", "Claire")
