"""Flow files are read as text, laid over the shipped ones, and named by their content."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from helpline.app.acts import ACTS
from helpline.base.errors import InvalidFlow
from helpline.conversations.files.book import load_book, shipped_flows_dir
from helpline.conversations.files.flow_reader import parse_flow
from helpline.conversations.files.reader import LANGUAGES
from helpline.conversations.types import Ask, Do, Say
from helpline.language.answers import read_date, read_hour
from helpline.language.spoken_words import SpokenWords
from helpline.town.ladder import Ladder, Reminder, Rung
from tests.conversations.test_flow_lint import GOOD

MINUTE = 60_000
HOURS = """
flow: hours  # no yes on off
start: ask
expires: 30m
private: true
steps:
  ask:
    ask: {fr: "A quelle heure?"}
    choices:
      - {id: no, key: 1, label: {fr: no}, accept: {fr: [on, off, 10:30, 0612]}, value: "10:30",
      go: done}
    save: hour
  done: {do: sign_up, go: over}
  over: {say: {fr: "Bien."}, receipt: true, end: true}
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    for name, text in GOOD.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "town").mkdir()
    return tmp_path / "town"


def test_every_word_stays_the_word_that_was_written() -> None:
    flow = parse_flow(HOURS, "hours.yaml")
    ask = flow.steps["ask"]
    assert isinstance(ask, Ask)
    choice = ask.choices[0]
    assert (choice.id, choice.label["fr"], choice.accept["fr"]) == (
        "no",
        "no",
        ("on", "off", "10:30", "0612"),
    )
    assert (choice.value, flow.expires, flow.private, flow.source) == ("10:30", 1800, True, HOURS)


def test_one_way_for_every_result_is_written_once() -> None:
    flow = parse_flow(HOURS, "hours.yaml")
    assert flow.steps["done"] == Do("done", "sign_up", {}, "over")
    assert flow.steps["over"] == Say("over", {"fr": "Bien."}, {}, True, "")


def test_a_flow_is_named_by_its_content_not_by_its_layout() -> None:
    flow = parse_flow(HOURS, "hours.yaml")
    relaid = HOURS.replace("# no yes on off", "").replace('"Bien."', "Bien.")
    assert parse_flow(relaid, "x").hash == flow.hash
    assert parse_flow(HOURS.replace("Bien.", "Très bien."), "x").hash != flow.hash
    assert len(flow.hash) == 16


def test_an_old_version_is_rebuilt_from_its_text() -> None:
    flow = parse_flow(HOURS, "hours.yaml")
    assert parse_flow(flow.source, "kept") == flow


def test_an_old_version_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InvalidFlow, match="kept:2: This cannot be read"):
        parse_flow("flow: [", "kept")


def test_a_town_replaces_flows_whole_and_phrases_one_by_one(good: Path, town: Path) -> None:
    (town / "menu.yaml").write_text("flow: menu\nstart: a\nsteps:\n  a: {end: true}\n", "utf-8")
    (town / "phrases.yaml").write_text('phrases:\n  not_understood: {fr: "Comment?"}\n', "utf-8")
    (town / "words.yaml").write_text("words:\n  help: {fr: [secours]}\n", "utf-8")
    book = load_book(ACTS, good, town, ("fr",))
    assert list(book.flows["menu"].steps) == ["a"]
    assert book.openers == {}
    assert book.phrases["not_understood"]["fr"] == "Comment?"
    assert book.phrases["check_in_reminder"]["fr"] == "Bonjour?"
    assert book.words["help"] == {"fr": ("secours",)}
    assert book.words["yes"] == {"fr": ("oui",)}


def test_a_flow_is_found_by_its_hash_also_when_it_is_old(good: Path) -> None:
    book = load_book(ACTS, good, None, ("fr",))
    menu, old = book.flows["menu"], parse_flow(HOURS, "hours.yaml")
    assert book.flow_by_hash(menu.hash) is menu
    assert book.flow_by_hash(old.hash) is None
    assert book.remembering({old.hash: old}.get).flow_by_hash(old.hash) is old
    assert book.openers == {"menu": "menu"}


def test_a_ladder_is_read_in_milliseconds_with_its_defaults(good: Path) -> None:
    text = """
ladders:
  bonjour:
    resident: [{after: 60m, say: reminder}]
    deadline: 2h
    humans:
      - {ask: contacts, wait: 90s}
      - {ask: volunteers, wait: 15m}
      - {ask: [volunteers, coordinators], at_once: 5, wait: 1d, repeat: true}
"""
    (good / "ladders.yaml").write_text(text, "utf-8")
    assert load_book(ACTS, good, None, ("fr",)).ladders["bonjour"] == Ladder(
        name="bonjour",
        resident=(Reminder(60 * MINUTE, "reminder"),),
        deadline=120 * MINUTE,
        humans=(
            Rung(("contacts",), 99, 90_000, False),
            Rung(("volunteers",), 3, 15 * MINUTE, False),
            Rung(("volunteers", "coordinators"), 5, 1440 * MINUTE, True),
        ),
        promise=60 * MINUTE,
    )


def test_numbers_of_a_country_are_text(good: Path) -> None:
    text = "countries:\n  FR: {emergency: 15, crisis: {number: 3114, verified_on: 2026-03-16}}\n"
    (good / "countries.yaml").write_text(text, "utf-8")
    countries = load_book(ACTS, good, None, ("fr",)).countries
    assert countries["FR"] == {
        "emergency": "15",
        "crisis": "3114",
        "crisis_verified_on": "2026-03-16",
    }


def test_distress_classes_are_replaced_one_by_one(good: Path, town: Path) -> None:
    (good / "distress.yaml").write_text(
        "owner: us\nclasses: {a: {fr: [x]}, b: {fr: [y]}}\n", "utf-8"
    )
    (town / "distress.yaml").write_text("classes: {b: {fr: [z]}}\n", "utf-8")
    distress = load_book(ACTS, good, town, ("fr",)).distress
    assert distress == {"owner": "us", "classes": {"a": {"fr": ["x"]}, "b": {"fr": ["z"]}}}


def test_a_town_adds_words_of_its_own_for_hours_and_dates(good: Path, town: Path) -> None:
    text = 'spoken:\n  hour: {fr: [h], en: [hour]}\n  months: {"8": {fr: [août]}}\n'
    (good / "spoken.yaml").write_text(text, "utf-8")
    (town / "spoken.yaml").write_text("spoken:\n  hour: {fr: [h, plombe]}\n", "utf-8")
    spoken = SpokenWords(load_book(ACTS, good, town, ("fr",)).spoken)
    assert read_hour(spoken, "9 plombe") == read_hour(spoken, "9 hour") == "09:00"
    assert read_date(spoken, "25 aout", date(2026, 8, 20)) == date(2026, 8, 25)
    assert read_hour(SpokenWords({}), "9 plombe") is None


@pytest.mark.skipif(
    not (shipped_flows_dir() / "menu.yaml").is_file(), reason="no flows are shipped yet"
)
def test_the_shipped_book_holds_what_a_town_needs() -> None:
    book = load_book(ACTS, shipped_flows_dir())
    assert {"menu", "person"} <= set(book.flows)
    assert "bonjour" in book.ladders
    assert set(book.phrases["not_understood"]) == set(LANGUAGES)
