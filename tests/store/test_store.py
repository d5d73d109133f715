"""The town's memory behaves the same in a file and on a server: one suite, run on both."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helpline.base.errors import HelplineError, NotSaved
from helpline.settings.database import Database, File, Server
from helpline.store.opening import connect, open_store
from helpline.store.shapes import shapes
from helpline.store.statements import statements
from tests.kit.must import must
from tests.kit.store_kit import (
    NOW,
    Opened,
    check_in,
    keep,
    person,
    refused,
    resident,
    rows,
    take_in,
    text,
    understands,
    worry,
)
from tests.waiting import eventually


@pytest.fixture
def store(place: Database) -> Iterator[Opened]:
    """The database, made up to date."""
    with closing(open_store(place)) as store:
        yield store


@pytest.fixture
def other(place: Database, store: Opened) -> Iterator[Opened]:
    """A second connection to the same database."""
    with closing(connect(place)) as other:
        yield other


def at_once(place: Database, works: list[Callable[[Opened], Any]]) -> list[Any]:
    """Run each work on a thread and a connection of its own, all let go at the same moment."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[Opened], Any]) -> Any:
        with closing(connect(place)) as store:
            gate.wait(10)
            return work(store)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


# --- statements and tables
# -------------------------------------------------------------------------------


def test_every_statement_is_understood(store: Opened) -> None:
    misunderstood = [name for name in statements() if not understands(store, name)]
    assert not misunderstood


def test_both_databases_have_the_same_tables(postgres_url: str, tmp_path: Path) -> None:
    with (
        closing(open_store(File(tmp_path / "town.db"))) as file,
        closing(open_store(Server(postgres_url))) as server,
    ):
        ours, theirs = shapes(file), shapes(server)
        assert ours.keys() == theirs.keys()
        for table, shape in ours.items():
            other = theirs[table]
            assert shape.columns == other.columns, table
            assert (shape.key, shape.required, shape.unique) == (
                other.key,
                other.required,
                other.unique,
            ), table
        checks = (
            "SELECT count(*) AS count FROM pg_constraint WHERE contype = 'c' AND conrelid > 16383"
        )
        (found,) = rows(server, checks)
        made = " ".join(
            row["sql"] for row in rows(file, "SELECT sql FROM sqlite_master WHERE type = 'table'")
        )
        assert found["count"] == len(re.findall(r"\bCHECK \(", re.sub("--.*", "", made)))
        loose = "SELECT count(*) AS count FROM pg_index WHERE NOT indisunique AND indrelid > 16383"
        listed = "SELECT count(*) AS count FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%'"
        assert rows(server, loose) == rows(file, listed)


def test_a_second_opening_changes_nothing(place: Database, store: Opened) -> None:
    before = rows(store, "SELECT * FROM schema_steps ORDER BY number")
    with closing(open_store(place)) as again:
        assert rows(again, "SELECT * FROM schema_steps ORDER BY number") == before


@pytest.mark.scenario("R-G36")
def test_a_newer_database_is_refused_in_words(place: Database, store: Opened) -> None:
    store.connection.execute("INSERT INTO schema_steps (number, name) VALUES (999, '0999_future')")
    with pytest.raises(
        HelplineError, match=r"written by a newer version of helpline \(schema 999"
    ) as caught:
        open_store(place)
    assert "secret" not in caught.value.problem
    assert caught.value.remedy == "Install that version again; nothing was changed."


def test_the_first_case_is_201_and_a_worry_known_uses_up_no_number(store: Opened) -> None:
    number = person(store)
    assert worry(store, number) == 201
    assert worry(store, number) == 0
    assert worry(store, number, "help:2") == 202


def test_rows_come_by_name_and_values_as_they_were_given(store: Opened) -> None:
    number = person(store, name="Zoé — \U0001f600 'O''Brien' 100%")
    row = must(store.one("person", id=number))
    assert row["name"] == "Zoé — \U0001f600 'O''Brien' 100%"
    assert (row["id"], row["created_at"], row["stopped_at"]) == (number, NOW, None)
    assert store.one("person", id=0) is None
    assert store.all("coordinators") == []


def test_names_are_in_the_order_of_their_bytes(store: Opened) -> None:
    for place, name in enumerate(["élan", "Zoé", "abel", "Abel", "_x"]):
        person(store, f"+3363998000{place}", name)
    found = [row["name"] for row in rows(store, "SELECT name FROM people ORDER BY name")]
    assert found == sorted(["élan", "Zoé", "abel", "Abel", "_x"])


def test_a_zone_is_found_whatever_its_letters(store: Opened) -> None:
    ids = {}
    for place, zones in enumerate(["Gare", "École|Église", ""]):
        ids[zones] = person(store, f"+3363998001{place}")
        store.add("add_volunteer", person_id=ids[zones], zones=zones, status="confirmed")
    responders = [
        row["id"]
        for row in store.all(
            "responding_volunteers", zone="École", language="fr", now=NOW, an_hour_ago=NOW, most=11
        )
    ]
    assert responders == [ids["École|Église"], ids[""], ids["Gare"]]


# --- what the tables refuse
# ------------------------------------------------------------------------------


def test_an_open_case_has_a_timer_and_a_closed_one_has_none(store: Opened) -> None:
    number = worry(store, person(store))
    with refused():
        keep(store, number, next_action_at=None)
    with refused():
        keep(store, number, status="closed", outcome="fine")
    assert keep(store, number, status="closed", outcome="fine", next_action_at=None) == 1


def test_a_text_under_way_has_a_lease(store: Opened) -> None:
    number = text(store)
    with refused(), store.transaction():
        store.connection.execute(f"UPDATE outbox SET state = 'sending' WHERE id = {number}")
    with refused(), store.transaction():
        store.connection.execute(f"UPDATE outbox SET lease_until = 1 WHERE id = {number}")
    with refused():
        text(store, "b", priority=6)


def test_nobody_is_asked_twice_on_a_date_and_no_worry_is_open_twice(store: Opened) -> None:
    who = resident(store)
    assert check_in(store, who)
    assert check_in(store, who) == 0
    assert check_in(store, who, "now-1")
    with refused(), store.transaction():
        store.connection.execute(
            "INSERT INTO check_ins (resident_id, local_date, slot, status, policy, asking_at, "
            "due_at) SELECT resident_id, local_date, slot, status, policy, asking_at, due_at FROM "
            "check_ins"
        )
    assert worry(store, person(store, "+33639980002"))
    with refused(), store.transaction():
        store.connection.execute(
            "UPDATE people SET phone = '+33639980001' WHERE phone = '+33639980002'"
        )
    with refused(), store.transaction():
        store.run(
            "add_consent",
            person_id=999,
            purpose="x",
            given=1,
            basis="x",
            words="",
            language="fr",
            channel="sms",
            now=1,
        )


def test_what_happened_is_neither_changed_nor_removed(store: Opened) -> None:
    store.run(
        "add_event",
        kind="x",
        now=NOW,
        data="{}",
        person_id=None,
        case_number=None,
        check_in_id=None,
    )
    for sql in ("UPDATE events SET kind = 'y'", "DELETE FROM events"):
        with refused(), store.transaction():
            store.connection.execute(sql)
    assert rows(store, "SELECT kind FROM events") == [{"kind": "x"}]


# --- transactions
# ----------------------------------------------------------------------------------------


def test_a_transaction_keeps_all_or_nothing(store: Opened, other: Opened) -> None:

    def half(step: float) -> None:
        with store.transaction():
            person(store)
            assert store.in_transaction()
            assert rows(other, "SELECT * FROM people") == []
            step /= 0

    with pytest.raises(ZeroDivisionError):
        half(1)
    assert not store.in_transaction()
    assert rows(store, "SELECT * FROM people") == []
    with store.transaction():
        person(store)
    assert len(rows(other, "SELECT * FROM people")) == 1


def test_a_savepoint_undoes_itself_alone(store: Opened) -> None:
    with store.transaction():
        person(store)
        with refused(), store.savepoint():
            person(store, "+33639980002")
            store.connection.execute("UPDATE people SET line = 'pigeon'")
        with refused(), store.transaction():  # inside another one: a savepoint too
            person(store, "+33639980003")
            text(store, priority=6)
        person(store, "+33639980004")
    assert [row["phone"] for row in rows(store, "SELECT phone FROM people ORDER BY id")] == [
        "+33639980001",
        "+33639980004",
    ]


def test_what_ended_well_inside_a_savepoint_is_undone_with_it(store: Opened) -> None:
    with store.transaction():
        with store.savepoint():
            person(store, "+33639980001")
        with refused(), store.savepoint():
            with store.savepoint():
                person(store, "+33639980002")
            with store.savepoint(), store.savepoint():
                person(store, "+33639980003")
            store.connection.execute("UPDATE people SET line = 'pigeon'")
        with store.savepoint():
            person(store, "+33639980004")
    assert [row["phone"] for row in rows(store, "SELECT phone FROM people ORDER BY id")] == [
        "+33639980001",
        "+33639980004",
    ]


def test_writers_wait_for_each_other_and_none_is_told_that_it_is_locked(
    place: Database, store: Opened
) -> None:
    """Read, think, write: 4 writers, 50 turns each, and no turn is lost or done over."""
    store.run("beat", name="count", now=0, data="")

    def work(mine: Opened) -> None:
        for _ in range(50):
            with mine.transaction():
                (beat,) = mine.all("heartbeats")
                mine.run("beat", name="count", now=beat["at"] + 1, data="")

    at_once(place, [work] * 4)
    assert rows(store, "SELECT at FROM heartbeats") == [{"at": 200}]


def test_who_waits_too_long_is_told_so(place: Database, store: Opened) -> None:
    with closing(connect(place, busy_seconds=0.2)) as impatient, store.transaction():
        person(store)
        with (
            pytest.raises(NotSaved, match="The database could not take this"),
            impatient.transaction(),
        ):
            raise AssertionError("two writers at once")
        assert not impatient.in_transaction()


def test_a_commit_of_another_is_noticed_and_ones_own_is_not(store: Opened, other: Opened) -> None:
    before = store.change_count()
    with store.transaction():
        person(store)
    with other.transaction():
        other.one("person", id=1)
        other.run("set_name", id=99, name="nobody")
    assert store.change_count() == before
    with other.transaction():
        person(other, "+33639980002")
    eventually(lambda: store.change_count() != before)
    noticed = store.change_count()
    assert store.change_count() == noticed, "once"


# --- two at once
# -----------------------------------------------------------------------------------------


def test_a_text_that_comes_twice_at_once_is_taken_in_once(place: Database, store: Opened) -> None:
    found = at_once(place, [take_in, take_in, take_in])
    assert sorted(map(bool, found)) == [False, False, True]
    assert take_in(store) == 0
    assert take_in(store, "SM2") > 0


def test_two_senders_never_take_the_same_text(place: Database, store: Opened) -> None:
    with store.transaction():
        for each in range(200):
            text(store, f"t{each}", expires_at=NOW + 1_000_000)

    def work(mine: Opened) -> list[int]:
        taken: list[int] = []
        while True:
            with mine.transaction():
                found = [row["id"] for row in mine.all("next_texts", now=NOW, count=7)]
                for each in found:
                    assert (
                        mine.run(
                            "claim_text",
                            id=each,
                            owner="me",
                            route="",
                            lease_until=NOW + 1,
                            now=NOW,
                        )
                        == 1
                    )
            taken += found
            if not found and not rows(mine, "SELECT 1 FROM outbox WHERE state = 'queued'"):
                return taken

    taken = [each for some in at_once(place, [work] * 4) for each in some]
    assert len(taken) == len(set(taken)) == 200


def test_a_case_changes_for_one_of_two_who_read_it_before(store: Opened, other: Opened) -> None:
    number = worry(store, person(store))
    assert keep(store, number, rung=1) == 1
    assert keep(other, number, rung=2) == 0
    assert keep(other, number, rung=2, version=1) == 1


def test_many_rows_go_in_at_once(store: Opened) -> None:
    who = [person(store, f"+336399800{each:02}") for each in range(20)]
    new = [{"person_id": each, "email": ""} for each in who]
    with store.transaction():
        assert store.many("add_coordinator", new) == 20
        assert store.many("add_coordinator", []) == 0
    assert len(store.all("coordinators")) == 20
