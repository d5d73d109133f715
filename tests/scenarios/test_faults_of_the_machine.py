"""The disk fills up, a file is locked, read-only or damaged: nothing is acknowledged that is not kept."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from gateway import Gateway

from helpline.simulator import carrier_faults as faults
from helpline.store.sqlite import sqlite3 as library
from tests.fakes import OUR_NUMBER, SID, Phone, Town
from tests.scenarios.telling import TODAY

FATIMA = "+33639980031"


def text_of(sid: str, body: str = "aide") -> dict[str, str]:
    return {"MessageSid": sid, "AccountSid": SID, "From": FATIMA, "To": OUR_NUMBER, "Body": body, "NumMedia": "0"}


def kept(gateway: Gateway) -> list[str]:
    """Ids of the texts that are in the file."""
    with sqlite3.connect(gateway.folder / "town.db") as connection:
        return [row[0] for row in connection.execute("SELECT provider_id FROM inbox ORDER BY id")]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """The real gateway as its own process, on loopback."""
    gateway = Gateway(tmp_path)
    yield gateway
    gateway.stop()


# --- the disk --------------------------------------------------------------------------------------------


@pytest.mark.scenario("N31")
def test_a_full_disk_is_told_to_the_provider_and_to_monitors_and_with_room_again_nothing_is_missing(
    town: Town, rene: Phone
) -> None:
    town.phone(FATIMA).texts("menu")
    town.pass_until(f"{TODAY} 08:59")
    town.phone(FATIMA).unread()
    file = town.house.engine._opened().connection  # type: ignore[attr-defined]
    (pages,) = file.execute("PRAGMA page_count").fetchone()
    file.execute(f"PRAGMA max_page_count = {pages}")
    taken = [sid for n in range(300) if town.post("/twilio/sms", text_of(sid := f"SMfull{n}", "x" * 1500)) == 200]
    assert len(taken) < 300
    assert len(town.rows("SELECT id FROM inbox WHERE provider_id LIKE 'SMfull%'")) == len(taken)
    town.clock.put_to(town.at(f"{TODAY} 09:02"))
    with suppress(Exception):
        town.house.engine.settle()
    assert town.client.get("/health").status_code == 503
    file.execute("PRAGMA max_page_count = 1000000")
    for n in range(300):
        assert town.post("/twilio/sms", text_of(f"SMfull{n}", "x" * 1500)) == 200
    assert len(town.rows("SELECT id FROM inbox WHERE provider_id LIKE 'SMfull%'")) == 300
    town.phone(FATIMA).unread()
    town.pass_time(minutes=1)
    rene.gets("bonjour René")


@pytest.mark.slow
@pytest.mark.scenario("N31")
def test_a_running_gateway_whose_files_may_not_grow_any_more_goes_on_when_they_may(gateway: Gateway) -> None:
    import resource

    process = gateway.serve()
    gateway.carrier.text(FATIMA, "menu", sid="SM1")
    gateway.carrier.wait_for(FATIMA, "Que voulez-vous", 10)
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, hard))  # the log file may not grow either
    for sid in ("SM2", "SM3"):
        assert gateway.carrier.text(FATIMA, "1", sid=sid) == 503
    assert kept(gateway) == ["SM1"]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert gateway.carrier.text(FATIMA, "1", sid="SM2") == 200  # as the provider delivers it again
    gateway.carrier.wait_for(FATIMA, "Quelle aide", 10)
    assert gateway.carrier.text(FATIMA, "1", sid="SM2") == 200
    assert kept(gateway) == ["SM1", "SM2"]
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
        gateway = Gateway(place)
        try:
            process = gateway.serve(ready=False)
            eventually(lambda: gateway.carrier.text(FATIMA, "menu", sid="SM1") == 200)
            gateway.carrier.wait_for(FATIMA, "Que voulez-vous", 10)
            with (place / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
                while ballast.write(b"x" * 4096):
                    pass
            answers = {n: gateway.carrier.text(FATIMA, "x" * 1500, sid=f"SMfull{n}") for n in range(12)}
            assert set(answers.values()) == {200, 503} or set(answers.values()) == {503}, answers
            (place / "ballast").unlink()
            taken = [f"SMfull{n}" for n, status in answers.items() if status == 200]
            assert sorted(kept(gateway)) == sorted(["SM1", *taken])
            for n in answers:
                assert gateway.carrier.text(FATIMA, "x" * 1500, sid=f"SMfull{n}") == 200
            assert len(kept(gateway)) == 13
            assert process.poll() is None
        finally:
            gateway.stop()


# --- locked ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.scenario("N16")
def test_a_text_that_comes_while_another_program_holds_the_file_for_eight_seconds_is_answered_after_the_commit(
    gateway: Gateway,
) -> None:
    gateway.serve()
    other = sqlite3.connect(gateway.folder / "town.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(gateway.carrier.text, FATIMA, "aide", sid="SMlocked")
        time.sleep(8)
        assert not answer.done()
        other.execute("COMMIT")
        other.close()
        assert answer.result(10) == 200
    assert kept(gateway) == ["SMlocked"]
    gateway.carrier.wait_for(FATIMA, "Quelle aide", 10)


@pytest.mark.scenario("N16")
def test_a_text_that_comes_while_the_file_stays_locked_is_asked_for_again_and_is_not_kept(town: Town) -> None:
    town.house.engine.settle()
    town.house.engine._opened().connection.execute("PRAGMA busy_timeout = 100")  # type: ignore[attr-defined]
    # by the same library: two copies of SQLite in one process do not see each other's locks
    other = library.connect(str(town.settings.service.database_path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert town.post("/twilio/sms", text_of("SMlocked")) == 503
    other.execute("COMMIT")
    other.close()
    assert not town.rows("SELECT id FROM inbox")
    assert town.post("/twilio/sms", text_of("SMlocked")) == 200
    town.phone(FATIMA).gets("Quelle aide")


# --- read-only and damaged -------------------------------------------------------------------------------


def digest_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix.startswith(".db")}


def started_in_vain(gateway: Gateway, **how: Any) -> str:
    """Start a gateway that must refuse; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "helpline", "serve"],
        env=gateway.environment,
        cwd=gateway.folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **how,
    )
    assert done.returncode not in (0, None), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


@pytest.mark.slow
@pytest.mark.scenario("N31")
def test_a_file_system_that_may_not_be_written_is_refused_at_the_start_in_plain_words() -> None:
    with small_disk() as place:
        gateway = Gateway(place)
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
    gateway: Gateway, where: str
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
def test_damage_found_while_running_turns_health_red_and_no_text_is_acknowledged(town: Town) -> None:
    town.house.engine.settle()
    town.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = (row["rootpage"] for row in town.rows("SELECT rootpage FROM sqlite_master WHERE name = 'inbox'"))
    spoil(town.settings.service.database_path, (root - 1) * 4096)
    town.house.engine._opened().connection.execute("PRAGMA shrink_memory")  # type: ignore[attr-defined]
    town.house.engine._opened().connection.execute("PRAGMA cache_size = 0")  # type: ignore[attr-defined]
    assert town.post("/twilio/sms", text_of("SMspoilt")) == 503
    health = town.client.get("/health")
    assert health.status_code == 503
    assert "database" in json.loads(health.text)["problems"]


# --- stopped and killed ----------------------------------------------------------------------------------


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.scenario("R-G04")
def test_told_to_stop_with_twenty_sends_under_way_it_ends_well_and_nobody_misses_or_doubles_a_text(
    tmp_path: Path,
) -> None:
    gateway = Gateway(tmp_path, HELPLINE_ENGINE_SENDER_THREADS="20", HELPLINE_CHECK_INS_LADDER="bonjour")
    try:
        street = [f"+33639985{n:03d}" for n in range(20)]
        lines = "".join(f"{phone},R,fr,23:59,2026-01-05\n" for phone in street)
        gateway.import_csv("residents", "phone,name,language,check_in_at,consent\n" + lines)
        process = gateway.serve()
        slow = [faults.hang(2.5, after_accepting=n % 2 == 0) for n in range(20)]
        gateway.carrier.next_faults(slow)
        gateway.run("check-ins", "ask", "--all")
        eventually(lambda: len(gateway.carrier.texts.all()) >= 10)
        process.terminate()
        assert process.wait(15) == 0
        gateway.serve()
        eventually(lambda: all(gateway.carrier.texts_to(phone) for phone in street))
        eventually(lambda: {text["state"] for text in gateway.json("messages")} == {"accepted"})
        assert [len(gateway.carrier.texts_to(phone)) for phone in street] == [1] * 20
    finally:
        gateway.stop()


@pytest.mark.slow
@pytest.mark.scenario("R-G03")
def test_killed_within_milliseconds_of_its_answer_every_text_it_answered_for_is_kept(gateway: Gateway) -> None:
    answered: list[str] = []
    for death in range(5):
        process = gateway.serve()
        for n in range(3):
            sid = f"SM{death}x{n}"
            assert gateway.carrier.text(FATIMA, "bonjour", sid=sid) == 200
            answered.append(sid)
        process.kill()
        process.wait(10)
    assert kept(gateway) == answered
    with sqlite3.connect(gateway.folder / "town.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
@pytest.mark.scenario("R-G15", "P12")
def test_one_text_delivered_five_times_at_once_then_again_after_a_restart_has_one_effect(gateway: Gateway) -> None:
    process = gateway.serve()
    at_once = threading.Barrier(5)

    def deliver(_n: int) -> int:
        at_once.wait()
        return gateway.carrier.text(FATIMA, "aide", sid="SMonce")

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(deliver, range(5))) == [200] * 5
    gateway.carrier.wait_for(FATIMA, "Quelle aide", 10)
    process.terminate()
    process.wait(20)
    gateway.serve()
    assert gateway.carrier.text(FATIMA, "aide", sid="SMonce") == 200
    assert kept(gateway) == ["SMonce"]
    assert len(gateway.carrier.texts_to(FATIMA)) == 1


@pytest.mark.slow
@pytest.mark.scenario("R-G25")
def test_two_volunteers_who_say_yes_at_the_same_moment_are_one_owner_and_one_who_is_told(gateway: Gateway) -> None:
    amina, bruno = "+33639980011", "+33639980012"
    people = f"phone,name,language,zones,confirmed\n{amina},Amina,fr,,2026-01-05\n{bruno},Bruno,fr,,2026-01-05\n"
    gateway.import_csv("volunteers", people)
    gateway.environment["HELPLINE_CHECK_INS_LADDER"] = "bonjour"
    gateway.serve()
    for words in ("aide", "2", "2", "zone nord", "1"):
        gateway.carrier.text(FATIMA, words)
    for phone in (amina, bruno):
        gateway.carrier.wait_for(phone, "201 OUI", 10)
    at_once = threading.Barrier(2)

    def says_yes(phone: str) -> int:
        at_once.wait()
        return gateway.carrier.text(phone, "201 oui")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(says_yes, (amina, bruno))) == [200, 200]
    (case,) = gateway.json("cases")
    winner, other = (amina, bruno) if case["owner"] == "Amina" else (bruno, amina)
    gateway.carrier.wait_for(winner, "201 à vous", 10)
    gateway.carrier.wait_for(other, f"{case['owner']} s'en occupe", 10)
    assert not [text for text in gateway.carrier.texts_to(other) if "201 à vous" in text.body]
