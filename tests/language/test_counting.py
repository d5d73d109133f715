"""A number stands beside its word in the form its language asks for, zero and one included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.counting import FORMS, Counting, read_rule

RULES = {
    "fr": {"one": "0-1"},
    "en": {"one": "1"},
    "ary": {"one": "1", "two": "2", "few": "3-10 of 100"},
}
WORDS = {
    "hello": {
        "fr": {"one": "{n} bonjour", "other": "{n} bonjours"},
        "en": {"one": "{n} hello", "other": "{n} hellos"},
        "ary": {"one": "سلام", "two": "جوج سلامات", "few": "{n} سلامات", "other": "{n} سلام"},
    }
}


def counting() -> Counting:
    rules = {
        language: {form: rule for form, text in forms.items() if (rule := read_rule(text))}
        for language, forms in RULES.items()
    }
    return Counting(rules, WORDS)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("fr", "0", "0 bonjour"),
        ("fr", "1", "1 bonjour"),
        ("fr", "2", "2 bonjours"),
        ("fr", "101", "101 bonjours"),
        ("en", "0", "0 hellos"),
        ("en", "1", "1 hello"),
        ("en", "21", "21 hellos"),
        ("ary", "1", "سلام"),
        ("ary", "2", "جوج سلامات"),
        ("ary", "3", "3 سلامات"),
        ("ary", "10", "10 سلامات"),
        ("ary", "11", "11 سلام"),
        ("ary", "102", "102 سلام"),
        ("ary", "103", "103 سلامات"),
    ],
)
def test_a_number_takes_the_form_its_language_gives_it(
    language: str, number: str, said: str
) -> None:
    assert counting().said("hello", number, language) == said


def test_a_language_without_rules_or_words_says_the_bare_number() -> None:
    assert counting().said("hello", "3", "de") == "3"
    assert counting().said("nothing", "3", "fr") == "3"


@pytest.mark.parametrize("text", ["", "beaucoup", "1,5", "-1", "٣"])
def test_what_is_no_number_stays_as_it_is(text: str) -> None:
    assert counting().said("hello", text, "fr") == text


@pytest.mark.parametrize("text", ["", "one", "1-", "-3", "3 of", "3 of 0", "1;2"])
def test_a_rule_that_cannot_be_read_is_none(text: str) -> None:
    assert read_rule(text) is None


def test_a_rule_may_name_several_ranges() -> None:
    rule = read_rule("0, 5-7, 20 of 100")
    assert rule is not None
    assert [n for n in range(130) if rule.holds(n)] == [0, 5, 6, 7, 20, 100, 105, 106, 107, 120]


@given(st.integers(min_value=0), st.sampled_from(sorted(RULES)))
def test_every_number_has_a_form(number: int, language: str) -> None:
    assert counting().form(number, language) in FORMS
