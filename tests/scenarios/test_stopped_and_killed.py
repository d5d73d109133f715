"""The real gateway is told to stop, killed, or spoken to from two sides at once."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpline.simulator import carrier_faults as faults
from tests.kit.gateway import RunningGateway
from tests.kit.sids import message_sid
from tests.scenarios.telling import kept
from tests.waiting import eventually

FATIMA = "+33639980031"


@pytest.mark.slow
@pytest.mark.scenario("R-G04")
def test_told_to_stop_with_twenty_sends_under_way_it_ends_well_and_nobody_misses_or_doubles_a_text(
    tmp_path: Path,
) -> None:
    gateway = RunningGateway(
        tmp_path,
        HELPLINE_ENGINE_SENDER_THREADS="20",
        HELPLINE_CHECK_INS_LADDER="bonjour",
        HELPLINE_ENGINE_LOOK_UP_SECONDS="1",
    )
    try:
        street = [f"+33639985{n:03d}" for n in range(20)]
        lines = "".join(f"{phone},R,fr,23:59,2026-01-05\n" for phone in street)
        gateway.import_csv("residents", "phone,name,language,check_in_at,consent\n" + lines)
        process = gateway.serve()
        slow = [faults.hang(1.5, after_accepting=n % 2 == 0) for n in range(20)]
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
def test_killed_within_milliseconds_of_its_answer_every_text_it_answered_for_is_kept(
    gateway: RunningGateway,
) -> None:
    answered: list[str] = []
    for death in range(5):
        process = gateway.serve()
        for n in range(3):
            sid = message_sid(f"{death}x{n}")
            assert gateway.carrier.text(FATIMA, "bonjour", sid=sid) == 200
            answered.append(sid)
        process.kill()
        process.wait(10)
    assert kept(gateway.folder) == answered
    with sqlite3.connect(gateway.folder / "town.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
@pytest.mark.scenario("R-G15", "P12")
def test_one_text_delivered_five_times_at_once_then_again_after_a_restart_has_one_effect(
    gateway: RunningGateway,
) -> None:
    process = gateway.serve()
    at_once = threading.Barrier(5)

    def deliver(_n: int) -> int:
        at_once.wait()
        return gateway.carrier.text(FATIMA, "aide", sid=message_sid("once"))

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(deliver, range(5))) == [200] * 5
    gateway.carrier.wait_for(FATIMA, "Quelle aide", 10)
    process.terminate()
    process.wait(20)
    gateway.serve()
    assert gateway.carrier.text(FATIMA, "aide", sid=message_sid("once")) == 200
    assert kept(gateway.folder) == [message_sid("once")]
    assert len(gateway.carrier.texts_to(FATIMA)) == 1


@pytest.mark.slow
@pytest.mark.scenario("R-G25")
def test_two_volunteers_who_say_yes_at_the_same_moment_are_one_owner_and_one_who_is_told(
    gateway: RunningGateway,
) -> None:
    amina, bruno = "+33639980011", "+33639980012"
    people = (
        "phone,name,language,zones,confirmed\n"
        f"{amina},Amina,fr,,2026-01-05\n"
        f"{bruno},Bruno,fr,,2026-01-05\n"
    )
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
