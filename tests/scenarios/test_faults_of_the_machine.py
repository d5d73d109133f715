"""The disk fills up, a file is locked, read-only or damaged: nothing is acknowledged that is not
kept."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from helpline.store.sqlite import sqlite3 as library
from tests.behind import engines_store
from tests.fakes import OUR_NUMBER, SID, Phone, Town
from tests.kit.gateway import RunningGateway
from tests.kit.must import below
from tests.kit.sids import message_sid
from tests.scenarios.telling import TODAY, kept
from tests.waiting import eventually

FATIMA = "+33639980031"


def text_of(sid: str, body: str = "aide") -> dict[str, str]:
    return {
        "MessageSid": sid,
        "AccountSid": SID,
        "From": FATIMA,
        "To": OUR_NUMBER,
        "Body": body,
        "NumMedia": "0",
    }


# --- the disk -------------------------------------------------------------------------------------


@pytest.mark.scenario("N31")
def test_a_full_disk_is_told_to_the_provider_and_to_monitors_and_with_room_again_nothing_is_missing(
    town: Town, rene: Phone
) -> None:
    town.phone(FATIMA).texts("menu")
    town.pass_until(f"{TODAY} 08:59")
    town.phone(FATIMA).unread()
    file = below(engines_store(town.gateway.engine))
    (pages,) = file.execute("PRAGMA page_count").fetchone()
    file.execute(f"PRAGMA max_page_count = {pages}")
    taken = [
        sid
        for n in range(60)
        if town.post("/twilio/sms", text_of(sid := message_sid(f"full{n}"), "x" * 1500)) == 200
    ]
    assert len(taken) < 60
    assert len(town.rows("SELECT id FROM inbox WHERE body LIKE 'xxx%'")) == len(taken)
    town.clock.put_to(town.at(f"{TODAY} 09:02"))
    with suppress(Exception):
        town.gateway.engine.settle()
    assert town.client.get("/health").status_code == 503
    file.execute("PRAGMA max_page_count = 1000000")
    for n in range(60):
        assert town.post("/twilio/sms", text_of(message_sid(f"full{n}"), "x" * 1500)) == 200
    assert len(town.rows("SELECT id FROM inbox WHERE body LIKE 'xxx%'")) == 60
    town.phone(FATIMA).unread()
    town.pass_time(minutes=1)
    rene.gets("bonjour René")


@pytest.mark.slow
@pytest.mark.scenario("N31")
def test_a_running_gateway_whose_files_may_not_grow_any_more_goes_on_when_they_may(
    gateway: RunningGateway,
) -> None:
    import resource

    process = gateway.serve()
    gateway.carrier.text(FATIMA, "menu", sid=message_sid("1"))
    gateway.carrier.wait_for(FATIMA, "Que voulez-vous", 10)
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(
        process.pid, resource.RLIMIT_FSIZE, (1, hard)
    )  # the log file may not grow either
    for sid in (message_sid("2"), message_sid("3")):
        assert gateway.carrier.text(FATIMA, "1", sid=sid) == 503
    assert kept(gateway.folder) == [message_sid("1")]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert (
        gateway.carrier.text(FATIMA, "1", sid=message_sid("2")) == 200
    )  # as the provider delivers it again
    gateway.carrier.wait_for(FATIMA, "Quelle aide", 10)
    assert gateway.carrier.text(FATIMA, "1", sid=message_sid("2")) == 200
    assert kept(gateway.folder) == [message_sid("1"), message_sid("2")]
    assert len(gateway.carrier.texts_to(FATIMA)) == 2
    assert process.poll() is None


def mounted(*words: str) -> int:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of three megabytes, where one may mount it."""
    place = Path(tempfile.mkdtemp(prefix="helpline-disk-"))
    try:
        if mounted("-t", "tmpfs", "-o", "size=3m", "none", str(place)):
            pytest.skip("no file system can be mounted here")
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)
    finally:
        place.rmdir()


@pytest.mark.slow
@pytest.mark.scenario("N31")
def test_a_disk_that_is_really_full_loses_and_doubles_nothing() -> None:
    with small_disk() as place:
        gateway = RunningGateway(place)
        try:
            process = gateway.serve(ready=False)
            eventually(lambda: gateway.carrier.text(FATIMA, "menu", sid=message_sid("1")) == 200)
            gateway.carrier.wait_for(FATIMA, "Que voulez-vous", 10)
            with (place / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
                while ballast.write(b"x" * 4096):
                    pass
            answers = {
                n: gateway.carrier.text(FATIMA, "x" * 1500, sid=message_sid(f"full{n}"))
                for n in range(12)
            }
            assert set(answers.values()) == {200, 503} or set(answers.values()) == {503}, answers
            (place / "ballast").unlink()
            taken = [message_sid(f"full{n}") for n, status in answers.items() if status == 200]
            assert sorted(kept(gateway.folder)) == sorted([message_sid("1"), *taken])
            for n in answers:
                assert gateway.carrier.text(FATIMA, "x" * 1500, sid=message_sid(f"full{n}")) == 200
            assert len(kept(gateway.folder)) == 13
            assert process.poll() is None
        finally:
            gateway.stop()


# --- locked ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.scenario("N16")
def test_a_text_that_comes_while_another_program_holds_the_file_is_answered_after_the_commit(
    gateway: RunningGateway,
) -> None:
    gateway.serve()
    other = sqlite3.connect(gateway.folder / "town.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(gateway.carrier.text, FATIMA, "aide", sid=message_sid("locked"))
        with pytest.raises(TimeoutError):
            answer.result(8)
        other.execute("COMMIT")
        other.close()
        assert answer.result(10) == 200
    assert kept(gateway.folder) == [message_sid("locked")]
    gateway.carrier.wait_for(FATIMA, "Quelle aide", 10)


@pytest.mark.scenario("N16")
def test_a_text_that_comes_while_the_file_stays_locked_is_asked_for_again_and_is_not_kept(
    town: Town,
) -> None:
    town.gateway.engine.settle()
    below(engines_store(town.gateway.engine)).execute("PRAGMA busy_timeout = 100")
    # by the same library: two copies of SQLite in one process do not see each other's locks
    other = library.connect(str(town.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert town.post("/twilio/sms", text_of(message_sid("locked"))) == 503
    other.execute("COMMIT")
    other.close()
    assert not town.rows("SELECT id FROM inbox")
    assert town.post("/twilio/sms", text_of(message_sid("locked"))) == 200
    town.phone(FATIMA).gets("Quelle aide")


# --- read-only and damaged ------------------------------------------------------------------------


def digest_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix.startswith(".db")
    }


def started_in_vain(gateway: RunningGateway) -> str:
    """Start a gateway that must refuse; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "helpline", "serve"],
        env=gateway.environment,
        cwd=gateway.folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode not in (0, None), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


@pytest.mark.slow
@pytest.mark.scenario("N31")
def test_a_file_system_that_may_not_be_written_is_refused_at_the_start_in_plain_words() -> None:
    with small_disk() as place:
        gateway = RunningGateway(place)
        try:
            gateway.run("people")
            before = digest_of(place)
            assert mounted("-o", "remount,ro", str(place)) == 0
            said = started_in_vain(gateway)
            assert "cannot be opened" in said, said
            assert digest_of(place) == before
        finally:
            gateway.stop()


@pytest.mark.slow
@pytest.mark.scenario("R-G01")
@pytest.mark.parametrize("where", ["at its head", "in its middle"])
def test_a_damaged_file_is_refused_at_the_start_in_plain_words_and_nothing_is_written(
    gateway: RunningGateway, where: str
) -> None:
    gateway.run("people")
    file = gateway.folder / "town.db"
    spoil(file, 0 if where == "at its head" else file.stat().st_size // 2)
    before = digest_of(gateway.folder)
    said = started_in_vain(gateway)
    assert "damaged" in said or "not a database that can be read" in said, said
    assert digest_of(gateway.folder) == before


def spoil(file: Path, place: int) -> None:
    """Write nonsense over three pages."""
    with file.open("r+b") as opened:
        opened.seek(place // 4096 * 4096)
        opened.write(b"\xa5" * 3 * 4096)


@pytest.mark.scenario("N31")
def test_damage_found_while_running_turns_health_red_and_no_text_is_acknowledged(
    town: Town,
) -> None:
    town.gateway.engine.settle()
    town.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = (
        row["rootpage"]
        for row in town.rows("SELECT rootpage FROM sqlite_master WHERE name = 'inbox'")
    )
    spoil(town.file, (root - 1) * 4096)
    for pragma in ("shrink_memory", "cache_size = 0"):
        below(engines_store(town.gateway.engine)).execute(f"PRAGMA {pragma}")
    assert town.post("/twilio/sms", text_of(message_sid("spoilt"))) == 503
    health = town.client.get("/health")
    assert health.status_code == 503
    assert "database" in json.loads(health.text)["problems"]
