"""Hunger, cold, thirst: a need is never an ok, and opens the request for help at that need."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


@pytest.fixture
def fatima(town: Town) -> Phone:
    """Somebody known by name, who gets no hello."""
    return town.person("+33639980031", "Fatima")


def answer(town: Town) -> str:
    """The answer of the day's hello."""
    (row,) = town.rows("SELECT answer FROM check_ins")
    return str(row["answer"])


@pytest.mark.parametrize("words", ["oui mais j'ai très froid", "1 mais rien à manger"])
def test_a_need_never_leaves_an_ok_standing(
    town: Town, rene: Phone, claire: Phone, words: str
) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.unread()
    rene.texts(words)
    assert answer(town) == "help"
    rene.gets("1 Maintenant")  # the need is known: when?
    claire.gets("René", "LIRE")  # and a person reads the words at once


@pytest.mark.parametrize(
    ("words", "need"), [("j'ai faim", "food"), ("j'ai froid", "shelter"), ("plus d'eau", "food")]
)
def test_with_nothing_open_a_need_opens_the_request_at_that_need(
    town: Town, fatima: Phone, words: str, need: str
) -> None:
    fatima.texts(words)
    fatima.gets("1 Maintenant")
    for more in ("1", "1", "1"):
        fatima.texts(more)
    assert town.the_case()["need"] == need


def test_whoever_lost_their_roof_is_asked_when_and_a_person_reads_it(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    fatima.texts("expulsée ce matin")
    fatima.gets("1 Maintenant")
    claire.gets("Fatima", "LIRE")


def test_a_need_while_the_menu_is_open_opens_the_request_too(town: Town, fatima: Phone) -> None:
    fatima.texts("menu")
    fatima.unread()
    fatima.texts("j'ai faim")
    fatima.gets("1 Maintenant")


def test_a_need_that_answers_the_question_is_that_answer(town: Town, fatima: Phone) -> None:
    fatima.texts("AIDE")
    fatima.texts("faim")
    for words in ("2", "1", "1"):
        fatima.texts(words)
    assert town.the_case()["need"] == "food"


def test_a_need_after_an_ok_replaces_it(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("1")
    town.pass_time(minutes=5)
    rene.texts("j'ai faim")
    assert answer(town) == "help"


def test_a_need_and_then_silence_is_a_case(town: Town, rene: Phone, claire: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts("j'ai froid")
    town.pass_time(minutes=11)
    assert (town.the_case()["kind"], town.the_case()["need"]) == ("person", "shelter")


@pytest.mark.parametrize("words", ["oui mais rappelez moi", "ça va, rappelez-moi", "ok call me"])
def test_a_wish_for_a_person_beats_an_ok(town: Town, rene: Phone, words: str) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts(words)
    assert answer(town) == "soso"
    assert town.the_case()["kind"] == "callback"


@pytest.mark.parametrize("words", ["oui aidez moi", "ça va mais besoin d'aide"])
def test_a_call_for_help_beats_an_ok(town: Town, rene: Phone, words: str) -> None:
    town.pass_until("2026-05-04 09:05")
    rene.texts(words)
    assert answer(town) == "help"
