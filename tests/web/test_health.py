"""/health fails when somebody should be woken, and says why."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from helpline.app.providers import PROVIDERS
from helpline.cli import COMMANDS
from helpline.ops.audit_words import sayings
from helpline.web.health import pages as health
from tests.behind import audited, edit
from tests.fakes import Phone, Town

OMAR = "+33639980003"


def asked(town: Town) -> tuple[int, dict[str, Any]]:
    answer = town.client.get("/health")
    return answer.status_code, json.loads(answer.text)


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
    *_, words = asked(town)[1]["words"]
    assert not re.search(r"\{|\}", words)
    assert words.endswith(".")


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
    assert settings <= PROVIDERS.schema.by_place.keys()
    assert commands
    assert commands <= COMMANDS.keys()
    assert [link for link in links if not (DOCS / link).exists()] == []
