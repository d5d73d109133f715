"""Silence climbs the resident's ladder one step at a time, however late we are, and skips none."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from helpline.base.spans import MINUTE
from helpline.check_ins.rules import ON_TIME, Missed, Say, first_due, when_due
from helpline.town.ladder import Ladder, Reminder, Rung

MOVES_ONCE = "a late step moves only the next one; the step after that falls back to the first plan"
HUMANS = (Rung(("coordinators",), 99, 15 * MINUTE, repeat=True),)
HOURLY = Ladder(
    "hourly",
    (Reminder(60 * MINUTE, "reminder"), Reminder(120 * MINUTE, "last_word")),
    150 * MINUTE,
    HUMANS,
)


def ladder_of(gaps: list[int]) -> Ladder:
    """Return a ladder whose steps are so many minutes apart."""
    moments = [sum(gaps[: n + 1]) * MINUTE for n in range(len(gaps))]
    reminders = tuple(Reminder(after, "reminder") for after in moments[:-1])
    return Ladder("drawn", reminders, moments[-1], HUMANS)


ladders = st.lists(st.integers(5, 120), min_size=1, max_size=5).map(ladder_of)
delays = st.lists(st.integers(0, 72 * 60 * MINUTE), min_size=6, max_size=6)
small_delays = st.lists(st.integers(0, ON_TIME), min_size=6, max_size=6)


def climbed(ladder: Ladder, asked_at: int, late_by: list[int]) -> list[tuple[int, Say | Missed]]:
    """Return each step and when it was done, when the engine looks `late_by` milliseconds after it
    was due."""
    rung, due_at, done = 0, first_due(ladder, asked_at), []
    for late in late_by:
        now = due_at + late
        what = when_due(ladder, rung, asked_at, due_at, now)
        done.append((now, what))
        if isinstance(what, Missed):
            break
        rung, due_at = what.rung, what.due_at
    return done


@given(ladders, delays)
def test_every_reminder_is_said_once_in_order_before_anybody_is_alarmed(
    ladder: Ladder, late_by: list[int]
) -> None:
    done = climbed(ladder, 0, late_by)
    said = [what.rung for _, what in done if isinstance(what, Say)]
    assert said == list(range(1, len(ladder.resident) + 1))
    assert isinstance(done[-1][1], Missed)


@given(ladders, delays)
def test_two_steps_are_never_a_burst(ladder: Ladder, late_by: list[int]) -> None:
    moments = [now for now, _ in climbed(ladder, 0, late_by)]
    steps = ladder.steps()
    for place, (before, after) in enumerate(itertools.pairwise(moments)):
        assert after - before >= steps[place + 1] - steps[place] - ON_TIME


@given(ladders, delays)
def test_time_we_were_down_is_never_held_against_the_resident(
    ladder: Ladder, late_by: list[int]
) -> None:
    moments = [now for now, _ in climbed(ladder, 0, late_by)]
    assert all(now >= planned for now, planned in zip(moments, ladder.steps(), strict=True))


@given(ladders, small_delays)
def test_small_delays_do_not_add_up(ladder: Ladder, late_by: list[int]) -> None:
    moments = [now for now, _ in climbed(ladder, 0, late_by)]
    assert all(
        now - planned <= ON_TIME for now, planned in zip(moments, ladder.steps(), strict=True)
    )


@given(ladders, delays, st.integers(0, 10**12))
def test_a_step_is_never_due_before_the_one_it_follows(
    ladder: Ladder, late_by: list[int], asked_at: int
) -> None:
    for now, what in climbed(ladder, asked_at, late_by):
        assert isinstance(what, Missed) or what.due_at >= now


def test_on_time_it_keeps_the_ladders_own_times() -> None:
    assert [now for now, _ in climbed(HOURLY, 0, [0, 0, 0])] == [
        60 * MINUTE,
        120 * MINUTE,
        150 * MINUTE,
    ]


def test_after_ten_hours_down_one_reminder_leaves_and_the_next_an_hour_later() -> None:
    moments = [now for now, _ in climbed(HOURLY, 0, [600 * MINUTE, 0, 0])]
    assert moments == [660 * MINUTE, 720 * MINUTE, 750 * MINUTE]


def test_the_sentence_said_is_the_ladders() -> None:
    said = [what.phrase for _, what in climbed(HOURLY, 0, [0, 0, 0]) if isinstance(what, Say)]
    assert said == ["check_in_reminder", "check_in_last_word"]


def test_even_a_quick_ladder_leaves_time_to_answer_between_two_steps() -> None:
    quick = Ladder(
        "quick",
        (Reminder(MINUTE, "reminder"), Reminder(2 * MINUTE, "last_word")),
        3 * MINUTE,
        HUMANS,
    )
    moments = [now for now, _ in climbed(quick, 0, [ON_TIME, 0, 0])]
    assert all(after > before for before, after in itertools.pairwise(moments))


def test_two_minutes_late_keeps_the_ladders_times_and_a_moment_more_moves_them() -> None:
    assert when_due(HOURLY, 0, 0, 60 * MINUTE, 62 * MINUTE) == Say(
        "check_in_reminder", 1, 120 * MINUTE
    )
    assert when_due(HOURLY, 0, 0, 60 * MINUTE, 62 * MINUTE + 1) == Say(
        "check_in_reminder", 1, 122 * MINUTE + 1
    )


def test_a_quick_ladder_that_is_a_little_late_leaves_half_of_its_time_to_answer() -> None:
    quick = Ladder(
        "quick",
        (Reminder(MINUTE, "reminder"), Reminder(2 * MINUTE, "last_word")),
        3 * MINUTE,
        HUMANS,
    )
    assert when_due(quick, 0, 0, MINUTE, 3 * MINUTE) == Say(
        "check_in_reminder", 1, 3 * MINUTE + MINUTE // 2
    )
