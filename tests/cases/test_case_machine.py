"""A case under every order of events: it is never left alone, never asks twice, and nobody's
outcome is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from helpline.base.spans import MINUTE
from helpline.cases.rules import (
    OUTCOMES,
    Accepted,
    Ask,
    Case,
    Change,
    Closed,
    Declined,
    Event,
    Found,
    Held,
    Opened,
    PatienceEnded,
    Reopened,
    Responders,
    SignOfLife,
    Status,
    Unreached,
    step,
)
from helpline.town.ladder import GROUPS, Ladder, Rung, for_kind

RESIDENT = 1
CONTACTS, VOLUNTEERS, COORDINATORS = (11, 12, 13), (21, 22, 23, 24, 25), (31, 32)
ANYBODY = st.sampled_from((*CONTACTS, *VOLUNTEERS, *COORDINATORS))
WAITS = st.integers(1, 60).map(lambda minutes: minutes * MINUTE)
KINDS = ("missed", "unreachable", "help", "callback", "distress", "person", "stopped")

groups = st.lists(st.sampled_from(GROUPS[:2]), min_size=1, max_size=2, unique=True).map(tuple)
rungs = st.builds(Rung, ask=groups, at_once=st.integers(1, 3), wait=WAITS)
last_rungs = st.builds(
    Rung, ask=st.just(("coordinators",)), at_once=st.just(99), wait=WAITS, repeat=st.just(True)
)
ladders = st.builds(
    lambda first, last, promise: Ladder("drawn", (), 150 * MINUTE, (*first, last), promise),
    st.lists(rungs, max_size=4),
    last_rungs,
    WAITS,
)


def some_of(people: tuple[int, ...]) -> st.SearchStrategy[tuple[int, ...]]:
    """Some of a group, in any order: people come on duty and go off while a case lives."""
    return st.lists(st.sampled_from((*people, RESIDENT)), unique=True, max_size=len(people)).map(
        tuple
    )


crews = st.builds(
    Responders,
    contacts=some_of(CONTACTS),
    volunteers=some_of(VOLUNTEERS),
    coordinators=some_of(COORDINATORS),
)


class CaseMachine(RuleBasedStateMachine):
    """Any events, in any order, at any time, with people coming and going."""

    @initialize(
        ladder=ladders, kind=st.sampled_from(KINDS), responders=crews, in_doubt=st.booleans()
    )
    def open(self, ladder: Ladder, kind: str, responders: Responders, in_doubt: bool) -> None:
        self.now = 0
        self.opened_as = kind
        self.said_fine = False
        self.case = Case(7, kind, Status.ASKING, RESIDENT, for_kind(ladder, kind), next_action_at=0)
        self.happens(Held(60 * MINUTE) if in_doubt and kind == "missed" else Opened(), responders)

    @invariant()
    def only_a_silence_is_held(self) -> None:
        if self.case.status is Status.HELD:
            assert (self.case.kind, self.case.asks) == ("missed", ())

    def happens(self, event: Event, responders: Responders) -> Change:
        before = self.case
        change = step(before, event, responders, self.now)
        self.case = change.case
        self.check_asks(before, change)
        if not before.is_open:
            assert change.case == before
            assert not change.asked
        return change

    def check_asks(self, before: Case, change: Change) -> None:
        after = change.case
        assert after.asks[len(before.asks) :] == change.asked
        assert [replace(a, answer=None) for a in after.asks[: len(before.asks)]] == [
            replace(a, answer=None) for a in before.asks
        ]
        for old, new in zip(before.asks, after.asks, strict=False):
            assert old.answer is None or new.answer == old.answer
        if after.round > before.round:
            assert change.asked or "nobody_available" in change.notes

    # --- what can happen --------------------------------------------------------------------------

    @rule(minutes=st.integers(0, 30))
    def time_passes(self, minutes: int) -> None:
        due = self.case.next_action_at
        later = self.now + minutes * MINUTE
        self.now = later if due is None else max(self.now, min(later, due))

    @precondition(lambda self: self.case.is_open)
    @rule(responders=crews, late=st.integers(0, 600))
    def patience_ends(self, responders: Responders, late: int) -> None:
        assert self.case.next_action_at is not None
        self.now = max(self.now, self.case.next_action_at) + late * MINUTE
        before = self.case
        change = self.happens(PatienceEnded(), responders)
        assert (self.case.next_action_at or 0) > self.now
        assert change.asked or "nobody_available" in change.notes or "nudged" in change.notes
        if before.rung == len(before.ladder.humans) - 1 and before.owner_id is None:
            asked = {ask.person_id for ask in change.asked}
            assert asked == set(responders.coordinators) - {RESIDENT} or self.asked_in(before.round)

    def asked_in(self, round_: int) -> set[int]:
        return {
            ask.person_id
            for ask in self.case.asks
            if ask.round == round_ and ask.role == "coordinator"
        }

    @rule(person=ANYBODY, responders=crews)
    def says_yes(self, person: int, responders: Responders) -> None:
        was = self.case.owner_id
        self.happens(Accepted(person), responders)
        if self.case.is_open:
            assert self.case.owner_id == (person if was is None else was)

    @rule(person=ANYBODY, responders=crews)
    def says_no(self, person: int, responders: Responders) -> None:
        before = self.case
        mine = [a for a in before.asks if a.person_id == person and a.answer is None]
        late = bool(mine) and all((a.round, a.rung) != (before.round, before.rung) for a in mine)
        change = self.happens(Declined(person), responders)
        if late and before.owner_id != person:
            assert not change.asked
            assert (self.case.rung, self.case.next_action_at) == (
                before.rung,
                before.next_action_at,
            )

    @rule(person=ANYBODY, responders=crews)
    def cannot_be_reached(self, person: int, responders: Responders) -> None:
        self.happens(Unreached(person), responders)

    @rule(
        person=ANYBODY,
        outcome=st.sampled_from([*OUTCOMES.values()]),
        final=st.booleans(),
        responders=crews,
    )
    def owner_found(self, person: int, outcome: str, final: bool, responders: Responders) -> None:
        was_owner = self.case.is_open and self.case.owner_id == person
        self.happens(Found(person, outcome, final), responders)
        self.said_fine |= was_owner and outcome == "fine"

    @rule(needs_help=st.booleans(), responders=crews)
    def resident_is_heard(self, needs_help: bool, responders: Responders) -> None:
        before = self.case
        change = self.happens(SignOfLife(needs_help), responders)
        if before.is_open and not self.case.is_open:
            told = [tell.person_id for tell in change.tells if tell.phrase == "case_stood_down"]
            owner = set() if before.owner_id is None else {before.owner_id}
            assert sorted(told) == sorted({ask.person_id for ask in before.asks} | owner)
            assert self.case.outcome == "heard"

    @rule(outcome=st.sampled_from(["cancelled", "solved"]), responders=crews)
    def desk_closes(self, outcome: str, responders: Responders) -> None:
        self.happens(Closed(outcome, 31), responders)

    @rule(responders=crews)
    def not_solved(self, responders: Responders) -> None:
        self.happens(Reopened(), responders)

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def an_open_case_waits_for_a_moment_and_a_closed_one_for_none(self) -> None:
        assert self.case.is_open == (self.case.next_action_at is not None)
        assert self.case.is_open or self.case.outcome is not None

    @invariant()
    def it_has_an_owner_only_while_taken(self) -> None:
        if self.case.is_open:
            assert (self.case.owner_id is not None) == (self.case.status is Status.TAKEN)

    @invariant()
    def nobody_is_asked_twice_in_a_round(self) -> None:
        asked = [(ask.round, ask.person_id) for ask in self.case.asks]
        assert len(asked) == len(set(asked))

    @invariant()
    def the_person_it_is_about_is_never_asked(self) -> None:
        assert RESIDENT not in {ask.person_id for ask in self.case.asks}

    @invariant()
    def nobody_is_fine_unless_a_person_said_so(self) -> None:
        assert self.case.outcome != "fine" or self.said_fine

    @invariant()
    def what_is_not_for_volunteers_reaches_coordinators_alone(self) -> None:
        if self.opened_as in ("distress", "person", "stopped", "unreachable"):
            assert {ask.role for ask in self.case.asks} <= {"coordinator"}


TestCaseMachine = CaseMachine.TestCase
TestCaseMachine.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


# --- the same promises, one by one ----------------------------------------------------------------

LADDER = Ladder(
    "story",
    (),
    150 * MINUTE,
    (
        Rung(("contacts",), 99, 30 * MINUTE),
        Rung(("volunteers",), 1, 15 * MINUTE),
        Rung(("coordinators",), 99, 15 * MINUTE, repeat=True),
    ),
)
CREW = Responders(contacts=(11,), volunteers=(21, 22), coordinators=(31,))


def played(
    *events: tuple[int, Event], responders: Responders = CREW, kind: str = "missed"
) -> list[Change]:
    """Return the changes of a case opened at 0 to which `events` happen at so many minutes."""
    case = Case(7, kind, Status.ASKING, RESIDENT, for_kind(LADDER, kind), next_action_at=0)
    changes = [step(case, Opened(), responders, 0)]
    for at, event in events:
        changes.append(step(changes[-1].case, event, responders, at * MINUTE))
    return changes


def asked(change: Change) -> list[int]:
    return [ask.person_id for ask in change.asked]


def told(change: Change, phrase: str) -> list[int]:
    return [tell.person_id for tell in change.tells if tell.phrase == phrase]


def test_silence_climbs_from_contacts_to_volunteers_to_coordinators_and_stays_there() -> None:
    changes = played(*((30 + 15 * turn, PatienceEnded()) for turn in range(6)))
    assert [asked(change) for change in changes] == [[11], [21], [22], [31], [31], [31], [31]]


def test_a_no_brings_the_next_person_at_once() -> None:
    _, after = played((1, Declined(11)))
    assert asked(after) == [21]


def test_a_late_no_to_an_earlier_step_skips_nobody() -> None:
    *_, before, after = played((30, PatienceEnded()), (31, Declined(11)))
    assert not after.asked
    assert after.case.next_action_at == before.case.next_action_at


def test_the_second_yes_learns_who_has_it_and_changes_nothing() -> None:
    *_, first, second = played((30, PatienceEnded()), (31, Accepted(21)), (32, Accepted(11)))
    assert second.case == first.case
    assert told(second, "case_taken_by_other") == [11]


def test_an_owner_who_falls_silent_is_asked_for_news_once_and_then_others_are_asked() -> None:
    changes = played((1, Accepted(11)), (61, PatienceEnded()), (121, PatienceEnded()))
    assert told(changes[2], "case_nudge") == [11]
    assert asked(changes[3]) == [21]
    assert told(changes[3], "case_back") == [11]


TO_THE_LAST = (
    (30, PatienceEnded()),
    (45, PatienceEnded()),
    (60, PatienceEnded()),
)  # the coordinator is asked


def test_the_last_coordinators_no_does_not_ask_her_again_at_once() -> None:
    *_, before, after = played(*TO_THE_LAST, (61, Declined(31)))
    assert (asked(before), asked(after)) == ([31], [])
    assert after.case.next_action_at == before.case.next_action_at


def test_the_last_coordinator_who_said_no_is_asked_again_when_the_wait_is_over() -> None:
    *_, again = played(*TO_THE_LAST, (61, Declined(31)), (75, PatienceEnded()))
    assert asked(again) == [31]


def test_who_asked_for_help_hears_that_an_emergency_ended_the_case() -> None:
    *_, ended = played((1, Accepted(31)), (2, Found(31, "emergency", is_final=True)), kind="help")
    assert (ended.case.is_open, told(ended, "request_closed")) == (False, [RESIDENT])


@pytest.mark.parametrize("outcome", ["not_reached", "needs_help"])
def test_a_coordinator_who_has_it_in_hand_is_left_twice_the_promise(outcome: str) -> None:
    *_, kept = played((1, Accepted(31)), (2, Found(31, outcome, is_final=True)))
    assert kept.case.owner_id == 31
    assert kept.case.next_action_at == 2 * MINUTE + 2 * LADDER.promise


@pytest.mark.scenario("E-G6", "N8")
def test_with_nobody_on_duty_the_case_says_so_and_looks_again() -> None:
    change, later = played((15, PatienceEnded()), responders=Responders())
    assert change.notes == later.notes == ("nobody_available",)
    assert later.case.next_action_at == 30 * MINUTE


def test_a_late_answer_stands_down_everybody_asked_and_nobody_else() -> None:
    *_, heard = played(
        (30, PatienceEnded()), (45, PatienceEnded()), (46, SignOfLife(needs_help=False))
    )
    assert told(heard, "case_stood_down") == [11, 21, 22]
    assert not heard.case.is_open


def test_a_late_answer_that_asks_for_help_keeps_the_case_open() -> None:
    *_, heard, again = played((1, SignOfLife(needs_help=True)), (2, SignOfLife(needs_help=False)))
    assert heard.case.is_open
    assert told(heard, "heard_needs_help") == [11]
    assert again.case.is_open, "a second text does not take back a cry for help"


def test_nobody_reached_is_no_end() -> None:
    *_, found = played((1, Accepted(11)), (20, Found(11, "not_reached", is_final=False)))
    assert (found.case.is_open, asked(found)) == (True, [21])


def test_a_held_case_waits_unless_its_resident_asks_for_help() -> None:
    case = Case(7, "missed", Status.ASKING, RESIDENT, for_kind(LADDER, "missed"), next_action_at=0)
    held = step(case, Held(60 * MINUTE), CREW, 0)
    assert (held.asked, held.case.next_action_at) == ((), 60 * MINUTE)
    helped = step(held.case, SignOfLife(needs_help=True), CREW, MINUTE)
    assert (helped.case.kind, asked(helped)) == ("help", [11])
    assert not step(held.case, SignOfLife(needs_help=False), CREW, MINUTE).case.is_open


def test_a_closed_case_answers_politely_and_never_changes() -> None:
    *_, closed, late = played((1, Closed("cancelled", 31)), (2, Accepted(11)))
    assert late.case == closed.case
    assert told(late, "case_already_closed") == [11]


@pytest.mark.scenario("E-G29")
@pytest.mark.parametrize(
    "event", [SignOfLife(needs_help=False), Closed("cancelled", None), PatienceEnded(), Opened()]
)
def test_nobody_is_fine_by_the_clock_or_by_a_sign_of_life(event: Event) -> None:
    assert played((40, event))[-1].case.outcome != "fine"


def test_an_old_text_that_did_not_arrive_does_not_take_a_case_from_its_owner() -> None:
    ask_again = (
        (30, PatienceEnded()),
        (45, PatienceEnded()),
        (60, PatienceEnded()),
        (75, PatienceEnded()),
    )
    *_, taken, after = played(*ask_again, (76, Accepted(31)), (77, Unreached(31)))
    assert [ask for ask in taken.case.asks if ask.person_id == 31][:1] == [
        Ask(31, "coordinator", 2, 1, "yes")
    ]
    assert after.case.owner_id == 31


def test_an_owner_nobody_asked_learns_all_the_same_that_the_resident_answered() -> None:
    *_, heard = played((1, Accepted(31)), (2, SignOfLife(needs_help=False)))
    assert [tell.if_told for tell in heard.tells if tell.person_id == 31] == [False]
