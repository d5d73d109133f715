"""Consent, STOP, and what helpers answer: by kinds, in four languages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.language.reader import SITUATIONS
from tests.kit.reading import read, shipped_reader
from tests.language.test_reading_hello import texts


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "oui | OUI merci | je suis d'accord | bien sûr | oui je veux bien | volontiers"),
        ("ary", "نعم | إييه موافقة | واه بكل فرح | ١"),
        ("ary-Latn", "iyeh | wakha | na3am 3afakom | oui mouafaqa"),
        ("en", "yes | yes please | I agree | of course"),
    ),
)
def test_a_consent_is_wholly_clear(language: str, text: str) -> None:
    understood = read(text, "consent", language)
    assert (understood.reading, understood.person) == ("yes", "no")


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "oui ? | ni oui ni non | je ne dis pas non | oui et non | pourquoi pas | oui mais"),
        ("fr", "oui si c'est gratuit | je demande à ma fille | oui zgueg | iyeg"),
        ("ary", "نعم؟ | نعم ولكن ماشي كل نهار | يمكن | ما كنقولش لا"),
        ("ary-Latn", "iyeh? | yemken | wakha ? chkoun ntouma | iyeh walakin ghir ila kan fabor"),
        ("en", "yes? | maybe | why not | neither yes nor no | I'm not saying no"),
    ),
)
def test_anything_less_is_asked_again(language: str, text: str) -> None:
    assert read(text, "consent", language).reading == "other"


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "non | non merci | je ne veux pas | sans façon | pas intéressé"),
        ("ary", "لا شكرا | ما بغيتش | ماشي موافق"),
        ("ary-Latn", "la chokran | ma bghitch | machi mouwafe9"),
        ("en", "no thank you | not interested | I'd rather not"),
    ),
)
def test_a_refusal_is_as_clear(language: str, text: str) -> None:
    assert read(text, "consent", language).reading == "no"


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(
    "text",
    ["STOP", "Stop s'il vous plaît", "désabonnez-moi", "arretez sms", "no more texts", "توقف",
     "safi 7bes", "UNSUBSCRIBE", "ne m'écrivez plus", "stop all"],
)  # fmt: skip
def test_stop_is_heard_whatever_was_asked(situation: str, text: str) -> None:
    assert read(text, situation, "fr").reading == "stop"


@pytest.mark.parametrize(
    "text",
    ["ne coupez pas", "stop au bruit la nuit", "ne vous arrêtez pas", "stopp", "stpo",
     "I quit my job at the bakery", "mon bus ne fait plus arrêt ici", "don't stop",
     "ما تحبسوش عافاكم", "baraka llah fikom", "stop stop je tombe", "arrêt cardiaque"],
)  # fmt: skip
def test_nothing_less_than_stop_is_one(text: str) -> None:
    assert read(text, "hello", "fr").reading != "stop"


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "oui 201 | 201oui | ok 201 | OUI 201 si pas de réponse je rappelle | j'y vais"),
        ("fr", "Oui. 12 rue Piat c'est ça | bien reçu, j'y vais"),
        ("ary", "٢٠١ نعم | 201واخا | 201 👍🏻 | أنا نتكلف بيها 201"),
        ("ary-Latn", "ah 201 | 201wakha | ana ghadi daba 201"),
        ("en", "yes 201 | 201yes | I'll take 201 | on my way"),
    ),
)
def test_the_word_beside_the_number_takes(language: str, text: str) -> None:
    understood = read(text, "volunteer", language)
    assert (understood.reading, understood.person) == ("take", "no")


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        (
            "fr",
            "non 201 | j'y vais pas | je prends pas 201 | pas dispo | oui 201 euh non je peux pas",
        ),
        ("ary", "لا 201 | ما غاديش نمشي | 201 👎"),
        ("ary-Latn", "201 la | ma ghadich nmchi | ma n9derch lyoma"),
        ("en", "no 201 | I can't go | I won't go | not available"),
    ),
)
def test_a_no_or_a_denied_take_declines(language: str, text: str) -> None:
    assert read(text, "volunteer", language).reading == "decline"


@pytest.mark.parametrize(
    ("language", "text", "outcome"),
    [
        ("fr", "201 1", 1), ("fr", "elle va bien", 1), ("fr", "elle a besoin d'aide", 2),
        ("fr", "3 pompiers appelés", 3), ("fr", "personne ne répond", 4),
        ("fr", "je passe la main", 5), ("ary", "لاباس عليها هضرت معاها", 1),
        ("ary", "عيطت ل 15 وراهم جايين", 3), ("ary-Latn", "khassha chi wa7ed ydiha l tbib", 2),
        ("ary-Latn", "201 ma lqit 7ed", 4), ("en", "she needs help", 2), ("en", "no answer", 4),
    ],
)  # fmt: skip
def test_a_report_in_words_is_an_outcome(language: str, text: str, outcome: int) -> None:
    assert read(text, "owner", language).reading == f"outcome:{outcome}"


def test_a_report_is_read_before_the_words_of_distress_and_flagged() -> None:
    understood = read("201 3 elle était tombée, pompiers appelés", "owner", "fr")
    assert understood.reading == "outcome:3"
    assert "distress:medical" in understood.flags


def test_a_cry_beats_everything_else() -> None:
    for situation in SITUATIONS:
        assert read("STOP je veux mourir", situation, "fr").reading == "distress"


@given(st.text(), st.sampled_from(SITUATIONS))
def test_any_text_can_be_read(text: str, situation: str) -> None:
    understood = read(text, situation)
    assert understood.person in ("now", "later", "no")


def test_a_number_of_thousands_of_digits_is_no_fault() -> None:
    assert read("9" * 4301, "volunteer").person == "later"


@pytest.mark.parametrize("long", ["je vais bien ", "9 ", "ابت ", "a,", "?" * 5, "oui201", "é"])
def test_sixteen_kilobytes_of_anything_are_read_quickly_and_by_a_person(long: str) -> None:
    text = (long * 16_000)[:16_000]
    shipped_reader().read(text, "hello")
    started = time.process_time()
    understood = shipped_reader().read(text, "hello")
    assert time.process_time() - started < 0.05
    assert understood.person != "no"


def test_a_usual_text_is_read_within_a_millisecond() -> None:
    usual = ["1", "oui merci ça va", "je suis tombée dans la cuisine", "labas hamdullah", "OUI 201"]
    for text in usual:
        read(text)
    started = time.process_time()
    for _ in range(20):
        for text in usual:
            read(text)
    assert (time.process_time() - started) / (20 * len(usual)) < 0.001
