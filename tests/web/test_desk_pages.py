"""The desk: what a coordinator reads and does in the browser, through the real web application and
store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpline.reports.words import sentences
from tests.desk_town import EMAIL, Visitor, add_login, busy_town, case_of, do, quiet_town, words_of
from tests.fakes import Phone, Town

PACKAGE = Path(__file__).parents[2] / "helpline"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with a busy day."""
    town = busy_town(tmp_path)
    yield town
    town.stop()


@pytest.fixture
def claire(town: Town) -> Visitor:
    """The coordinator, logged in."""
    visitor = Visitor(town)
    assert visitor.logs_in().status_code == 303
    return visitor


# --- the day --------------------------------------------------------------------------------------


def test_the_day_begins_with_what_is_overdue(claire: Visitor) -> None:
    said = words_of(claire.opens("/desk/today").text)
    assert (
        said.index("3 cas en retard")
        < said.index("201 Lucien")
        < said.index("Cas ouverts")
        < said.index("204 Simone")
    )
    assert "Personne ne l'a encore pris" in said
    assert "Prochain pas à 12:40 : on demande des nouvelles à Amina Rahmouni" in said


def test_the_day_shows_answers_duty_holes_and_failing_numbers(claire: Visitor) -> None:
    said = words_of(claire.opens("/desk/today").text)
    for piece in (
        "8 bonjours envoyés", "bien, au premier message 3", "sans nouvelles 3", "2 bénévoles sur 3",
        "Ménilmontant (1 "
        "personne)", "Jeanne Moreau +33639980102", "Ines Leroy bénévole", "Le service tourne",
        "8 personnes reçoivent le bonjour",
    ):  # fmt: skip
        assert piece in said


def test_a_text_is_unread_until_somebody_says_so(town: Town, claire: Visitor) -> None:
    page = claire.opens("/desk/today").text
    assert "Et pour vendredi" in page
    (path,) = re.findall(r'action="(/desk/texts/\d+/read)"', page)[:1]
    assert do(claire, path).status_code == 303
    page = claire.opens("/desk/today").text
    assert "Et pour vendredi" not in page
    assert "شكرا" in page


@pytest.mark.scenario("R-G40")
def test_reading_a_page_changes_nothing(town: Town, claire: Visitor) -> None:
    def everything() -> list[Any]:
        tables = (
            "cases",
            "asks",
            "outbox",
            "inbox",
            "events",
            "people",
            "check_ins",
            "login_sessions",
            "logins",
        )
        return [town.rows(f"SELECT * FROM {table}") for table in tables]

    before = everything()
    for path in (
        "/desk/today",
        "/desk/today?lang=en",
        "/desk/cases/201",
        "/desk/cases/201/take",
        "/desk/nowhere",
    ):
        assert [claire.opens(path).status_code for _ in range(2)]
    assert everything() == before


def test_a_quiet_day_is_told_in_words(tmp_path: Path) -> None:
    town = quiet_town(tmp_path)
    visitor = Visitor(town)
    visitor.logs_in()
    said = words_of(visitor.opens("/desk/today").text)
    for piece in (
        "Rien en attente.",
        "Aucun cas ouvert.",
        "Aucun message à lire.",
        "Aucun bonjour envoyé",
    ):
        assert piece in said
    town.stop()


def test_a_silent_engine_is_said_loudly(town: Town, claire: Visitor) -> None:
    town.clock.forward(3 * 60_000)
    assert "ne donne plus signe de vie depuis" in words_of(claire.opens("/desk/today").text)


def test_an_earlier_day_can_be_read(claire: Visitor) -> None:
    said = words_of(claire.opens("/desk/today?date=2026-05-03").text)
    assert "dimanche 3 mai 2026" in said
    assert "Aucun bonjour envoyé" in said
    assert "Revenir à aujourd'hui" in said


@pytest.mark.parametrize(
    "date",
    ["x", "2026-13-01", "2026-05-05", "0001-01-01", "20260504", "9999-12-31", "2026-W19-1", ""],
)
def test_what_is_no_day_of_the_service_is_said_so(claire: Visitor, date: str) -> None:
    answer = claire.opens(f"/desk/today?date={date}")
    assert answer.status_code == 400
    assert "Cette date n'est pas une journée du service" in words_of(answer.text)


def test_the_page_speaks_the_language_of_the_login_until_another_is_chosen(town: Town) -> None:
    add_login(town, "john@mairie.example", language="en")
    visitor = Visitor(town)
    visitor.logs_in(email="john@mairie.example")
    assert 'lang="en"' in visitor.opens("/desk/today").text
    assert "En retard" in visitor.opens("/desk/today?lang=fr").text
    assert "En retard" in visitor.opens("/desk/today").text


# --- a case ---------------------------------------------------------------------------------------


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


# --- words ----------------------------------------------------------------------------------------


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    french, english = sentences("fr"), sentences("en")
    assert list(french) == list(english)
    for key, said in french.items():
        if isinstance(said, str):
            assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", english[key])), key


def test_every_sentence_a_page_asks_for_is_written() -> None:
    known = sentences("fr")
    pages = [
        *PACKAGE.glob("web/templates/*.html"),
        *PACKAGE.glob("reports/mail/*"),
        PACKAGE / "reports/digest.py",
    ]
    for page in pages:
        text = page.read_text("utf-8")
        for key in re.findall(r"""\b(?:t|words)\(["'](\w+)["'](?! ~)""", text):
            assert key in known, f"{page.name}: {key}"
        for key in re.findall(r"""\.count\(["'](\w+)["']""", text):
            assert f"{key}_one" in known, f"{page.name}: {key}"


def test_the_login_address_knows_its_coordinator(town: Town, claire: Visitor) -> None:
    assert "Je m'en occupe" in words_of(claire.opens("/desk/cases/202").text)
    add_login(town, "other@mairie.example")
    other = Visitor(town)
    other.logs_in(email="other@mairie.example")
    page = words_of(other.opens("/desk/cases/202").text)
    assert "Je m'en occupe" not in page
    assert "Claire Martin" in page
    assert EMAIL not in page
