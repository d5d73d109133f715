"""Whether a silence is a person's or ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.core.doubt import enough_to_tell, too_many_silent


@pytest.mark.parametrize(
    ("asked", "silent", "doubtful"),
    [(19, 19, False), (20, 8, False), (20, 9, True), (100, 3, False), (100, 41, True), (0, 0, False)],
)
def test_four_in_ten_of_at_least_twenty_are_too_many(asked: int, silent: int, doubtful: bool) -> None:
    assert too_many_silent(asked, silent) is doubtful


@given(silent=st.integers(0, 50_000), more=st.integers(0, 50_000))
def test_counting_beyond_what_is_enough_to_tell_changes_nothing(silent: int, more: int) -> None:
    enough = enough_to_tell(silent)
    assert too_many_silent(enough + more, silent) is too_many_silent(enough, silent) is False
