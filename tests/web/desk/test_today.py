"""The day at the desk: what is late comes first, and nothing of the day is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk_town import Visitor, add_login, quiet_town, words_of
from tests.fakes import Town


def test_the_day_begins_with_what_is_overdue(claire: Visitor) -> None:
    said = words_of(claire.opens("/desk/today").text)
    assert (
        said.index("3 cas en retard")
        < said.index("201 Lucien")
        < said.index("Cas ouverts")
        < said.index("204 Simone")
    )
    assert "Personne ne l'a encore pris" in said
    assert "Ensuite, à 12:40 : on demande des nouvelles à Amina Rahmouni" in said


def test_the_day_shows_answers_duty_holes_and_failing_numbers(claire: Visitor) -> None:
    said = words_of(claire.opens("/desk/today").text)
    for piece in (
        "8 bonjours envoyés", "bien, au premier message 3", "sans nouvelles 3", "2 bénévoles sur 3",
        "Ménilmontant (1 personne)", "Jeanne Moreau +33639980102", "Ines Leroy bénévole",
        "Le service tourne", "8 personnes reçoivent le bonjour",
    ):  # fmt: skip
        assert piece in said


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
