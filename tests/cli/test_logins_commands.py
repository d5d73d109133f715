"""Logins of the desk: who may open it, and which passwords are good enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpline.base.errors import HelplineError
from helpline.base.passwords import (
    WeakPassword,
    check_new_password,
    is_password,
    kept_password,
    new_password,
)
from helpline.cli import cli
from helpline.store.migrations import open_file as open_store
from helpline.store.sqlite import Store

GOOD = "figue tunnel mardi violon"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `helpline ...` on a town whose settings lie in tmp_path."""
    config = tmp_path / "helpline.toml"
    config.write_text('[service]\nname = "Allô Montreuil"\n', encoding="utf-8")

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli, ["--config", str(config), *arguments], input=typed)

    return run


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The town's database."""
    return open_store(tmp_path / "helpline.db")


def problem_of(result: Result) -> str:
    """Return what a command says before it gives up."""
    assert isinstance(result.exception, HelplineError)
    return str(result.exception)


def test_a_login_is_added_with_a_password_typed_twice(run: Run, store: Store) -> None:
    result = run(
        "logins", "add", "Amina@Ville.example", "--name", "Amina", typed=f"{GOOD}\n{GOOD}\n"
    )
    assert "amina@ville.example may open the desk." in result.output
    row = store.one("login_by_email", email="AMINA@ville.example")
    assert row is not None
    assert is_password(row["password_hash"], GOOD)
    assert GOOD not in row["password_hash"]
    assert GOOD not in result.output


def test_a_password_may_come_from_a_file(run: Run, store: Store, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(GOOD + "\n", encoding="utf-8")
    run("logins", "add", "amina@ville.example", "--password-file", str(tmp_path / "password"))
    row = store.one("login_by_email", email="amina@ville.example")
    assert row is not None
    assert is_password(row["password_hash"], GOOD)


def test_a_password_may_be_made_and_is_shown_once(run: Run, store: Store) -> None:
    result = run("logins", "add", "amina@ville.example", "--generate")
    row = store.one("login_by_email", email="amina@ville.example")
    assert row is not None
    assert is_password(row["password_hash"], result.output.split()[-1])


def test_a_login_is_not_added_twice(run: Run) -> None:
    run("logins", "add", "amina@ville.example", "--generate")
    result = run("logins", "add", "AMINA@ville.example", "--generate")
    assert "has a login already. Give --replace" in problem_of(result)


@pytest.mark.scenario("R-G39")
def test_a_new_password_ends_the_sessions_of_the_old_one(run: Run, store: Store) -> None:
    run("logins", "add", "amina@ville.example", "--generate")
    store.connection.execute("INSERT INTO login_sessions VALUES ('t', 1, 'c', 0, 0, 0)")
    store.run("note_login_failure", login_id=1, locked_until=99)
    run("logins", "add", "amina@ville.example", "--generate", "--replace")
    assert store.connection.execute("SELECT count(*) FROM login_sessions").fetchone()[0] == 0
    row = store.one("login_by_email", email="amina@ville.example")
    assert row is not None
    assert (row["failures"], row["locked_until"]) == (0, None)


def test_logins_are_listed_as_people_and_as_json(run: Run) -> None:
    assert "nobody can open the desk" in run("logins", "list").output
    run("logins", "add", "amina@ville.example", "--name", "Amina", "--generate")
    assert run("logins", "list").output == "amina@ville.example  Amina\n"
    listed = json.loads(run("logins", "list", "--json").output)
    assert listed == {"email": "amina@ville.example", "name": "Amina", "language": "fr"}


def test_a_removed_login_is_gone_with_its_sessions(run: Run, store: Store) -> None:
    run("logins", "add", "amina@ville.example", "--generate")
    store.connection.execute("INSERT INTO login_sessions VALUES ('t', 1, 'c', 0, 0, 0)")
    assert "may no longer open the desk" in run("logins", "remove", "Amina@ville.example").output
    assert store.one("login_by_email", email="amina@ville.example") is None
    assert store.connection.execute("SELECT count(*) FROM login_sessions").fetchone()[0] == 0


def test_removing_a_stranger_says_where_to_look(run: Run) -> None:
    assert "`helpline logins list` shows them" in problem_of(run("logins", "remove", "x@y.example"))


def test_what_is_no_address_is_refused(run: Run) -> None:
    assert "is not an e-mail address" in problem_of(run("logins", "add", "amina", "--generate"))


def test_failures_are_counted_and_forgotten_after_the_right_password(
    run: Run, store: Store
) -> None:
    run("logins", "add", "amina@ville.example", "--generate")
    store.run("note_login_failure", login_id=1, locked_until=None)
    store.run("note_login_failure", login_id=1, locked_until=5000)
    row = store.one("login_by_email", email="amina@ville.example")
    assert row is not None
    assert (row["failures"], row["locked_until"]) == (2, 5000)
    store.run("clear_login_failures", login_id=1)
    assert store.all("logins")[0]["failures"] == 0


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "has 5 characters, and 12 are needed"),
        ("aaaaaaaaaaaaaaaa", "repeats a few characters"),
        ("abcdefghijklmn", "follows a row of keys"),
        ("azertyuiopqs", "follows a row of keys"),
        ("123456789012", "follows a row of keys"),
        ("MotDePasse2026!", "among the first that others try"),
        ("bonjourbonjour1", "among the first that others try"),
        ("Pássword1234", "among the first that others try"),
        ("270419832704", "among the first that others try"),
        ("amina.b-montreuil", "made of the address or the name"),
        ("Allô Montreuil 1", "made of the address or the name"),
        ("x" * 201, "longer than 200"),
    ],
)
def test_a_password_others_would_guess_is_refused(password: str, said: str) -> None:
    with pytest.raises(WeakPassword, match=said):
        check_new_password(password, "amina.b-montreuil@ville.example", "Allô Montreuil")


@pytest.mark.parametrize(
    "password", [GOOD, "kanapé-42-violon", "شمس القمر في المدينة", "correct horse battery"]
)
def test_a_password_of_unrelated_words_is_taken(password: str) -> None:
    check_new_password(password, "amina@ville.example", "Allô Montreuil")


def test_a_made_password_is_long_and_never_the_same() -> None:
    made = {new_password() for _ in range(20)}
    assert len(made) == 20
    assert all(len(password) == 24 for password in made)


def test_an_accent_typed_in_two_ways_is_the_same_password() -> None:
    kept = kept_password("kanape\u0301-42-violon")
    assert is_password(kept, "kanap\u00e9-42-violon")
    assert not is_password(kept, "kanape-42-violon")
