"""A town whose memory is a PostgreSQL server: the same journeys, and several processes at once."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpline.app.build import Gateway, build
from helpline.base.errors import NotSaved
from helpline.base.ports import InboundText
from helpline.ops import audit
from helpline.settings.database import Server as Memory
from helpline.town.tx import Tx
from tests.behind import engines_store, make_raise
from tests.fakes import Network, Phone, Town
from tests.kit.must import below, must
from tests.kit.postgres_server import Server
from tests.store.postgres_racers import web_process

NEXT = "SELECT min(not_before_at) AS at FROM outbox WHERE state = 'queued' AND not_before_at > %s"


class ServerTown(Town):
    """The town of the journeys, with its memory on a server."""

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self.gateway.read() as store:
            return [
                dict(row) for row in below(store).execute(sql.replace("?", "%s"), values).fetchall()
            ]

    def _next_due(self) -> int | None:
        with self.gateway.read() as store:
            row = store.one("next_due")
        assert row is not None
        (retry,) = self.rows(NEXT, self.clock.now())
        return min(
            (each for each in (row["at"], retry["at"]) if each and each > self.clock.now()),
            default=None,
        )


@pytest.fixture
def town(tmp_path: Path, postgres_url: str) -> Iterator[ServerTown]:
    """A town of Paris on a Monday morning in May, at eight."""
    town = ServerTown(tmp_path, database=Memory(postgres_url))
    yield town
    town.stop()


# --- journeys -------------------------------------------------------------------------------------


def test_somebody_asks_for_help_and_is_helped(town: ServerTown) -> None:
    amina = town.volunteer("+33639980011", "Amina")
    stranger = town.phone("+33639980090")
    stranger.texts("aide")
    while not town.cases():
        stranger.texts("1")
    case = town.the_case()
    assert (case["number"], case["kind"], case["status"]) == (201, "help", "asking")
    amina.gets("201")
    amina.texts("1")
    assert town.the_case()["status"] == "taken"
    amina.texts("201 1")
    assert town.the_case()["status"] == "closed"
    assert town.rows(
        "SELECT count(*) AS count FROM outbox WHERE state <> 'accepted' AND priority <> 0"
    ) == [{"count": 0}]


def test_a_silence_climbs_its_ladder_and_a_late_answer_calls_everyone_off(town: ServerTown) -> None:
    rene = town.resident("+33639980001", "René", at="09:00")
    lucie = town.contact("+33639980002", "Lucie", of=rene)
    town.coordinator("+33639980021", "Claire")
    town.pass_until("2026-05-04 09:01")
    rene.gets("René")
    town.pass_until("2026-05-04 15:00")
    assert town.the_case()["kind"] == "missed"
    lucie.gets("201")
    rene.texts("1")
    assert town.the_case()["status"] == "closed"
    town.pass_until("2026-05-05 09:01")
    assert len(town.rows("SELECT * FROM check_ins")) == 2


def test_unread_texts_half_way_requests_and_what_makes_us_stumble_are_seen_on_a_server(
    town: ServerTown,
) -> None:
    claire = town.coordinator("+33639980021", "Claire")
    fatima, zoe = town.person("+33639980031", "Fatima"), town.person("+33639980032", "Zoé")
    fatima.texts("zgueg")
    with make_raise(town.gateway, "lexicon.read"):
        zoe.texts("aide")
    claire.gets("2", "Zoé")
    claire.texts("lire")
    claire.gets("aide", "Encore 1")
    for words in ("AIDE", "2", "1", "1"):
        zoe.texts(words)
    town.pass_time(minutes=11)
    claire.gets("Zoé")
    assert [case["kind"] for case in town.cases()] == ["person"]
    town.pass_time(minutes=50)
    assert any("Fatima" in text for text in claire.unread())


def test_the_desk_and_the_lists_read_a_server(town: ServerTown) -> None:
    town.resident("+33639980001", "René")
    town.phone("+33639980090").texts("aide")
    with town.gateway.read() as store:
        people = store.all("report_people")
        assert [row["contacts"] for row in people] == ["[]", "[]"]
        assert store.all("report_cases", status="") == []
        (system,) = store.all("day_system", now=town.clock.now())
        assert system["texts_waiting"] == 0
    town.pass_time(minutes=1)
    assert set(must(town.client.get("/health").json)["problems"]) <= {
        "audit_is_old",
        "nobody_to_tell",  # nobody was made a coordinator here
    }
    figures = town.client.get("/metrics").text
    assert "queue_depth" in figures
    assert "disk_free_bytes" not in figures  # the disk is the server's
    found = town.change(lambda tx: audit.keep(tx, audit.look(tx)))
    assert {each.code for each in found} <= {"no_copy", "nobody_to_tell"}, found


# --- several processes ----------------------------------------------------------------------------


class Web:
    """A second web process."""

    def __init__(self, town: Town) -> None:
        start = multiprocessing.get_context("spawn")
        self.pipe, theirs = start.Pipe()
        self.process = start.Process(
            target=web_process, args=(theirs, town.settings, town.clock.now())
        )
        self.process.start()
        assert self.pipe.poll(30)
        assert self.pipe.recv() == "ready"

    def stop(self) -> None:
        """Let it end."""
        self.pipe.send(None)
        self.process.join(30)
        self.pipe.close()
        self.process.close()


@pytest.fixture
def webs(town: ServerTown) -> Iterator[list[Web]]:
    """Two web processes beside the engine."""
    both = [Web(town), Web(town)]
    yield both
    for each in both:
        each.stop()


def both_at_once(
    webs: list[Web], first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    """Give each process a text at the same moment; both are taken in."""
    for web, text in zip(webs, (first, second), strict=True):
        web.pipe.send(text)
    for web in webs:
        assert web.pipe.poll(30)
        assert web.pipe.recv() == ""


def test_two_texts_of_one_person_at_once(town: ServerTown, webs: list[Web]) -> None:
    for each in range(20):
        phone = f"+336399801{each:02}"
        both_at_once(webs, (phone, f"a{each}", "aide"), (phone, f"b{each}", "menu"))
    assert town.rows("SELECT count(*) AS count FROM people") == [{"count": 20}]
    assert town.rows("SELECT count(*) AS count FROM inbox") == [{"count": 40}]
    assert town.rows("SELECT count(*) AS count FROM conversations") == [{"count": 20}]
    assert town.rows("SELECT count(*) AS count FROM outbox WHERE priority = 1")[0]["count"] >= 40


def test_the_same_text_given_to_two_processes_is_taken_in_once(
    town: ServerTown, webs: list[Web]
) -> None:
    for each in range(20):
        text = (f"+336399801{each:02}", f"a{each}", "aide")
        both_at_once(webs, text, text)
    assert town.rows("SELECT count(*) AS count FROM inbox") == [{"count": 20}]


@pytest.mark.scenario("R-G25")
def test_two_acceptances_of_one_case_at_once(town: ServerTown, webs: list[Web]) -> None:
    """Both said yes in the same moment: one goes, the other is told who does, nobody gets an
    error."""
    amina = town.volunteer("+33639980011", "Amina")
    bruno = town.volunteer("+33639980012", "Bruno")
    for each in range(10):
        asker = town.phone(f"+336399801{each:02}")
        asker.texts("aide")
        while not open_cases(town):
            asker.texts("1")
        (case,) = open_cases(town)
        number = case["number"]
        for phone in (amina, bruno):
            assert any(str(number) in body for body in phone.unread())
        yes = f"{number} oui"
        both_at_once(webs, (amina.number, f"a{each}", yes), (bruno.number, f"b{each}", yes))
        town.gateway.engine.settle()
        (case,) = open_cases(town)
        assert case["status"] == "taken"
        told = [phone for phone in (amina, bruno) if heard_of(phone, number)]
        assert len(told) == 2
        winner = amina if case["owner_id"] == town.id_of(amina.number) else bruno
        winner.texts(f"{number} 1")
        assert not open_cases(town)
        for phone in (amina, bruno):
            phone.unread()
    assert town.rows("SELECT count(*) AS count FROM events WHERE kind = 'case_opened'") == [
        {"count": 10}
    ]


def open_cases(town: ServerTown) -> list[dict[str, Any]]:
    return [case for case in town.cases() if case["status"] != "closed"]


def heard_of(phone: Phone, number: int) -> bool:
    return any(str(number) in body for body in phone.unread())


# --- engines --------------------------------------------------------------------------------------


def another_engine(town: ServerTown, network: Network) -> Gateway:
    return build(town.settings, clock=town.clock, threads=0, carriers={"twilio": network})


@pytest.mark.scenario("N2")
def test_of_two_engines_one_sends(town: ServerTown) -> None:
    """Twenty residents at nine, two engines: each is asked once, by the one that is active."""
    for each in range(20):
        town.resident(f"+336399801{each:02}", f"Nr {each}", at="09:00")
    town.gateway.engine.settle()
    second = Network()
    standby = another_engine(town, second)
    try:
        town.clock.put_to(town.at("2026-05-04 09:00") + 1000)
        standby.engine.settle()
        town.gateway.engine.settle()
        assert len(town.network.sent) + len(second.sent) == 20
        assert not (town.network.sent and second.sent)
    finally:
        standby.close_reader()
        standby.engine.stop()


@pytest.mark.scenario("P11")
def test_a_connection_that_was_lost_is_made_again(town: ServerTown, postgres: Server) -> None:
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> "
        "pg_backend_pid()"
    )
    name = town.settings.service.database.address.partition("?")[0].rpartition("/")[2]
    phone = town.phone("+33639980090")
    phone.texts("aide")
    phone.unread()
    postgres.order(kill.format(name))
    with town.gateway.read() as store:
        assert store.one("person_by_phone", phone=phone.number) is not None
    phone.texts("menu")
    assert phone.unread()

    def broken_off(tx: Tx) -> None:
        tx.add(
            "add_person", phone="+33639980091", name="", language=None, line="mobile", now=tx.now
        )
        postgres.order(kill.format(name))
        tx.add(
            "add_person", phone="+33639980092", name="", language=None, line="mobile", now=tx.now
        )

    with pytest.raises(NotSaved):
        town.change(broken_off)
    town.gateway.close_reader()
    assert town.rows("SELECT count(*) AS count FROM people") == [{"count": 1}]
    town.gateway.receive_text(InboundText("twilio", "SMx", "+33639980091", "+33639980000", "aide"))
    assert town.rows("SELECT count(*) AS count FROM people") == [{"count": 2}]


def test_a_street_to_which_we_are_deaf_is_held_and_asked_again(town: ServerTown) -> None:
    claire = town.coordinator("+33639980021", "Claire")
    for n in range(200, 224):
        town.resident(f"+3363998{n:04d}", f"R{n}", at="09:00")
    claire.texts("BILAN")
    town.news(claire, "delivered")
    claire.unread()
    town.pass_until("2026-05-04 09:20")
    assert town.rows("SELECT name FROM pauses") == [{"name": "deaf:twilio"}]
    town.pass_until("2026-05-04 12:05")
    claire.gets("24 personnes sans nouvelles")
    assert town.rows("SELECT count(*) AS count FROM outbox WHERE name = 'check_in_again'") == [
        {"count": 24}
    ]
    town.phone("+33639980200").texts("1")
    town.pass_time(minutes=1)
    assert not town.rows("SELECT name FROM pauses")
    assert town.rows("SELECT DISTINCT status FROM cases ORDER BY 1") == [
        {"status": "closed"},
        {"status": "held"},
    ]


def test_an_idle_engine_rests_beside_another(town: ServerTown) -> None:
    """Two engines with nothing to do must not wake each other for ever."""
    standby = another_engine(town, Network())
    try:
        for engine in (town.gateway.engine, standby.engine) * 2:
            engine.settle()
        began = time.perf_counter()
        done = [engine.cycle() for engine in (town.gateway.engine, standby.engine) * 20]
        assert not any(done)
        assert time.perf_counter() - began < 2
        counts = [
            engines_store(engine).change_count() for engine in (town.gateway.engine, standby.engine)
        ]
        for engine in (town.gateway.engine, standby.engine) * 5:
            engine.cycle()
        assert counts == [
            engines_store(engine).change_count() for engine in (town.gateway.engine, standby.engine)
        ]
    finally:
        standby.close_reader()
        standby.engine.stop()
