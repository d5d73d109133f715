"""We were away: what people said meanwhile counts, what is stale is not said, one step follows,
nobody is accused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from helpline.base.ports import InboundText
from helpline.messaging.outbox import Message, queue
from helpline.ops.backup import restore
from helpline.store import migrations
from helpline.town.tx import Tx
from tests.fakes import OUR_NUMBER, Phone, Town
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, falls_silent, hears_the_three_of_the_morning


def said_meanwhile(town: Town, *phones: Phone, words: str = "1") -> None:
    """These people texted while nobody listened; the provider's list has it."""
    town.network.missed += [
        InboundText("twilio", f"SMmissed{phone.number}", phone.number, OUR_NUMBER, words)
        for phone in phones
    ]


@pytest.mark.slow
@pytest.mark.scenario("R-G05", "P04")
def test_five_hundred_texts_of_three_days_ago_are_listed_not_sent_and_the_open_alarm_goes_on(
    build_town: BuildTown,
) -> None:
    town = build_town(segments_per_second=1.0)
    rene = town.resident("+33639980001", "René", at="06:25")
    town.clock.put_to(town.at("2026-05-05 06:24"))
    town.gateway.engine.settle()
    amina = town.volunteer("+33639980011", "Amina")
    claire = town.coordinator("+33639980021", "Claire")
    street = [town.resident(f"+33639{985000 + n}", f"R{n}", at="09:00") for n in range(250)]
    crowd = [town.person(f"+33639{986000 + n}", f"P{n}") for n in range(250)]
    town.pass_until("2026-05-05 08:56")
    hears_the_three_of_the_morning(rene)
    amina.gets("René")
    town.network.is_down = True

    def writes_to_all(tx: Tx) -> None:
        for each in crowd:
            queue(
                tx,
                Message(f"news:{each.number}", "campaign", 1, each.number, "news", "Fête samedi."),
            )

    town.change(writes_to_all)
    town.pass_until("2026-05-05 09:00")
    assert town.rows("SELECT count(*) AS n FROM outbox WHERE state = 'queued'")[0]["n"] >= 500
    town.network.is_down = False
    town.be_down(hours=70)
    for _ in range(120):
        town.clock.forward(1000)
        town.gateway.engine.settle()
    states = {
        row["state"]: row["n"]
        for row in town.rows("SELECT state, count(*) AS n FROM outbox GROUP BY state")
    }
    assert states.get("queued", 0) == 0, states
    assert {
        row["status"] for row in town.rows("SELECT status FROM check_ins WHERE resident_id > 1")
    } == {"void"}
    assert [phone.number for phone in (*street, *crowd) if phone.unread()] == []
    assert [case["kind"] for case in town.cases()] == ["missed"]
    rene.gets("bonjour René")  # it is seven, and his is a hello of half past six
    assert sorted(text.split()[0] for text in claire.unread()) == [
        "ALERTE",
        "Bonjour",
    ]  # the open case, the outage


@pytest.mark.scenario("R-G31")
@pytest.mark.parametrize("hours", [25, 49, 73])
def test_after_days_off_the_hello_of_this_hour_is_still_said(
    town: Town, rene: Phone, claire: Phone, hours: int
) -> None:
    town.pass_until(f"{TODAY} 08:30")
    town.be_down(hours=hours)  # it is half past nine
    rene.gets("bonjour René")
    claire.gets("de retour")


@pytest.mark.slow
@pytest.mark.scenario("N19")
def test_nobody_is_accused_for_ten_minutes_of_ours_over_five_hundred_deadlines(
    build_town: BuildTown,
) -> None:
    town = build_town(ladder="phonecheck")
    claire = town.coordinator("+33639980021", "Claire")
    street = [town.resident(f"+33639{985000 + n}", f"R{n}", at="09:00") for n in range(500)]
    town.pass_until(f"{TODAY} 09:55")
    for phone in street:
        phone.gets("bonjour")
        phone.gets("re-bonjour")
        phone.gets("répondez 1 avant 10:00")
    answered, silent = street[:485], street[485:]
    said_meanwhile(town, *answered)
    town.be_down(minutes=10)
    claire.gets("de retour après 10 min")
    for phone in answered:
        phone.gets("Merci")
    town.pass_until(f"{TODAY} 10:09")
    assert not town.cases()
    town.pass_until(f"{TODAY} 10:10:30")  # ten minutes later than it would have been
    assert len(town.cases()) == len(silent)
    claire.unread()


@pytest.mark.scenario("N20", "R-G31")
def test_after_a_night_off_there_are_no_texts_of_the_night_a_list_and_one_text_to_coordinators(
    town: Town, rene: Phone, claire: Phone
) -> None:
    early = [town.resident(f"+33639{985000 + n}", f"R{n}", at="23:30") for n in range(30)]
    dawn = [town.resident(f"+33639{986000 + n}", f"R{n}", at="05:00") for n in range(30)]
    town.pass_until(f"{TODAY} 11:31")
    hears_the_three_of_the_morning(rene)
    claire.gets("ALERTE 201")
    claire.texts("201 oui")
    claire.gets("3 rue Piat")
    town.pass_until(f"{TODAY} 12:31")
    claire.gets("quelles nouvelles")
    claire.texts("201 4")  # not reached: it stays open
    claire.gets("pas joint")
    town.pass_until(f"{TODAY} 18:01")
    told = claire.unread()
    assert any("201 René" in text for text in told)
    town.pass_until(f"{TODAY} 22:00")
    claire.unread()
    town.be_down(hours=10)
    claire.gets("de retour après 600 min", "60")
    for phone in (*early, *dawn):
        phone.gets_nothing_more()
    voids = town.rows(
        "SELECT count(*) AS n FROM check_ins WHERE status = 'void' AND reason = 'too_late'"
    )
    assert voids == [{"n": 60}]
    claire.gets("201")  # the open case, one step
    town.pass_time(minutes=5)
    assert len(town.cases()) == 1


@pytest.mark.scenario("N20")
def test_after_fourteen_hours_off_the_asks_of_the_morning_are_void_and_coordinators_get_one_text(
    town: Town,
) -> None:
    claire = town.coordinator("+33639980021", "Claire")
    street = [town.resident(f"+33639{985000 + n}", f"R{n}", at="08:30") for n in range(100)]
    town.gateway.engine.settle()
    town.stop()
    town.clock.put_to(town.at(f"{TODAY} 22:00"))
    town.start()
    town.gateway.engine.settle()
    claire.gets("de retour après 840 min", "100")
    claire.gets("04/05")  # the day's summary, late and once
    town.pass_time(hours=1)
    for phone in street:
        phone.gets_nothing_more()
    assert not town.cases()


@pytest.mark.scenario("E-G3")
def test_two_steps_that_fell_due_while_we_were_off_are_one_text(build_town: BuildTown) -> None:
    town = build_town(ladder="iamfine")
    rene = town.resident("+33639980001", "René", at="09:00")
    town.pass_until(f"{TODAY} 09:01")
    rene.gets("bonjour René")
    town.be_down(minutes=30)  # two reminders are due, and half an hour is given back
    town.pass_time(minutes=1)
    assert len(rene.unread()) <= 1


@pytest.mark.scenario("P01")
def test_an_alarm_half_way_up_its_ladder_goes_on_after_a_restart_at_its_own_time(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    falls_silent(town, rene)
    amina.gets("René")
    town.be_down(minutes=1)
    town.pass_until(f"{TODAY} 11:44:50")
    claire.gets_nothing_more()
    town.pass_until(f"{TODAY} 11:45:10")
    claire.gets("ALERTE")


@pytest.mark.scenario("E-G24")
def test_with_the_sender_paused_all_waits_and_when_it_ends_each_leaves_once(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    town.pass_until(f"{TODAY} 11:29")
    hears_the_three_of_the_morning(rene)
    town.change(lambda tx: restore.pause(tx.store, tx.now))
    town.pass_until(f"{TODAY} 11:40")
    amina.gets_nothing_more()
    assert town.the_case()["status"] == "asking"
    town.change(lambda tx: tx.run("end_pause_of", name="sender"))
    town.pass_until(f"{TODAY} 11:41")
    amina.gets("René")
    town.pass_until(f"{TODAY} 11:44")


@pytest.mark.scenario("E-G28", "R-G36")
def test_a_town_of_the_schema_before_goes_on_with_what_it_was_doing(
    town: Town, rene: Phone, amina: Phone, claire: Phone
) -> None:
    fatima = town.person("+33639980031", "Fatima")
    falls_silent(town, rene)
    amina.gets("René")
    town.network.loses_answers_to = {fatima.number}
    fatima.texts("aide")  # half sent: taken, and nobody told us
    fatima.gets("Quelle aide?")
    town.network.is_down = True
    number = town.the_case()["number"]
    claire.texts(f"{number}")  # a reply that has not left
    town.stop()
    as_of_schema_1(town.file)
    town.network.is_down = False
    town.clock.forward(60_000)
    town.start()
    town.pass_until(f"{TODAY} 11:34")
    claire.gets("201")
    assert town.rows("SELECT DISTINCT state FROM outbox WHERE receiver = ?", fatima.number) == [
        {"state": "accepted"}
    ]
    town.pass_until(f"{TODAY} 11:46")
    claire.gets("ALERTE 201")
    older = [path.name for path in town.file.parent.iterdir() if ".before-schema-" in path.name]
    assert older == ["town.db.before-schema-2"]


NEW_NAMES = {"klass": "priority", "idem": "idempotency_key"}
GONE = ("flow_hash", "pause_reason")


def as_of_schema_1(path: Path) -> None:
    """Make the file what a version that knew only the first schema step would have left."""
    number, name, first = migrations.steps()[0]
    now = path.rename(path.with_name("now.db"))
    older = sqlite3.connect(path)
    older.executescript(first)
    older.execute("CREATE TABLE schema_steps (number INTEGER PRIMARY KEY, name TEXT)")
    older.execute("INSERT INTO schema_steps VALUES (?, ?)", [number, name])
    older.execute("ATTACH ? AS now", [str(now)])
    tables = [
        row[0] for row in older.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
    ]
    for table in tables:
        if table != "schema_steps":
            there = {row[1] for row in older.execute(f"PRAGMA now.table_info({table})")}
            names = [row[1] for row in older.execute(f"PRAGMA main.table_info({table})")]
            kept = {
                name: NEW_NAMES.get(name, name)
                for name in names
                if NEW_NAMES.get(name, name) in there
            }
            kept |= {name: "''" for name in GONE if name in names}
            older.execute(f"DELETE FROM main.{table}")
            older.execute(
                f"INSERT INTO main.{table} ({', '.join(kept)}) SELECT {', '.join(kept.values())} "
                f"FROM now.{table}"
            )
    older.commit()
    older.close()
