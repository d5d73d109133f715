"""STOP is obeyed by all of us, and a person learns of it; coming back is as easy."""

from __future__ import annotations

import pytest

from helpline.base.ports import InboundText
from tests.fakes import Network, Phone, Town
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, falls_silent, hears_the_three_of_the_morning


def somebody_sees_to_it(claire: Phone, number: int = 201) -> None:
    """Claire takes the case about one who left, and closes it."""
    claire.gets(f"A VOIR {number}", "STOP")
    claire.texts(f"{number} oui")
    claire.gets(f"{number} à vous")
    claire.texts(f"{number} 1")
    claire.gets("va bien")


@pytest.mark.scenario("R-G20", "P05")
@pytest.mark.parametrize(
    "words", ["STOP", "Stop.", "ARRÊT", "ＳＴＯＰ", "S\u200bTOP", "توقف", "stop svp"]
)
def test_however_stop_is_written_it_ends_everything_but_one_word_of_confirmation(  # noqa: PLR0913
    town: Town, rene: Phone, lucie: Phone, amina: Phone, claire: Phone, words: str
) -> None:
    town.pass_until(f"{TODAY} 09:05")
    rene.gets("bonjour René")
    rene.texts(words)
    rene.gets("plus de messages")
    somebody_sees_to_it(claire)
    for day in ("04", "05", "06", "07"):
        town.pass_until(f"2026-05-{day} 18:01")
        claire.gets(f"{day}/05") if day == "04" else claire.gets("rien à signaler")


@pytest.mark.scenario("R-G21", "E-G15")
def test_after_start_texts_may_leave_again_and_the_hello_begins_with_a_new_yes_at_its_next_hour(
    town: Town, rene: Phone, claire: Phone
) -> None:
    town.pass_until(f"{TODAY} 09:05")
    rene.gets("bonjour René")
    rene.texts("STOP")
    rene.gets("plus de messages")
    somebody_sees_to_it(claire)
    rene.texts("REPRENDRE")
    rene.gets("Bienvenue de nouveau")
    town.pass_until(f"{TODAY} 18:01")
    claire.gets("1 bonjour,")
    town.pass_until("2026-05-05 10:00")  # no hello without a new yes
    for words, answer in (
        ("menu", "Que voulez-vous"),
        ("2", "D'accord"),
        ("1", "A quelle heure"),
        ("2", "qui prévenir"),
    ):
        rene.texts(words)
        rene.gets(answer)
    for words, answer in (
        ("1", "Votre quartier"),
        ("1", "D'accord"),
        ("oui", "Un bonjour vous attend"),
    ):
        rene.texts(words)
        rene.gets(answer)
    town.pass_until("2026-05-05 18:01")
    claire.gets("05/05")
    town.pass_until("2026-05-06 08:59")
    rene.gets_nothing_more()
    town.pass_until("2026-05-06 09:01")
    rene.gets("bonjour René")


@pytest.mark.scenario("E-G15")
def test_a_volunteer_who_stops_is_passed_over_and_after_start_is_asked_again(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    amina.texts("STOP")
    amina.gets("plus de messages")
    claire.gets("aucun bénévole de garde")
    number = falls_silent(town, rene)
    claire.gets("ALERTE")
    claire.texts(f"{number} oui")
    claire.gets("3 rue Piat")
    claire.texts(f"{number} 1")
    claire.gets("va bien")
    amina.texts("reprendre")
    amina.gets("Bienvenue de nouveau")
    town.pass_until(f"{TODAY} 18:01")
    claire.gets("1 bonjour,")
    falls_silent(town, rene, "2026-05-05 11:30:30")
    amina.gets("René")


@pytest.mark.scenario("R-G22")
def test_one_who_stops_while_it_is_their_turn_is_replaced_at_once(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    falls_silent(town, rene)
    amina.gets("René")
    amina.texts("STOP")
    amina.gets("plus de messages")
    claire.gets("ALERTE", "René")
    claire.gets("aucun bénévole de garde")
    town.pass_time(minutes=14)


@pytest.mark.scenario("N17")
def test_a_resident_who_stops_while_a_case_is_open_is_left_in_peace_and_stays_with_one_person(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    falls_silent(town, rene)
    amina.gets("René")
    rene.texts("STOP")
    rene.gets("plus de messages")
    text = amina.gets("René nous a écrit STOP", "s'en occupe")
    assert "des nouvelles" not in text
    assert town.cases()[0]["outcome"] == "stopped"
    assert [case["kind"] for case in town.cases() if case["status"] != "closed"] == ["stopped"]
    somebody_sees_to_it(claire, 202)
    town.pass_until(f"{TODAY} 18:01")
    claire.gets("04/05")
    town.pass_until("2026-05-05 17:00")


@pytest.mark.scenario("P07")
def test_stop_to_one_number_of_ours_is_stop_to_all_and_to_nobody_else(
    build_town: BuildTown,
) -> None:
    town = build_town(second=Network(name="africastalking"))
    rene = town.resident("+33639980001", "René", at="09:00")
    odile = town.resident("+33639980003", "Odile", at="09:00")
    claire = town.coordinator("+33639980021", "Claire")
    town.gateway.receive_text(
        InboundText("africastalking", "AT1", rene.number, "+33639980099", "STOP")
    )
    town.gateway.engine.settle()
    rene.gets("plus de messages")
    somebody_sees_to_it(claire)
    town.pass_until(f"{TODAY} 11:31")
    hears_the_three_of_the_morning(odile)
    claire.gets("ALERTE", "Odile")
