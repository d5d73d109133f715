"""A text that makes the program stumble, at whatever step: kept, read by a person, answered."""

from __future__ import annotations

from typing import Any

import pytest

from helpline.ops import audit
from tests.behind import make_raise
from tests.fakes import Phone, Town

DIGITS = "7" * 4301  # more than Python makes a number of


@pytest.fixture
def fatima(town: Town) -> Phone:
    """Somebody known by name."""
    return town.person("+33639980031", "Fatima")


def is_kept_and_read(town: Town, fatima: Phone, claire: Phone, body: str) -> None:
    """The text stands unread with its reason, a person is told, the sender gets one sentence."""
    (kept,) = town.rows("SELECT body, reason, person_id FROM inbox WHERE unread = 1")
    assert kept == {"body": body, "reason": "failed", "person_id": town.id_of(fatima.number)}
    fatima.gets("bien arrivé", "Une personne va le lire")
    fatima.gets_nothing_more()
    claire.gets("Fatima", "LIRE")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("distress.scan", "aide"),
        ("lexicon.read", "aide"),
        ("book.openers", "aide"),
        ("action call_person", "0"),
        ("phrase picture_not_read", ""),
        ("statement keep_conversation", "aide"),
        ("statement person_heard", "aide"),
        ("statement add_case", "0"),
    ],
)
def test_whatever_raises_the_text_is_kept_and_a_person_reads_it(
    town: Town, fatima: Phone, claire: Phone, part: str, words: str
) -> None:
    with make_raise(town.gateway, part):
        fatima.texts(words, NumMedia="0" if words else "1")
    is_kept_and_read(town, fatima, claire, words)
    assert not town.cases()
    fatima.texts("menu")
    fatima.gets("Que voulez-vous?")  # the next text is dealt with as ever


def test_an_answer_that_cannot_be_queued_still_leaves_the_text_unread(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    with make_raise(town.gateway, "statement queue_text"):
        fatima.texts("aide")
    assert town.rows("SELECT reason FROM inbox WHERE unread = 1") == [{"reason": "failed"}]


def test_the_text_is_kept_even_when_the_sentence_for_it_cannot_be_read(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    with make_raise(town.gateway, "phrase text_failed"), make_raise(town.gateway, "lexicon.read"):
        fatima.texts("aide")
    fatima.gets_nothing_more()
    claire.gets("Fatima", "LIRE")


def test_a_strangers_first_text_is_kept_as_well(town: Town, claire: Phone) -> None:
    stranger = town.phone("+33639980077")
    with make_raise(town.gateway, "lexicon.read"):
        stranger.texts("aide")
    claire.gets("LIRE")
    claire.texts("lire")
    claire.gets("+33639980077", "aide")


@pytest.mark.scenario("R-G18")
def test_4301_digits_in_a_text_lose_nothing(town: Town, fatima: Phone) -> None:
    assert town.webhook(fatima.number, DIGITS) == 200
    assert town.rows("SELECT body, unread FROM inbox") == [{"body": DIGITS, "unread": 1}]
    assert len(fatima.unread()) == 1


def test_4301_digits_in_a_ussd_hop_lose_nothing(town: Town, fatima: Phone) -> None:
    fatima.dials("s1")
    screen = fatima.dials("s1", DIGITS)
    assert screen.startswith(("END ", "CON "))
    assert fatima.dials("s1", DIGITS) == screen
    assert town.rows("SELECT body, unread FROM inbox WHERE body <> ''") == [
        {"body": DIGITS, "unread": 1}
    ]


def test_a_ussd_hop_that_makes_us_stumble_is_kept_and_ends_with_the_sentence(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    fatima.dials("s1")
    with make_raise(town.gateway, "lexicon.read"):
        screen = fatima.dials("s1", "1")
    assert screen.startswith("END Votre message est bien arrivé")
    assert town.rows("SELECT reason FROM inbox WHERE unread = 1") == [{"reason": "failed"}]
    claire.gets("Fatima", "LIRE")


def test_one_whose_words_make_us_stumble_is_not_taken_for_silent(
    town: Town, rene: Phone, lucie: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    with make_raise(town.gateway, "lexicon.choose"):
        rene.texts("ça va bien")
    town.pass_until("2026-05-04 12:00")
    lucie.gets_nothing_more()


def test_two_programs_do_not_stumble_over_each_other_for_ever(town: Town, fatima: Phone) -> None:
    with make_raise(town.gateway, "lexicon.read"):
        for place in range(20):
            fatima.texts(f"erreur {place}")
    assert len(fatima.unread()) == 3


def test_what_made_us_stumble_is_counted_and_reddens_audit_and_health(
    town: Town, fatima: Phone, claire: Phone
) -> None:
    with make_raise(town.gateway, "lexicon.read"):
        fatima.texts("aide")
    assert "helpline_texts_failed_total 1" in town.client.get("/metrics").text
    assert town.change(found) == ["text_failed"]
    claire.texts("lire")
    assert town.change(found) == []
    (event,) = town.rows("SELECT data FROM events WHERE kind = 'text_failed'")
    assert "RuntimeError" in event["data"]
    assert "aide" not in event["data"]


def found(tx: Any) -> list[str]:
    """What the audit says of texts."""
    return [each.code for each in audit.look(tx) if each.code.startswith("text_f")]
