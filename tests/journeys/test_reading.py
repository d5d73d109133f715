"""What becomes of texts that are read by kinds: quotations, reactions, machines, needs, reports."""

from __future__ import annotations

import pytest

from tests.fakes import Phone, Town


@pytest.fixture
def fatima(town: Town) -> Phone:
    """Somebody known by name, who gets no hello."""
    return town.person("+33639980031", "Fatima")


def asked(town: Town, rene: Phone) -> str:
    """Let the hello come; return its words."""
    town.pass_until("2026-05-04 09:05")
    return rene.gets("René")


def answers(town: Town) -> list[str | None]:
    """What the hellos were answered."""
    return [row["answer"] for row in town.rows("SELECT answer FROM check_ins ORDER BY id")]


def test_our_own_words_quoted_back_are_not_the_answer(town: Town, rene: Phone) -> None:
    hello = asked(town, rene)
    rene.texts(f"{hello}\n\nnon pas bien")
    assert answers(town)[-1] == "help"


def test_a_reaction_to_the_hello_is_a_thumb(town: Town, rene: Phone) -> None:
    hello = asked(town, rene)
    rene.texts(f"A aimé « {hello} »")
    assert answers(town)[-1] == "ok"


def test_an_absence_reply_answers_no_hello_and_waits_for_a_person(town: Town, rene: Phone) -> None:
    asked(town, rene)
    rene.texts("Réponse automatique : je suis absent, tout va bien")
    assert answers(town)[-1] is None
    assert town.rows("SELECT reason FROM inbox WHERE unread = 1")[-1]["reason"] == "machine"


@pytest.mark.parametrize(
    "text", ["j'espère que ça va aller", "ça allait hier", "on ne peut pas dire que tout va bien"]
)
def test_a_hope_a_past_and_a_denial_are_no_ok(town: Town, rene: Phone, text: str) -> None:
    asked(town, rene)
    rene.texts(text)
    assert answers(town)[-1] != "ok"


def test_a_need_with_nothing_open_asks_when_and_where_at_once(town: Town, fatima: Phone) -> None:
    fatima.texts("j'ai rien mangé depuis deux jours")
    fatima.gets("C'est pour quand")


def test_a_sign_of_need_never_leaves_an_ok(town: Town, rene: Phone) -> None:
    asked(town, rene)
    rene.texts("oui mais j'ai très froid")
    assert answers(town)[-1] == "help"
