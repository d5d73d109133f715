"""Every sentence in flows/ is short, plain, and there in four languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from helpline.conversations.types import Phrasebook
from helpline.language import rendering, segments
from helpline.language.counting import FORMS, Counting, read_rule
from helpline.language.screens import pages
from helpline.reports.summary import without

FLOWS = Path(__file__).parents[2] / "flows"
LANGUAGES = ("fr", "ary", "ary-Latn", "en")
COMPANIONS = (
    "phrases",
    "counted",
    "letters",
    "words",
    "spoken",
    "distress",
    "reading",
    "ladders",
    "countries",
)

# Longest values we promise to fit: names of twenty letters, some with marks that GSM-7 lacks, a
# service of twenty-five. A longer name costs a segment, and nothing else.
VALUES = {
    "amount": "150 EUR",
    "address": "12 bis rue des Amandiers, 3e",
    "asked": "540",
    "closed": "12",
    "contact": "Marie-Thérèse-Gaëlle",
    "count": "12",
    "crisis": "3114",
    "date": "25/08",
    "emergency": "15",
    "help": "12",
    "hour": "09:00",
    "list": "1042 SMS non remis, 1043 SMS non remis, 1044 SMS non remis",
    "minutes": "420",
    "more": "21",
    "name": "Marie-Thérèse-Gaëlle",
    "ok": "490",
    "oldest": "1042 Fatima 26h",
    "on_duty": "14",
    "open": "12",
    "opened": "12",
    "organisation": "CCAS de Villeurbanne",
    "other": "9",
    "owner": "Marie-Thérèse-Gaëlle",
    "percent": "80",
    "phone": "+33639980001",
    "place": "12 bis rue des Amandiers",
    "ref": "1042",
    "request": "courses, trajet, cette semaine, 12 bis rue des Amandiers",
    "requests": "1042, 1043, 1044",
    "resident": "Marie-Thérèse-Gaëlle",
    "service": "Allo Voisins de Perpignan",
    "silent": "20",
    "since": "09:00",
    "soso": "30",
    "time": "11:30",
    "unread": "12",
    "waiting": "9",
    "until": "25/08/2026",
    "zone": "Ménilmontant-2",
}
# In Arabic script a segment holds seventy letters: the promise there is for usual long names.
# `helpline flows check` says which sentences take two with the longest.
ARABIC = VALUES | {
    "address": "درب 12 رقم 4، طابق 3",
    "contact": "فاطمة الزهراء",
    "date": "25/08",
    "name": "عبد الرحيم بنعلي",
    "organisation": "جماعة سيدي مومن",
    "owner": "فاطمة الزهراء",
    "place": "سيدي مومن",
    "request": "تقضية، هاد السيمانة، سيدي مومن",
    "resident": "عبد الرحيم بنعلي",
    "service": "Bonjour Belleville",
    "zone": "سيدي مومن",
}
ZONES = "\n".join(f"{key} Ménilmontant-2" for key in (1, 2, 3))

# Read by volunteers and coordinators, who may need two segments, or asking for a consent that must
# be whole; all others are held to one.
LONGER = re.compile(
    r"ask_(?!contact)|alarm_|case_|heard_|outcome_|to_read_|notice_|budget_|many_strangers|back_after|mail_|digest_"
    r"|confirm_volunteer\.|doubt\.|deaf\.|confirm_resident\.ask|sign_up\.consent"
)
# Who we are and whom we speak to may be left out where letters are dear.
LEFT_OUT_IN_ARABIC = frozenset({"name", "organisation", "service"})
# Languages are listed in their own letters here, so these are UCS-2 for everybody: 70 characters.
MIXED_SCRIPTS = ("welcome.choose", "language.choose")

FORBIDDEN = re.compile(
    r"\b(gratuit\w*|free|fabor|batal|https?|www|cliqu\w+|click\w*|bénéficiaires?|beneficiar\w+|victimes?)\b"
    r"|بلاش|فابور|مجان",
    re.IGNORECASE,
)
ACCUSING = re.compile(
    r"vous n'avez pas répondu|you did not (reply|answer)|ما جاوبتوش|ma jawbtouch", re.IGNORECASE
)


class Sentence(NamedTuple):
    """One sentence as a person gets it: the menu lines are part of it."""

    name: str
    texts: dict[str, str]


@cache
def load(name: str) -> Any:
    return yaml.load((FLOWS / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader)


def flows() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FLOWS.glob("*.yaml")):
        if path.stem not in COMPANIONS:
            yield path.stem, load(path.stem)


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for flow, data in flows():
        for step, body in data["steps"].items():
            yield f"{flow}.{step}", body


def choices() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, body in steps():
        for choice in body.get("choices", []):
            yield f"{name}.{choice['id']}", choice


def sentences() -> Iterator[Sentence]:
    for name, body in steps():
        for kind in ("ask", "say"):
            if kind in body:
                yield Sentence(
                    name, {language: whole(body, kind, language) for language in body[kind]}
                )
        if "invalid" in body:
            yield Sentence(f"{name}.invalid", body["invalid"])
    for name, texts in load("phrases")["phrases"].items():
        yield Sentence(name, texts)


def whole(body: dict[str, Any], kind: str, language: str) -> str:
    lines = [body[kind][language]]
    if "choices_from" in body:
        lines.append(ZONES)
    lines += [
        f"{choice['key']} {choice['label'].get(language, '')}" for choice in body.get("choices", [])
    ]
    return "\n".join(lines)


@cache
def filled(text: str, language: str) -> str:
    """Return `text` with the longest value of each placeholder."""
    counter = counting().said
    return rendering.fill(
        text, lambda name: value(name, language), lambda word, n: counter(word, n, language)
    )


@cache
def counting() -> Counting:
    data = load("counted")
    rules = {
        language: {form: rule for form, text in forms.items() if (rule := read_rule(text))}
        for language, forms in data["plurals"].items()
    }
    words = {
        word: {
            language: forms if isinstance(forms, dict) else {"other": forms}
            for language, forms in languages.items()
        }
        for word, languages in data["counted"].items()
    }
    return Counting(rules, words)


@cache
def value(name: str, language: str) -> str:
    if name in ("need", "wanted"):
        return longest(label for label in labels_saved_as(name, language))
    if name == "state":
        return longest(filled(text, language) for text in phrases_named("state_", language))
    return (ARABIC if language == "ary" else VALUES)[name]


def labels_saved_as(name: str, language: str) -> Iterator[str]:
    for _, body in steps():
        if body.get("save") == name:
            yield from (choice["label"][language] for choice in body["choices"])
    yield from phrases_named(f"{name}_", language)


def phrases_named(prefix: str, language: str) -> Iterator[str]:
    for name, texts in load("phrases")["phrases"].items():
        if name.startswith(prefix):
            yield texts[language]


def longest(texts: Iterator[str]) -> str:
    return max(texts, key=len)


SENTENCES = tuple(sentences())


def test_each_sentence_is_there_in_four_languages() -> None:
    assert [each.name for each in SENTENCES if tuple(each.texts) != LANGUAGES] == []
    assert [
        each.name for each in SENTENCES if any(t.strip() != t or not t for t in each.texts.values())
    ] == []


def test_each_choice_has_a_label_in_four_languages() -> None:
    assert [name for name, choice in choices() if tuple(choice["label"]) != LANGUAGES] == []


def test_each_sentence_costs_one_segment_or_two_for_volunteers() -> None:
    too_long = {
        (sentence.name, language): (segments.measure(said).units, said)
        for sentence in SENTENCES
        for language, text in sentence.texts.items()
        if segments.segments(said := segments.fit_gsm(filled(text, language)))
        > (2 if LONGER.match(sentence.name) else 1)
    }
    assert too_long == {}


def test_latin_sentences_use_the_letters_of_the_cheap_alphabet() -> None:
    costly = {
        (sentence.name, language): guilty
        for sentence in SENTENCES
        for language in ("fr", "ary-Latn", "en")
        if sentence.name not in MIXED_SCRIPTS
        and (guilty := segments.measure(sentence.texts[language]).guilty)
    }
    assert costly == {}


def test_each_language_is_told_the_same_facts() -> None:
    for sentence in SENTENCES:
        told = {language: placeholders(text) for language, text in sentence.texts.items()}
        assert told["fr"] - told["ary"] <= LEFT_OUT_IN_ARABIC, sentence.name
        told["ary"] |= told["fr"] & LEFT_OUT_IN_ARABIC
        assert told == dict.fromkeys(LANGUAGES, told["fr"]), sentence.name


def placeholders(text: str) -> set[str]:
    return set(rendering.placeholders(text))


@pytest.mark.scenario("E-G16")
def test_no_sentence_promises_a_free_number_shows_a_link_or_blames() -> None:
    for sentence in SENTENCES:
        for text in sentence.texts.values():
            assert not FORBIDDEN.search(text), sentence.name
            assert not ACCUSING.search(text), sentence.name


def test_a_sentence_never_begins_with_a_name_that_may_be_empty() -> None:
    assert [
        s.name for s in SENTENCES if any(text.startswith("{name}") for text in s.texts.values())
    ] == []


def test_each_counted_word_is_there_in_four_languages_and_for_every_form() -> None:
    counted = load("counted")
    assert tuple(counted["plurals"]) == LANGUAGES
    for word, languages in counting().words.items():
        assert tuple(languages) == LANGUAGES, word
        for language, forms in languages.items():
            assert "other" in forms, (word, language)
            assert set(forms) <= {*counted["plurals"][language], "other"} <= set(FORMS), word
            assert all("{n}" in text or form in ("one", "two") for form, text in forms.items())


def test_every_counted_word_is_said_somewhere() -> None:
    said = {word for each in SENTENCES for text in each.texts.values() for word in words_of(text)}
    assert said == set(counting().words)


def words_of(text: str) -> tuple[str, ...]:
    return rendering.counted(text)


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("fr", " 1 bonjour ", " 2 bonjours "), ("en", " 1 hello ", " 2 hellos ")],
)
def test_the_day_counts_its_hellos_in_the_right_number(language: str, one: str, many: str) -> None:
    day = Phrasebook(load("phrases")["phrases"], counting())
    assert one in day.say("digest_sms", language, {"asked": "1"})
    assert many in day.say("digest_sms", language, {"asked": "2"})


def test_menu_digits_are_one_figure_and_stand_once() -> None:
    for name, body in steps():
        keys = [choice["key"] for choice in body.get("choices", [])]
        assert all(len(key) == 1 and key.isdigit() for key in keys), name
        assert len(keys) == len(set(keys)), name


def test_the_digits_people_learn_by_heart_have_not_moved() -> None:
    menu = [(choice["key"], choice["id"]) for choice in load("menu")["steps"]["choose"]["choices"]]
    assert menu == [
        ("1", "help"), ("2", "sign_up"), ("3", "pause"), ("4", "follow"), ("5", "language"),
        ("6", "about"),
        ("0", "person"),
    ]  # fmt: skip
    check_in = [
        (choice["key"], choice["id"]) for choice in load("check_in")["steps"]["ask"]["choices"]
    ]
    assert check_in == [("1", "ok"), ("2", "soso"), ("3", "help")]


def test_no_label_of_a_choice_is_a_word_that_stops_everything() -> None:
    stop = {
        word.lstrip("=").casefold()
        for words in load("words")["words"]["stop"].values()
        for word in words
    }
    assert [
        name
        for name, choice in choices()
        if stop & {text.casefold() for text in choice["label"].values()}
    ] == []


def test_words_we_tell_people_to_send_are_words_we_understand() -> None:
    intents = load("words")["words"]
    told = {
        "menu": ("menu", "قائمة"),
        "stop": ("stop", "توقف"),
        "start": ("reprendre", "رجوع", "rje3", "start"),
        "pause": ("pause", "راحة"),
        "help": ("aide", "مساعدة", "help"),
        "yes": ("oui", "إييه", "iyeh", "yes"),
        "no": ("non", "لا", "la", "no"),
    }
    for intent, words in told.items():
        known = {word.lstrip("=") for many in intents[intent].values() for word in many}
        assert set(words) <= known, intent


def family(start: str) -> dict[str, dict[str, str]]:
    found = {
        name: texts for name, texts in load("phrases")["phrases"].items() if name.startswith(start)
    }
    assert found
    return found


@pytest.mark.parametrize(
    ("language", "yes"), [("fr", "OUI"), ("ary", "إييه"), ("ary-Latn", "IYEH"), ("en", "YES")]
)
def test_every_alarm_says_how_to_take_the_case(language: str, yes: str) -> None:
    for name, texts in family("alarm_").items():
        if name != "alarm_hospital":  # nothing to take there
            assert f"{{ref}} {yes}" in texts[language], name
            assert "1-5" in texts[language], name


def test_every_alarm_gives_the_number_to_call() -> None:
    assert [
        n for n, texts in family("alarm_").items() if "phone" not in placeholders(texts["ary"])
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_danger_is_spoken_of_it_is_a_sentence_that_says_whom_to_call(language: str) -> None:
    call = {"fr": "appelez", "ary": "عيطو", "ary-Latn": "3ayto", "en": "all"}[language]
    for sentence in SENTENCES:
        if "emergency" in placeholders(sentence.texts["fr"]):
            assert re.search(call, sentence.texts[language], re.I), sentence.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_consents_to_be_texted_reads_how_it_ends(language: str) -> None:
    asked = [each for each in SENTENCES if each.name in ("confirm_resident.ask", "sign_up.consent")]
    assert len(asked) == 2
    for sentence in asked:
        said = sentence.texts[language]
        assert "توقف" in said if language == "ary" else "STOP" in said, sentence.name
        assert "?" in said or "؟" in said, sentence.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_asked_again_is_offered_all_three_answers(language: str) -> None:
    for name in ("check_in_reminder", "check_in_again", "check_in_still_waiting"):
        said = load("phrases")["phrases"][name][language]
        assert re.findall(r"(?<!\w)[1-9](?= )", said) == ["1", "2", "3"], name


def test_whoever_takes_a_case_is_told_not_to_go_alone_in_every_language() -> None:
    alone = {"fr": "seul", "ary": "مع شي حد|ماشي بوحدكم", "ary-Latn": "bo7dkom", "en": "alone"}
    told = {**family("case_yours"), "volunteer": load("confirm_volunteer")["steps"]["ask"]["ask"]}
    for name, texts in told.items():
        for language, words in alone.items():
            assert re.search(words, texts[language]), (name, language)


def test_an_accent_that_phones_have_is_written() -> None:
    """É stands in the phones' alphabet; À does not."""
    for sentence in SENTENCES:
        assert not re.search(r"\bE(?=crivez|tes\b|quipe)", sentence.texts["fr"]), sentence.name


def test_questions_to_a_native_reader_are_listed_in_the_docs() -> None:
    marked = [
        (path.name, found[1])
        for path in sorted(FLOWS.glob("*.yaml"))
        for found in re.finditer(r"# native: (.+)", path.read_text("utf-8"))
    ]
    page = (FLOWS.parent / "docs" / "languages.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\w+\.yaml)` \| `\w+` \| (.+) \|$", page, re.MULTILINE)
    assert marked
    assert sorted(listed) == sorted(marked)


def test_volunteers_and_contacts_learn_no_address_and_no_number_before_they_said_yes() -> None:
    for name, texts in family("ask_").items():
        for text in texts.values():
            assert {"phone", "address"} & placeholders(text) == set(), name


def test_answers_to_distress_repeat_nothing_and_name_nobody() -> None:
    for name, texts in family("distress_").items():
        for text in texts.values():
            assert placeholders(text) <= {"crisis", "emergency", "organisation"}, name
    said = [sentence for sentence in SENTENCES if sentence.name.startswith("quiet.")]
    assert said
    assert not any(placeholders(text) for sentence in said for text in sentence.texts.values())


def test_the_overdue_line_and_the_days_figures_fit_one_text_together() -> None:
    phrases = load("phrases")["phrases"]
    for language in ("fr", "ary-Latn", "en"):
        figures = phrases["digest_sms"][language].replace(" ({oldest})", "")
        figures = without(figures, "waiting")  # said when there are any, and then others give way
        both = f"{phrases['digest_overdue'][language]} {figures}"
        assert segments.segments(filled(both, language)) == 1, filled(both, language)


def test_a_question_fits_one_ussd_screen() -> None:
    for sentence in SENTENCES:
        if "." not in sentence.name or LONGER.match(sentence.name):
            continue
        for language, text in sentence.texts.items():
            shown = pages(filled(text, language), more="98 Suite", back="00 Retour")
            assert len(shown) == 1, (sentence.name, language, shown)


def test_every_ladder_ends_with_coordinators_who_are_asked_again_and_again() -> None:
    for name, ladder in load("ladders")["ladders"].items():
        last = ladder["humans"][-1]
        assert (last["ask"], last["repeat"]) == ("coordinators", "true"), name
