"""`helpline copy-to`: a town moves to a server and back, with everything in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpline.base.errors import HelplineError
from helpline.cli import cli
from helpline.settings.database import File, Server
from helpline.store.copying import copy_town, count_rows
from helpline.store.opening import open_store
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
    worry,
)

FAR = 9_000_000_000_000


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Opened]:
    """A town in a file, with something of everything."""
    with closing(open_store(File(tmp_path / "town.db"))) as store:
        fill(store)
        yield store


def fill(store: Opened) -> None:
    """Put in people, a question, cases, texts, words in several scripts, and a case number that was
    used up."""
    asked = check_in(store, resident(store))
    gone = worry(store, person(store, "+212639980002", "زينب"), "help:2")
    store.connection.execute(f"DELETE FROM cases WHERE number = {gone}")
    number = worry(store, person(store, "+33639980003", "Zoé \\ \t 100% \U0001f600"), "help:3")
    keep(store, number, rung=1)
    sent = text(
        store, "case:1", case_number=number, check_in_id=asked, body="line one\nline two; NULL \\N"
    )
    store.add("add_delivery", id=sent, status="sent", error="", now=NOW)
    take_in(store, "SM1")
    store.run(
        "add_event", kind="x", now=NOW, data="{}", person_id=1, case_number=number, check_in_id=None
    )
    last = worry(store, 1, "help:4")
    store.connection.execute(f"DELETE FROM cases WHERE number = {last}")


Run = Callable[..., Result]


@pytest.fixture
def run(town: Opened, tmp_path: Path) -> Run:
    """Run the command in the town of the file."""
    config = tmp_path / "helpline.toml"
    config.write_text('[service]\ndatabase = "sqlite:///town.db"\n', encoding="utf-8")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["--config", str(config), "copy-to", *words])

    return run


def everything(store: Opened) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in order."""
    return {
        table: sorted(tuple(row.values()) for row in rows(store, f"SELECT * FROM {table}"))
        for table in count_rows(store)
    }


def test_a_town_moves_to_a_server_and_back(
    run: Run, town: Opened, postgres_url: str, tmp_path: Path
) -> None:
    before = everything(town)
    result = run(postgres_url)
    assert result.exit_code == 0, result.output
    assert "people                     3 rows, each the same" in result.output
    assert "The town is in town_" in result.output
    with closing(open_store(Server(postgres_url))) as server:
        assert everything(server) == before
        with closing(open_store(File(tmp_path / "back.db"))) as back:
            copy_town(server, back, "back.db", lambda _: None)
            assert everything(back) == before
            assert [worry(each, 1, "help:5") for each in (town, server, back)] == [204, 204, 204]
            for each in (server, back):
                assert person(each, "+33639980009") == 4
                assert text(each, "new") == 2
                with refused(), each.transaction():
                    each.connection.execute("DELETE FROM events")


def test_a_rehearsal_copies_nothing(run: Run, postgres_url: str, tmp_path: Path) -> None:
    for place in (postgres_url, f"sqlite:///{tmp_path / 'other.db'}"):
        result = run(place, "--dry-run")
        assert result.exit_code == 0, result.output
        assert "people                     3 rows to copy" in result.output
        assert "Nothing was changed." in result.output
    assert not (tmp_path / "other.db").exists()
    with closing(open_store(Server(postgres_url))) as server:
        assert not any(count_rows(server).values())


def test_only_an_empty_database_is_copied_into(run: Run, postgres_url: str) -> None:
    with closing(open_store(Server(postgres_url))) as server:
        person(server)
    for words in ([], ["--dry-run"]):
        error = run(postgres_url, *words).exception
        assert isinstance(error, HelplineError)
        assert "is not empty: people (1)." in error.problem
        assert "postgres:" not in error.problem
    with closing(open_store(Server(postgres_url))) as server:
        assert sum(count_rows(server).values()) == 1


def test_a_running_gateway_is_not_left_behind_unasked(
    run: Run, town: Opened, tmp_path: Path
) -> None:
    town.run("take_lease", owner="host:1:1", until_at=FAR, now=NOW, dead="")
    place = f"sqlite:///{tmp_path / 'other.db'}"
    error = run(place).exception
    assert isinstance(error, HelplineError)
    assert error.problem.startswith("The gateway is running")
    assert run(place, "--even-if-running").exit_code == 0
    assert isinstance(run(f"sqlite:///{tmp_path / 'town.db'}").exception, HelplineError)


def test_a_row_the_other_side_cannot_keep_stops_it_all(town: Opened, postgres_url: str) -> None:
    town.connection.execute("UPDATE people SET name = 'a' || char(0) || 'b' WHERE id = 2")
    with closing(open_store(Server(postgres_url))) as server:
        with pytest.raises(HelplineError, match="A row of people cannot be kept there"):
            copy_town(town, server, "there", lambda _: None)
        assert not any(count_rows(server).values())


def test_a_database_that_is_not_there_is_told_in_two_sentences(run: Run, postgres_url: str) -> None:
    nowhere = postgres_url.replace("/town_", "/nowhere_").replace("postgres:@", "postgres:secret@")
    error = run(nowhere).exception
    assert isinstance(error, HelplineError)
    assert "cannot be opened" in error.problem
    assert "does not exist" in error.problem
    assert "secret" not in str(error)
    assert "[service] database" in error.remedy
    other = run("mysql://h/d").exception
    assert isinstance(other, HelplineError)
    assert "no kind of database known here" in other.problem
