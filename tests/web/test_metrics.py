"""/metrics counts: queues, waits, errors, cases, audits. Neither it nor /health names a person."""

from __future__ import annotations

import re

from helpline.base.ports import NotSent, Refused
from helpline.web.metrics.pages import AGES
from tests.behind import audited, edit
from tests.fakes import Town

OMAR = "+33639980003"


def metrics(town: Town) -> dict[str, float]:
    """All figures by name and label; every line must be of the form monitors read."""
    figures = {}
    for line in town.client.get("/metrics").text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# TYPE helpline_\w+ (gauge|counter|summary)", line), line
            continue
        match = re.fullmatch(
            r'(helpline_\w+(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})?) (-?[0-9.e+]+)', line
        )
        assert match, line
        figures[match[1].removeprefix("helpline_")] = float(match[2])
    return figures


def test_the_figures_cover_queue_waits_errors_cases_audit_and_beats(town: Town) -> None:
    figures = metrics(town)
    assert figures['queue_depth{class="alarm"}'] == 0
    assert figures['cases_open_by_age{le="+Inf"}'] == 0
    assert figures['beat_age_seconds{part="engine"}'] == 0
    assert figures['beat_age_seconds{part="audit"}'] == 0
    assert figures["overdue_seconds"] == 0
    assert figures["disk_free_bytes"] > 0
    assert figures["residents_active"] == 0


def test_the_wait_from_decision_to_provider_is_measured(town: Town) -> None:
    town.network.answers[OMAR] = NotSent("no-connection", "nobody there", retry_after=30)
    town.person(OMAR, "Omar").texts("AIDE")
    waiting = metrics(town)
    assert waiting['queue_depth{class="reply"}'] == 1
    assert waiting['provider_errors_last_hour{code="no-connection"}'] == 1
    town.network.answers.clear()
    town.pass_time(minutes=1)
    figures = metrics(town)
    assert figures['due_to_accepted_seconds{class="reply",quantile="0.5"}'] == 30
    assert figures['due_to_accepted_seconds_count{class="reply"}'] == 1
    assert not [name for name in figures if name.startswith("provider_errors")]
    town.pass_time(hours=2)
    assert not [name for name in metrics(town) if name.startswith("due_to_accepted")]


def test_refusals_are_counted_by_the_providers_code(town: Town) -> None:
    town.network.answers[OMAR] = Refused("21211", "not a number")
    town.person(OMAR, "Omar").texts("AIDE")
    assert metrics(town)['provider_errors_last_hour{code="21211"}'] == 1


def test_open_cases_are_counted_by_age(town: Town) -> None:
    town.person(OMAR, "Omar").texts("AIDE")
    for _ in range(5):
        if not town.cases():
            town.webhook(OMAR, "1")
    town.pass_time(minutes=30)
    figures = metrics(town)
    ages = [figures[f'cases_open_by_age{{le="{name}"}}'] for name, _ in AGES]
    assert ages == [0, 1, 1, 1, 1]


def test_what_the_audit_found_is_counted(town: Town) -> None:
    edit(town, "INSERT INTO pauses VALUES ('sender', 1, 'restored')")
    audited(town)
    assert metrics(town)['audit_breaches{code="sender_paused"}'] == 1
    edit(town, "DELETE FROM pauses")
    audited(town)
    assert not [name for name in metrics(town) if name.startswith("audit_breaches")]


def test_neither_page_names_a_person(town: Town) -> None:
    town.network.answers[OMAR] = Refused('2"1\n1', "strange")
    town.person(OMAR, "Omar Benali").texts("AIDE")
    pages = town.client.get("/health").text + town.client.get("/metrics").text
    assert not re.search(r"3363998|Omar|Benali|Claire|AIDE", pages)
    assert metrics(town)['provider_errors_last_hour{code="2_1_1"}'] == 1
