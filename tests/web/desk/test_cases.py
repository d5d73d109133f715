"""A case at the desk: its story, and what a coordinator does about it."""

from __future__ import annotations

import pytest

from tests.desk_town import EMAIL, Visitor, add_login, case_of, do, words_of
from tests.fakes import Phone, Town


def test_a_case_tells_its_story_and_what_comes_next(town: Town, claire: Visitor) -> None:
    number = case_of(town, Phone(town, "+33639980107"))
    said = words_of(claire.opens(f"/desk/cases/{number}").text)
    story = [
        "Bonjour envoyé à Simone Roux",
        "Cas ouvert : sans nouvelles",
        "SMS à Amina Rahmouni",
        "Amina Rahmouni a pris le cas",
    ]
    places = [said.index(piece) for piece in story]
    assert places == sorted(places)
    assert "Bruno Costa , bénévole 11:30 a dit non" in said
    assert "À 12:40, on demande des nouvelles à Amina Rahmouni" in said


def test_a_case_without_an_owner_says_who_is_asked_next(town: Town, claire: Visitor) -> None:
    said = words_of(claire.opens("/desk/cases/201").text)
    assert "À 12:35, si rien ne se passe, on demande à : Claire Martin" in said
    assert "13 fois, la dernière à 12:20" in said


def test_a_coordinator_takes_a_case_from_the_page(town: Town, claire: Visitor) -> None:
    answer = do(claire, "/desk/cases/202/take", person=str(town.id_of("+33639980021")))
    assert answer.location == "/desk/cases/202?done=taken"
    town.gateway.engine.settle()
    assert "Claire Martin s'en occupe depuis 12:25." in words_of(
        claire.opens("/desk/cases/202").text
    )
    (event,) = town.rows("SELECT data FROM events WHERE kind = 'case_taken_from_desk'")
    assert event["data"] == '{"login":1}'
    assert any("202" in text.body for text in town.network.sent if text.receiver == "+33639980021")


def test_the_one_who_said_yes_on_the_telephone_is_given_the_case(
    town: Town, claire: Visitor
) -> None:
    assert do(
        claire, "/desk/cases/202/take", person=str(town.id_of("+33639980012"))
    ).location.endswith("done=taken")


def test_a_stranger_is_not_given_a_case(town: Town, claire: Visitor) -> None:
    assert (
        do(claire, "/desk/cases/202/take", person=str(town.id_of("+33639980101"))).status_code
        == 404
    )
    assert do(claire, "/desk/cases/202/take", person="x").status_code == 400


def test_a_case_that_somebody_has_is_not_taken_from_them(town: Town, claire: Visitor) -> None:
    answer = do(claire, "/desk/cases/204/take", person=str(town.id_of("+33639980021")))
    assert answer.location == "/desk/cases/204?done=taken_before"
    assert "Quelqu'un d'autre l'a pris entre-temps" in words_of(claire.opens(answer.location).text)


def test_a_case_is_closed_with_an_outcome_and_who_asked_is_told(
    town: Town, claire: Visitor
) -> None:
    assert (
        do(claire, "/desk/cases/204/close", outcome="fine").location
        == "/desk/cases/204?done=closed"
    )
    town.gateway.engine.settle()
    (case,) = town.rows("SELECT status, outcome, closed_by FROM cases WHERE number = 204")
    assert case == {"status": "closed", "outcome": "fine", "closed_by": None}
    (event,) = town.rows("SELECT data FROM events WHERE kind = 'case_closed_from_desk'")
    assert event["data"] == '{"login":1,"outcome":"fine"}'
    assert (
        "terminé"
        in [text.body for text in town.network.sent if text.receiver == "+33639980011"][-1]
    )
    said = words_of(claire.opens("/desk/cases/204").text)
    assert "Clos à 12:25 : va bien, réglé." in said
    assert "Qui s'en occupe ?" not in said


def test_another_reason_is_chosen_from_a_list(town: Town, claire: Visitor) -> None:
    assert do(claire, "/desk/cases/202/close", outcome="other").status_code == 400
    assert (
        do(claire, "/desk/cases/202/close", outcome="other", reason="elsewhere").status_code == 303
    )
    assert "suivi par un autre service" in claire.opens("/desk/cases/202").text


def test_closing_twice_says_so(claire: Visitor) -> None:
    do(claire, "/desk/cases/202/close", outcome="fine")
    assert do(claire, "/desk/cases/202/close", outcome="emergency").location.endswith(
        "done=closed_before"
    )


@pytest.mark.parametrize("outcome", ["", "heard", "<b>", "Fine"])
def test_an_outcome_that_is_not_on_the_list_closes_nothing(
    town: Town, claire: Visitor, outcome: str
) -> None:
    assert do(claire, "/desk/cases/202/close", outcome=outcome).status_code == 400
    assert town.rows("SELECT status FROM cases WHERE number = 202") == [{"status": "asking"}]


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", "99999999999999999999", "٢٠١", "201x"])
def test_a_case_that_does_not_exist_is_said_so(claire: Visitor, number: str) -> None:
    answer = claire.opens(f"/desk/cases/{number}")
    assert answer.status_code == 404
    assert "Ce cas n'existe pas" in words_of(answer.text)
    assert do(claire, f"/desk/cases/{number}/close", outcome="fine").status_code == 404


def test_the_login_address_knows_its_coordinator(town: Town, claire: Visitor) -> None:
    assert "Je m'en occupe" in words_of(claire.opens("/desk/cases/202").text)
    add_login(town, "other@mairie.example")
    other = Visitor(town)
    other.logs_in(email="other@mairie.example")
    page = words_of(other.opens("/desk/cases/202").text)
    assert "Je m'en occupe" not in page
    assert "Claire Martin" in page
    assert EMAIL not in page
