"""The answer to a hello: all is well only where nothing speaks against it, by kinds, in four
languages."""

import pytest

from tests.kit.reading import read


def texts(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    """Return (language, text) of rows in which texts stand between bars."""
    return [(language, text.strip()) for language, row in rows for text in row.split("|")]


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        (
            "fr",
            "tout va bien | sa va b1 | jvai bien mrc | ça vaaa | non ça va merci | 👍🏿 | 1 merci",
        ),
        ("fr", "aucun souci | je n'ai besoin de rien | Bonjour oui ça va, je pars au marché"),
        ("ary", "لاباس الحمد لله | لَابَاسْ | بخــير | مزيااانه | ۱ | لا لاباس | واحد"),
        ("ary-Latn", "labas hamdullah | b5ir | mzyn | kolchi mezian | la labas | 1 chokran"),
        ("en", "im fine | no I'm fine | cant complain | all gd thx | not bad at all | y"),
    ),
)
def test_all_is_well_is_heard_and_nobody_is_told(language: str, text: str) -> None:
    understood = read(text, "hello", language)
    assert (understood.reading, understood.person) == ("ok", "no")


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "j'espère que ça va aller | ça allait hier | si seulement ça allait | ça va ?"),
        ("fr", "je peux pas dire que ça va | mon voisin va bien | ça va... enfin non | 1 ou 2"),
        ("fr", "tout va bien zgueg | on ne peut pas dire que tout va bien"),
        ("ary", "كنت لاباس | إن شاء الله نكون لاباس | لاباس؟ لا والله | ما نقدرش نقول بخير"),
        ("ary-Latn", "kont labas | nchallah nkoun labas | labas? la walah | 1 wla 2"),
        ("en", "can't say I'm fine | I was fine yesterday | I hope to be ok | fine... actually no"),
    ),
)
def test_a_hope_a_past_a_denial_a_question_or_an_unknown_word_is_for_a_person(
    language: str, text: str
) -> None:
    understood = read(text, "hello", language)
    assert understood.reading != "ok"
    assert understood.person in ("now", "later")


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "ça va à part que j'arrive plus à me lever | ça va mais ma jambe me porte plus"),
        ("fr", "oui mais rappelez moi | oui mais j'ai très froid | tout va bien mais venez"),
        ("ary", "لاباس ولكن راسي كيضرني | 1 ولكن دايخة"),
        ("ary-Latn", "labas walakin rasi kaydrni | labas ghir ma 9drtch nnod mn lfrach"),
        ("en", "fine but I can't get out of bed | yes but please call me | ok but I'm freezing"),
    ),
)
def test_an_exception_after_an_ok_brings_a_person_now(language: str, text: str) -> None:
    understood = read(text, "hello", language)
    assert understood.reading != "ok"
    assert understood.person == "now"


def test_an_exception_about_the_weather_is_kept_for_a_person_to_read() -> None:
    understood = read("ça va mais il pleut", "hello", "fr")
    assert (understood.reading, understood.person) == ("ok", "later")


@pytest.mark.parametrize(
    ("language", "text", "reading"),
    [
        ("fr", "ça va moyen", "soso"), ("fr", "pa tro la forme", "soso"), ("fr", "2️⃣", "soso"),
        ("fr", "vraiment mal", "help"), ("fr", "de mal en pis", "help"), ("fr", "👎🏿", "help"),
        ("fr", "g besoin daide", "help"), ("fr", "rapelez moi svp", "person"),
        ("ary", "شوية", "soso"), ("ary", "ماشى بخير", "help"), ("ary", "عـاونوني", "help"),
        ("ary", "عيطو ليا", "person"), ("ary", "٣", "help"), ("ary", "مريضه بزاف", "help"),
        ("ary-Latn", "chwiya", "soso"), ("ary-Latn", "machy mziane", "help"),
        ("ary-Latn", "3awnoniiii", "help"), ("ary-Latn", "3ayto liya", "person"),
        ("en", "not too good today", "soso"), ("en", "i ned help", "help"),
        ("en", "please ring me", "person"), ("en", "I'm not ok", "help"),
    ],
)  # fmt: skip
def test_less_than_well_brings_somebody_now(language: str, text: str, reading: str) -> None:
    understood = read(text, "hello", language)
    assert (understood.reading, understood.person) == (reading, "now")


@pytest.mark.parametrize(
    ("language", "text", "need"),
    [
        ("fr", "j'ai faim", "food"), ("fr", "plus de chauffage", "shelter"),
        ("fr", "oui mais j'ai très froid", "shelter"), ("fr", "jé plu de medicamen", "health"),
        ("ary", "ما كليت والو من البارح", "food"), ("ary", "سالا ليا دوا السكر", "health"),
        ("ary-Latn", "ma klitch", "food"), ("ary-Latn", "salaw liya kinat", "health"),
        ("en", "haven't eaten for two days", "food"), ("en", "no heating here", "shelter"),
    ],
)  # fmt: skip
def test_a_need_beats_ok_and_names_the_line_of_the_help_flow(
    language: str, text: str, need: str
) -> None:
    understood = read(text, "hello", language)
    assert (understood.reading, understood.person) == ("help", "now")
    assert f"need:{need}" in understood.flags


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("A aimé « Bonjour René. Tout va bien? 1 Oui »", "ok"),
        ("N'a pas aimé « Bonjour René. Tout va bien? »", "soso"),
        ("A réagi avec 👎 à « Bonjour Suzanne. Tout va bien? »", "soso"),
        ("Liked “hello Fred. All well?”", "ok"),
        ("> Bonjour René. Tout va bien?\nnon pas bien", "help"),
        ("> Tout va bien? 1 Oui 2 Moyen 3 Besoin d'aide\n\n3", "help"),
        ("> Bonjour René. Tout va bien?", "other"),
        ("1\n\nEnvoyé de mon téléphone", "ok"),
        ("لاباس\n--\nالحاج بوشعيب", "ok"),
    ],
)
def test_our_own_words_and_signatures_are_cut_and_a_reaction_is_a_thumb(
    text: str, reading: str
) -> None:
    assert read(text, "hello", "fr").reading == reading


def test_what_we_said_lately_is_not_read_as_the_answer() -> None:
    ours = "Voisinage: bonjour René. Tout va bien?\n1 Oui\n2 Moyen\n3 Besoin d'aide"
    assert read(ours, "hello", "fr", ours).reading == "other"
    assert read(f"{ours}\nnon pas bien", "hello", "fr", ours).reading == "help"


@pytest.mark.parametrize(
    "text",
    [
        "Je conduis, je vous répondrai plus tard.",
        "I'm driving with Do Not Disturb turned on.",
        "أنا سايق دابا، نرد عليك من بعد",
        "Réponse automatique : absent jusqu'au 24 août, tout va bien",
    ],
)
def test_a_machine_changes_nothing_and_a_person_sees_it(text: str) -> None:
    understood = read(text, "hello", "fr")
    assert (understood.reading, understood.person) == ("other", "later")
    assert "machine" in understood.flags


def test_a_greeting_alone_waits_for_nobody_and_gibberish_does() -> None:
    assert read("bonjour", "hello", "fr").person == "no"
    assert read("السلام عليكم", "hello", "ary").person == "no"
    assert read("fjdksl", "hello", "fr").person == "later"


@pytest.mark.parametrize("text", ["à 1h je mange chez ma fille", "je pars 3 jours", "le 3 mai"])
def test_an_hour_a_count_or_a_date_is_no_key(text: str) -> None:
    assert read(text, "hello", "fr").reading == "other"


def test_a_single_word_known_by_its_sound_in_other_letters_is_no_all_is_well() -> None:
    assert read("mrit", "hello", "ary-Latn").reading != "ok"  # "I fell ill", not مرتاح
    assert read("mzyana", "hello", "ary-Latn").reading == "ok"


def test_a_little_word_is_no_digit() -> None:
    assert read("a", "hello", "en").reading == "other"


@pytest.mark.parametrize(("language", "text"), texts(("fr", "le bus stop pas ici | stop le bruit")))
def test_stop_inside_a_sentence_is_for_a_person_to_read(language: str, text: str) -> None:
    understood = read(text, "menu", language)
    assert (understood.reading, understood.person) == ("other", "later")


@pytest.mark.parametrize(
    ("language", "text"),
    texts(
        ("fr", "ça va, mon mari est à l'hôpital"),
        ("en", "fine, my husband is in hospital"),
        ("ary", "لاباس، راجلي فالسبيطار"),
    ),
)
def test_another_wish_beside_an_all_is_well_is_for_a_person(language: str, text: str) -> None:
    understood = read(text, "hello", language)
    assert understood.person != "no"
