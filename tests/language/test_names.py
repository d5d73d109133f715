"""A name is said in the letters a text is written in; Arabic ones are spelt out in Latin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpline.language import segments
from helpline.language.names import Letters, is_arabic

FLOWS = Path(__file__).parents[2] / "flows"


@cache
def letters() -> Letters:
    data = yaml.load((FLOWS / "letters.yaml").read_text("utf-8"), yaml.BaseLoader)
    return Letters(data["names"], data["letters"])


@pytest.mark.parametrize(
    ("language", "name", "other", "said"),
    [
        ("fr", "Fatima", "فاطمة", "Fatima"),
        ("ary", "Fatima", "فاطمة", "فاطمة"),
        ("fr", "فاطمة", "Fatema", "Fatema"),
        ("ary-Latn", "فاطمة", "Fatema", "Fatema"),
        ("en", "فاطمة", "", "Fatima"),
        ("ary", "فاطمة", "Fatema", "فاطمة"),
        ("ary", "Françoise", "", "Françoise"),
        ("fr", "Françoise", "", "Françoise"),
        ("fr", "", "فاطمة", "Fatima"),
        ("fr", "", "", ""),
        ("ary", "", "", ""),
    ],
)
def test_a_text_says_the_name_in_its_own_letters(
    language: str, name: str, other: str, said: str
) -> None:
    assert letters().name_for(language, name, other) == said


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("محمد", "Mohamed"),
        ("مُحَمَّد", "Mohamed"),
        ("محـــمد", "Mohamed"),
        ("عبد الرحمان", "Abderrahmane"),
        ("عبد الرحمان بن علي", "Abderrahmane Ben Ali"),
        ("فاطمة الزهراء", "Fatima Zahra"),
        ("الإدريسي", "El Idrisi"),
        ("شفيق", "Chfik"),
        ("خديجة Martin", "Khadija Martin"),
        ("Claire", "Claire"),
        ("", ""),
    ],
)
def test_a_name_in_arabic_letters_is_spelt_in_latin_ones(arabic: str, latin: str) -> None:
    assert letters().in_latin(arabic) == latin


def test_every_name_and_letter_of_the_table_costs_nothing_in_a_latin_text() -> None:
    for arabic, latin in {**letters().names, **letters().letters}.items():
        assert is_arabic(arabic), arabic
        assert segments.measure(latin).encoding == "GSM-7", arabic


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهةويءىأإآؤئ ", min_size=1, max_size=60))
def test_whatever_an_arabic_name_is_a_latin_text_stays_in_the_cheap_alphabet(name: str) -> None:
    said = letters().name_for("fr", name)
    assert not is_arabic(said)
    assert segments.measure(said).encoding == "GSM-7"


def test_without_a_table_a_name_stays_as_it_is() -> None:
    assert Letters().name_for("fr", "فاطمة") == "فاطمة"
