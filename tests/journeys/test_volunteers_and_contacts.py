"""Those who are asked: they agree first, answer as they like, and are never asked without need."""

from __future__ import annotations

import pytest

from helpline.enrolment.register.imports import import_people
from tests.fakes import Phone, Town


def invite(town: Town, number: str, name: str) -> Phone:
    """A volunteer who was written to and has not answered."""
    phone = town.person(number, name)
    town.change(
        lambda tx: tx.add("add_volunteer", person_id=town.id_of(number), zones="", status="invited")
    )
    return phone


def miss(town: Town) -> int:
    town.pass_until("2026-05-04 11:31")
    return int(town.cases()[-1]["number"])


@pytest.mark.scenario("E-G19")
def test_one_who_has_not_agreed_is_not_asked(town: Town, rene: Phone, claire: Phone) -> None:
    volunteer = invite(town, "+33639980013", "Dora")
    miss(town)
    volunteer.gets_nothing_more()
    claire.gets("René")


def test_a_yes_makes_a_volunteer_and_is_kept_as_consent(town: Town, rene: Phone) -> None:
    volunteer = invite(town, "+33639980013", "Dora")
    volunteer.texts("OUI")
    volunteer.gets("bénévole")
    miss(town)
    volunteer.gets("René")
    assert town.rows("SELECT purpose, given FROM consents") == [
        {"purpose": "volunteer", "given": 1}
    ]


def test_a_no_costs_nothing(town: Town, rene: Phone) -> None:
    volunteer = invite(town, "+33639980013", "Dora")
    volunteer.texts("non")
    volunteer.gets("merci")
    miss(town)
    volunteer.gets_nothing_more()


def test_ok_is_not_a_consent(town: Town) -> None:
    volunteer = invite(town, "+33639980013", "Dora")
    volunteer.texts("ok")
    assert town.rows("SELECT status FROM volunteers") == [{"status": "invited"}]


def test_signing_up_asks_the_contact_first(town: Town) -> None:
    fatima, son = town.person("+33639980031", "Fatima"), town.phone("+33639980032")
    for words in ("menu", "2", "1", "2", "06 39 98 00 32", "1", "1"):
        fatima.texts(words)
    assert "09:00" in fatima.unread()[-1]
    son.gets("Fatima", "OUI")
    son.texts("1")
    son.gets("Fatima")
    town.pass_until("2026-05-04 11:31")
    son.gets("Fatima")


def test_volunteers_of_the_zone_are_asked_first_and_the_others_before_nobody(
    town: Town, rene: Phone
) -> None:
    far = [town.volunteer(f"+3363998004{n}", f"Loin{n}", zones="Charonne") for n in range(3)]
    near = town.volunteer("+33639980051", "Près", zones="Ménilmontant|Belleville")
    everywhere = [town.volunteer(f"+3363998006{n}", f"Partout{n}", zones="") for n in range(2)]
    miss(town)
    for phone in (near, *everywhere):
        phone.gets("René")
    for phone in far:
        phone.gets_nothing_more()
    town.pass_time(minutes=16)
    for phone in far:
        phone.gets("René")


def test_a_volunteer_on_a_break_is_left_alone(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    amina.texts("PAUSE")
    amina.texts("2")
    amina.unread()
    claire.gets("Belleville", "aucun bénévole de garde")
    miss(town)
    amina.gets_nothing_more()
    claire.gets("René")


@pytest.mark.scenario("E-G12")
@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("OUI {n}", "fr"),
        ("{n} oui", "fr"),
        ("yes {n}", "en"),
        ("إييه {n}", "ary"),
        ("1 {n}", "fr"),
        ("{n} 1", "fr"),
    ],
)
def test_replies_are_read_in_every_order_and_language(
    town: Town, rene: Phone, words: str, language: str
) -> None:
    volunteer = town.volunteer("+33639980071", "Samir", language=language)
    number = miss(town)
    volunteer.texts(words.format(n=number))
    assert town.the_case()["owner_id"] == town.id_of(volunteer.number)


@pytest.mark.scenario("R-G26")
def test_a_number_of_another_case_or_of_none_is_refused_and_reveals_nothing(
    town: Town, rene: Phone, amina: Phone
) -> None:
    number = miss(town)
    stranger = town.person("+33639980071", "Zoé")
    stranger.texts(f"OUI {number}")
    assert "René" not in stranger.gets("Que voulez-vous?")
    assert town.the_case()["owner_id"] is None
    amina.unread()
    amina.texts(f"OUI {number + 700}")
    amina.gets(str(number + 700))
    assert town.the_case()["owner_id"] is None


def test_yesterdays_case_stays_closed(town: Town, rene: Phone, amina: Phone) -> None:
    number = miss(town)
    rene.texts("1")
    amina.unread()
    amina.texts(f"OUI {number}")
    amina.gets(str(number))
    assert town.the_case()["status"] == "closed"


def test_two_who_accept_at_once_are_one_owner(
    town: Town, rene: Phone, amina: Phone, bruno: Phone
) -> None:
    number = miss(town)
    for phone in (amina, bruno):
        phone.unread()
        phone.texts(f"{number} OUI")
    amina.gets("+33639980001")
    bruno.gets("Amina")


def test_needs_help_goes_to_the_coordinator(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    miss(town)
    amina.texts("oui")
    amina.texts("2")
    claire.gets("René")
    assert town.the_case()["status"] == "asking"
    claire.texts("oui")
    claire.texts("1")
    assert town.the_case()["outcome"] == "fine"


@pytest.mark.scenario("E-G5")
def test_handing_over_asks_the_next_at_once(
    town: Town, rene: Phone, amina: Phone, bruno: Phone
) -> None:
    miss(town)
    amina.texts("oui")
    amina.unread()
    bruno.unread()
    amina.texts("5")
    bruno.gets("René")


def test_stop_of_one_who_was_asked_asks_the_next_at_once(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    miss(town)
    amina.texts("STOP")
    claire.gets("René")


def test_a_coordinator_takes_any_case_by_its_number(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    number = miss(town)
    claire.texts(f"{number} MOI")
    claire.gets("+33639980001")
    assert town.the_case()["owner_id"] == town.id_of(claire.number)


def test_bilan_is_answered_to_coordinators_alone(
    town: Town, rene: Phone, claire: Phone, amina: Phone
) -> None:
    claire.texts("BILAN")
    claire.gets("04/05")
    amina.texts("BILAN")
    assert "04/05" not in amina.gets("Que voulez-vous?")


def test_a_volunteer_who_declines_every_day_is_thanked_and_the_clock_goes_on(
    town: Town, rene: Phone, amina: Phone, bruno: Phone
) -> None:
    miss(town)
    amina.texts("non 201")
    assert town.the_case()["next_action_at"] is not None
    town.pass_time(minutes=16)
    assert town.the_case()["status"] == "asking"


@pytest.mark.scenario("E-G19")
def test_a_contact_is_asked_only_once_the_imported_resident_has_agreed(town: Town) -> None:
    register = (
        b"phone,name,language,contact_name,contact_phone\n"
        b"+33639980001,Ren\xc3\xa9,fr,Lucie,+33639980002\n"
    )
    town.change(lambda tx: import_people(tx, "resident", register))
    town.gateway.engine.settle()
    rene, lucie = town.phone("+33639980001"), town.phone("+33639980002")
    rene.gets("registre", "OUI")
    lucie.gets_nothing_more()
    rene.texts("oui")
    rene.gets("09:00")
    lucie.gets("René", "OUI")


def test_a_bare_yes_to_ones_own_hello_takes_nobody_elses_case(
    town: Town, rene: Phone, amina: Phone
) -> None:
    town.resident(amina.number, "Amina", at="12:00")
    miss(town)
    town.pass_until("2026-05-04 12:01")
    amina.texts("oui")
    assert town.the_case()["owner_id"] is None
    assert {"answer": "ok"} in town.rows("SELECT answer FROM check_ins")
