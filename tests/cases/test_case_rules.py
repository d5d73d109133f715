"""What becomes of a case, rule by rule: who is asked and told, how long it waits, how it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.base.spans import MINUTE
from helpline.cases.rules import (
    OUTCOMES,
    Accepted,
    Ask,
    Closed,
    Declined,
    Event,
    Found,
    PatienceEnded,
    Responders,
    SignOfLife,
    Status,
    Tell,
    Unconfirmed,
    Unreached,
    step,
)
from helpline.town.ladder import Ladder, Rung, for_kind
from tests.cases.case_play import (
    ALONE,
    AMINA,
    BRUNO,
    CLAIRE,
    CONTACTS,
    COORDINATORS,
    CREW,
    DRISS,
    LUCIE,
    MARC,
    RENE,
    VOLUNTEERS,
    Play,
    opened,
)


def at_the_volunteers(kind: str = "missed") -> Play:
    """Lucie did not answer in time; Amina and Bruno are asked at minute 30."""
    play = opened(kind)
    play.at(30, PatienceEnded())
    assert play.asks() == [AMINA, BRUNO]
    return play


def taken_by_amina(kind: str = "missed") -> Play:
    """Amina said yes at minute 31."""
    play = at_the_volunteers() if kind == "missed" else opened(kind)
    play.at(31, Accepted(AMINA))
    return play


# --- somebody says yes ----------------------------------------------------------------------------


def test_who_says_yes_has_it_and_the_others_are_let_go() -> None:
    play = taken_by_amina()
    assert play.answers() == {LUCIE: "released", AMINA: "yes", BRUNO: "released"}
    assert play.told() == [
        (AMINA, "case_yours"),
        (LUCIE, "case_taken_by_other"),
        (BRUNO, "case_taken_by_other"),
    ]
    assert play.waits_until() == 31 + 60


def test_who_was_let_go_hears_of_it_only_when_the_alarm_may_have_reached_them() -> None:
    assert taken_by_amina().told_if_told_before() == [LUCIE, BRUNO]


@pytest.mark.parametrize("kind", ["help", "callback"])
def test_who_asked_for_help_learns_that_somebody_comes(kind: str) -> None:
    assert (RENE, "request_taken") in taken_by_amina(kind).told()


def test_who_did_not_ask_for_anything_is_not_told_that_somebody_comes() -> None:
    assert RENE not in [person for person, _ in taken_by_amina().told()]


def test_who_says_yes_twice_learns_that_it_is_theirs_already() -> None:
    play = taken_by_amina()
    play.at(32, Accepted(AMINA))
    assert play.told() == [(AMINA, "case_already_yours")]


# --- somebody says no -----------------------------------------------------------------------------


def test_a_no_asks_exactly_one_more_while_others_of_the_step_may_answer() -> None:
    play = at_the_volunteers()
    play.at(31, Declined(AMINA))
    assert (play.asks(), play.told()) == ([DRISS], [(AMINA, "case_no_thanks")])


def test_a_no_of_one_of_two_coordinators_asks_one_of_those_who_came_since() -> None:
    play = opened("person")
    play.at(1, Declined(CLAIRE), Responders(coordinators=(CLAIRE, MARC, 33, 34)))
    assert play.asks() == [33]


def test_a_no_with_nobody_free_waits_for_the_others_as_long_as_before() -> None:
    play = at_the_volunteers()
    play.at(31, Declined(AMINA))
    play.at(32, Declined(DRISS))
    assert (play.asks(), play.waits_until()) == ([], 31 + 15)


def test_when_the_last_of_a_step_says_no_the_next_step_is_asked_at_once() -> None:
    play = at_the_volunteers()
    for minute, person in ((31, AMINA), (32, BRUNO), (33, DRISS)):
        play.at(minute, Declined(person))
    assert play.asks() == [CLAIRE, MARC]
    assert play.answers()[LUCIE] is None, "an earlier step that may still answer holds nobody up"


def test_who_said_no_is_not_asked_again_in_a_later_round_but_a_coordinator_is() -> None:
    play = opened("missed", CONTACTS, Rung(("volunteers", "coordinators"), 3, 15 * MINUTE))
    play.at(30, PatienceEnded())
    play.at(31, Declined(AMINA))
    play.at(31, Declined(CLAIRE))
    play.at(46, PatienceEnded())
    assert play.asks() == [BRUNO, DRISS, CLAIRE, MARC]


def test_who_did_not_answer_is_asked_again_in_a_later_round() -> None:
    play = opened("help", VOLUNTEERS)
    for minute in (15, 30, 50):
        play.at(minute, PatienceEnded())
    assert play.case.round == 2
    assert play.asks() == [CLAIRE, MARC]


def test_the_only_coordinators_no_is_no_reason_to_ask_her_again_at_once() -> None:
    play = opened("person", responders=ALONE)
    play.at(1, Declined(CLAIRE))
    assert (play.asks(), play.waits_until()) == ([], 20)
    play.at(20, PatienceEnded())
    assert play.asks() == [CLAIRE], "but once the wait is over she is"


def test_a_coordinator_who_came_since_is_asked_at_once_when_all_others_said_no() -> None:
    play = opened("person", responders=ALONE)
    play.at(1, Declined(CLAIRE), CREW)
    assert play.asks() == [MARC]


def test_with_no_coordinator_there_the_last_volunteers_no_is_not_the_end() -> None:
    play = opened("help", VOLUNTEERS, COORDINATORS, responders=Responders(volunteers=(AMINA,)))
    play.at(1, Declined(AMINA))
    assert "nobody_available" in play.change.notes
    assert (play.case.round, play.case.rung, play.waits_until()) == (2, 1, 21)


def test_a_second_no_of_the_same_person_asks_nobody_more() -> None:
    play = at_the_volunteers()
    play.at(31, Declined(AMINA), replace(CREW, volunteers=(AMINA, BRUNO, DRISS, 24)))
    play.at(32, Declined(AMINA))
    assert (play.asks(), play.change.notes) == ([], ("said_no",))


def test_a_no_of_somebody_who_was_never_asked_asks_nobody() -> None:
    play = at_the_volunteers()
    play.at(31, Declined(CLAIRE))
    assert play.asks() == []


def test_a_no_about_a_case_that_somebody_has_asks_nobody() -> None:
    taken = replace(taken_by_amina().case, asks=(Ask(BRUNO, "volunteer", 1, 1),))
    assert step(taken, Declined(BRUNO), CREW, 40 * MINUTE).asked == ()


def round_two(responders: Responders) -> Play:
    """Claire was asked in the first round, then nobody was there; then `crew` is asked."""
    play = opened("person", responders=ALONE)
    play.at(20, PatienceEnded(), Responders())
    play.at(40, PatienceEnded(), responders)
    return play


def test_a_no_to_an_earlier_round_is_late() -> None:
    play = round_two(Responders(coordinators=(MARC,)))
    play.at(41, Declined(CLAIRE), Responders(coordinators=(MARC, 33)))
    assert (play.asks(), play.change.notes) == ([], ("late_no",))


def test_a_no_of_who_was_asked_in_both_rounds_counts_in_this_one() -> None:
    play = round_two(CREW)
    play.at(41, Declined(CLAIRE), Responders(coordinators=(CLAIRE, MARC, 33)))
    assert play.asks() == [33]


def test_an_open_question_of_an_earlier_round_holds_nobody_up() -> None:
    play = round_two(Responders(coordinators=(MARC,)))
    play.at(41, Declined(MARC), Responders(coordinators=(MARC, 33, 34)))
    assert play.asks() == [33, 34]


def test_the_owner_who_says_no_hands_it_to_the_next_who_are_asked_at_once() -> None:
    play = taken_by_amina()
    play.at(40, Declined(AMINA))
    assert (play.case.status, play.case.owner_id, play.case.round) == (Status.ASKING, None, 2)
    assert play.told() == [(AMINA, "case_no_thanks")]
    assert play.asks() == [BRUNO, DRISS]


def test_an_owner_whose_phone_is_off_keeps_the_case() -> None:
    play = taken_by_amina()
    play.at(40, Unreached(AMINA))
    assert (play.case.owner_id, play.told()) == (AMINA, [])


def test_the_next_owner_is_asked_for_news_before_losing_it_as_the_first_was() -> None:
    play = taken_by_amina()
    play.at(91, PatienceEnded())
    play.at(151, PatienceEnded())
    assert not play.case.nudged
    play.at(152, Accepted(BRUNO))
    play.at(212, PatienceEnded())
    assert play.told() == [(BRUNO, "case_nudge")]


# --- who is asked ---------------------------------------------------------------------------------


def test_all_contacts_are_asked_together_volunteers_so_many_at_once() -> None:
    everybody = Rung(("contacts", "volunteers"), 1, 15 * MINUTE)
    play = opened(
        "missed", everybody, responders=Responders(contacts=(11, 12, 13), volunteers=(AMINA, BRUNO))
    )
    assert play.asks() == [11, 12, 13, AMINA]


def test_a_contact_who_is_a_volunteer_too_is_asked_once() -> None:
    everybody = Rung(("contacts", "volunteers"), 2, 15 * MINUTE)
    play = opened(
        "missed", everybody, responders=Responders(contacts=(LUCIE,), volunteers=(LUCIE, AMINA))
    )
    assert play.asks() == [LUCIE, AMINA]


def test_nobody_is_asked_about_themselves() -> None:
    assert opened("help", VOLUNTEERS, responders=Responders(volunteers=(RENE, AMINA))).asks() == [
        AMINA
    ]


# --- a text that may lie in a phone that is off ---------------------------------------------------


def test_a_text_that_nobody_confirms_asks_one_more_beside_and_the_wait_goes_on() -> None:
    play = at_the_volunteers()
    play.at(35, Unconfirmed(AMINA), replace(CREW, volunteers=(AMINA, BRUNO, DRISS, 24)))
    assert (play.asks(), play.waits_until()) == ([DRISS], 45)
    assert play.answers()[AMINA] is None


def test_a_coordinators_text_that_nobody_confirms_asks_one_more_coordinator() -> None:
    play = opened("person", responders=ALONE)
    play.at(5, Unconfirmed(CLAIRE), Responders(coordinators=(CLAIRE, MARC, 33)))
    assert (play.asks(), play.waits_until()) == ([MARC], 20)


def test_with_nobody_left_of_this_step_the_next_step_is_asked_beside() -> None:
    play = opened()
    play.at(5, Unconfirmed(LUCIE))
    assert play.asks() == [AMINA, BRUNO]


def test_with_nobody_left_at_all_nothing_changes() -> None:
    play = opened("person", responders=ALONE)
    before = play.case
    play.at(5, Unconfirmed(CLAIRE))
    assert (play.case, play.asks()) == (before, [])


@pytest.mark.parametrize("person", [CLAIRE, LUCIE])
def test_an_unconfirmed_text_to_who_does_not_owe_an_answer_asks_nobody(person: int) -> None:
    play = at_the_volunteers()
    play.at(31, Declined(LUCIE))
    play.at(35, Unconfirmed(person))
    assert play.asks() == []


def test_an_unconfirmed_text_about_a_case_that_somebody_has_asks_nobody() -> None:
    taken = replace(taken_by_amina().case, asks=(Ask(BRUNO, "volunteer", 1, 1),))
    assert step(taken, Unconfirmed(BRUNO), CREW, 40 * MINUTE).asked == ()


# --- what the owner found -------------------------------------------------------------------------


def test_the_numbers_of_a_reply_mean_what_the_text_offers() -> None:
    assert OUTCOMES == {
        1: "fine",
        2: "needs_help",
        3: "emergency",
        4: "not_reached",
        5: "handed_over",
    }


@pytest.mark.parametrize("outcome", ["needs_help", "emergency"])
def test_who_needs_more_than_a_neighbour_is_the_coordinators_business_at_once(outcome: str) -> None:
    play = taken_by_amina()
    play.at(40, Found(AMINA, outcome, is_final=False))
    assert (play.asks(), play.case.round) == ([CLAIRE, MARC], 2)
    assert play.told() == [(AMINA, f"outcome_{outcome}")]
    assert (play.case.outcome, play.change.notes[0]) == (outcome, outcome)


def test_nobody_at_the_door_is_the_next_volunteers_business() -> None:
    play = taken_by_amina()
    play.at(40, Found(AMINA, "not_reached", is_final=False))
    assert play.asks() == [BRUNO, DRISS]


def test_an_emergency_that_a_coordinator_saw_to_is_closed() -> None:
    play = taken_by_amina()
    play.at(40, Found(AMINA, "emergency", is_final=True))
    assert (play.case.status, play.case.outcome) == (Status.CLOSED, "emergency")
    assert play.told() == [(AMINA, "outcome_emergency")]


@pytest.mark.parametrize("outcome", ["needs_help", "not_reached"])
def test_a_coordinator_who_goes_on_looking_keeps_it_for_twice_the_promise(outcome: str) -> None:
    play = taken_by_amina()
    play.at(91, PatienceEnded())
    play.at(100, Found(AMINA, outcome, is_final=True))
    assert (play.case.owner_id, play.waits_until(), play.change.notes) == (
        AMINA,
        100 + 120,
        (outcome,),
    )
    play.at(220, PatienceEnded())
    assert play.told() == [(AMINA, "case_nudge")], "and is asked for news before it is taken away"


def test_what_somebody_else_found_is_not_taken_from_them() -> None:
    play = taken_by_amina()
    play.at(40, Found(BRUNO, "fine", is_final=False))
    assert (play.case.is_open, play.told()) == (True, [(BRUNO, "case_taken_by_other")])


def test_what_somebody_found_about_a_case_nobody_took_is_not_taken_from_them() -> None:
    play = at_the_volunteers()
    play.at(40, Found(BRUNO, "fine", is_final=False))
    assert (play.case.is_open, play.told()) == (True, [(BRUNO, "case_not_yours")])


# --- a sign of life -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["missed", "unreachable"])
def test_a_sign_of_life_ends_a_silence_and_a_dead_number(kind: str) -> None:
    play = opened(kind)
    play.at(5, SignOfLife(needs_help=False))
    assert (play.case.status, play.case.outcome) == (Status.CLOSED, "heard")


@pytest.mark.parametrize("kind", ["help", "distress", "person", "callback", "stopped"])
def test_a_sign_of_life_ends_no_other_worry(kind: str) -> None:
    play = opened(kind)
    before = play.case
    play.at(5, SignOfLife(needs_help=False))
    assert (play.case, play.told()) == (before, [])


def test_a_cry_for_help_reaches_the_owner_alone() -> None:
    play = taken_by_amina()
    play.at(40, SignOfLife(needs_help=True))
    assert play.told() == [(AMINA, "heard_needs_help")]


def test_a_cry_for_help_reaches_those_who_may_still_answer_in_a_settled_order() -> None:
    play = at_the_volunteers()
    play.at(31, Declined(LUCIE))
    play.at(32, SignOfLife(needs_help=True))
    assert play.told() == [(AMINA, "heard_needs_help"), (BRUNO, "heard_needs_help")]
    assert play.told_if_told_before() == [AMINA, BRUNO]


def test_stop_ends_what_was_asked_about_a_silence_in_words_of_its_own() -> None:
    play = taken_by_amina()
    play.at(40, SignOfLife(needs_help=False, stopped=True))
    assert play.case.outcome == "stopped"
    assert play.told() == [
        (LUCIE, "case_stopped"),
        (AMINA, "case_stopped"),
        (BRUNO, "case_stopped"),
    ]
    assert play.told_if_told_before() == [LUCIE, BRUNO]


# --- the end --------------------------------------------------------------------------------------


def test_whoever_still_owed_an_answer_is_let_go_when_it_is_closed_except_who_closed_it() -> None:
    play = at_the_volunteers()
    play.at(31, Declined(LUCIE))
    play.at(40, Closed("cancelled", AMINA))
    assert play.answers() == {LUCIE: "no", AMINA: None, BRUNO: "released"}
    assert play.change.settled == ((BRUNO, "released"),)
    assert (play.told(), play.told_if_told_before()) == ([(BRUNO, "case_closed_by_other")], [BRUNO])


def test_an_owner_whose_case_somebody_else_closed_is_told_without_fail() -> None:
    play = taken_by_amina()
    play.at(40, Closed("solved", CLAIRE))
    assert play.change.tells == (Tell(AMINA, "case_closed_by_other"),)


def test_an_owner_who_closes_it_is_not_told_that_it_was_closed() -> None:
    play = taken_by_amina()
    play.at(40, Found(AMINA, "fine", is_final=False))
    assert play.told() == [(AMINA, "outcome_fine")]


def test_an_owner_who_closes_it_at_the_desk_is_not_told_either() -> None:
    play = taken_by_amina()
    play.at(40, Closed("solved", AMINA))
    assert play.told() == []


def test_a_case_that_nobody_took_is_closed_without_telling_anybody_they_had_it() -> None:
    play = opened()
    play.at(1, Declined(LUCIE), Responders())
    play.at(2, Closed("cancelled", CLAIRE))
    assert play.told() == []


@pytest.mark.parametrize("kind", ["help", "callback"])
@pytest.mark.parametrize("outcome", ["fine", "emergency"])
def test_who_asked_for_help_learns_that_it_was_given(kind: str, outcome: str) -> None:
    play = taken_by_amina(kind)
    play.at(40, Found(AMINA, outcome, is_final=True))
    assert play.told()[-1] == (RENE, "request_closed")


def test_who_asked_for_help_is_not_thanked_for_a_case_that_was_cancelled() -> None:
    play = taken_by_amina("help")
    play.at(40, Closed("cancelled", CLAIRE))
    assert RENE not in [person for person, _ in play.told()]


@pytest.mark.parametrize(
    "event", [Accepted(AMINA), Declined(AMINA), Found(AMINA, "fine", is_final=True)]
)
def test_whoever_answers_about_a_closed_case_learns_that_it_is_over(event: Event) -> None:
    play = at_the_volunteers()
    play.at(40, Closed("cancelled", CLAIRE))
    play.at(50, event)
    assert play.told() == [(AMINA, "case_already_closed")]


# --- ladders --------------------------------------------------------------------------------------


def test_a_ladder_without_coordinators_gets_them_as_its_last_step() -> None:
    (first, last) = for_kind(Ladder("short", (), MINUTE, (VOLUNTEERS,)), "help").humans
    assert first == VOLUNTEERS
    assert last == Rung(("coordinators",), 99, 15 * MINUTE, repeat=True)


def test_a_ladders_own_wait_for_coordinators_is_kept() -> None:
    ladder = Ladder("own", (), MINUTE, (CONTACTS, VOLUNTEERS, COORDINATORS))
    assert for_kind(ladder, "help").humans == (VOLUNTEERS, COORDINATORS)


def test_a_ladder_is_named_by_sixteen_digits() -> None:
    assert len(Ladder("own", (), MINUTE, (COORDINATORS,)).hash()) == 16
