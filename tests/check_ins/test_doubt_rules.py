"""Whether a silence is a person's or ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.check_ins.doubt_rules import enough_to_tell, too_many_silent
from helpline.messaging.callback_health import QUIET, deaf_since


@pytest.mark.parametrize(
    ("asked", "silent", "doubtful"),
    [
        (19, 19, False),
        (20, 8, False),
        (20, 9, True),
        (100, 3, False),
        (100, 41, True),
        (0, 0, False),
    ],
)
def test_four_in_ten_of_at_least_twenty_are_too_many(
    asked: int, silent: int, doubtful: bool
) -> None:
    assert too_many_silent(asked, silent) is doubtful


@given(silent=st.integers(0, 50_000), more=st.integers(0, 50_000))
def test_counting_beyond_what_is_enough_to_tell_changes_nothing(silent: int, more: int) -> None:
    enough = enough_to_tell(silent)
    assert too_many_silent(enough + more, silent) is too_many_silent(enough, silent) is False


NOW = 10 * QUIET
LONG_AGO = NOW - QUIET


def test_twenty_texts_without_a_report_for_a_quarter_of_an_hour_are_deafness() -> None:
    accepted = [LONG_AGO - n for n in range(20)]
    assert deaf_since(0, accepted, NOW) == LONG_AGO - 19


def test_nineteen_are_not() -> None:
    assert deaf_since(0, [LONG_AGO] * 19, NOW) is None


def test_a_text_is_given_its_quarter_of_an_hour_however_long_the_quiet_before() -> None:
    assert deaf_since(0, [LONG_AGO - 8 * QUIET] + [LONG_AGO + 1] * 40, NOW) is None


def test_what_was_accepted_when_we_last_heard_anything_is_not_missed() -> None:
    assert deaf_since(LONG_AGO - 1, [LONG_AGO - 1] * 20, NOW) is None
    assert deaf_since(LONG_AGO - 1, [LONG_AGO] * 20, NOW) == LONG_AGO


@given(heard_at=st.integers(LONG_AGO, NOW), accepted=st.lists(st.integers(0, NOW)))
def test_who_heard_anything_lately_is_not_deaf(heard_at: int, accepted: list[int]) -> None:
    assert deaf_since(heard_at, accepted, NOW) is None
