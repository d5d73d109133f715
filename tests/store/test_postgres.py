"""What only a server can do: be restarted, lose a writer, tell us of others, be far away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from helpline.base.errors import HelplineError, NotSaved
from helpline.settings.database import Server
from helpline.store import dialect
from helpline.store.opening import connect, open_store
from helpline.store.postgres_connection import environment_of
from tests.kit.postgres_server import Server as Machine
from tests.kit.store_kit import Opened, person, refused, rows, text

KILL = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def freeze(store: Opened, other: Opened) -> None:
    """Write, then do nothing for so long that another writer, who waits, sees the server end us."""
    with store.transaction():
        person(store)
        with other.transaction():
            person(other, "+33639980002")
        store.one("lease")


def pass_over_a_failure(store: Opened) -> None:
    """Go on after a statement that failed as if nothing had been."""
    with store.transaction():
        person(store)
        with suppress(Exception):
            store.connection.execute("UPDATE people SET line = 'pigeon'")


@pytest.fixture
def store(postgres_url: str) -> Iterator[Opened]:
    """A town on a server."""
    with closing(open_store(Server(postgres_url))) as store:
        yield store


@pytest.fixture
def other(postgres_url: str, store: Opened) -> Iterator[Opened]:
    """A second connection to it."""
    with closing(connect(Server(postgres_url))) as other:
        yield other


def test_what_is_kept_is_on_disk_when_we_say_so(store: Opened, other: Opened) -> None:
    """The lock is let go before the disk has answered; we are not done before it has."""
    for each in range(20):
        with store.transaction():
            person(store, f"+336399800{each:02}")
            (written,) = rows(store, "SELECT pg_current_wal_insert_lsn() AS at")
        assert rows(other, f"SELECT pg_current_wal_flush_lsn() > '{written['at']}' AS kept") == [
            {"kept": 1}
        ]


def test_nobody_who_reads_waits_for_a_writer(store: Opened, other: Opened) -> None:
    with store.transaction():
        person(store)
        assert other.one("person_by_phone", phone="+33639980001") is None
        assert other.all("next_texts", now=1, count=1) == []


def test_texts_in_the_hands_of_another_are_passed_over(store: Opened, other: Opened) -> None:
    """Even without the writers' lock two senders would be given different texts."""
    for each in range(4):
        text(store, f"t{each}", not_before_at=0)
    with store.transaction():
        first = {row["id"] for row in store.all("next_texts", now=1, count=2)}
        second = {row["id"] for row in other.all("next_texts", now=1, count=9)}
    assert len(first) == len(second) == 2
    assert not first & second


def test_a_writer_that_froze_is_let_go(store: Opened, other: Opened) -> None:
    store.connection.execute("SET idle_in_transaction_session_timeout = 200")
    began = time.perf_counter()
    with pytest.raises(NotSaved):
        freeze(store, other)
    assert time.perf_counter() - began < 5
    with store.transaction():
        person(store, "+33639980003")
    assert [row["phone"] for row in rows(other, "SELECT phone FROM people ORDER BY phone")] == [
        "+33639980002",
        "+33639980003",
    ]


def test_a_failed_statement_that_was_passed_over_does_not_undo_the_rest_in_silence(
    store: Opened,
) -> None:
    with pytest.raises(NotSaved):
        pass_over_a_failure(store)
    assert rows(store, "SELECT * FROM people") == []


def test_a_lost_connection_counts_as_news_and_comes_back(store: Opened, other: Opened) -> None:
    before = store.change_count()
    other.connection.execute(KILL)
    assert any(
        store.change_count() > before for _ in range(3)
    )  # the server's last words come before the silence
    assert store.one("lease") is None
    calm = [store.change_count() for _ in range(3)]
    assert len(set(calm)) == 1
    other.connection.execute(KILL)
    with store.transaction():
        person(store)
    assert store.all("coordinators") == []
    other.connection.execute(KILL)
    store.change_count()
    with other.transaction():
        person(other, "+33639980002")
    assert store.change_count() != calm[0]


def test_looking_for_news_asks_the_server_nothing(store: Opened) -> None:
    store.change_count()
    began = time.perf_counter()
    for _ in range(1000):
        store.change_count()
    assert (time.perf_counter() - began) / 1000 < 100e-6


def test_a_server_that_is_gone_is_told_in_words(
    store: Opened, postgres: Machine, postgres_url: str
) -> None:
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    postgres.order(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    with closing(connect(Server(postgres.url))) as owner:
        owner.connection.execute(KILL.replace("current_database()", f"'{name}'"))
    with pytest.raises(NotSaved, match="not currently accepting connections"), store.transaction():
        raise AssertionError("there is no database")
    assert not store.in_transaction()
    with pytest.raises(HelplineError, match="cannot be opened"):
        connect(Server(postgres_url))
    postgres.order(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    person(store)


def test_a_user_who_may_make_no_tables_is_told_so(postgres: Machine, postgres_url: str) -> None:
    postgres.order("DROP ROLE IF EXISTS guest")
    postgres.order("CREATE ROLE guest LOGIN")
    with pytest.raises(
        HelplineError, match=r"tables of town_.* could not be made: permission denied"
    ) as caught:
        open_store(Server(postgres_url.replace("postgres:@", "guest@")))
    assert "own the database" in caught.value.remedy


def test_what_the_tables_refuse_names_itself(store: Opened) -> None:
    with refused(), store.transaction():
        person(store)
        store.connection.execute(
            "INSERT INTO residents (person_id, status, timezone, created_at) VALUES (999, "
            "'active', '', 0)"
        )


def test_a_statement_is_put_in_the_servers_words() -> None:
    said = dialect.statement(
        "SELECT instr(lower(v.zones), lower(:zone)) FROM x WHERE idempotency_key LIKE 'case:%' "
        "AND id = :id"
    )
    assert said == (
        'SELECT strpos(lower(v.zones), lower(CAST(%(zone)s AS text) COLLATE "C")) FROM x '
        "WHERE idempotency_key LIKE 'case:%%' AND id = %(id)s"
    )


def test_a_table_is_put_in_the_servers_words() -> None:
    said = dialect.schema(
        "CREATE TABLE a ( -- things; INTEGER\n"
        " id INTEGER PRIMARY KEY,\n"
        " b TEXT NOT NULL) STRICT, WITHOUT ROWID;\n"
        "CREATE TABLE c (a_id INTEGER PRIMARY KEY REFERENCES a (id)) STRICT;"
    )
    assert "id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" in said
    assert 'b TEXT COLLATE "C" NOT NULL);' in said
    assert "a_id BIGINT PRIMARY KEY REFERENCES a (id));" in said
    assert "things" not in said


SEVERAL = "postgresql://town:s%40crt@one.example:5433,two.example:5434/town?target_session_attrs=read-write"


def test_an_address_becomes_the_servers_own_variables() -> None:
    assert environment_of(SEVERAL) == {
        "PGHOST": "one.example,two.example",
        "PGPORT": "5433,5434",
        "PGUSER": "town",
        "PGPASSWORD": "s@crt",
        "PGDATABASE": "town",
        "PGTARGETSESSIONATTRS": "read-write",
    }
