"""What was said first is not always what was meant: an answer counts as it was last meant."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


def answers(town: Town) -> list[str]:
    """The answers of the hellos so far."""
    return [row["answer"] for row in town.rows("SELECT answer FROM check_ins ORDER BY id")]


def says(town: Town, rene: Phone, *texts: str) -> None:
    """René answers the hello of nine o'clock with several texts, two minutes apart."""
    town.pass_until("2026-05-04 09:05")
    rene.unread()
    for words in texts:
        rene.texts(words)
        town.pass_time(minutes=2)


@pytest.mark.parametrize("second", ["3", "non finalement ça va pas", "aidez moi"])
def test_a_worse_answer_replaces_the_first_and_opens_what_it_opens(
    town: Town, rene: Phone, lucie: Phone, second: str
) -> None:
    says(town, rene, "1", second)
    assert answers(town) == ["help"]
    assert town.the_case()["kind"] == "help"
    rene.gets("Merci René")
    rene.gets(str(town.the_case()["number"]))
    lucie.gets("René")


def test_so_so_after_an_ok_has_a_person_call(town: Town, rene: Phone) -> None:
    says(town, rene, "1", "bof")
    assert answers(town) == ["soso"]
    assert town.the_case()["kind"] == "callback"


def test_a_greeting_and_then_one_is_an_ok(town: Town, rene: Phone, claire: Phone) -> None:
    says(town, rene, "Bonjour", "1")
    assert answers(town) == ["ok"]
    rene.gets("tout va bien?", "1 Oui")  # the greeting is greeted, and asked again
    rene.gets("Merci René")
    town.pass_time(hours=6)
    claire.gets_nothing_more()


def test_odd_words_and_then_one_is_an_ok_and_the_words_are_still_read(
    town: Town, rene: Phone
) -> None:
    says(town, rene, "zgueg", "1")
    assert answers(town) == ["ok"]
    assert town.rows("SELECT body FROM inbox WHERE unread = 1") == [{"body": "zgueg"}]


def test_the_same_answer_again_changes_nothing(town: Town, rene: Phone) -> None:
    says(town, rene, "1", "oui")
    assert answers(town) == ["ok"]
    rene.gets("Merci René")
    rene.gets("Merci René")


def test_a_correction_counts_until_the_days_deadline(town: Town, rene: Phone) -> None:
    says(town, rene, "1")
    town.pass_until("2026-05-04 11:29")
    rene.texts("3")
    assert answers(town) == ["help"]


def test_after_the_deadline_a_digit_is_no_answer_to_the_hello(town: Town, rene: Phone) -> None:
    says(town, rene, "1")
    town.pass_until("2026-05-04 11:31")
    rene.texts("3")
    assert answers(town) == ["ok"]
    assert not town.cases()


def test_a_late_answer_may_be_corrected_for_half_an_hour(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 12:00")
    rene.texts("1")
    town.pass_time(minutes=10)
    rene.texts("3")
    assert answers(town) == ["help"]


def test_all_well_after_a_cry_for_help_never_calls_the_worry_off(
    town: Town, rene: Phone, claire: Phone
) -> None:
    says(town, rene, "3", "1")
    number = town.the_case()["number"]
    assert answers(town) == ["help"]
    assert town.the_case()["status"] == "asking"
    rene.gets(str(number))
    rene.gets(str(number), "reste ouverte")
    assert town.rows("SELECT reason FROM inbox WHERE unread = 1") == [{"reason": "taken_back"}]


def test_once_the_worry_has_ended_all_well_is_simply_heard(
    town: Town, rene: Phone, claire: Phone
) -> None:
    says(town, rene, "3")
    number = town.the_case()["number"]
    claire.texts(f"{number} MOI")
    claire.texts(f"{number} 1")
    rene.unread()
    rene.texts("1")
    rene.gets("Merci René")


def test_thanks_after_an_answer_open_no_menu(town: Town, rene: Phone) -> None:
    says(town, rene, "1", "merci bien")
    rene.gets("Merci René")
    rene.gets_nothing_more()
    rene.texts("3")
    assert answers(town) == ["help"]


def test_a_question_put_since_is_answered_first(town: Town, rene: Phone) -> None:
    says(town, rene, "1", "menu", "3")
    assert answers(town) == ["ok"]
    rene.unread()


def test_the_sums_of_the_day_add_up_and_other_words_are_counted(
    town: Town, rene: Phone, claire: Phone
) -> None:
    others = [town.resident(f"+336399801{place:02}", f"Voisin{place}") for place in range(5)]
    town.pass_until("2026-05-04 09:05")
    for phone, words in zip(others, ("1", "2", "3", "zgueg", ""), strict=True):
        if words:
            phone.texts(words)
    claire.unread()
    claire.texts("BILAN")
    claire.gets("6 bonjours", "1 bien", "1 moyen", "1 aide", "1 autre,", "2 en attente")
