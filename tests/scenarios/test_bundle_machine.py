"""Bundled alarms under every order of events: no ask is ever without its text, and no text says a
case twice."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from helpline.base.ports import NotSent, Outcome, Refused, Unknown
from helpline.cases.work import NewCase, open_case
from helpline.ops import audit
from helpline.store.sqlite import Store as SqliteStore
from helpline.town.tx import Tx
from tests.fakes import Phone, Town

HELPERS = [f"+3363998001{n}" for n in range(4)]
WAYS = st.sampled_from(["taken", "taken", "taken", "not_sent", "unknown", "lost_answer", "refused"])
OUTCOMES: dict[str, Outcome] = {
    "not_sent": NotSent("503", "busy"),
    "unknown": Unknown("time-out"),
    "refused": Refused("30006", "a landline", number_is_dead=True),
}
MUST_NOT_BE = {
    "case_reaches_nobody",
    "ask_without_text",
    "alarm_late",
    "text_in_doubt",
    "case_late",
    "sent_after_close",
}


class BundleMachine(RuleBasedStateMachine):
    """Cases open, helpers answer, the provider takes, refuses, loses and brings back, in any
    order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.town = Town(Path(self.folder.name))
        self.helpers = [
            self.town.volunteer(number, f"Helper{n}") for n, number in enumerate(HELPERS)
        ]
        self.claire = self.town.coordinator("+33639980021", "Claire")
        self.people: list[Phone] = []

    @rule(count=st.integers(1, 4), urgent=st.sampled_from([False, False, True]))
    def cases_open(self, count: int, urgent: bool) -> None:
        new_cases = []
        for _ in range(count):
            phone = self.town.person(f"+336399801{len(self.people):02d}", f"P{len(self.people)}")
            self.people.append(phone)
            person = self.town.id_of(phone.number)
            new_cases.append(
                NewCase(
                    "help",
                    f"help:{person}",
                    person,
                    urgent=urgent,
                    need="health",
                    place="Belleville",
                )
            )
        self.town.change(partial(self.open, new_cases))
        self.town.gateway.engine.settle()

    def open(self, new_cases: list[NewCase], tx: Tx) -> None:
        for new_case in new_cases:
            open_case(tx, new_case)

    @rule(helper=st.integers(0, 3), way=WAYS)
    def provider_does(self, helper: int, way: str) -> None:
        network, number = self.town.network, HELPERS[helper]
        network.answers.pop(number, None)
        network.loses_answers_to.discard(number)
        if way == "lost_answer":
            network.loses_answers_to.add(number)
        elif way in OUTCOMES:
            network.answers[number] = OUTCOMES[way]

    @rule(
        helper=st.integers(0, 3),
        words=st.sampled_from(["OUI", "TOUS OUI", "NON", "1", "201 OUI", "202 NON", "203 OUI"]),
    )
    def helper_says(self, helper: int, words: str) -> None:
        self.helpers[helper].texts(words)

    @rule(who=st.integers(0, 30))
    def request_is_withdrawn(self, who: int) -> None:
        if who < len(self.people):
            self.people[who].texts("STOP")

    @rule(helper=st.integers(0, 3))
    def last_text_comes_back(self, helper: int) -> None:
        if any(text.receiver == HELPERS[helper] for text in self.town.network.sent):
            self.town.news(self.helpers[helper], "undelivered", "30005")

    @rule(seconds=st.sampled_from([1, 20, 40, 60, 95, 200, 900]))
    def time_passes(self, seconds: int) -> None:
        self.town.pass_time(seconds=seconds)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.town.gateway.read() as store:
            assert isinstance(store, SqliteStore)
            return [tuple(row) for row in store.connection.execute(sql)]

    @invariant()
    def what_is_bundled_is_said_by_a_text_that_may_arrive(self) -> None:
        if not hasattr(self, "town"):
            return
        lost = self.rows("""
            SELECT o.id, o.case_number, b.state, b.status, a.answer FROM outbox o
              JOIN outbox b ON b.id = o.bundle_id JOIN cases c ON c.number = o.case_number
              JOIN asks a ON a.case_number = o.case_number AND a.person_id = o.person_id
             WHERE o.state = 'cancelled' AND c.status = 'asking' AND a.answer IS NULL
               AND (b.state NOT IN ('sending', 'unknown', 'accepted') OR b.status IN ('failed',
               'undelivered'))""")
        assert lost == []

    @invariant()
    def a_text_that_waits_says_its_own_words_alone(self) -> None:
        if hasattr(self, "town"):
            assert (
                self.rows(
                    "SELECT id FROM outbox WHERE state = 'queued' AND (alone IS NOT NULL OR "
                    "bundle_id IS NOT NULL)"
                )
                == []
            )

    def teardown(self) -> None:
        if not hasattr(self, "town"):
            return
        self.everything_calms_down()
        self.town.stop()
        self.folder.cleanup()

    def everything_calms_down(self) -> None:
        """The provider works again: within minutes nothing is in doubt, and every open case is with
        somebody."""
        self.town.network.answers.clear()
        self.town.network.loses_answers_to.clear()
        self.town.pass_time(minutes=6)
        with self.town.gateway.read() as store:
            found = {
                each.code: each.ids
                for each in audit.look(Tx(store, self.town.gateway.town, self.town.clock.now()))
            }
        assert not MUST_NOT_BE.intersection(found), found
        self.nobody_reads_of_a_case_twice_in_a_round()

    def nobody_reads_of_a_case_twice_in_a_round(self) -> None:
        """One text may go out twice when it was in doubt; no second text says the same ask
        again."""
        rounds = Counter(
            (person, number, idempotency_key.split(":")[2])
            for person, number, idempotency_key in self.rows("""
                SELECT o.person_id, o.case_number, o.idempotency_key FROM outbox o
                  LEFT JOIN outbox b ON b.id = o.bundle_id
                 WHERE o.purpose = 'case_ask' AND coalesce(b.state, o.state) = 'accepted'""")
        )
        assert not [each for each, times in rounds.items() if times > 1]
        for text in self.town.network.sent:
            named = re.findall(r"\b(\d{3}) (?:P\d+|quelqu'un)", text.body)
            assert len(named) == len(set(named)), text.body


TestBundles = pytest.mark.slow(BundleMachine.TestCase)
TestBundles.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
