"""Who is asked about what kind of case, and ladders that are kept as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.base.spans import MINUTE
from helpline.town.ladder import GROUPS, Ladder, Reminder, Rung, for_kind, from_json

BONJOUR = Ladder(
    "bonjour",
    (Reminder(60 * MINUTE, "reminder"), Reminder(120 * MINUTE, "last_word")),
    150 * MINUTE,
    (
        Rung(("contacts",), 99, 30 * MINUTE),
        Rung(("volunteers",), 3, 15 * MINUTE),
        Rung(("coordinators",), 99, 15 * MINUTE, repeat=True),
    ),
)

any_rung = st.builds(
    Rung,
    ask=st.lists(st.sampled_from(GROUPS), min_size=1, unique=True).map(tuple),
    at_once=st.integers(1, 99),
    wait=st.integers(1, 10**7),
    repeat=st.booleans(),
)
any_ladder = st.builds(
    Ladder,
    name=st.text(max_size=12),
    resident=st.lists(
        st.builds(Reminder, st.integers(0, 10**7), st.text(max_size=8)), max_size=3
    ).map(tuple),
    deadline=st.integers(1, 10**8),
    humans=st.lists(any_rung, min_size=1, max_size=5).map(tuple),
    promise=st.integers(1, 10**8),
)


@given(any_ladder)
def test_a_ladder_kept_with_a_case_is_read_back_as_it_was(ladder: Ladder) -> None:
    assert from_json(ladder.to_json()) == ladder
    assert from_json(ladder.to_json()).hash() == ladder.hash()


@given(
    any_ladder,
    st.sampled_from(["help", "callback", "distress", "person", "stopped", "unreachable"]),
    st.booleans(),
)
def test_every_kind_of_case_ends_with_coordinators_again_and_again(
    ladder: Ladder, kind: str, urgent: bool
) -> None:
    last = for_kind(ladder, kind, urgent=urgent).humans[-1]
    assert last.repeat
    assert "coordinators" in last.ask


@pytest.mark.parametrize("kind", ["distress", "stopped", "unreachable", "person"])
def test_what_is_not_for_volunteers_goes_to_coordinators_alone(kind: str) -> None:
    assert [rung.ask for rung in for_kind(BONJOUR, kind).humans] == [("coordinators",)]


def test_silence_climbs_the_whole_ladder() -> None:
    assert for_kind(BONJOUR, "missed") == BONJOUR


def test_a_request_from_the_menu_does_not_go_to_private_contacts() -> None:
    assert [rung.ask for rung in for_kind(BONJOUR, "help").humans] == [
        ("volunteers",),
        ("coordinators",),
    ]


def test_an_urgent_request_asks_coordinators_together_with_the_first_volunteers() -> None:
    urgent = for_kind(BONJOUR, "help", urgent=True).humans
    assert [rung.ask for rung in urgent] == [("volunteers", "coordinators"), ("coordinators",)]
    assert not urgent[0].repeat


def test_the_deadline_is_the_last_step() -> None:
    assert BONJOUR.steps() == (60 * MINUTE, 120 * MINUTE, 150 * MINUTE)
