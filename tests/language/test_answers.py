"""What people type on old phones, in four ways of writing, and what it is read as."""

import time
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.answers import Lexicon, Option, fold

ROOT = Path(__file__).parents[2]
HELPERS = {"negation", "beside_digit"}


def words() -> dict[str, dict[str, list[str]]]:
    """Return words.yaml as it is read in service: every scalar is text."""
    written: dict[str, dict[str, dict[str, list[str]]]] = yaml.load(
        (ROOT / "flows/words.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
    )
    return written["words"]


def typed() -> list[tuple[str, str]]:
    """Return (expected, text) of each row in the table; an escape such as \\u200b stands for its
    character."""
    lines = (ROOT / "tests/data/answers.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(":") for line in lines if not line.startswith("#")]
    return [
        (what, _unescaped(text.strip())) for what, _, texts in rows for text in texts.split("|")
    ]


def _unescaped(text: str) -> str:
    for escape, letter in (("\\u200b", "\u200b"), ("\\u202b", "\u202b"), ("\\u202c", "\u202c")):
        text = text.replace(escape, letter)
    return text


LEXICON = Lexicon(words())
CHECK_IN = (
    Option("fine", "1", ("ça va", "bien")),
    Option("soso", "2", ("moyen",)),
    Option("help", "3", ("aide",)),
)
CHECK_IN_INTENTS = {"ok": "fine", "yes": "fine", "soso": "soso", "notok": "help", "help": "help"}
OFFER = (Option("send", "1", ()), Option("change", "2", ("changer",)), Option("cancel", "9", ()))
OFFER_INTENTS = {"yes": "send", "no": "cancel"}
NEEDS = (
    Option("food", "1", ("manger", "faim", "ماكلة", "makla")),
    Option("care", "2", ("médicaments", "soin", "pharmacie")),
    Option("shop", "3", ("courses", "faire les courses")),
    Option("person", "0", ("une personne",)),
)


def test_the_table_is_large_enough_to_be_a_promise() -> None:
    assert len(typed()) >= 300


@pytest.mark.parametrize(("expected", "text"), typed())
def test_a_text_is_read_as_it_was_meant(expected: str, text: str) -> None:
    reading = LEXICON.read(text)
    if expected.isdigit():
        assert reading.digit == int(expected)
    elif expected in ("ambiguous", "unclear"):
        assert (reading.intent, reading.digit) == ("", None)
    else:
        assert (reading.intent, reading.digit) == (expected, None)
    assert LEXICON.is_stop(text) is (expected == "stop")
    assert LEXICON.is_start(text) is (expected == "start")


def test_no_word_means_two_things() -> None:
    owners = defaultdict(set)
    for kind, rows in words().items():
        for word in (word for row in rows.values() for word in row if kind not in HELPERS):
            owners[fold(word)].add("language" if kind == "language_names" else kind)
    assert {word: kinds for word, kinds in owners.items() if len(kinds) > 1} == {}
    assert "" not in owners


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (kind, word)
        for kind, rows in words().items()
        if kind not in HELPERS | {"polite", "denies_nothing", "language_names"}
        and not kind.isdigit()
        for row in rows.values()
        for word in row
    ],
)
def test_every_word_listed_is_understood_by_itself(kind: str, word: str) -> None:
    assert LEXICON.read(word).intent == kind
    assert LEXICON.read(f"Bonjour, {word.upper()} svp !").intent == kind


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  D’ACCORD !!", "d accord"),
        ("Œuf", "oeuf"),
        ("ouiiiii", "oui"),
        ("oui 1111", "oui 1111"),
        ("مُوَافَقَة", "موافقه"),
        ("أن إن آن ى ڭ گ پ", "ان ان ان ي ك ك ب"),
        ("لاـــباس", "لاباس"),
        ("1️⃣ ② ٣ ۴ ５", "1 2 3 4 5"),
        ("👍🏽👍🏽", "👍 👍"),
        ("S\u200bTOP", "stop"),
        ("ＳＴＯＰ", "stop"),
        ("n° 42", "42"),
        ("ﻻ", "لا"),
        ("", ""),
    ],
)
def test_spellings_become_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "intent", "number", "rest"),
    [
        ("oui 42", "yes", 42, ""),
        ("OUI42", "yes", 42, ""),
        ("tout va bien sauf la jambe", "ok", None, "sauf la jambe"),
        ("42", "", 42, ""),
        ("42 43", "", None, ""),
        ("je suis a l'hopital de la ville", "hospital", None, "de la ville"),
    ],
)
def test_a_number_and_what_is_left_for_a_person_are_kept(
    text: str, intent: str, number: int | None, rest: str
) -> None:
    reading = LEXICON.read(text)
    left = " ".join(word for word in reading.rest.split() if not word.isdecimal())
    assert (reading.intent, reading.number, left) == (intent, number, rest)


def test_a_typo_is_told_apart_and_short_words_have_none() -> None:
    assert (LEXICON.read("meru").intent, LEXICON.read("meru").exact) == ("menu", False)
    assert LEXICON.read("menu").exact
    assert LEXICON.read("ouo").intent == ""


@pytest.mark.parametrize(
    "text", ["stpo", "stopp", "sto", "arretz", "حبسس", "unsubscrib", "strat", "effacre"]
)
def test_stop_start_and_erase_are_never_guessed(text: str) -> None:
    assert LEXICON.read(text).intent not in ("stop", "start", "erase")
    assert not LEXICON.is_stop(text)
    assert not LEXICON.is_start(text)


@pytest.mark.parametrize(
    "text",
    ["oui", "OUI.", "oui merci", "oui d'accord", "نعم", "wakha", "YES", "👍", "bonjour oui svp"],
)
def test_a_consent_is_a_clear_yes(text: str) -> None:
    assert LEXICON.is_clear_yes(text)


@pytest.mark.parametrize(
    "text",
    ["ok", "oui ok", "oui mais", "ouai?non", "ouu", "1", "oui non", "", "iyeg", "bof", "oui 42"],
)
def test_anything_less_is_no_consent(text: str) -> None:
    assert not LEXICON.is_clear_yes(text)


def test_a_clear_no_is_wholly_no() -> None:
    assert all(
        LEXICON.is_clear_no(text)
        for text in ("non", "non merci", "لا شكرا", "la", "no thanks", "NON NON")
    )
    assert not any(
        LEXICON.is_clear_no(text)
        for text in ("oui", "non oui", "pas bien", "non je suis malade", "")
    )


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("1", "fine"), ("٢", "soso"), ("le 3", "help"), ("jouj", "soso"), ("4", None),
        ("1 ou 2", None),
        ("111", None), ("ça va", "fine"), ("oui", "fine"), ("bien", "fine"), ("pas bien", "help"),
        ("je ne vais pas bien", "help"), ("machi bikhir", "help"), ("ماشي بخير", "help"),
        ("non merci ça va", "fine"), ("ça va mais un peu fatiguée", "soso"), ("moyen", "soso"),
        ("aidez-moi svp", "help"), ("1 ça va", "fine"), ("2 ça va", None), ("labsa", "fine"),
        ("ça va mais je n'ai rien mangé", None), ("bonjour", None), ("", None), ("non", None),
        ("1 42", "fine"),
        ("labas bikhir", "fine"), ("je ne suis pas bien", "help"), ("3 au secours", "help"),
        ("bien fatigué", "soso"),
    ],
)  # fmt: skip
def test_a_check_in_is_answered_in_digits_or_words(text: str, chosen: str | None) -> None:
    assert LEXICON.choose(text, CHECK_IN, CHECK_IN_INTENTS) == chosen


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("oui", "send"), ("non", "cancel"), ("non merci ça va", "cancel"), ("9", "cancel"),
        ("1 oui", "send"),
        ("9 oui", None), ("oui non", None), ("changer", "change"), ("chnager", "change"),
        ("ok", None),
        ("la", "cancel"), ("d'accord", "send"), ("pas d'accord", "cancel"), ("je change", None),
    ],
)  # fmt: skip
def test_an_offer_is_taken_or_left(text: str, chosen: str | None) -> None:
    assert LEXICON.choose(text, OFFER, OFFER_INTENTS) == chosen


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("manger", "food"), ("j'ai faim", "food"), ("1 manger", "food"), ("2 manger", None),
        ("manger ou courses", None), ("MEDICAMENTS", "care"), ("medicamants", "care"),
        ("faire les courses svp", "shop"), ("ماكلة", "food"), ("une personne", "person"),
        ("0", "person"),
        ("صفر", "person"), ("pas de soin", None), ("12", None), ("fin", None),
        ("j'ai 2 enfants", None),
        ("je pars faire les courses", "shop"), ("non manger", "food"),
    ],
)  # fmt: skip
def test_a_need_is_named_in_the_flow_s_own_words(text: str, chosen: str | None) -> None:
    assert LEXICON.choose(text, NEEDS) == chosen


def test_a_flow_s_word_is_denied_even_when_no_intent_is_at_stake() -> None:
    assert LEXICON.choose("ça va mais je n'ai rien mangé", CHECK_IN) is None
    assert LEXICON.choose("je ne vais pas bien", CHECK_IN) is None
    assert LEXICON.choose("ça va", CHECK_IN) == "fine"


def test_a_longer_phrase_of_another_intent_does_not_hide_a_flow_s_word() -> None:
    why = (Option("holiday", "1", ("vacances",)), Option("hospital", "2", ("hôpital",)))
    assert LEXICON.choose("je pars en vacances", why) == "holiday"
    assert LEXICON.choose("je suis à l'hôpital", why) == "hospital"


def test_a_word_two_options_share_chooses_neither() -> None:
    assert (
        LEXICON.choose("pain", (Option("a", "1", ("pain",)), Option("b", "2", ("pain",)))) is None
    )


def test_a_lexicon_with_few_words_still_reads_digits() -> None:
    small = Lexicon({"yes": {"fr": ["oui"]}})
    assert (small.read(" 2 ").digit, small.read("oui").intent, small.read("non").intent) == (
        2,
        "yes",
        "",
    )


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    reading = LEXICON.read(text)
    assert reading.digit is None or 0 <= reading.digit <= 9


PARTS = st.sampled_from(
    [
        "1",
        "2",
        "42",
        "oui",
        "non",
        "ca va",
        "pas",
        "manger",
        "aide",
        "svp",
        "لا",
        "stop",
        "heures",
        "،",
    ]
)


@given(st.lists(PARTS, max_size=6).map(" ".join))
def test_a_choice_is_one_of_those_offered(text: str) -> None:
    assert LEXICON.choose(text, CHECK_IN, CHECK_IN_INTENTS) in {None, "fine", "soso", "help"}


@given(
    st.lists(
        st.sampled_from(["stop", "svp", "merci", "arrêt", "de", "bus", "bonjour"]), max_size=7
    ).map(" ".join)
)
def test_stop_is_a_message_of_four_words_at_most(text: str) -> None:
    if LEXICON.is_stop(text):
        assert len(fold(text).split()) <= 4
        assert not {"de", "bus"} & set(text.split())


def test_reading_is_quick_enough_for_a_small_machine() -> None:
    assert _microseconds("1") < 20
    assert _microseconds("je vais bien merci") < 150


def _microseconds(text: str) -> float:
    """Return the best of several timings of one reading, so that a busy machine does not fail the
    town."""
    timings = []
    for _ in range(20):
        started = time.perf_counter()
        for _ in range(20):
            LEXICON.read(text)
        timings.append((time.perf_counter() - started) / 20 * 1e6)
    return min(timings)
