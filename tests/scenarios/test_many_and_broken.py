"""Many at once, and one among them that cannot be read: each gets what is theirs."""

from __future__ import annotations

import json

import pytest

from helpline.engine.periodic import Periodic, PeriodicWork
from helpline.town.events import note
from helpline.town.tx import Tx
from tests.fakes import Phone, Town
from tests.kit.must import below
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, hears_the_three_of_the_morning


@pytest.mark.scenario("P02", "P03")
def test_sixty_hellos_of_one_minute_leave_in_that_minute_each_once(build_town: BuildTown) -> None:
    town = build_town(segments_per_second=1.0)
    street = [town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(100, 160)]
    town.pass_until(f"{TODAY} 09:00")
    for _ in range(70):
        town.clock.forward(1000)
        town.gateway.engine.settle()
    for phone in street:
        phone.gets("bonjour R")


@pytest.mark.scenario("P10")
@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE residents SET check_in_at = '25:99' WHERE person_id = :odile",
        "UPDATE residents SET days = '8' WHERE person_id = :odile",
    ],
    ids=["hour", "days"],
)
def test_one_broken_plan_costs_nobody_a_hello_and_silence_is_heard_all_the_same(
    town: Town, rene: Phone, claire: Phone, edit: str
) -> None:
    odile = town.resident("+33639980003", "Odile", at="09:00")
    town.change(lambda tx: below(tx.store).execute(edit, {"odile": town.id_of(odile.number)}))
    for day in ("04", "05"):
        town.pass_until(f"2026-05-{day} 09:01")
        for resident in (rene, odile):
            resident.gets("bonjour")
            resident.texts("1")
            resident.gets("Merci")
        town.pass_until(f"2026-05-{day} 18:01")
        claire.gets(f"{day}/05: 2 bonjours, 2 bien")
    town.pass_until("2026-05-06 11:31")
    hears_the_three_of_the_morning(rene)
    hears_the_three_of_the_morning(odile)
    claire.gets("2 alertes", "René", "Odile")


@pytest.mark.scenario("P10")
def test_a_time_zone_that_nobody_knows_any_more_costs_an_hour_and_no_hello(
    town: Town, rene: Phone
) -> None:
    town.change(
        lambda tx: below(tx.store).execute("UPDATE residents SET timezone = 'Mars/Olympus'")
    )
    town.pass_until(f"{TODAY} 09:01")
    rene.gets("bonjour René")
    town.pass_until(f"{TODAY} 11:00:30")
    rene.gets("re-bonjour")
    rene.gets("répondez 1 avant 09:30")  # by the clock of Greenwich
    rene.texts("1")
    rene.gets("Merci")
    town.pass_until("2026-05-05 11:01")
    rene.gets("bonjour René")


@pytest.mark.scenario("P10")
def test_a_case_and_a_check_in_that_cannot_be_worked_keep_no_other_waiting_and_a_person_is_told(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    odile = town.resident("+33639980003", "Odile", at="08:30")
    simone = town.resident("+33639980004", "Simone", at="08:45")
    town.pass_until(f"{TODAY} 11:20")
    hears_the_three_of_the_morning(odile)
    hears_the_three_of_the_morning(simone)
    amina.gets("Odile")
    amina.gets("Simone")
    claire.gets("ALERTE 201")
    spoil = "UPDATE cases SET policy = '{' WHERE number = 201"
    town.change(lambda tx: below(tx.store).execute(spoil))
    town.pass_until(f"{TODAY} 11:31")
    hears_the_three_of_the_morning(rene)
    amina.gets("René")
    claire.gets("ALERTE 202")
    failures = town.rows("SELECT at FROM events WHERE kind = 'duty_failed'")
    assert 0 < len(failures) <= 4  # put off for five minutes, not tried without end


def test_periodic_work_that_fails_keeps_no_other_waiting_and_the_journal_says_which_it_was(
    town: Town,
) -> None:
    def breaks(tx: Tx) -> int:
        note(tx, "half_done")
        raise ArithmeticError

    done: list[str] = []

    def goes_on(_: Tx) -> int:
        done.append("it")
        return 1

    work = PeriodicWork((Periodic("breaks", 1, breaks), Periodic("goes_on", 1, goes_on)))
    town.change(work.run)
    assert done == ["it"]
    written = town.rows("SELECT kind, data FROM events WHERE kind IN ('duty_failed', 'half_done')")
    assert [(row["kind"], json.loads(row["data"])) for row in written] == [
        ("duty_failed", {"duty": "breaks"})
    ]


@pytest.mark.scenario("E-G11")
def test_of_fifty_requests_taken_and_closed_over_hours_none_stays_behind(
    town: Town, amina: Phone
) -> None:
    fatima = town.person("+33639980031", "Fatima")
    for number in range(201, 251):
        for words in ("AIDE", "2", "2", "1", "1"):
            fatima.texts(words)
        assert str(number) in fatima.unread()[-1]
        amina.gets(f"{number} OUI")
        amina.texts(f"{number} oui")
        amina.gets(f"{number} à vous")
        fatima.gets("Amina s'en occupe")
        amina.texts(f"{number} 1")
        amina.gets("va bien")
        fatima.gets(f"Demande {number} terminée")
        town.pass_time(minutes=4)
    assert {case["outcome"] for case in town.cases()} == {"fine"}


@pytest.mark.scenario("E-G9")
def test_an_alarm_raised_in_the_middle_of_many_hellos_leaves_next(build_town: BuildTown) -> None:
    town = build_town(segments_per_second=1.0)
    street = [town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00") for n in range(100, 160)]
    fatima, amina = town.person("+33639980031", "Fatima"), town.volunteer("+33639980011", "Amina")
    town.pass_until(f"{TODAY} 09:00")
    for _ in range(20):
        town.clock.forward(1000)
        town.gateway.engine.settle()
    for words in ("AIDE", "2", "2", "1", "1"):
        fatima.texts(words)
    town.clock.forward(2000)
    town.gateway.engine.settle()
    amina.gets("OUI")
    assert any(not phone.inbox() for phone in street)
    for _ in range(70):
        town.clock.forward(1000)
        town.gateway.engine.settle()
    for phone in street:
        phone.gets("bonjour R")
    assert len(fatima.unread()) == 5
