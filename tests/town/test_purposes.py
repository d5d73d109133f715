"""What texts are for: each room's list, and the texts of a database from before there were
purposes."""

from __future__ import annotations

import ast
from contextlib import closing
from pathlib import Path

import pytest

from helpline.app.plugs import PURPOSES
from helpline.settings.database import File
from helpline.store import migrations
from helpline.store.opening import open_store
from helpline.store.sqlite import sqlite3
from helpline.town.purpose import Priority, Purpose, Purposes

PACKAGE = Path(__file__).parents[2] / "helpline"
NAMES = {each.name for each in PURPOSES}
BEFORE = 3  # the last schema step without purposes

# idem, class, channel, name -> purpose
OLD_TEXTS = {
    ("case:201:1:0:9", 0, "sms", "ask_missed"): "case_ask",
    ("tell:201:3:case_stood_down:9:clock:1", 0, "sms", "case_stood_down"): "all_clear",
    ("tell:201:3:case_stood_down:9:clock:1:by_another", 0, "sms", "case_stood_down"): "all_clear",
    ("tell:201:3:case_nudge:9:clock:1", 0, "sms", "case_nudge"): "case_news",
    ("tell:201:3:case_yours:9:text 4:1", 1, "sms", "case_yours"): "case_word",
    ("ask:1:2026-05-04:plan", 2, "sms", "check_in"): "hello",
    ("say:1:0", 2, "sms", "still_there"): "reminder",
    ("again:1", 2, "sms", "check_in_again"): "hello_again",
    ("doubt:5:9", 0, "sms", "doubt"): "doubt_question",
    ("breach:5:9", 0, "sms", "breach"): "breach",
    ("invite:volunteer:3", 3, "sms", "confirm_volunteer"): "invitation",
    ("digest:2026-05-04:9", 3, "sms", "digest"): "digest",
    ("digest:2026-05-04:9:mail", 3, "email", "digest"): "digest_mail",
    ("stuck:201:1:9", 3, "email", "alarm_by_mail"): "alarm_mail",
    ("breach:5:9:mail", 3, "email", "breach"): "breach_mail",
    ("canary:5", 3, "sms", "canary"): "canary",
    ("reply:7:0", 1, "sms", "menu.start"): "reply",
    ("reply:8:0", 1, "sms", "stop_done"): "stop_answer",
    ("receipt:7:0", 1, "sms", "help.sent"): "reply",
    ("screen:7", 1, "ussd", "menu.start"): "screen",
    ("budget:2026-05:1:80:9", 1, "sms", "budget_low"): "urgent_notice",
    ("back:5:9", 3, "sms", "back_after_outage"): "notice",
}


@pytest.fixture
def older(tmp_path: Path) -> File:
    """A database from before purposes, with a text of each kind, one of them looked for in vain."""
    path = tmp_path / "town.db"
    with closing(sqlite3.connect(str(path))) as old:
        old.execute("CREATE TABLE schema_steps (number INTEGER PRIMARY KEY, name TEXT)")
        for number, name, sql in migrations.steps()[:BEFORE]:
            old.executescript(sql)
            old.execute("INSERT INTO schema_steps VALUES (?, ?)", [number, name])
        for idem, klass, channel, name in OLD_TEXTS:
            old.execute(
                "INSERT INTO outbox (idem, klass, channel, name, receiver, body, segments, state, "
                "error, not_before_at, expires_at, created_at) VALUES (?, ?, ?, ?, "
                "'+33639980001', 'x', 1, 'unknown', 'not found', 1, 9, 5)",
                [idem, klass, channel, name],
            )
        old.commit()
    return File(path)


def test_a_text_from_before_there_were_purposes_gets_its_own(older: File) -> None:
    with closing(open_store(older)) as store:
        rows = store.connection.execute(
            "SELECT idempotency_key, purpose, priority FROM outbox"
        ).fetchall()
    assert {row["idempotency_key"]: row["purpose"] for row in rows} == {
        key: purpose for (key, *_), purpose in OLD_TEXTS.items()
    }
    of_town = Purposes(PURPOSES)
    assert [
        row["idempotency_key"]
        for row in rows
        if of_town[row["purpose"]].priority != row["priority"]
    ] == []


def test_what_was_tried_by_another_route_and_what_was_looked_for_is_known_still(
    older: File,
) -> None:
    with closing(open_store(older)) as store:
        copies = store.connection.execute(
            "SELECT o.idempotency_key AS copy, f.idempotency_key AS first"
            " FROM outbox o JOIN outbox f ON f.id = o.retry_of"
        ).fetchall()
        looked = store.connection.execute("SELECT DISTINCT looked_at, error FROM outbox").fetchall()
    assert [(row["copy"], f"{row['first']}:by_another") for row in copies] == [
        (row["copy"],) * 2 for row in copies
    ]
    assert len(copies) == 1
    assert [tuple(row) for row in looked] == [(5, "unknown")]


def test_each_purpose_named_in_the_code_is_in_the_list() -> None:
    named = {
        word.value.value
        for file in PACKAGE.rglob("*.py")
        for word in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(word, ast.keyword)
        and word.arg == "purpose"
        and isinstance(word.value, ast.Constant)
    }
    assert named - {"consent", "check_ins"} <= NAMES
    assert len(named) > 8


def test_two_purposes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        Purposes((Purpose("hello", Priority.CHECK_IN), Purpose("hello", Priority.REPLY)))


def test_a_text_of_a_newer_version_leaves_as_its_priority_says() -> None:
    found = Purposes(PURPOSES).of({"purpose": "of_tomorrow", "priority": 0})
    assert (found.priority, found.twice_rather_than_lost) == (Priority.ALARM, True)
