"""What a coordinator reads in the evening: the facts that matter, in one text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.base.spans import HOUR, MINUTE
from helpline.language import segments
from helpline.reports.summary import (
    Day,
    OpenCase,
    Sentences,
    age_words,
    is_overdue,
    order,
    sms_facts,
    sms_text,
    with_cases,
    without,
)

FRENCH = Sentences(
    overdue="URGENT {count} en retard, {oldest}.",
    usual="{date}: {asked} bonjours, {ok} bien, {soso} moyen, {help} aide, {silent} sans réponse. "
    "Cas +{opened} -{closed}, {open} ouverts ({oldest}). A lire {unread}. De garde {on_duty}.",
    quiet="{service} {date}: rien à signaler. Le service tourne.",
)
DAY = Day(
    "2026-05-04",
    asked=214,
    ok_first=190,
    ok_reminded=13,
    soso=6,
    help=3,
    silent=2,
    opened=5,
    closed=4,
    on_duty=11,
)


def case(number: int = 42, **changes: Any) -> OpenCase:
    """A case about René that nobody has taken for three hours."""
    one = OpenCase(
        number, "missed", "René Delcourt", "Belleville", "asking", 0, 3 * HOUR, "", 4 * HOUR, True
    )
    return replace(one, **changes)


def text(day: Day, sentences: Sentences = FRENCH) -> str:
    return sms_text(day, sentences, {"service": "Bonjour Belleville"})


def test_what_is_overdue_stands_first() -> None:
    said = text(with_cases(DAY, [case(), case(43, overdue=False)]))
    assert said.startswith("URGENT 1 en retard, 42 René 3h. 04/05: 214 bonjours, 203 bien")
    assert "2 ouverts." in said


def test_an_open_case_is_named_once_with_its_age() -> None:
    said = text(with_cases(DAY, [case(overdue=False)]))
    assert "1 ouverts (42 René 3h)" in said


def test_a_day_without_open_cases_has_no_empty_brackets() -> None:
    assert "0 ouverts. A lire 0. De garde 11." in text(DAY)


def test_a_quiet_day_says_so() -> None:
    assert (
        text(Day("2026-05-04")) == "Bonjour Belleville 04/05: rien à signaler. Le service tourne."
    )


def test_the_least_important_facts_are_left_out_first() -> None:
    crowded = with_cases(
        replace(DAY, asked=10**7, ok_first=10**7, opened=10**5, closed=10**5),
        [case(10_000_042, name="Maximilienne D")],
    )
    said = text(crowded)
    assert said.startswith("URGENT 1 en retard, 10000042 Maximilienne 3h.")
    assert "sans réponse" in said
    assert "De garde" not in said


def test_a_name_that_plain_letters_cannot_write_is_left_out() -> None:
    assert text(with_cases(DAY, [case(name="عائشة")])).startswith("URGENT 1 en retard, 42 3h.")


@given(
    st.builds(
        Day,
        date=st.just("2026-05-04"),
        asked=st.integers(0, 10**9),
        ok_first=st.integers(0, 10**9),
        soso=st.integers(0, 10**9),
        silent=st.integers(0, 10**9),
        opened=st.integers(0, 10**9),
        unread=st.integers(0, 10**9),
    ),
    st.lists(st.text(max_size=40), max_size=3),
)
def test_whatever_the_day_it_is_one_text_of_plain_letters(day: Day, names: list[str]) -> None:
    cases = [case(number, name=name, age=number * 10**9) for number, name in enumerate(names)]
    said = text(with_cases(day, cases))
    assert segments.units(said)[0] == "GSM-7"
    assert segments.segments(said) == 1


def test_a_clause_goes_with_its_comma() -> None:
    assert without("a {x}, b {y}, c {z}. d {w}.", "y") == "a {x}, c {z}. d {w}."
    assert without("a {x}, b {y}, c {z}. d {w}.", "z") == "a {x}, b {y}. d {w}."
    assert without("a {x}. d {w}.", "w") == "a {x}."


def test_overdue_cases_come_first_then_the_oldest() -> None:
    late, old, young = (
        case(7, opened_at=50),
        case(8, overdue=False, opened_at=10),
        case(9, overdue=False, opened_at=90),
    )
    assert [each.number for each in order([young, old, late])] == [7, 8, 9]


@pytest.mark.parametrize(
    ("status", "minutes", "nudged", "next_in", "late"),
    [
        ("asking", 29, False, 1, False),
        ("asking", 31, False, 1, True),
        ("taken", 55, False, 5, False),
        ("taken", 61, True, 60, True),
        ("taken", 200, False, 5, False),  # its owner gave news: a new promise holds
        ("taken", 61, False, -1, True),
    ],
)
def test_a_case_is_overdue_when_a_promise_was_broken(
    status: str, minutes: int, nudged: bool, next_in: int, late: bool
) -> None:
    now = minutes * MINUTE
    assert (
        is_overdue(status, 0, now + next_in * MINUTE, nudged=nudged, promise=HOUR, now=now) is late
    )


def test_a_ladder_with_a_short_promise_is_overdue_sooner() -> None:
    assert is_overdue("asking", 0, 10**9, nudged=False, promise=5_000, now=6_000)


def test_ages_are_short() -> None:
    assert [age_words(each) for each in (-5, 59 * MINUTE, 3 * HOUR, 47 * HOUR, 72 * HOUR)] == [
        "0min", "59min", "3h", "47h", "3j",
    ]  # fmt: skip
    assert age_words(72 * HOUR, "d") == "3d"


def test_facts_count_every_answer() -> None:
    facts = sms_facts(with_cases(DAY, [case()]))
    assert (facts["ok"], facts["count"], facts["open"], facts["oldest"]) == (
        "203",
        "1",
        "1",
        "42 René 3h",
    )
