"""/health fails when somebody should be woken, and says why; /metrics counts. Neither names a
person."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpline.base.ports import NotSent, Refused
from helpline.cli import COMMANDS
from helpline.ops import audit
from helpline.ops.audit_words import sayings
from helpline.settings.providers import SCHEMA
from helpline.town.tx import Tx
from helpline.web import health
from tests.behind import edit
from tests.fakes import Phone, Town

OMAR, CLAIRE = "+33639980003", "+33639980021"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    town.coordinator(CLAIRE, "Claire Martin")
    audited(town)
    yield town
    town.stop()


def audited(town: Town) -> None:
    """The engine goes round, then the auditor."""
    town.gateway.engine.settle()
    with town.gateway.read() as store, store.transaction():
        now = town.clock.now()
        alive_at = town.gateway.signs.of_engine(store, now)
        audit.keep(
            Tx(store, town.gateway.town, now),
            audit.look(Tx(store, town.gateway.town, now), alive_at),
        )


def asked(town: Town) -> tuple[int, dict[str, Any]]:
    answer = town.client.get("/health")
    return answer.status_code, json.loads(answer.text)


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


# --- /health ---


def test_a_gateway_that_works_says_so(town: Town) -> None:
    status, said = asked(town)
    assert (status, said["status"], said["problems"], said["words"]) == (200, "ok", [], [])
    assert said["audit_age_s"] == 0


def test_before_the_first_audit_nothing_is_promised(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.gateway.engine.settle()
    assert asked(town)[0] == 503
    assert asked(town)[1]["problems"] == ["audit_is_old"]
    town.stop()


def test_an_engine_that_does_not_go_round_fails_in_codes_and_words(town: Town) -> None:
    town.clock.forward(31_000)
    status, said = asked(town)
    assert (status, said["problems"]) == (503, ["engine_stands_still"])
    assert said["words"] == ["The engine has not gone round for 30 seconds."]
    assert said["engine_beat_age_s"] == 31.0


def test_an_audit_older_than_three_minutes_fails(town: Town) -> None:
    town.clock.forward(181_000)
    town.gateway.engine.settle()
    assert asked(town)[1]["problems"] == ["audit_is_old"]


def test_a_case_that_is_late_fails_without_waiting_for_the_audit(town: Town) -> None:
    Phone(town, OMAR).texts("AIDE")
    for _ in range(5):
        if not town.cases():
            town.webhook(OMAR, "1")
    assert asked(town)[0] == 200
    edit(town, "UPDATE cases SET next_action_at = ?", town.clock.now() - 61_000)
    status, said = asked(town)
    assert (status, said["problems"], said["overdue_s"]) == (503, ["something_due_is_late"], 61.0)


def test_a_grave_breach_fails_and_is_named_without_numbers(town: Town) -> None:
    edit(town, "INSERT INTO pauses VALUES ('sender', 1, 'restored')")
    edit(town, "INSERT INTO events (at, kind) VALUES (?, 'duty_failed')", town.clock.now())
    audited(town)
    status, said = asked(town)
    assert (status, said["problems"]) == (503, ["audit_found"])
    assert said["breaches"] == ["sender_paused", "duty_fails"]
    assert said["words"][1:] == [
        "Sending is paused since a restore.",
        "A duty of the engine fails.",
    ]


def test_a_light_breach_wakes_nobody(town: Town) -> None:
    edit(town, "INSERT INTO heartbeats VALUES ('drill', 1, '{\"ok\": false}')")
    audited(town)
    assert asked(town)[0] == 200


def test_what_is_mended_is_well_again_after_the_next_audit(town: Town) -> None:
    edit(town, "INSERT INTO pauses VALUES ('sender', 1, 'restored')")
    audited(town)
    assert asked(town)[0] == 503
    edit(town, "DELETE FROM pauses")
    audited(town)
    assert asked(town)[0] == 200


def test_a_full_disk_fails(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LITTLE_DISK", 1 << 62)
    status, said = asked(town)
    assert (status, said["problems"]) == (503, ["disk_is_full"])


def test_a_database_that_cannot_be_read_fails(town: Town) -> None:
    path = town.file
    town.gateway.close_reader()
    path.rename(path.with_suffix(".away"))
    path.write_bytes(os.urandom(8192))
    status, said = asked(town)
    assert (status, said["problems"], said["words"]) == (
        503,
        ["database"],
        ["The database cannot be read."],
    )
    path.unlink()
    path.with_suffix(".away").rename(path)


@pytest.mark.parametrize("code", sayings())
def test_every_breach_is_said_to_everybody_without_a_number(town: Town, code: str) -> None:
    edit(town, "UPDATE heartbeats SET data = ? WHERE name = 'audit'", json.dumps({"grave": [code]}))
    _, words = asked(town)[1]["words"]
    assert not re.search(r"\{|\}", words)
    assert words.endswith(".")


# --- /metrics ---


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
    ages = [figures[f'cases_open_by_age{{le="{name}"}}'] for name, _ in health.AGES]
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


# --- the pages for operators ---

DOCS = Path(__file__).parents[2] / "docs"


def test_the_guide_names_every_code_of_health() -> None:
    text = (DOCS / "watching.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == health.WORDS.keys()


@pytest.mark.parametrize("page", ["watching.md", "backup.md"])
def test_the_guides_name_settings_commands_and_links_that_exist(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    settings = set(re.findall(r"\[(backup|watch)\][ \n](\w+)", text))
    commands = set(re.findall(r"(?:`|^)helpline (\w+)", text, re.MULTILINE))
    links = re.findall(r"\]\((?!http)([^)#]+)", text)
    assert settings
    assert settings <= SCHEMA.by_place.keys()
    assert commands
    assert commands <= COMMANDS.keys()
    assert [link for link in links if not (DOCS / link).exists()] == []
