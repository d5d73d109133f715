"""The judge judged: what `python -m tests.reading` counts, and the corpus it counts on."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.reading import report
from tests.reading.__main__ import main
from tests.reading.asking import NoReader, Read, read_all, understood
from tests.reading.scoring import Figure, Goal, Result, figures, is_explicit
from tests.reading.spelling import BY_LANGUAGE
from tests.reading.texts import (
    HALVES,
    LANGUAGES,
    BrokenCorpus,
    Entry,
    entries,
    fold,
    parsed,
    path_of,
)
from tests.reading.typos import SLIPS, slipped
from tests.reading.variants import variants

CORPUS = entries()
WRITTEN = [spoken for spoken in LANGUAGES if path_of(spoken, "train").exists()]
Answer = Callable[[Mapping[str, str]], dict[str, Any]]


# --- the corpus ---------------------------------------------------------------------------------


def test_french_and_english_are_there() -> None:
    assert {"fr", "en"} <= set(WRITTEN)


@pytest.mark.parametrize("language", WRITTEN)
def test_a_language_has_four_hundred_entries_about_half_of_which_only_judge(language: str) -> None:
    halves = Counter(each.half for each in CORPUS if each.language == language)
    assert halves.total() >= 400
    assert 0.45 <= halves["held"] / halves.total() <= 0.55


def test_no_text_is_in_both_halves() -> None:
    halves: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for each in CORPUS:
        halves[each.language, each.situation, fold(each.text)].add(each.half)
    assert [text for text, found in halves.items() if len(found) > 1] == []


def test_the_same_text_in_the_same_situation_has_one_right_reading() -> None:
    right = defaultdict(set)
    for each in CORPUS:
        right[each.language, each.situation, fold(each.text)].add(each.readings)
    assert [text for text, readings in right.items() if len(readings) > 1] == []


@pytest.mark.parametrize("language", WRITTEN)
def test_a_kind_is_in_both_halves_alike(language: str) -> None:
    kinds = Counter((each.kind, each.half) for each in CORPUS if each.language == language)
    uneven = [kind for kind, _ in kinds if abs(kinds[kind, "train"] - kinds[kind, "held"]) > 3]
    assert uneven == []


def test_whoever_cries_for_help_is_for_a_person_now() -> None:
    assert [each.text for each in CORPUS if is_explicit(each) and each.persons != {"now"}] == []


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", WRITTEN)
def test_every_figure_stands_on_texts_of_each_language_and_half(language: str, half: str) -> None:
    ours = [each for each in CORPUS if (each.language, each.half) == (language, half)]
    few = [it.measure.name for it in figures(_read(ours, _right)) if it.of < 5]
    assert few == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("oui\thello\tok\tno", "4 columns"),
        ("oui\tmorning\tok\tno\tok-plain", "morning is none of"),
        ("oui\thello\tfine\tno\tok-plain", "fine is none of"),
        ("oui\thello\tok\tnever\tok-plain", "never is none of"),
        ("oui\thello\tok\tno\tOK plain", "short name"),
    ],
)
def test_a_line_that_no_reader_can_answer_is_refused(line: str, problem: str) -> None:
    with pytest.raises(BrokenCorpus, match=problem):
        parsed(line, "fr", "train")


def test_a_line_tells_every_right_answer_and_breaks_lines() -> None:
    entry = parsed(r"non\n> Tout va bien?" + "\thello\tsoso|help\tnow|later\tquote", "fr", "held")
    assert entry.text == "non\n> Tout va bien?"
    assert entry.readings == {"soso", "help"}
    assert entry.persons == {"now", "later"}


# --- misspelt texts -----------------------------------------------------------------------------


def test_the_same_texts_are_misspelt_alike_at_every_run() -> None:
    assert variants(CORPUS, CORPUS) == variants(list(CORPUS), CORPUS)
    slips = {name: slipped("je suis tombée", "fr", name, frozenset()) for name in SLIPS}
    assert slips == {
        "neighbour": "je suis yombée",
        "dropped": "je suis tombé",
        "doubled": "je suis tombbée",
        "swapped": "je suis tomébe",
    }


@pytest.mark.parametrize("language", WRITTEN)
def test_misspelt_texts_are_not_empty_and_differ_from_what_they_were_made_from(
    language: str,
) -> None:
    ours = [each for each in CORPUS if each.language == language]
    made = variants(ours, CORPUS)
    assert {each.made_by for each in made} == {*SLIPS, *BY_LANGUAGE[language]}
    assert all(each.text.strip() for each in made)
    assert not {(each.text, each.situation) for each in made if each.made_by in SLIPS} & {
        (each.text, each.situation) for each in ours
    }


@pytest.mark.parametrize("slip", SLIPS)
def test_a_finger_slips_once_and_in_a_word_of_four_letters(slip: str) -> None:
    words = ["je", "ne", "vais", "pas", "bien"]
    wrong = slipped(" ".join(words), "fr", slip, frozenset()).split()
    changed = [right for right, now in zip(words, wrong, strict=True) if right != now]
    assert changed in (["vais"], ["bien"])


def test_a_slip_never_makes_another_word_that_somebody_means() -> None:
    every_slip_of_bien = frozenset({"vien", "nien", "buen", "boen", "birn", "bizn", "bieb"})
    assert slipped("bien", "fr", "neighbour", every_slip_of_bien) == "bien"
    without_accents = frozenset({"ebe", "bbe", "bee", "beb"})
    assert slipped("bébé", "fr", "dropped", without_accents) == "bébé"


def test_a_slip_in_capitals_is_a_capital() -> None:
    assert slipped("STOP", "en", "neighbour", frozenset()).isupper()


def test_no_two_misspelt_texts_made_from_one_are_the_same() -> None:
    shouted = _entry("STOP", readings={"stop"}, kind="stop")
    assert "upper" not in {each.made_by for each in variants([shouted], [shouted])}
    bare = [
        each.text for each in variants([_entry("j'ai")], []) if each.made_by in ("bare", "short")
    ]
    assert len(set(bare)) == len(bare)


def test_what_has_no_long_word_is_not_slipped() -> None:
    assert slipped("oui 201", "fr", "dropped", frozenset()) == "oui 201"


def test_what_a_machine_wrote_is_not_misspelt() -> None:
    entry = _entry("A aimé « Tout va bien? »", kind="reaction-up")
    assert variants([entry], [entry]) == []


def test_a_misspelt_stop_may_be_asked_about_but_a_shouted_one_is_a_stop() -> None:
    stop = _entry("stop", readings={"stop"}, persons={"no"}, kind="stop")
    allowed = {each.made_by: each.readings for each in variants([stop], [stop])}
    assert allowed["dropped"] == {"stop", "other"}
    assert allowed["upper"] == {"stop"}


def test_a_misspelt_cry_is_a_cry() -> None:
    cry = _entry("je veux mourir", readings={"distress"}, persons={"now"}, kind="distress-suicide")
    assert {(each.readings, each.persons) for each in variants([cry], [cry])} == {
        (cry.readings, cry.persons)
    }


@pytest.mark.parametrize(
    ("language", "how", "text", "becomes"),
    [
        ("fr", "bare", "ça va, j'étouffe", "ca va, jetouffe"),
        ("fr", "apart", "j'ai peur, rappelez-moi", "j ai peur, rappelez moi"),
        ("fr", "upper", "ça va", "ÇA VA"),
        ("fr", "short", "je veux mourir", "jveux mourrir"),
        ("en", "bare", "I can't breathe", "I cant breathe"),
        ("fr", "short", "quelque chose", "quelque chose"),
        ("en", "short", "please help", "pls halp"),
        ("en", "short", "thank you", "ty"),
        ("ary-Latn", "7 as h", "7it ma b9itch", "hit ma b9itch"),
        ("ary-Latn", "9 as q", "ma b9itch 9", "ma bqitch 9"),
        ("ary-Latn", "3 as a", "3awnouni, 3", "aawnouni, 3"),
        ("ary-Latn", "kh as 5", "khassni", "5assni"),
        ("ary-Latn", "ch as sh", "chwiya", "shwiya"),
        ("ary", "teh", "مريضة", "مريضه"),
        ("ary", "alef", "أنا", "انا"),
        ("ary", "yeh", "علي", "على"),
        ("ary", "Persian digits", "201 3", "۲۰۱ ۳"),
    ],
)
def test_people_spell_otherwise(language: str, how: str, text: str, becomes: str) -> None:
    assert BY_LANGUAGE[language][how](text, "train") == becomes


def test_each_half_has_short_forms_of_its_own() -> None:
    shorten = BY_LANGUAGE["fr"]["short"]
    assert shorten("je veux mourir", "train") != shorten("je veux mourir", "held")


def test_drawn_out_and_vowelled_words_keep_their_letters() -> None:
    for how in ("tatweel", "harakat"):
        written = BY_LANGUAGE["ary"][how]("خاصني مساعدة", "train")
        assert written != "خاصني مساعدة"
        assert re.sub("[\u0640\u064b-\u0652]", "", written) == "خاصني مساعدة"


# --- what is counted ----------------------------------------------------------------------------


def test_a_reader_that_is_always_right_reaches_every_goal() -> None:
    told = figures(_read([*CORPUS, *variants(CORPUS, CORPUS)], _right))
    assert [it.measure.name for it in told if it.is_reached is False] == []
    assert _named(told, "wholly right").count == _named(told, "wholly right").of


def test_a_reader_that_calls_everything_fine_misses_what_matters() -> None:
    told = figures(_read(CORPUS, lambda _: {"reading": "ok", "person": "no"}))
    missed = {it.measure.name for it in told if it.is_reached is False}
    assert {"explicit distress caught at once", "wrong OK", "unseen", "takes heard"} <= missed
    assert _named(told, "wrong STOP").count == 0


def test_a_reader_that_calls_a_person_for_everything_alarms_falsely() -> None:
    told = figures(_read(CORPUS, lambda _: {"reading": "distress", "person": "now"}))
    assert _named(told, "explicit distress caught at once").is_reached
    assert _share(told, "false alarms on daily speech") == 1
    assert _share(told, "answers right without a person") == 0
    assert _share(told, "handed to a person") == 1


@pytest.mark.parametrize(
    ("text", "read", "counted"),
    [
        (
            ("menu", "other", "later", "daily-fall"),
            ("other", "now"),
            "false alarms on daily speech",
        ),
        (("menu", "other", "later", "daily-fall"), ("help", "no"), "false alarms on daily speech"),
        (("hello", "soso", "now", "soso"), ("ok", "no"), "wrong OK"),
        (("hello", "soso", "now", "soso"), ("ok", "no"), "unseen"),
        (("consent", "other", "later", "consent-unclear"), ("yes", "no"), "wrong consent"),
        (("hello", "other", "later", "stop-not"), ("stop", "no"), "wrong STOP"),
        (("volunteer", "decline", "no", "decline"), ("take", "no"), "wrong take"),
        (("volunteer", "take", "no", "take"), ("take", "no"), "takes heard"),
        (("hello", "stop", "no", "stop"), ("stop", "no"), "STOPs heard"),
        (("hello", "ok", "no", "ok-plain"), ("ok", "no"), "answers right without a person"),
        (("hello", "ok", "no", "ok-plain"), ("ok", "later"), "handed to a person without need"),
        (("hello", "other", "later", "implicit"), ("x", "now"), "implicit distress caught at once"),
    ],
)
def test_each_figure_counts_its_own(
    text: tuple[str, str, str, str], read: tuple[str, str], counted: str
) -> None:
    situation, reading, person, kind = text
    entry = _entry("x", situation, {reading}, {person}, kind)
    assert _named(figures([Result(entry, Read(*read))]), counted).count == 1


def test_an_answer_that_waits_for_a_person_is_not_one_without() -> None:
    told = figures([Result(_entry("oui"), Read("ok", "later"))])
    assert _named(told, "answers right without a person").count == 0
    assert _named(told, "wholly right").count == 0


def test_what_may_wait_is_neither_an_answer_nor_handed_over_without_need() -> None:
    thanks = _entry("merci", readings={"ok", "other"}, persons={"no", "later"}, kind="ok-heart")
    told = figures([Result(thanks, Read("other", "later"))])
    assert _named(told, "answers right without a person").of == 0
    assert _named(told, "handed to a person without need").of == 0


def test_implicit_distress_is_counted_apart() -> None:
    kinds = ("distress-fall", "implicit", "distress-implicit", "distress-denied")
    assert [is_explicit(_entry("x", kind=kind)) for kind in kinds] == [True, False, False, False]


def test_what_may_be_read_so_is_no_fault() -> None:
    thanks = _entry("merci", readings={"ok", "other"}, persons={"no", "later"}, kind="ok-heart")
    told = figures([Result(thanks, Read("ok", "no"))])
    assert {it.measure.name for it in told if it.count and it.is_reached is False} == set()
    assert _named(told, "wrong OK").of == 0


def test_distress_that_waits_is_seen_but_not_caught() -> None:
    cry = _entry("x", readings={"distress"}, persons={"now"}, kind="distress-fall")
    told = figures([Result(cry, Read("other", "later"))])
    assert _named(told, "explicit distress caught at once").is_reached is False
    assert _named(told, "explicit distress seen by a person").is_reached is True


def test_a_goal_is_reached_at_its_share_and_not_below() -> None:
    assert Goal(0.98).is_reached(98, 100)
    assert not Goal(0.98).is_reached(97, 100)
    assert Goal(0.03, at_most=True).is_reached(3, 100)
    assert not Goal(0.0, at_most=True).is_reached(1, 1000)
    assert [str(goal) for goal in (Goal(0.98), Goal(0.0, at_most=True))] == [">= 98 %", "0"]


# --- asking -------------------------------------------------------------------------------------

ECHO = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"reading": asked["text"], "person": "no", "flags": [], "why": asked["as"]}))
"""


def test_the_reader_is_asked_line_by_line() -> None:
    lines = [each.question for each in CORPUS[:5]]
    told = list(read_all(lines, (sys.executable, "-c", ECHO)))
    assert [each["reading"] for each in told] == [each["text"] for each in lines]
    assert told[0]["why"] == "hello"


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("import sys; sys.exit('no such command')", "no such command"),
        ("print('{}')", "no reading"),
        ("print('fine')", "no JSON"),
        ("pass", "1 texts were asked about, 0 were answered"),
    ],
)
def test_a_reader_that_does_not_answer_is_named(program: str, problem: str) -> None:
    with pytest.raises(NoReader, match=problem):
        list(read_all([CORPUS[0].question], (sys.executable, "-c", program)))


def test_a_plain_yes_means_what_it_answers() -> None:
    told = {"reading": "yes", "person": "no"}
    means = {it: understood(told, it).reading for it in ("hello", "volunteer", "consent")}
    assert means == {"hello": "ok", "volunteer": "take", "consent": "yes"}


# --- the command --------------------------------------------------------------------------------


def test_the_command_tells_the_figures_of_what_was_wished_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--language", "fr", "--half", "train", "--no-variants"]
    assert main(arguments, _asking(lambda _: {"reading": "ok", "person": "no"})) == 0
    said = capsys.readouterr().out
    assert "half one may learn from, as written" in said
    assert re.search(r"wrong OK +0 +\d+/\d+ [0-9.]+ % MISSED", said)
    assert re.search(r"\n +goal +fr\n", said)
    assert "only judges" not in said
    assert "misspelt" not in said


def test_the_list_tells_what_was_read_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--language", "en", "--kind", "need-water", "--half", "train", "--list"]
    told = {"no water in the taps": {"reading": "ok", "person": "no", "why": ["taps", "ok"]}}
    right = {"reading": "help", "person": "now"}
    main(arguments, _asking(lambda asked: told.get(asked["text"], right)))
    listed = [line for line in capsys.readouterr().out.splitlines() if "right: " in line]
    assert listed == [
        "en train need-water: 'no water in the taps' as hello: ok no (taps; ok), "
        "right: distress|help|person now"
    ]


def test_the_tables_are_written_for_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "tables.md"
    arguments = ["--language", "en", "--kind", "stop", "--markdown", str(page)]
    main(arguments, _asking(lambda _: {"reading": "ok", "person": "no"}))
    written = page.read_text(encoding="utf-8")
    assert "| wrong OK | 0 |" in written
    assert "### The half that only judges, misspelt" in written
    assert "| en | stop-not |" in written


def test_without_a_reader_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def nobody(lines: Iterable[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
        return read_all(lines, (sys.executable, "-c", "import sys; sys.exit('away')"))

    assert main(["--kind", "need-water"], nobody) == 1
    assert "away" in capsys.readouterr().err


def test_the_worst_kind_comes_first() -> None:
    fine = Result(_entry("a", kind="aaa"), Read("ok", "no"))
    late = replace(fine, entry=_entry("b", readings={"help"}, persons={"now"}, kind="bbb"))
    late = replace(late, read=Read("other", "later"))
    unseen = replace(fine, entry=_entry("c", persons={"now"}, kind="ccc"))
    _, *rows = report.kinds_table([fine, late, late, unseen])
    assert rows == [["fr", "ccc", "1", "0", "1", "1"], ["fr", "bbb", "2", "2", "2", "0"]]


# --- helpers ------------------------------------------------------------------------------------


def _entry(
    text: str,
    situation: str = "hello",
    readings: Iterable[str] = ("ok",),
    persons: Iterable[str] = ("no",),
    kind: str = "ok-plain",
) -> Entry:
    return Entry(text, "fr", "train", situation, frozenset(readings), frozenset(persons), kind)


def _right(entry: Entry) -> dict[str, Any]:
    """Answer as the entry wants it; the least alarm and the clearest reading of those allowed."""
    person = next(each for each in ("no", "later", "now") if each in entry.persons)
    return {"reading": min(entry.readings, key=lambda it: (it == "other", it)), "person": person}


def _read(given: Iterable[Entry], answer: Callable[[Entry], dict[str, Any]]) -> list[Result]:
    return [Result(each, understood(answer(each), each.situation)) for each in given]


def _asking(answer: Answer) -> Callable[[Iterable[Mapping[str, str]]], Iterator[dict[str, Any]]]:
    return lambda lines: (json.loads(json.dumps(answer(each))) for each in lines)


def _named(told: list[Figure], name: str) -> Figure:
    return next(it for it in told if it.measure.name == name)


def _share(told: list[Figure], name: str) -> float:
    return _named(told, name).count / _named(told, name).of
