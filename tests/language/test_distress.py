"""Words that bring a person at once: what they find, what they show, and what they cannot see."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.distress import DistressWords
from helpline.language.reader import Reader
from tests.kit.reading import shipped_reader

ROOT = Path(__file__).parents[2]


def parsed(name: str) -> dict[str, Any]:
    """Return a shipped file as it is read in service: every scalar is text."""
    written: dict[str, Any] = yaml.load(
        (ROOT / "flows" / name).read_text(encoding="utf-8"), yaml.BaseLoader
    )
    return written


def cries() -> list[tuple[str, str]]:
    """Return (class, text) of each cry in the table."""
    lines = (ROOT / "tests/data/distress.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(":") for line in lines if not line.startswith("#")]
    return [(kind, text.strip()) for kind, _, texts in rows for text in texts.split("|")]


WORDS = DistressWords(shipped_reader())


def small(*phrases: str, **families: list[str]) -> DistressWords:
    """Return what looks for a few French phrases of danger, with a few families."""
    classes = {"danger": {"queue": "1", "fr": list(phrases)}}
    return DistressWords(Reader({}, {}, {"classes": classes}, {"families": {"fr": families}}))


@pytest.mark.parametrize(("kind", "text"), cries())
def test_a_cry_is_heard_for_what_it_is(kind: str, text: str) -> None:
    alarm = WORDS.scan(text)
    assert (alarm.kind if alarm else "-") == kind


def test_hunger_waits_behind_a_fall_and_names_its_need() -> None:
    hunger = WORDS.scan("j'ai faim")
    assert hunger is not None
    assert (hunger.kind, hunger.queue, hunger.need) == ("hunger", 2, "food")
    fall = WORDS.scan("j'ai faim et je suis tombée")
    assert fall is not None
    assert (fall.kind, fall.queue, fall.need) == ("medical", 1, "")


def test_the_most_serious_class_is_named_wherever_it_stands() -> None:
    alarm = WORDS.scan("il y a le feu et le froid, je veux mourir, mon enfant est malade")
    assert alarm is not None
    assert alarm.kind == "self_harm"


@pytest.mark.parametrize(
    "text",
    [
        "le feu rouge est en panne",
        "je suis tombé amoureux",
        "lah y3tik l3afia",
        "الله يعطيك العافية",
        "la nuit est tombée",
        "my feet are killing me",
    ],
)
def test_a_figure_of_speech_is_no_cry(text: str) -> None:
    assert WORDS.scan(text) is None


def test_a_figure_of_speech_beside_a_cry_is_shown_and_takes_nothing_back() -> None:
    alarm = WORDS.scan("je veux mourir mdr")
    assert alarm is not None
    assert (alarm.kind, alarm.idiom) == ("self_harm", True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("je veux vraiment plus mourir", True),
        ("veux, merci, mourir", False),
        ("plus du tout la force de vivre", True),
    ],
)
def test_two_little_words_may_stand_inside_a_phrase(text: str, found: bool) -> None:
    assert (WORDS.scan(text) is not None) is found


def test_a_phrase_is_whole_words_and_a_star_any_ending() -> None:
    words = small("=feu", "inond*")
    assert words.scan("feuille") is None
    assert words.scan("le feu de bois") is None
    found = words.scan("inondé")
    assert found is not None
    assert (found.kind, found.phrase) == ("danger", "inond*")


def test_a_phrase_may_name_a_family_of_words_one_of_several_and_words_left_out() -> None:
    words = small("{home} (a|qui) [brûle|prend feu]", home=["maison", "chambre"])
    assert words.scan("la maison brûle") is not None
    assert words.scan("la chambre a pris feu, la chambre prend feu") is not None
    assert words.scan("le gâteau brûle") is None
    assert words.scan("la maison") is None


def test_a_longer_word_may_hold_one_typo_and_be_written_by_its_sound() -> None:
    words = small("incendie", "étouffe")
    assert words.scan("incendei chez moi") is not None
    assert words.scan("j'étoufe") is not None
    assert words.scan("étoile") is None


def test_a_town_may_keep_empty_lists() -> None:
    assert DistressWords(Reader({}, {}, {}, {})).scan("je veux mourir") is None


def test_the_lists_name_their_owner_date_and_reviewer() -> None:
    for name in ("distress.yaml", "words.yaml", "reading.yaml"):
        assert all(parsed(name)[key] for key in ("owner", "date", "reviewer"))


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    alarm = WORDS.scan(text)
    assert alarm is None or alarm.queue in (1, 2)


@given(
    st.text(alphabet="aàeiou12 .,!\u200b", max_size=12), st.text(alphabet="aeiou ,.!", max_size=12)
)
def test_what_stands_around_a_cry_does_not_hide_it(before: str, after: str) -> None:
    alarm = WORDS.scan(f"{before} je veux mourir {after}")
    assert alarm is not None
    assert alarm.kind == "self_harm"
