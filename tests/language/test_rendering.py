"""Sentences are filled in without holes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.conversations.types import Phrasebook, in_language
from helpline.language.rendering import counted, fill, placeholders


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("Bonjour {name}.", "Bonjour."),
        ("Bonjour {name}, tout va bien?", "Bonjour, tout va bien?"),
        ("Bonjour, {name}!", "Bonjour!"),
        ("{name}, on n'a pas encore votre réponse.", "On n'a pas encore votre réponse."),
        ("{name}, ça va?", "Ça va?"),
        ("شكرا {name}. نهارك مبروك.", "شكرا. نهارك مبروك."),
        ("On envoie: {name}, {place}.", "On envoie: Gratte-Ciel."),
        ("On envoie: {place}, {name}.", "On envoie: Gratte-Ciel."),
        ("{place}\n{name}, merci", "Gratte-Ciel\nMerci"),
        ("{name}", ""),
        ("{nobody_knows_this}Rien", "Rien"),
        ("{ not one }", "{ not one }"),
    ],
)
def test_an_empty_name_leaves_no_hole(sentence: str, read: str) -> None:
    assert fill(sentence, lambda name: {"place": "Gratte-Ciel"}.get(name, "")) == read


def test_what_people_wrote_is_not_filled_in_again() -> None:
    assert fill("Bonjour {name}.", lambda name: "{name}") == "Bonjour {name}."


def test_a_number_is_filled_in_with_its_word() -> None:
    said = fill(
        "{count:hello}, {count}.", {"count": "2"}.__getitem__, lambda word, n: f"{n} {word}s"
    )
    assert said == "2 hellos, 2."
    assert fill("Alors {count:hello}.", lambda name: "") == "Alors."
    assert placeholders("{count:hello} {name} {count:day}") == ("count", "name")
    assert counted("{count:hello} {name} {count:day}") == ("hello", "day")


def test_the_names_in_a_sentence_are_told_once_in_order() -> None:
    assert placeholders("{b} {a} {b}") == ("b", "a")


@given(st.text(max_size=80), st.text(max_size=10))
def test_filling_never_raises(sentence: str, value: str) -> None:
    fill(sentence, lambda name: value)
    fill("{a}" + sentence + "{b}", lambda name: value if name == "a" else "")


def test_a_phrase_falls_back_to_french_then_to_any_language() -> None:
    assert in_language({"fr": "Bonjour", "en": "Hello"}, "ary") == "Bonjour"
    assert in_language({"en": "Hello"}, "ary") == "Hello"
    assert in_language({}, "ary") == ""


def test_a_phrasebook_says_what_it_knows_and_nothing_else() -> None:
    phrases = Phrasebook({"thanks": {"fr": "Merci {name}."}})
    assert phrases.say("thanks", "fr", {"name": "René"}) == "Merci René."
    assert phrases.say("thanks", "en") == "Merci."
    assert phrases.say("nothing", "fr") == ""
    assert (list(phrases), len(phrases)) == (["thanks"], 1)
