"""Several people and several worries at the same moment: one owner, the right new_case, nobody left
waiting."""

from __future__ import annotations

import pytest

from helpline.base.ports import NotSent
from tests.fakes import OutboundText, Phone, Town
from tests.scenarios.telling import TODAY, falls_silent, hears_the_three_of_the_morning

TOMORROW = "2026-05-05"


@pytest.mark.scenario("N7")
def test_when_all_volunteers_decline_within_a_minute_the_coordinator_is_asked_in_that_second(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    dora = town.volunteer("+33639980013", "Dora")
    number = falls_silent(town, rene)
    for volunteer in (amina, bruno, dora):
        volunteer.gets("René")
    for volunteer in (amina, bruno):
        volunteer.texts("non")
        volunteer.gets("on demande à quelqu'un d'autre")
    claire.gets_nothing_more()
    dora.texts(f"{number} non")  # the clock has not moved
    dora.gets("on demande à quelqu'un d'autre")
    claire.gets("ALERTE", "René")


@pytest.mark.scenario("N8")
def test_with_no_volunteer_on_duty_the_alarm_goes_straight_to_the_coordinator(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    amina.texts("pause")
    amina.gets("jusqu'à quand")
    amina.texts("2")
    amina.gets("pause")
    claire.gets("aucun bénévole de garde")
    falls_silent(town, rene)
    claire.gets("ALERTE", "René")


@pytest.mark.scenario("N11")
def test_an_answer_a_second_before_the_alarm_keeps_everybody_in_peace(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.pass_until(f"{TODAY} 11:29:59")
    hears_the_three_of_the_morning(rene)
    rene.texts("1")
    rene.gets("Merci René")
    town.pass_time(hours=3)


@pytest.mark.scenario("N11")
def test_an_answer_while_the_alarm_is_on_its_way_stands_down_exactly_those_it_may_reach(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    def answers(text: OutboundText) -> None:
        if text.receiver == amina.number and "pas de nouvelles" in text.body:
            rene.texts("1")

    town.network.meanwhile = answers
    falls_silent(town, rene)
    rene.gets("Merci René")
    amina.gets("pas de nouvelles")
    amina.gets("des nouvelles de René")
    asked = bruno.unread()
    assert len(asked) in (0, 2), asked  # never an alarm without its end
    assert town.the_case()["outcome"] == "heard"
    town.pass_until(f"{TODAY} 17:00")


@pytest.mark.scenario("N11")
def test_an_answer_five_minutes_after_the_alarm_stands_down_exactly_those_who_had_it(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    falls_silent(town, rene)
    amina.gets("René")
    town.pass_time(minutes=5)
    rene.texts("ça va")
    rene.gets("Merci René")
    amina.gets("des nouvelles de René")
    town.pass_until(f"{TODAY} 17:00")


@pytest.mark.scenario("N13", "R-G26")
def test_a_yes_to_yesterdays_case_is_told_that_it_is_closed_and_leaves_todays_alone(
    town: Town, rene: Phone, amina: Phone
) -> None:
    yesterdays = falls_silent(town, rene)
    amina.gets("René")
    rene.texts("1")
    rene.gets("Merci")
    amina.gets("des nouvelles de René")
    todays = falls_silent(town, rene, f"{TOMORROW} 11:30:30")
    amina.gets(f"{todays} OUI")
    for words in ("{n} 1", "oui {n}", "{n}"):
        amina.texts(words.format(n=yesterdays))
        amina.gets(f"{yesterdays} est terminé")
    assert [case["status"] for case in town.cases()] == ["closed", "asking"]


@pytest.mark.scenario("N14", "R-G26")
def test_with_two_questions_open_a_bare_yes_takes_none_and_names_both(
    town: Town, rene: Phone, amina: Phone
) -> None:
    odile = town.resident("+33639980003", "Odile", at="09:00")
    falls_silent(town, rene)
    hears_the_three_of_the_morning(odile)
    amina.gets("2 alertes. 201 René", "202 Odile")
    amina.texts("oui")
    amina.gets("Ce qui vous attend", "201", "202", "par exemple 201 OUI")
    assert {case["owner_id"] for case in town.cases()} == {None}
    amina.texts("202 oui")
    amina.gets("Odile", odile.number)


@pytest.mark.scenario("N28")
def test_one_neighbour_of_three_residents_is_asked_for_each_by_name_and_each_answer_finds_its_case(
    town: Town,
) -> None:
    names = {"+33639980001": "René", "+33639980003": "Odile", "+33639980004": "Simone"}
    residents = [town.resident(number, name, at="09:00") for number, name in names.items()]
    for resident in residents:
        neighbour = town.contact("+33639980002", "Lucie", of=resident)
    town.pass_until(f"{TODAY} 11:30:30")
    for resident in residents:
        hears_the_three_of_the_morning(resident, "Lucie")
    neighbour.gets("3 alertes. 201 René", "202 Odile", "203 Simone")
    neighbour.texts("oui")
    neighbour.gets("Ce qui vous attend")
    odiles = next(case for case in town.cases() if case["person_id"] == town.id_of("+33639980003"))
    neighbour.texts(f"{odiles['number']} oui")
    neighbour.gets("Odile", "+33639980003")
    residents[0].texts("1")
    residents[0].gets("Merci René")
    neighbour.gets("des nouvelles de René")
    assert [case["status"] for case in town.cases()] == ["closed", "taken", "asking"]


@pytest.mark.scenario("N29", "E-G18")
def test_an_alarm_that_waits_for_one_who_leaves_us_is_not_sent_and_the_others_still_get_theirs(
    town: Town, rene: Phone, amina: Phone, bruno: Phone, claire: Phone
) -> None:
    town.pass_until(f"{TODAY} 11:29")
    hears_the_three_of_the_morning(rene)
    town.network.is_down = True
    town.pass_until(f"{TODAY} 11:31")
    amina.texts("STOP", OptOutType="STOP")
    town.network.is_down = False
    town.pass_until(f"{TODAY} 11:34")
    bruno.gets("René")
    town.pass_until(f"{TODAY} 11:44")
    amina.gets_nothing_more()


@pytest.mark.scenario("N29", "R-G22")
def test_when_the_only_one_asked_leaves_us_before_the_alarm_was_sent_the_next_is_asked_at_once(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until(f"{TODAY} 11:29")
    hears_the_three_of_the_morning(rene)
    town.network.answers[amina.number] = town_is_busy()
    town.pass_until(f"{TODAY} 11:31")
    amina.texts("STOP", OptOutType="STOP")
    claire.gets("ALERTE", "René")
    claire.gets("aucun bénévole de garde")
    town.network.answers.clear()
    town.pass_time(minutes=10)
    assert {
        row["error"] for row in town.rows("SELECT error FROM outbox WHERE state = 'cancelled'")
    } == {"stopped"}


def town_is_busy() -> NotSent:
    return NotSent("20429", "too many at once", retry_after=600, wants_fewer=True)
