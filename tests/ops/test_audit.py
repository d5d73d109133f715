"""The auditor: a lively day is clean, and every row somebody edits by hand is found and told by
name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from helpline.base.ports import InboundText, NotSent, Refused
from helpline.cli import cli
from helpline.inbound import canary
from helpline.language import segments
from helpline.ops import audit
from helpline.ops.audit import Breach
from helpline.ops.audit_words import sayings
from helpline.providers.smtp.settings import EmailSettings
from helpline.settings.database import Server
from helpline.settings.sections import WatchSettings
from helpline.store.opening import open_store as open_anywhere
from helpline.town.tx import Tx
from tests.behind import edit
from tests.fakes import Phone, Town

MINUTE = 60_000
CANARY = "+33639980077"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    town.stop()


@pytest.fixture
def rene(town: Town) -> Phone:
    """A resident with a contact, a volunteer and a coordinator around."""
    rene = town.resident("+33639980001", "René")
    town.contact("+33639980002", "Lucie", of=rene)
    town.volunteer("+33639980011", "Amina")
    town.coordinator("+33639980021", "Claire", email="claire@mairie.example")
    town.gateway.engine.settle()
    return rene


def found(town: Town) -> list[Breach]:
    """What the auditor sees now, with an engine that has just given a sign of life."""
    town.gateway.engine.settle()
    return look(town)


def look(town: Town) -> list[Breach]:
    with town.gateway.read() as store:
        now = town.clock.now()
        return audit.look(
            Tx(store, town.gateway.town, now), town.gateway.signs.of_engine(store, now)
        )


def codes(town: Town) -> list[str]:
    return [each.code for each in look(town)]


def keep(town: Town) -> list[str]:
    """One whole audit; return the codes told."""
    breaches = look(town)
    with town.gateway.read() as store, store.transaction():
        return [
            each.code
            for each in audit.keep(Tx(store, town.gateway.town, town.clock.now()), breaches)
        ]


def open_case(town: Town) -> int:
    """A person asks for help: a case opens."""
    town.person("+33639980003", "Omar").texts("AIDE")
    phone = Phone(town, "+33639980003")
    for answer in ("1", "1", "1", "1", "1"):
        if town.cases():
            break
        phone.texts(answer)
    return int(town.cases()[-1]["number"])


# --- nothing is wrong ---


def test_a_quiet_town_is_as_it_must_be(town: Town, rene: Phone) -> None:
    assert found(town) == []


def test_a_silence_that_climbs_to_the_coordinator_and_ends_is_never_called_a_fault(
    town: Town, rene: Phone
) -> None:
    town.pass_until("2026-05-04 08:59")
    for step in range(60):
        town.pass_time(minutes=5)
        assert found(town) == [], step
    assert town.the_case()["status"] == "asking"
    rene.texts("1")
    for step in range(60):
        town.pass_time(minutes=15)
        assert found(town) == [], step


def test_a_case_taken_nudged_handed_back_and_closed_is_never_called_a_fault(
    town: Town, rene: Phone
) -> None:
    number = open_case(town)
    amina = Phone(town, "+33639980011")
    for words in ("OUI", "", "", "NON", "", f"OUI {number}", "", f"{number} 1", ""):
        if words:
            amina.texts(words)
        for _ in range(8):
            town.pass_time(minutes=10)
            assert found(town) == [], words


def test_a_stopped_resident_and_a_dead_number_are_no_faults(town: Town, rene: Phone) -> None:
    town.network.answers[rene.number] = Refused("21211", "no number", number_is_dead=True)
    town.pass_until("2026-05-04 10:00")
    assert found(town) == []
    Phone(town, "+33639980011").texts("STOP")
    town.pass_time(hours=2)
    assert found(town) == []


# --- rows edited by hand ---


@pytest.mark.scenario("N32")
def test_a_case_without_a_timer_is_found_and_told_within_a_minute(town: Town, rene: Phone) -> None:
    number = open_case(town)
    edit(town, "UPDATE cases SET next_action_at = NULL WHERE number = ?", number)
    town.pass_time(minutes=1)
    assert Breach("case_without_timer", (number,)) in found(town)
    keep(town)
    town.gateway.engine.settle()
    texts = [text for text in Phone(town, "+33639980021").inbox() if "sans prochaine étape" in text]
    assert len(texts) == 1
    assert str(number) in texts[0]


CASE_EDITS = {
    "case_without_timer": "UPDATE cases SET status = 'closed'",
    "case_timer_far": "UPDATE cases SET next_action_at = next_action_at + 90000000 * 2",
    "case_late": "UPDATE cases SET next_action_at = opened_at - 61000",
    "case_owner": "UPDATE cases SET status = 'taken', owner_id = NULL",
    "case_key": "UPDATE cases SET dedup_key = NULL",
    "ask_without_text": "DELETE FROM outbox WHERE purpose = 'case_ask'",
    "case_reaches_nobody": "UPDATE outbox SET state = 'expired' WHERE purpose = 'case_ask'",
}


@pytest.mark.parametrize("code", CASE_EDITS)
def test_a_case_edited_by_hand_is_found(town: Town, rene: Phone, code: str) -> None:
    number = open_case(town)
    town.pass_time(minutes=2)
    assert code not in codes(town)
    edit(town, CASE_EDITS[code])
    assert Breach(code, (number,)) in look(town)


def test_two_open_cases_about_one_silence_are_found(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 13:00")
    kept = "status, person_id, resident_id, check_in_id, policy, next_action_at, opened_at"
    edit(
        town,
        f"INSERT INTO cases (kind, dedup_key, {kept}) SELECT 'missed', 'other', {kept} FROM cases "
        "LIMIT 1",
    )
    assert "case_key" in codes(town)


CHECK_IN_EDITS = {
    "silence_without_case": "UPDATE check_ins SET status = 'missed', due_at = NULL",
    "check_in_late": "UPDATE check_ins SET due_at = asking_at - 61000",
    "check_in_stuck": "UPDATE check_ins SET status = 'asking', asking_at = asking_at - 16 * 60000",
    "plan_late": "UPDATE plans SET ask_at = 1000",
    "resident_without_plan": "DELETE FROM plans",
}


@pytest.mark.parametrize("code", CHECK_IN_EDITS)
def test_a_check_in_edited_by_hand_is_found(town: Town, rene: Phone, code: str) -> None:
    town.pass_until("2026-05-04 09:05")
    town.gateway.engine.settle()
    assert code not in codes(town)
    edit(town, CHECK_IN_EDITS[code])
    (breach,) = [each for each in look(town) if each.code == code]
    assert breach.ids == (1,)
    assert breach.is_grave


def test_a_void_check_in_says_why(town: Town, rene: Phone) -> None:
    town.pass_until("2026-05-04 09:05")
    edit(town, "UPDATE check_ins SET status = 'void', due_at = NULL")
    assert "silence_without_case" in codes(town)
    edit(town, "UPDATE check_ins SET reason = 'gateway in doubt'")
    assert "silence_without_case" not in codes(town)


TEXT_EDITS = {
    "alarm_late": "UPDATE outbox SET state = 'queued', priority = 0, "
    "not_before_at = not_before_at - 3600000",
    "reply_late": "UPDATE outbox SET state = 'queued', priority = 1, "
    "not_before_at = not_before_at - 3600000",
    "text_in_doubt": "UPDATE outbox SET state = 'unknown', first_tried_at = 1000",
    "text_too_long": "UPDATE outbox SET segments = 5",
    "sent_after_stop": "UPDATE people SET stopped_at = 1000 WHERE phone = '+33639980001'",
}


@pytest.mark.parametrize("code", TEXT_EDITS)
def test_a_text_edited_by_hand_is_found(town: Town, rene: Phone, code: str) -> None:
    town.pass_until("2026-05-04 09:05")
    assert code not in codes(town)
    edit(town, TEXT_EDITS[code])
    assert code in codes(town)


def test_texts_that_wait_while_none_leaves_are_found(town: Town, rene: Phone) -> None:
    town.network.answers[rene.number] = NotSent("no-connection", "nobody there")
    town.pass_until("2026-05-04 09:02")
    edit(town, "UPDATE outbox SET not_before_at = not_before_at - 700000")
    assert "queue_stands" in codes(town)


def test_an_alarm_sent_after_its_case_was_closed_is_found(town: Town, rene: Phone) -> None:
    number = open_case(town)
    Phone(town, "+33639980011").texts("OUI")
    Phone(town, "+33639980011").texts(f"{number} 1")
    assert "sent_after_close" not in codes(town)
    edit(
        town, "UPDATE outbox SET first_tried_at = first_tried_at + 60000 WHERE purpose = 'case_ask'"
    )
    assert "sent_after_close" in codes(town)


def test_an_alarm_no_provider_takes_is_found_though_it_is_tried_again_and_again(
    town: Town, rene: Phone
) -> None:
    for phone in ("+33639980011", "+33639980021", "+33639980002"):
        town.network.answers[phone] = NotSent("no-connection", "nobody there")
    open_case(town)
    town.pass_time(minutes=6)
    assert "alarm_late" in codes(town)


def test_a_case_nobody_can_be_asked_about_is_found(town: Town) -> None:
    number = open_case(town)
    town.pass_time(minutes=2)
    assert Breach("case_reaches_nobody", (number,)) in found(town)


# --- the parts of the gateway ---


def test_an_engine_that_stands_still_is_found(town: Town, rene: Phone) -> None:
    town.clock.forward(31_000)
    assert codes(town) == ["engine_stands_still"]


def test_a_paused_sender_is_found(town: Town, rene: Phone) -> None:
    edit(town, "INSERT INTO pauses VALUES ('sender', 1, 'restored')")
    assert [each.code for each in found(town)] == ["sender_paused"]


def test_a_day_without_its_summary_is_found_ten_minutes_later(town: Town, rene: Phone) -> None:
    rene.texts("STOP")
    town.pass_until("2026-05-04 18:20")
    assert found(town) == []
    edit(town, "DELETE FROM digests")
    assert codes(town) == ["digest_missing"]


def test_a_failing_duty_is_found(town: Town, rene: Phone) -> None:
    edit(town, "INSERT INTO events (at, kind) VALUES (?, 'duty_failed')", town.clock.now())
    assert [each.code for each in found(town)] == ["duty_fails"]


def test_a_code_that_no_table_knows_is_told_and_the_next_person_is_asked(
    town: Town, rene: Phone
) -> None:
    town.network.answers["+33639980002"] = Refused("39999", "who knows", is_strange=True)
    town.pass_until("2026-05-04 11:31")
    assert "René" in Phone(town, "+33639980011").unread()[-1]
    assert [each.code for each in found(town)] == ["code_unknown"]
    town.pass_time(minutes=11)
    assert found(town) == []


def test_an_old_copy_and_a_failed_rehearsal_are_found(town: Town, rene: Phone) -> None:
    edit(town, "INSERT INTO heartbeats VALUES ('backup', ?, '{}')", town.clock.now())
    edit(town, "INSERT INTO heartbeats VALUES ('drill', ?, '{\"ok\": false}')", town.clock.now())
    assert [each.code for each in found(town)] == ["drill_failed"]
    edit(town, "UPDATE heartbeats SET at = at - ? WHERE name = 'backup'", 27 * 60 * MINUTE)
    assert [each.code for each in found(town)] == ["backup_old", "drill_failed"]


def test_a_gateway_just_started_has_an_hour_to_make_a_copy(town: Town, rene: Phone) -> None:
    edit(town, "INSERT INTO heartbeats VALUES ('backup', 1000, '{}')")
    edit(town, "INSERT INTO heartbeats VALUES ('start', ?, '{}')", town.clock.now() - 30 * MINUTE)
    assert found(town) == []


# --- the canary ---


def with_canary(town: Town) -> Town:
    town.settings = replace(town.settings, watch=WatchSettings(canary=CANARY))
    town.be_down(minutes=1)
    return town


def test_the_canary_flies_out_and_comes_back(town: Town) -> None:
    with_canary(town)
    town.change(canary.send)
    town.gateway.engine.settle()
    (text,) = [each for each in town.network.sent if each.receiver == CANARY]
    town.clock.forward(4_000)
    back = InboundText("twilio", "SM1", CANARY, town.network.sender, text.body)
    assert town.change(lambda tx: canary.comes_back(tx, back))
    (beat,) = town.rows("SELECT data FROM heartbeats WHERE name = 'canary'")
    assert json.loads(beat["data"]) == {"took_ms": 4_000}
    town.pass_time(minutes=55)
    assert found(town) == []


def test_a_canary_that_stays_out_is_missed_half_an_hour_later(town: Town) -> None:
    with_canary(town)
    for _ in range(3):
        town.change(canary.send)
        town.pass_time(minutes=25)
        town.gateway.engine.settle()
    assert [each.code for each in found(town)] == ["canary_missing"]


def test_a_canary_of_yesterday_says_nothing_of_today(town: Town) -> None:
    with_canary(town)
    town.change(canary.send)
    town.pass_time(hours=5)
    town.change(canary.send)
    assert found(town) == []


def test_other_texts_are_not_the_canarys(town: Town) -> None:
    text = InboundText("twilio", "SM1", "+33639980003", town.network.sender, "AIDE")
    assert not town.change(lambda tx: canary.comes_back(tx, text))
    with_canary(town)
    assert not town.change(lambda tx: canary.comes_back(tx, text))
    assert not town.change(lambda tx: canary.comes_back(tx, replace(text, sender=CANARY)))


def test_a_canary_of_the_hour_before_comes_back_too_late_to_count(town: Town) -> None:
    with_canary(town)
    town.change(canary.send)
    late = InboundText("twilio", "SM1", CANARY, town.network.sender, "canari QQQQQQQQ")
    assert town.change(lambda tx: canary.comes_back(tx, late))
    assert not town.rows("SELECT 1 FROM heartbeats WHERE name = 'canary'")


# --- telling ---


def test_a_breach_is_told_hourly_at_most_and_its_end_is_written_down(
    town: Town, rene: Phone
) -> None:
    edit(town, "INSERT INTO pauses VALUES ('elsewhere', 1, '')")
    edit(
        town,
        "INSERT INTO events (at, kind) VALUES (?, 'duty_failed')",
        town.clock.now() + 9 * MINUTE,
    )
    assert keep(town) == ["duty_fails"]
    town.pass_time(minutes=10)
    town.gateway.engine.settle()
    assert keep(town) == []
    town.pass_time(minutes=20)
    town.gateway.engine.settle()
    assert keep(town) == []
    kinds = [
        row["kind"]
        for row in town.rows("SELECT kind FROM events WHERE kind LIKE 'breach%' ORDER BY id")
    ]
    assert kinds == ["breach", "breach_over"]
    edit(town, "INSERT INTO events (at, kind) VALUES (?, 'duty_failed')", town.clock.now())
    assert keep(town) == []  # the same thing again within the hour
    town.pass_time(minutes=40)
    edit(town, "INSERT INTO events (at, kind) VALUES (?, 'duty_failed')", town.clock.now())
    town.gateway.engine.settle()
    assert keep(town) == ["duty_fails"]


def test_coordinators_get_one_text_and_one_mail_for_all_that_is_wrong_at_once(
    town: Town, rene: Phone
) -> None:
    town.settings = town.settings.having(
        EmailSettings(host="mail.example", sender="aide@ville.example")
    )
    town.be_down()
    open_case(town)
    edit(town, "UPDATE cases SET next_action_at = NULL, dedup_key = NULL")
    told = keep(town)
    assert {"case_without_timer", "case_key"} <= set(told)
    town.gateway.engine.settle()
    texts = [text for text in Phone(town, "+33639980021").inbox() if "helpline audit" in text]
    assert len(texts) == 1
    assert f"+{len(told) - 1}: helpline audit" in texts[0]
    (mail,) = [
        each for each in town.mailbox.sent if "affaire(s) sans prochaine étape" in each.subject
    ]
    assert all(code in mail.body for code in told)
    assert "3363998" not in mail.body


def test_who_said_stop_gets_no_text_of_the_auditor(town: Town, rene: Phone) -> None:
    claire = Phone(town, "+33639980021")
    claire.texts("STOP")
    town.pass_time(seconds=20)
    claire.texts("STOP")
    edit(town, "INSERT INTO events (at, kind) VALUES (?, 'duty_failed')", town.clock.now())
    keep(town)
    assert not town.rows("SELECT 1 FROM outbox WHERE name = 'breach' AND channel = 'sms'")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", sayings())
def test_every_breach_fits_two_segments_and_names_what_to_do(
    town: Town, code: str, language: str
) -> None:
    breach = Breach(code, tuple(range(90_001, 90_021)))
    body = segments.fit_gsm(audit.text_of(town.gateway.town, [breach, breach], language))
    assert segments.segments(body) <= 2, body
    assert "{" not in body
    assert breach.remedy(language)


def test_every_rule_has_its_words() -> None:
    assert set(audit.RULES) <= sayings().keys()


# --- the command ---


def command(town: Town, *arguments: str) -> Any:
    environ = {
        "HELPLINE_SERVICE_DATABASE": town.settings.service.database.address,
        "HELPLINE_SERVICE_NAME": "Bonjour Belleville",
    }
    return CliRunner().invoke(cli, ["audit", *arguments], env=environ)


def test_the_command_says_in_words_what_is_wrong_and_ends_with_status_1(
    town: Town, rene: Phone
) -> None:
    number = open_case(town)
    edit(town, "UPDATE cases SET dedup_key = NULL")
    done = command(town)
    assert done.exit_code == 1
    assert f"Two open cases about one worry (no. {number})." in done.output
    assert "Close the one too many." in done.output
    rows = [
        json.loads(line) for line in command(town, "--json", "--language", "fr").output.splitlines()
    ]
    assert {"code": "case_key", "grave": True, "ids": [number]}.items() <= next(
        row for row in rows if row["code"] == "case_key"
    ).items()
    assert not town.rows("SELECT 1 FROM breaches")


def test_the_command_says_when_all_is_well(town: Town) -> None:
    edit(
        town,
        "INSERT OR REPLACE INTO heartbeats VALUES ('engine', CAST(strftime('%s') AS INTEGER) * "
        "1000, '{}')",
    )
    edit(town, "INSERT INTO digests VALUES (date(), 1)")
    edit(town, "INSERT INTO digests VALUES (date('now', '-1 day'), 1)")
    edit(town, "INSERT INTO digests VALUES (date('now', '+1 day'), 1)")
    done = command(town)
    assert (done.exit_code, done.output) == (0, "All is as it must be.\n")


def test_what_waited_while_the_gateway_was_off_is_no_fault_once_it_is_back(
    town: Town, rene: Phone
) -> None:
    town.pass_until("2026-05-04 09:05")
    town.be_down(hours=14)
    assert found(town) == []
    town.pass_time(hours=3)
    assert found(town) == []


def test_the_audit_reads_a_server_as_it_reads_a_file(town: Town, postgres_url: str) -> None:
    store = open_anywhere(Server(postgres_url))
    with store.transaction():
        store.run("beat", name="engine", now=town.clock.now(), data="{}")
        store.run("set_pause_of", name="sender", since_at=1, reason="restored")
        claire = store.add(
            "add_person",
            phone="+33639980021",
            name="Claire",
            language="en",
            line="mobile",
            now=town.clock.now(),
        )
        store.add("add_coordinator", person_id=claire, email="")
        breaches = audit.look(Tx(store, town.gateway.town, town.clock.now()))
        told = audit.keep(Tx(store, town.gateway.town, town.clock.now()), breaches)
    assert [each.code for each in told] == ["sender_paused"]
    assert [row["code"] for row in store.all("breaches")] == ["sender_paused"]
    assert {row["priority"] for row in store.all("waiting_texts")} == {0}
    store.close()
