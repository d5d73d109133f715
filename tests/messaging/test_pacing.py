"""Texts leave no faster than the sender may, and no slower than need be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.messaging.pacing import BURST_SECONDS, LEAST_SHARE, SMALLEST_BURST, Pace, Restraint
from helpline.messaging.retry import STEPS, wait_before

rates = st.floats(0.1, 100)
looks = st.lists(st.tuples(st.floats(0, 5), st.integers(1, 6)), max_size=60)


@given(rates, looks)
def test_no_window_carries_more_than_the_rate_and_the_reserve(
    rate: float, looks: list[tuple[float, int]]
) -> None:
    pace, now, sent = Pace(rate, 0.0), 0.0, 0
    for pause, segments in looks:
        now += pause
        while pace.room(now):
            pace.took(segments)
            sent += segments
        reserve = max(SMALLEST_BURST, rate * BURST_SECONDS)
        assert sent <= reserve + now * rate + segments + 6


@given(rates, st.integers(1, 10))
def test_after_the_wait_it_tells_a_text_may_leave(rate: float, segments: int) -> None:
    pace = Pace(rate, 0.0)
    while pace.room(0.0):
        pace.took(segments)
    assert pace.wait(0.0) > 0
    assert pace.room(pace.wait(0.0) + 0.001) >= 1


@given(rates, st.floats(0.0, 1.0))
def test_the_wait_grows_shorter_though_nobody_asks_for_room(rate: float, share: float) -> None:
    pace = Pace(rate, 0.0)
    while pace.room(0.0):
        pace.took(1)
    whole = pace.wait(0.0)
    assert pace.wait(whole * share) == pytest.approx(whole * (1 - share), abs=1e-6)
    assert pace.wait(whole + 1.0) == 0


def test_a_long_text_may_leave_on_the_last_segment_and_delays_the_next() -> None:
    pace = Pace(1.0, 0.0)
    for _ in range(4):
        pace.took(1)
    assert pace.room(0.0) == 1
    pace.took(3)
    assert pace.room(2.0) == 0
    assert pace.room(3.01) == 1


@given(rates, st.lists(st.floats(0, 30), max_size=30))
def test_a_provider_that_asks_for_fewer_gets_half_and_never_nothing(
    rate: float, pauses: list[float]
) -> None:
    restraint, now = Restraint(rate), 1e9  # a machine that has run for years
    assert restraint.has_room(now)
    for pause in pauses:
        now += pause
        before = restraint.share(now)
        restraint.fewer(now)
        assert restraint.share(now) == max(LEAST_SHARE, before / 2)
    assert restraint.share(now + 300) == 1.0
    assert all(restraint.has_room(now + 300) for _ in range(100))


def test_half_the_pace_carries_half_the_texts() -> None:
    restraint, sent = Restraint(10.0), 0
    restraint.fewer(0.0)
    for tenth in range(100):
        while restraint.has_room(tenth / 10):
            restraint.took(1)
            sent += 1
    assert 60 <= sent <= 80  # the reserve of three seconds, and some fifty


def test_a_night_of_quiet_saves_up_no_more_than_a_few_seconds() -> None:
    pace = Pace(10.0, 0.0)
    assert pace.room(36_000.0) == 30


def test_a_clock_that_steps_back_takes_nothing_away() -> None:
    pace = Pace(1.0, 100.0)
    assert pace.room(50.0) == pace.room(50.0) == 5


@pytest.mark.scenario("R-G06")
@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 2), (1, 2), (2, 5), (3, 15), (4, 45), (5, 120), (500, 120)]
)
def test_tries_come_soon_at_first_and_every_two_minutes_in_the_long_run(
    attempts: int, seconds: float
) -> None:
    assert wait_before(attempts) == seconds
    assert list(STEPS) == sorted(STEPS)
