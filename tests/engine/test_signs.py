"""Signs of life: seldom on disk, there at once for whoever asks, and never so old that an outage is
mistaken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helpline.app.build import Gateway, build
from helpline.base.clock import SteeredClock
from helpline.engine.lease import is_held
from helpline.engine.rows import LEASE
from helpline.engine.signs import OFTEN, PROOF, SELDOM, Signs, last_of
from helpline.ops.watch.auditor import Auditor
from helpline.ops.watch.ping import Pinger
from helpline.settings import Settings
from helpline.settings.database import Database, File
from helpline.settings.sections import EngineSettings, ServiceSettings
from helpline.store.opening import connect, open_store
from helpline.store.signs_file import SignsFile
from tests.fakes import Network
from tests.kit.store_kit import NOW, Hiccup, Opened, person, rows

Build = Callable[..., Gateway]
OUTAGE = 120_000


@pytest.fixture
def clock() -> SteeredClock:
    """It stands still."""
    return SteeredClock(NOW, frozen=True)


@pytest.fixture
def house_of(place: Database, clock: SteeredClock) -> Iterator[Build]:
    """Makes gateways on one database, which look around once an hour unless they are told."""
    service = ServiceSettings(name="Ici", database=place, public_url="http://127.0.0.1:9")
    settings = Settings(service=service, engine=EngineSettings(tick_seconds=3600.0))
    made: list[Gateway] = []

    def make(**more: Any) -> Gateway:
        made.append(build(settings, clock=clock, carriers={"twilio": Network()}, **more))
        made[-1].signs.patience = 0.0
        return made[-1]

    yield make
    for gateway in made:
        gateway.close_reader()
        if not gateway.engine._stopping:
            gateway.engine.stop()


@pytest.fixture
def alone(house_of: Build) -> Gateway:
    """The only engine there is; it turns when told."""
    gateway = house_of(threads=0)
    gateway.engine.settle()
    return gateway


@pytest.fixture
def other(place: Database, alone: Gateway) -> Iterator[Opened]:
    """Another process's connection."""
    with closing(connect(place)) as store:
        yield store


def turn(clock: SteeredClock, *houses: Gateway, seconds: int, step: int = 1) -> None:
    """Let time pass; each engine goes round."""
    for _ in range(0, seconds, step):
        clock.forward(step * 1000)
        for gateway in houses:
            gateway.engine.cycle()


def alive_at(store: Opened) -> int | None:
    return last_of(store, store.one(LEASE))


# --- an idle engine -------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_idle_engine_commits_once_in_ten_minutes_to_a_file(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    before, commits = other.change_count(), 0
    for _ in range(30 * 60 // 5):
        turn(clock, alone, seconds=5, step=5)
        commits += before != (before := other.change_count())
    assert commits == 3


def test_its_sign_of_life_is_never_older_than_a_minute_for_who_comes_after_it(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    for _ in range(15 * 60 // 5):
        turn(clock, alone, seconds=5, step=5)
        last = alive_at(other)
        assert last is not None
        assert 0 <= clock.now() - last <= SELDOM


def test_its_own_process_knows_it_alive_all_the_time(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    turn(clock, alone, seconds=55, step=5)
    assert alone.signs.of_engine(other, clock.now()) == clock.now()
    clock.forward(31_000)  # it stands still
    assert alone.signs.of_engine(other, clock.now()) == clock.now() - 31_000


def test_a_busy_engine_says_so_along_with_what_it_writes(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    turn(clock, alone, seconds=30, step=5)
    alone.engine.submit(lambda tx: person(tx.store))
    assert rows(other, "SELECT at FROM heartbeats WHERE name = 'engine'") == [{"at": clock.now()}]


def test_what_could_not_be_written_is_no_sign_of_life(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    alone.engine._store = Hiccup(alone.engine._opened(), fails_at="beat")
    clock.forward(PROOF)
    alone.engine.cycle()
    assert alone.signs.of_engine(other, clock.now()) == NOW
    alone.engine.cycle()
    assert alone.signs.of_engine(other, clock.now()) == clock.now()


# --- asked by another process ---------------------------------------------------------------------


@pytest.fixture
def asleep(house_of: Build) -> Gateway:
    """An engine on its thread, fallen asleep."""
    gateway = house_of()
    gateway.engine.start()
    assert gateway.engine.settle()
    return gateway


def test_a_web_process_asks_and_the_engine_answers_at_once(
    asleep: Gateway, house_of: Build, clock: SteeredClock
) -> None:
    web = house_of(active=False)
    web.signs.patience = 20.0
    for _ in range(3):
        clock.forward(40_000)
        with web.read() as store:
            assert web.signs.of_engine(store, clock.now()) == clock.now()


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_answer_is_no_commit_to_a_file(
    asleep: Gateway, place: Database, clock: SteeredClock
) -> None:
    with closing(connect(place)) as store:
        for _ in range(2):  # at the first one, each duty says which version of it works here
            before = store.change_count()
            clock.forward(40_000)
            assert Signs().of_engine(store, clock.now()) == clock.now()
        assert store.change_count() == before


def test_an_engine_that_stands_still_does_not_answer(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    clock.forward(31_000)
    signs = Signs()
    signs.patience = 0.1
    assert signs.of_engine(other, clock.now()) == NOW


def test_where_it_cannot_be_rung_for_the_question_is_written(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    place = File(folder / "town.db")
    with closing(open_store(place)) as engine, closing(connect(place)) as web:
        engine.listen()
        for _ in range(2):
            before = engine.change_count()
            web.ask()
            assert engine.change_count() != before


# --- beside the tables ----------------------------------------------------------------------------


def test_what_stands_beside_the_tables_counts_only_with_them(tmp_path: Path) -> None:
    file = SignsFile(tmp_path / "town.db")
    (tmp_path / "town.db").touch()
    assert file.read(1) == {}
    file.put(1, {"engine": 5})
    file.put(1, {"engine": 6, "audit": 4})
    assert file.read(1) == {"engine": 6, "audit": 4}
    assert file.read(0) == {}, "beside a copy put back from yesterday it says nothing"
    (tmp_path / "town.db-alive").write_text('{"beat_at": 1, "si')
    assert file.read(1) == {}
    file.close()


def test_after_the_clock_was_put_back_the_last_sign_is_the_newest(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    turn(clock, alone, seconds=70, step=5)
    clock.forward(-3_600_000)
    turn(clock, alone, seconds=70, step=5)
    assert clock.now() - SELDOM <= (alive_at(other) or 0) <= clock.now()


# --- one active engine ----------------------------------------------------------------------------


def test_a_lone_engine_stays_the_active_one_when_another_comes_and_stands_by(
    alone: Gateway, house_of: Build, clock: SteeredClock
) -> None:
    turn(clock, alone, seconds=45, step=5)  # its lease on disk has run out
    standby = house_of(threads=0)
    turn(clock, standby, alone, seconds=90)
    assert (alone.engine.active, standby.engine.active) == (True, False)


@pytest.mark.parametrize("idle", [0, 45])
def test_who_comes_after_a_machine_is_gone_takes_over_within_25_seconds(
    house_of: Build, clock: SteeredClock, idle: int
) -> None:
    first = house_of(threads=0)
    first.engine.leader.lease.owner = "another-machine/1:7:abc"
    first.engine.settle()
    turn(clock, first, seconds=idle, step=5)
    standby = house_of(threads=0)
    turn(clock, standby, seconds=25)
    assert standby.engine.active


def test_after_a_long_silence_nobody_waits_for_an_engine_that_is_gone(
    house_of: Build, clock: SteeredClock
) -> None:
    first = house_of(threads=0)
    first.engine.leader.lease.owner = "another-machine/1:7:abc"
    first.engine.settle()
    clock.forward(90_000)
    second = house_of(threads=0)
    second.engine.cycle()
    assert second.engine.active


def test_a_standby_is_not_fooled_by_its_own_clock_put_forward(
    alone: Gateway, house_of: Build, clock: SteeredClock
) -> None:
    standby = house_of(threads=0)
    turn(clock, standby, alone, seconds=45)
    standby.engine.leader.lease.lapse()
    clock.forward(25_000)
    standby.engine.cycle()
    assert not standby.engine.active


def test_an_engine_that_stood_still_stands_by_before_it_does_anything_more(
    house_of: Build, other: Opened, alone: Gateway, clock: SteeredClock
) -> None:
    alone.engine.leader.lease.owner = "another-machine/1:7:abc"  # so that it is not known to live
    clock.forward(90_000)
    second = house_of(threads=0)
    second.engine.cycle()
    assert second.engine.active
    other.run("set_pause_of", name="sender", reason="test", since_at=NOW)
    alone.engine.cycle()
    assert not alone.engine.active
    (lease,) = rows(other, "SELECT owner, fence FROM engine_lease")
    assert lease == {"owner": second.engine.leader.lease.owner, "fence": 2}


def test_a_running_gateway_is_known_by_its_rows(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    turn(clock, alone, seconds=45, step=5)
    assert is_held(other, clock.now())
    alone.engine.stop()
    assert not is_held(other, clock.now())


# --- outages --------------------------------------------------------------------------------------


def outages(store: Opened) -> list[dict[str, Any]]:
    return rows(store, "SELECT kind FROM events WHERE kind = 'back_after_outage'")


@pytest.mark.parametrize(("down", "is_outage"), [(55, False), (121, True), (600, True)])
def test_after_an_idle_engine_died_two_minutes_are_an_outage_and_a_start_over_is_none(
    house_of: Build, place: Database, clock: SteeredClock, down: int, is_outage: bool
) -> None:
    first = house_of(threads=0)
    first.engine.leader.lease.owner = "another-machine/1:7:abc"
    first.engine.settle()
    turn(clock, first, seconds=178)
    clock.forward(down * 1000)
    second = house_of(threads=0)
    turn(clock, second, seconds=1)
    with closing(connect(place)) as store:
        store.run("give_up_lease", owner="another-machine/1:7:abc")
        second.engine.wake()
        turn(clock, second, seconds=1)
        assert bool(outages(store)) == is_outage


def test_an_outage_counts_from_the_stop(
    alone: Gateway, house_of: Build, other: Opened, clock: SteeredClock
) -> None:
    turn(clock, alone, seconds=50, step=10)
    alone.engine.stop()
    assert alive_at(other) == clock.now()
    clock.forward(OUTAGE - 1000)
    house_of(threads=0).engine.settle()
    assert not outages(other)


# --- the audit ------------------------------------------------------------------------------------


def audits(store: Opened) -> list[dict[str, Any]]:
    return rows(store, "SELECT at FROM heartbeats WHERE name = 'audit'")


def test_an_audit_that_finds_the_same_again_is_known_and_not_kept(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    auditor = Auditor(alone, Pinger([]))
    auditor.run()
    first = audits(other)
    turn(clock, alone, seconds=60, step=5)
    auditor.run()
    assert audits(other) == first
    assert alone.signs.of_all(other)["audit"] == clock.now()


def test_other_processes_hear_of_it_with_the_next_sign_of_life(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    auditor = Auditor(alone, Pinger([]))
    auditor.run()
    for _ in range(5):
        turn(clock, alone, seconds=60, step=5)
        auditor.run()
        assert clock.now() - Signs().of_all(other)["audit"] <= SELDOM + OFTEN


def test_an_audit_that_finds_something_new_is_kept_at_once(
    alone: Gateway, other: Opened, clock: SteeredClock
) -> None:
    auditor = Auditor(alone, Pinger([]))
    auditor.run()
    for change in ("set_pause_of", "end_pause_of"):
        more = {"since_at": 1, "reason": "restored"} if change == "set_pause_of" else {}
        other.run(change, name="sender", **more)
        turn(clock, alone, seconds=60, step=5)
        auditor.run()
        assert audits(other) == [{"at": clock.now()}]
