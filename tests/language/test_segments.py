"""A text's alphabet, length and price, against what a provider bills."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.language import segments

CASES = json.loads((Path(__file__).parents[1] / "data" / "segments.json").read_text("utf-8"))[
    "cases"
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['category']}-{case['id']}")
def test_a_text_is_measured_as_it_is_billed(case: dict[str, Any]) -> None:
    length = segments.measure(case["text"])
    assert (length.encoding, length.units) == (case["encoding"], case["code_units"])
    if case["plain_rule_agrees"]:
        assert length.segments == case["segments"]
    else:
        assert case["plain_rule_segments"] <= length.segments <= case["segments"]


def test_the_characters_that_force_the_short_alphabet_are_named_once() -> None:
    assert segments.measure("Reçu, forêt, reçu").guilty == ("ç", "ê")
    assert segments.measure("Été à Ça").guilty == ()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Message bien reçu. " * 8, "Message bien recu. " * 8),
        ("L’équipe vous répond « bientôt »… " * 3, 'L\'équipe vous répond "bientot"... ' * 3),
        ("À Noël, le cœur de l’île n° 3 " * 3, "A Noel, le coeur de l'ile no 3 " * 3),
    ],
)
def test_letters_give_way_to_their_twins_when_that_saves_a_segment(written: str, sent: str) -> None:
    assert segments.fit_gsm(written) == sent
    assert segments.segments(sent) < segments.segments(written)


@pytest.mark.parametrize(
    "text", ["Message reçu", "", "Où êtes-vous ?", "السلام عليكم، كلشي بخير؟ " * 5, "reçu 🙏 " * 20]
)
def test_a_text_stays_as_written_when_nothing_is_saved(text: str) -> None:
    assert segments.fit_gsm(text) == text


@given(st.text(max_size=500))
def test_fitting_never_makes_a_text_dearer(text: str) -> None:
    assert segments.segments(segments.fit_gsm(text)) <= segments.segments(text)


@given(st.text(alphabet="a€😀é", max_size=700))
def test_no_pair_is_cut_in_two(text: str) -> None:
    length = segments.measure(text)
    room = 153 if length.encoding == "GSM-7" else 67
    assert length.segments <= -(-length.units // (room - 1)) or length.segments == 1
    assert length.segments >= length.units / 160
