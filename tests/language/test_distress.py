"""Words that bring a person at once: what they find, what they show, and what they cannot see."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.distress import Alarm, DistressWords

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


DATA = parsed("distress.yaml")
WORDS = DistressWords(DATA)


@pytest.mark.parametrize(("kind", "text"), cries())
def test_a_cry_is_heard_for_what_it_is(kind: str, text: str) -> None:
    alarm = WORDS.scan(text)
    assert (alarm.kind if alarm else "-") == kind


@pytest.mark.parametrize(
    "entry",
    [
        (kind, phrase)
        for kind, rows in DATA["classes"].items()
        for lang, row in rows.items()
        if lang != "queue"
        for phrase in row
    ],
)
def test_every_listed_phrase_raises_an_alarm_at_least_as_serious(entry: tuple[str, str]) -> None:
    kind, phrase = entry
    order = list(DATA["classes"])
    alarm = WORDS.scan(f"bonjour {phrase.replace('*', 'x').replace('1x', '13')} merci")
    assert alarm is not None
    assert order.index(alarm.kind) <= order.index(kind)


def test_hunger_waits_behind_a_fall() -> None:
    assert WORDS.scan("j'ai faim") == Alarm("exposure", 2, "faim", False)
    assert WORDS.scan("j'ai faim et je suis tombée") == Alarm("medical", 1, "tombée", False)


def test_the_most_serious_class_is_named_wherever_it_stands() -> None:
    alarm = WORDS.scan("il y a le feu et le froid, je veux mourir, mon enfant est malade")
    assert alarm is not None
    assert alarm.kind == "self_harm"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("je veux mourir mdr", "self_harm"),
        ("le feu rouge est en panne", "danger"),
        ("je suis tombé amoureux", "medical"),
        ("lah y3tik l3afia", "danger"),
        ("الله يعطيك العافية", "danger"),
    ],
)
def test_an_idiom_is_shown_and_never_cancels(text: str, kind: str) -> None:
    alarm = WORDS.scan(text)
    assert alarm is not None
    assert (alarm.kind, alarm.idiom) == (kind, True)


@pytest.mark.parametrize(
    "text",
    [
        "Je suis un poids pour tous",
        "je range tout, merci pour tout, adieu",
        "سمحو ليا على كلشي",
        "everyone would be fine without me",
    ],
)
def test_a_veiled_cry_is_not_seen_so_a_person_reads_every_text(text: str) -> None:
    assert WORDS.scan(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("je veux vraiment plus mourir", True),
        ("je veux aller au marché avant de mourir", False),
        ("veux, merci, mourir", False),
        ("plus du tout la force", True),
    ],
)
def test_two_little_words_may_stand_inside_a_phrase_and_no_others(text: str, found: bool) -> None:
    assert (WORDS.scan(text) is not None) is found


def test_a_phrase_is_whole_words() -> None:
    words = DistressWords({"classes": {"danger": {"queue": "1", "fr": ["feu", "inond*"]}}})
    assert words.scan("feuille") is None
    assert words.scan("inondé") == Alarm("danger", 1, "inond*", False)


def test_a_town_may_keep_empty_lists() -> None:
    assert DistressWords({}).scan("je veux mourir") is None


def test_the_lists_name_their_owner_date_and_reviewer() -> None:
    for name in ("distress.yaml", "words.yaml"):
        assert all(parsed(name)[key] for key in ("owner", "date", "reviewer"))


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    alarm = WORDS.scan(text)
    assert alarm is None or alarm.queue in (1, 2)


@given(
    st.text(alphabet="aàeiou شكرا12 .,!\u200b", max_size=12),
    st.text(alphabet="eiou ,.!شكرا", max_size=12),
)
def test_what_stands_around_a_cry_does_not_hide_it(before: str, after: str) -> None:
    alarm = WORDS.scan(f"{before} je veux mourir {after}")
    assert alarm is not None
    assert alarm.kind == "self_harm"
