"""The list of scenarios is complete, strict and told: each is shown by a test, or waits for what
does not exist yet."""

from __future__ import annotations

import pytest

from tests.scenarios import catalogue

# only what needs one of these may wait
STILL_MISSING = ("duty rosters", "timers for the visitor's safety")
HOW_MANY = {"R-G": 42, "P": 14, "E-G": 29, "N": 23}


def test_the_list_has_every_scenario() -> None:
    ids = [each.id for each in catalogue.scenarios()]
    assert len(set(ids)) == len(ids)
    assert {
        part: sum(each.part == part for each in catalogue.scenarios()) for part in HOW_MANY
    } == HOW_MANY


@pytest.mark.parametrize("scenario", catalogue.scenarios(), ids=lambda each: each.id)
def test_a_scenario_is_shown_by_a_test_or_says_what_it_waits_for(
    scenario: catalogue.Scenario,
) -> None:
    tests = catalogue.shown().get(scenario.id, [])
    assert bool(tests) != bool(scenario.later), tests or "no test is marked with it"
    assert not scenario.later or scenario.later.startswith(STILL_MISSING)


def test_no_test_claims_a_scenario_that_is_not_on_the_list() -> None:
    assert set(catalogue.shown()) <= {each.id for each in catalogue.scenarios()}


def test_the_page_tells_the_list() -> None:
    told = catalogue.PAGE.read_text("utf-8")
    assert told == catalogue.page(), "python -m tests.scenarios.catalogue > docs/scenarios.md"
