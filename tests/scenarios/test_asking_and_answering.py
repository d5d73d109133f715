"""Who is asked about a silence, when, how often; and what they may answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import Phone, Town
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, falls_silent


@pytest.mark.scenario("E-G1", "E-G2", "R-G27", "E-G26")
def test_each_is_asked_once_when_their_time_comes_and_exactly_those_are_stood_down(  # noqa: PLR0913
    town: Town, rene: Phone, lucie: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    number = falls_silent(town, rene, contact="Lucie")
    lucie.gets(f"{number} OUI", "René")
    town.pass_until(f"{TODAY} 11:59:50")
    town.nothing_else_was_sent()
    town.pass_until(f"{TODAY} 12:00:10")
    for volunteer in (amina, bruno):
        volunteer.gets(f"{number} OUI", "René")
    town.pass_until(f"{TODAY} 12:14:50")
    town.nothing_else_was_sent()
    town.pass_until(f"{TODAY} 12:15:10")
    claire.gets("ALERTE", "René")
    rene.texts("1")
    rene.gets("Merci René")
    for told in (lucie, amina, bruno, claire):
        told.gets("des nouvelles de René")
    town.pass_until(f"{TODAY} 17:00")


@pytest.mark.scenario("E-G4")
def test_one_who_is_contact_and_volunteer_is_asked_once(
    town: Town, rene: Phone, amina: Phone, bruno: Phone
) -> None:
    town.contact(amina.number, "Amina", of=rene)
    falls_silent(town, rene, contact="Amina")
    amina.gets("René")
    town.pass_until(f"{TODAY} 12:01")
    bruno.gets("René")


@pytest.mark.scenario("E-G4", "E-G5", "E-G27")
def test_a_case_handed_back_asks_the_others_at_once_and_its_first_owner_only_with_the_next_step(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    number = falls_silent(town, rene)
    amina.gets("René")
    bruno.gets("René")
    amina.texts("oui")
    amina.gets("3 rue Piat")
    bruno.gets("Amina s'en occupe")
    amina.texts(f"{number} 5")
    amina.gets("on demande à quelqu'un d'autre")
    bruno.gets(f"{number} OUI")
    town.pass_time(minutes=16)
    amina.gets(f"{number} OUI")
    town.pass_time(minutes=15)
    claire.gets("ALERTE")
    claire.texts(f"{number} moi")
    claire.gets("3 rue Piat")
    for other in (amina, bruno):
        other.gets("Claire s'en occupe")
    claire.texts(f"{number} 1")
    claire.gets("va bien")
    town.pass_until(f"{TODAY} 17:00")


@pytest.mark.scenario("E-G6")
def test_with_nobody_to_ask_the_case_lives_on_and_the_first_one_who_comes_is_asked(
    town: Town, rene: Phone
) -> None:
    falls_silent(town, rene)
    assert town.the_case()["status"] == "asking"
    town.pass_time(hours=2)
    claire = town.coordinator("+33639980021", "Claire")
    town.pass_time(minutes=16)
    claire.gets("ALERTE", "René")


@pytest.mark.scenario("E-G7")
def test_a_ladder_changed_while_a_case_runs_is_used_from_the_next_silence_on(
    build_town: BuildTown, tmp_path: Path
) -> None:
    ladders = tmp_path / "flows" / "ladders.yaml"
    ladders.parent.mkdir()
    ladders.write_text(
        "ladders: {ours: {resident: [], deadline: 60m, humans: [" + RUNGS + "]}}", "utf-8"
    )
    town = build_town(ladder="ours", flows=ladders.parent)
    rene, claire = town.resident("+33639980001", "René"), town.coordinator("+33639980021", "Claire")
    amina = town.volunteer("+33639980011", "Amina")
    town.pass_until(f"{TODAY} 10:01")
    rene.gets("bonjour René")
    amina.gets("René")
    ladders.write_text(
        ladders.read_text("utf-8").replace("60m", "30m").replace("wait: 20m", "wait: 5m"), "utf-8"
    )
    town.be_down(minutes=1)
    town.pass_until(f"{TODAY} 10:19")
    town.nothing_else_was_sent()
    town.pass_until(f"{TODAY} 10:21")  # twenty minutes, as it was when the case began
    claire.gets("ALERTE")
    rene.texts("1")
    for told in (rene, amina, claire):
        told.gets("René")
    town.pass_until("2026-05-05 09:31")
    rene.gets("bonjour René")
    amina.gets("René")
    town.pass_until("2026-05-05 09:36")
    claire.gets("ALERTE")


RUNGS = "{ask: volunteers, at_once: 1, wait: 20m}, {ask: coordinators, wait: 20m, repeat: true}"


@pytest.mark.scenario("E-G8")
def test_one_who_joins_in_the_middle_is_not_asked_at_once_but_when_the_next_step_comes(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    falls_silent(town, rene)
    amina.gets("René")
    bruno = town.volunteer("+33639980012", "Bruno")
    lucie = town.contact("+33639980002", "Lucie", of=rene)
    town.pass_time(minutes=14)
    bruno.gets_nothing_more()
    town.pass_until(f"{TODAY} 11:46")
    bruno.gets("René")
    town.pass_until(f"{TODAY} 12:01")
    claire.gets("ALERTE")
    lucie.gets_nothing_more()  # the contacts' turn is over; the coordinator's goes on


@pytest.mark.scenario("E-G12")
@pytest.mark.parametrize(
    "words",
    [
        "{n}oui",
        "{n} oui",
        "'{n} OUI'",
        "oui {n}",
        "  Oui  {n}.  ",
        "OUI",
        "1",
        "{n} ok j'y vais",
        "moi {n}",
    ],
)
def test_a_yes_is_understood_however_it_is_typed_and_the_second_one_learns_who_was_first(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, words: str
) -> None:
    number = falls_silent(town, rene)
    for volunteer in (amina, bruno):
        volunteer.gets("René")
    amina.texts(words.format(n=number))
    amina.gets("3 rue Piat", rene.number)
    bruno.gets("Amina s'en occupe")
    bruno.texts(words.format(n=number))
    bruno.gets("Amina s'en occupe")


@pytest.mark.scenario("E-G13")
def test_ten_texts_of_nonsense_get_five_answers_and_a_real_word_is_answered_again(
    town: Town, claire: Phone
) -> None:
    fatima = town.person("+33639980031", "Fatima")
    for number in range(10):
        fatima.texts(f"xqz {number}")
    assert len(fatima.unread()) == 5
    claire.gets("Fatima")  # two misunderstandings bring a person, once
    fatima.texts("aide")
    fatima.gets("Quelle aide?")
    fatima.texts("1")
    fatima.gets("quand")


@pytest.mark.scenario("E-G25")
def test_a_missed_hello_alarms_a_late_answer_ends_it_and_a_pause_is_no_silence(
    town: Town, rene: Phone, amina: Phone
) -> None:
    falls_silent(town, rene)
    amina.gets("René")
    rene.texts("1")
    rene.gets("Merci")
    amina.gets("des nouvelles de René")
    rene.texts("pause")
    rene.gets("jusqu'à quand")
    rene.texts("2")
    rene.gets("Bonne pause")
    town.pass_until("2026-05-11 08:59")  # a week without a hello and without an alarm
    town.pass_until("2026-05-11 09:01")
    rene.gets("bonjour René")


@pytest.mark.scenario("E-G26")
def test_whoever_closes_a_case_is_thanked_and_those_still_asked_are_told(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    number = falls_silent(town, rene)
    for volunteer in (amina, bruno):
        volunteer.gets("René")
    amina.texts("STOP")  # opted out: told nothing of what comes
    amina.gets("plus de messages")
    claire.texts(f"{number} moi")
    claire.gets("3 rue Piat")
    bruno.gets("Claire s'en occupe")
    claire.texts(f"{number} 1")
    claire.gets("va bien")
    town.pass_until(f"{TODAY} 17:00")


@pytest.mark.scenario("P01", "P08", "P13")
def test_an_alarm_is_repeated_until_somebody_has_it_also_across_restarts(
    town: Town, rene: Phone, claire: Phone
) -> None:
    falls_silent(town, rene)
    number = town.the_case()["number"]
    claire.gets("ALERTE", "René")
    for _ in range(8):
        town.be_down(minutes=1)
        town.pass_time(minutes=14)
        claire.gets("ALERTE", "René")
    claire.texts(f"{number} oui")
    claire.gets("3 rue Piat")
    town.pass_time(minutes=61)
    claire.gets("quelles nouvelles")


@pytest.mark.scenario("N34")
def test_when_the_daily_hello_ends_the_case_that_is_open_lives_on(
    town: Town, rene: Phone, amina: Phone
) -> None:
    number = falls_silent(town, rene)
    amina.gets("René")
    town.change(lambda tx: tx.run("end_plan", resident_id=1))  # the heat wave is over
    amina.texts("oui")
    amina.gets("3 rue Piat")
    town.pass_time(minutes=61)
    amina.gets("quelles nouvelles")
    amina.texts(f"{number} 1")
    amina.gets("va bien")
    town.pass_until("2026-05-06 12:00")
