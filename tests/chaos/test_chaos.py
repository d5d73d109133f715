"""A short campaign, and proof that the judge is not blind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.__main__ import main
from tests.chaos.campaign import name_of, resident
from tests.chaos.evidence import Evidence
from tests.chaos.invariants import judge
from tests.chaos.series import read, table


@pytest.mark.scenario("R-G01", "R-G02", "N1")
@pytest.mark.slow
def test_a_gateway_killed_six_times_loses_nothing_and_sends_nothing_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = main(["--deaths", "6", "--speed", "12", "--seed", "6", "--residents-per-second", "3"])
    assert result == 0, capsys.readouterr().out


@pytest.mark.slow
def test_so_does_one_whose_provider_often_shows_no_list_and_tells_no_news(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--deaths", "2", "--speed", "12", "--seed", "7", "--residents-per-second", "3"]
    result = main([*options, "--list-fails", "--callbacks-stop"])
    assert result == 0, capsys.readouterr().out


# --- the judge ------------------------------------------------------------------------------------

ALARM = {
    "id": 1, "purpose": "case_ask", "idempotency_key": "case:7:1:0:9",
    "receiver": "+33639984001", "body": f"7: pas de réponse de {name_of(1)}",
    "priority": 0, "state": "accepted", "status": None, "error": "", "name": "ask_contact_missed",
    "case_number": 7, "person_id": 9, "bundle_id": None,
}  # fmt: skip
CASE = {
    "number": 7,
    "status": "closed",
    "next_action_at": None,
    "outcome": "fine",
    "check_in_id": 3,
    "owner_id": None,
}
QUESTION = {
    **ALARM,
    "id": 2,
    "purpose": "hello",
    "idempotency_key": "ask:3",
    "receiver": resident(1),
    "body": "Ici: bonjour Re",
    "priority": 2,
}


def heard_by_the_network(text: dict[str, Any], real: float = 10.0) -> dict[str, Any]:
    return {"mid": text["id"], "to": text["receiver"], "body": text["body"], "real": real}


def a_clean_campaign() -> Evidence:
    """One silent resident, asked once; one contact, told once."""
    return Evidence(
        accepted=[heard_by_the_network(QUESTION), heard_by_the_network(ALARM)],
        texts={1: dict(ALARM), 2: {**QUESTION, "case_number": None}},
        asks=[{"case_number": 7, "round": 1, "rung": 0, "person_id": 9}],
        cases={7: dict(CASE)},
        check_ins=[{"id": 3, "phone": resident(1), "status": "missed"}],
    )


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    verdict = judge(a_clean_campaign(), 1)
    assert verdict.is_clean, verdict
    assert verdict.expected == 2


def test_the_judge_sees_a_text_that_never_left() -> None:
    evidence = a_clean_campaign()
    evidence.accepted.pop()
    assert [line.split(":")[0] for line in judge(evidence, 1).lost] == [
        "text 1 case",
        "resident 1 is silent and nobody was told",
    ]


def test_the_judge_sees_a_second_copy() -> None:
    evidence = a_clean_campaign()
    evidence.accepted.append(heard_by_the_network(ALARM))
    assert "text 1: 2 copies under one id" in judge(evidence, 1).doubled


def test_the_judge_counts_a_copy_apart_that_left_while_the_list_was_silent() -> None:
    evidence = a_clean_campaign()
    evidence.accepted.append(heard_by_the_network(ALARM, real=20.0))
    evidence.list_failed.append(15.0)
    verdict = judge(evidence, 1)
    assert verdict.is_clean, verdict
    assert verdict.extra == ["text 1 case:7:1:0:9: a second copy while the list was silent"]


def test_the_judge_excuses_one_copy_and_not_two_nor_one_of_a_time_when_the_list_spoke() -> None:
    twice = a_clean_campaign()
    twice.accepted += [
        heard_by_the_network(ALARM, real=20.0),
        heard_by_the_network(ALARM, real=30.0),
    ]
    twice.list_failed.append(15.0)
    earlier = a_clean_campaign()
    earlier.accepted.append(heard_by_the_network(ALARM, real=20.0))
    earlier.list_failed.append(5.0)
    assert "text 1: 3 copies under one id" in judge(twice, 1).doubled
    assert "text 1: 2 copies under one id" in judge(earlier, 1).doubled


def test_the_judge_sees_a_resident_who_was_never_asked() -> None:
    assert "resident 2 was never asked" in judge(a_clean_campaign(), 2).lost


def test_the_judge_sees_an_alarm_after_the_answer() -> None:
    evidence = a_clean_campaign()
    evidence.taken["SM1"] = {"sid": "SM1", "sender": resident(1), "body": "1", "real": 8.0}
    evidence.inbox = ["SM1"]
    assert judge(evidence, 1).broken == [
        "case:7:1:0:9: an alarm left 2.0 s after the resident had answered"
    ]


def test_the_judge_sees_a_text_taken_and_not_kept() -> None:
    evidence = a_clean_campaign()
    evidence.taken["SM1"] = {"sid": "SM1", "sender": resident(1), "body": "1", "real": 20.0}
    assert judge(evidence, 1).broken == [
        "text SM1 was taken with 2xx and stands 0 times in the inbox"
    ]


def test_the_judge_sees_a_case_left_alone_and_a_text_left_in_doubt() -> None:
    evidence = a_clean_campaign()
    evidence.cases[7] |= {"status": "asking", "next_action_at": None}
    evidence.texts[1]["state"] = "unknown"
    assert len(judge(evidence, 1).broken) == 3


def a_campaign_with_a_bundle() -> Evidence:
    """Two silent residents: one volunteer was told of both in one text."""
    evidence = a_clean_campaign()
    words = (
        f"Ici: 2 alertes. 7 {name_of(1)} (Belleville), 8 {name_of(2)} (Belleville). 7 OUI ou 7 NON."
    )
    evidence.texts[1]["body"] = evidence.accepted[1]["body"] = words
    evidence.texts[3] = {
        **ALARM,
        "id": 3,
        "idempotency_key": "case:8:1:0:9",
        "case_number": 8,
        "bundle_id": 1,
    }
    evidence.texts[3] |= {"state": "cancelled", "error": "bundled"}
    evidence.cases[8] = {**CASE, "number": 8, "check_in_id": 4}
    evidence.asks.append({"case_number": 8, "round": 1, "rung": 0, "person_id": 9})
    evidence.check_ins.append({"id": 4, "phone": resident(2), "status": "missed"})
    return evidence


def test_the_judge_understands_one_text_for_several_alarms() -> None:
    verdict = judge(a_campaign_with_a_bundle(), 1)
    assert verdict.is_clean, verdict


def test_the_judge_sees_a_bundle_that_never_left() -> None:
    evidence = a_campaign_with_a_bundle()
    evidence.texts[1]["state"] = "refused"
    assert (
        "case:8:1:0:9: bundled into text 1, which never left for the same person"
        in judge(evidence, 1).broken
    )


def test_the_judge_sees_a_bundle_that_says_one_alarm_too_few() -> None:
    evidence = a_campaign_with_a_bundle()
    evidence.texts[4] = {
        **evidence.texts[3],
        "id": 4,
        "idempotency_key": "case:9:1:0:9",
        "case_number": 9,
    }
    evidence.cases[9] = {**CASE, "number": 9}
    assert len(judge(evidence, 1).broken) == 1


def test_the_judge_wants_the_all_clear_and_quiet_for_each_alarm_of_a_bundle() -> None:
    evidence = a_campaign_with_a_bundle()
    evidence.cases[8] |= {"outcome": "heard"}
    evidence.taken["SM1"] = {"sid": "SM1", "sender": resident(2), "body": "1", "real": 8.0}
    evidence.inbox = ["SM1"]
    assert judge(evidence, 1).broken == [
        "case:8:1:0:9: an alarm left 2.0 s after the resident had answered",
        "case 8: person 9 got the alarm and not the all-clear",
    ]


def test_the_judge_sees_who_was_alarmed_and_never_told_that_all_is_well() -> None:
    evidence = a_clean_campaign()
    evidence.cases[7] |= {"outcome": "heard"}
    assert judge(evidence, 1).broken == ["case 7: person 9 got the alarm and not the all-clear"]


# --- the table of a series ------------------------------------------------------------------------


def test_a_series_adds_up_what_was_alike(tmp_path: Path) -> None:
    one = {
        "seed": 1,
        "engines": 1,
        "database": "sqlite",
        "troubles": "",
        "deaths": 600,
        "named": 300,
    }
    one |= {"expected": 1500, "lost": 0, "doubled": 0, "extra": 0, "broken": 0}
    other = {**one, "seed": 3, "engines": 3, "troubles": "list fails 40%", "extra": 2, "broken": 1}
    kept = tmp_path / "results.jsonl"
    kept.write_text(
        "".join(json.dumps(row) + "\n" for row in (one, other, {**one, "seed": 2})), "utf-8"
    )
    assert table(read(kept)).splitlines()[2:] == [
        "| sqlite | 3 | list fails 40% | 3 | 600 (300) | 1,500 | 0 | 0 | 2 | 1 |",
        "| sqlite | 1 |  | 1, 2 | 1,200 (600) | 3,000 | 0 | 0 | 0 | 0 |",
        "| all |  |  | 1, 3, 2 | 1,800 (900) | 4,500 | 0 | 0 | 2 | 1 |",
    ]
