"""What a database says of its own tables: columns, which may be empty, what must be unique. The
same on both kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpline.store.sqlite import Store as SqliteStore

OURS = "schema_steps"  # which steps were done here; not a part of the town


@dataclass(frozen=True, slots=True)
class Shape:
    """One table. `required` columns are never NULL; `unique`: sets of columns; `counted` gets its
    value by itself."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: frozenset[str]
    unique: frozenset[frozenset[str]]
    counted: str = ""


def shapes(store: Any) -> dict[str, Shape]:
    """Return the shape of every table of a town, by name."""
    return _of_file(store) if isinstance(store, SqliteStore) else _of_server(store)


def _of_file(store: SqliteStore) -> dict[str, Shape]:
    ask = store.connection.execute
    names = ask(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {name: _file_table(store, name) for (name,) in map(tuple, names) if name != OURS}


def _file_table(store: SqliteStore, table: str) -> Shape:
    ask = store.connection.execute
    columns = ask(f"PRAGMA table_info({table})").fetchall()
    key = tuple(each["name"] for each in sorted(columns, key=lambda each: each["pk"]) if each["pk"])
    unique = {
        frozenset(row["name"] for row in ask(f"PRAGMA index_info({index['name']})").fetchall())
        for index in ask(f"PRAGMA index_list({table})").fetchall()
        if index["unique"] and not index["partial"]
    }
    return Shape(
        table,
        tuple(each["name"] for each in columns),
        key,
        frozenset(each["name"] for each in columns if each["notnull"] or each["pk"]),
        frozenset(unique | {frozenset(key)}),
    )


_COLUMNS = """
SELECT c.relname AS table_name, a.attname AS name, a.attnotnull AS required,
a.attidentity <> '' AS counted
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind = 'r' AND a.attnum > 0
   AND NOT a.attisdropped
 ORDER BY c.oid, a.attnum"""
_UNIQUE = """
SELECT c.relname AS table_name, i.indisprimary AS is_key,
       (SELECT string_agg(CAST(a.attname AS text),
       ',' ORDER BY array_position(CAST(i.indkey AS smallint[]), a.attnum))
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)) AS columns
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND i.indisunique
 AND i.indpred IS NULL"""


def _of_server(store: Any) -> dict[str, Shape]:
    columns = store.connection.execute(_COLUMNS).fetchall()
    unique = store.connection.execute(_UNIQUE).fetchall()
    found = {}
    for table in dict.fromkeys(
        each["table_name"] for each in columns if each["table_name"] != OURS
    ):
        mine = [each for each in columns if each["table_name"] == table]
        sets = [
            (each["is_key"], each["columns"].split(","))
            for each in unique
            if each["table_name"] == table
        ]
        found[table] = Shape(
            table,
            tuple(each["name"] for each in mine),
            next((tuple(names) for is_key, names in sets if is_key), ()),
            frozenset(each["name"] for each in mine if each["required"]),
            frozenset(frozenset(names) for _, names in sets),
            next((each["name"] for each in mine if each["counted"]), ""),
        )
    return found
