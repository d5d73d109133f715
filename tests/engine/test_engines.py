"""Several processes on one database: they hear of each other's writing at once, and another one
takes over."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helpline.app.build import Gateway, build
from helpline.base.clock import SteeredClock
from helpline.engine.lease import Lease, is_dead
from helpline.engine.wakeup import Wakeup
from helpline.ops.maintenance import Maintenance
from helpline.providers.twilio.settings import TwilioSettings
from helpline.settings import Settings
from helpline.settings.database import Database, File, Server
from helpline.settings.sections import EngineSettings, ServiceSettings
from helpline.store.notifier import Notifier, place_of, ring
from helpline.store.opening import connect, open_store
from helpline.store.sqlite import Store as FileStore
from helpline.town.tx import Tx
from tests.behind import engines_store, is_listening, nap_of, read_with, wrap_store
from tests.fakes import Network
from tests.kit.gateway import RunningGateway
from tests.kit.must import must
from tests.kit.postgres_server import Server as Machine
from tests.kit.store_kit import NOW, Hiccup, Opened, person, rows, text
from tests.waiting import eventually

# --- hearing of what others wrote -----------------------------------------------------------------


@pytest.fixture
def listener(place: Database) -> Iterator[Opened]:
    """A connection that wants to be told."""
    with closing(open_store(place)) as store:
        store.change_count()
        store.listen()
        yield store


def hears(listener: Opened, seconds: float) -> bool:
    poll = select.poll()
    poll.register(must(listener.news()), select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def test_who_listens_is_told_that_another_wrote_and_not_of_its_own_writing(
    place: Database, listener: Opened
) -> None:
    with closing(connect(place)) as other:
        with listener.transaction():
            person(listener)
        before = listener.change_count()
        with other.transaction():
            other.one("person", id=1)
        assert not hears(listener, 0)
        with other.transaction():
            person(other, "+33639980002")
        assert hears(listener, 10)
        assert listener.change_count() != before
        assert not hears(listener, 0)


def test_what_was_undone_is_no_news(place: Database, listener: Opened) -> None:
    with closing(connect(place)) as other:

        def half_done() -> None:
            with other.transaction():
                person(other)
                raise LookupError

        with pytest.raises(LookupError):
            half_done()
        assert not hears(listener, 0.2)


def test_the_newest_bell_is_rung_and_an_older_one_leaves_it_hanging(tmp_path: Path) -> None:
    path = tmp_path / "town.db"
    with (
        closing(open_store(File(path))) as old,
        closing(FileStore(path)) as new,
        closing(FileStore(path)) as web,
    ):
        old.listen()
        new.listen()
        old.deafen()
        person(web)  # outside a transaction nobody is told
        with web.transaction():
            person(web, "+33639980002")
        assert hears(new, 10)
    assert not Path(f"{path}-bell").exists()


def test_the_bell_of_a_process_that_was_killed_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "town.db"
    hang = (
        "import os; from helpline.store.notifier import Notifier; "
        f"Notifier({place_of(path)!r}, 0o600); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", hang], check=False).returncode == -signal.SIGKILL
    ring(place_of(path))  # nobody there
    with closing(Notifier(place_of(path), 0o600)) as bell:
        ring(place_of(path))
        assert select.select([bell], [], [], 10)[0]
        bell.hush()
        assert not select.select([bell], [], [], 0)[0]


def test_a_bell_may_be_rung_a_thousand_times_unheard(tmp_path: Path) -> None:
    where = place_of(tmp_path / "town.db")
    with closing(Notifier(where, 0o600)):
        for _ in range(1000):
            ring(where)


def test_where_no_bell_can_hang_one_has_to_look(tmp_path: Path) -> None:
    place = File(tmp_path / ("a" * 60) / ("b" * 60) / "town.db")
    with (
        closing(open_store(place)) as store,
        closing(connect(place)) as web,
    ):
        store.listen()
        assert store.news() is None
        before = store.change_count()
        with web.transaction():
            person(web)
        assert store.change_count() != before


# --- the engine -----------------------------------------------------------------------------------


def a_gateway(place: Database, network: Network, clock: SteeredClock, **more: Any) -> Gateway:
    """An engine on `place` that looks around once an hour, unless it is told."""
    settings = Settings(
        service=ServiceSettings(name="Ici", database=place, public_url="http://127.0.0.1:9"),
        engine=EngineSettings(tick_seconds=3600.0),
    ).having(TwilioSettings(segments_per_second=1000.0))
    return build(settings, clock=clock, carriers={"twilio": network}, **more)


@pytest.fixture
def clock() -> SteeredClock:
    """It stands still."""
    return SteeredClock(NOW, frozen=True)


@pytest.fixture
def network() -> Network:
    """It takes every text."""
    return Network()


@pytest.fixture
def sleeper(place: Database, network: Network, clock: SteeredClock) -> Iterator[Gateway]:
    """An engine on its thread, fallen asleep."""
    gateway = a_gateway(place, network, clock)
    gateway.engine.start()
    assert gateway.engine.settle()
    yield gateway
    gateway.engine.stop()


def writes(place: Database, idempotency_key: str) -> None:
    """Another process wants a text to leave."""
    with closing(connect(place)) as other, other.transaction():
        text(other, idempotency_key, expires_at=NOW + 3_600_000)


def has_sent(network: Network, count: int) -> Callable[[], bool]:
    return lambda: len(network.sent) == count


def test_an_engine_sends_at_once_what_another_process_wrote(
    place: Database, sleeper: Gateway, network: Network
) -> None:
    for n in range(1, 6):
        writes(place, f"text {n}")
        eventually(has_sent(network, n))


def test_an_engine_hears_again_after_its_connection_broke(
    postgres: Machine, postgres_url: str, network: Network, clock: SteeredClock
) -> None:
    gateway = a_gateway(Server(postgres_url), network, clock)
    gateway.engine.start()
    try:
        assert gateway.engine.settle()
        name = postgres_url.partition("?")[0].rpartition("/")[2]
        others = f"FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        postgres.order(f"SELECT pg_terminate_backend(pid) {others}")
        for n in (1, 2):
            writes(Server(postgres_url), f"text {n}")
            eventually(has_sent(network, n))
    finally:
        gateway.engine.stop()


def test_what_a_sender_brought_back_and_the_database_could_not_take_is_tried_again(
    place: Database, sleeper: Gateway
) -> None:
    tries: list[int] = []

    def work(tx: Tx) -> None:
        waits = {"not_before_at": tx.now + 1_000_000, "expires_at": tx.now + 2_000_000}
        tries.append(text(tx.store, f"try {len(tries)}", **waits))
        if len(tries) == 1:
            raise tx.store.unavailable[0]("no space left on device")

    sleeper.engine.post(work)
    eventually(lambda: len(tries) == 2)
    assert sleeper.engine.settle()
    with closing(connect(place)) as store:
        assert rows(store, "SELECT idempotency_key FROM outbox") == [{"idempotency_key": "try 1"}]


def test_an_engine_that_stands_by_rests_while_the_other_works(
    place: Database, network: Network, clock: SteeredClock
) -> None:
    first, standby = (a_gateway(place, each, clock, threads=0) for each in (network, Network()))
    try:
        first.engine.settle()
        standby.engine.settle()
        assert is_listening(first.engine)
        assert not is_listening(standby.engine)
        first.engine.submit(lambda tx: text(tx.store, "a", expires_at=tx.now + 3_600_000))
        assert len(network.sent) == 1
        assert nap_of(standby.engine) == 3600.0
        standby.engine.wake()  # something is due: the other's affair, until it is gone
        assert nap_of(standby.engine) == 3600.0
    finally:
        first.engine.stop()
        standby.engine.stop()


# --- what senders bring back ----------------------------------------------------------------------


class Counter(Wakeup):
    """Stands where the engine sleeps: while it does, senders bring back one text after the
    other."""

    def __init__(self, gateway: Gateway, brings: int) -> None:
        super().__init__()
        self.gateway, self.brings, self.rung = gateway, brings, 0
        gateway.engine._wake.close()

    def set(self) -> None:
        """Count how often the engine is woken."""
        self.rung += 1

    def wait(self, seconds: float, news: int | None = None) -> None:
        """Sleep."""
        for _ in range(self.brings):
            self.gateway.engine.post(lambda *_: None, can_wait=True)


@pytest.fixture
def busy(place: Database, network: Network, clock: SteeredClock) -> Iterator[Gateway]:
    """An engine that turns when told, with two senders of four texts, all on their way until
    `may_answer` is set."""
    may_answer = threading.Event()
    network.meanwhile = lambda _: may_answer.wait(20)
    gateway = a_gateway(place, network, clock, threads=2)
    for n in range(8):
        writes(place, f"text {n}")
    gateway.engine.cycle()
    eventually(
        lambda: not gateway.engine.cycle() and not gateway.engine.inbox_poll._reads
    )  # the provider's list
    yield gateway
    may_answer.set()
    gateway.engine.stop()


def test_what_comes_back_together_is_waited_for_and_the_last_of_it_wakes_the_engine(
    busy: Gateway,
) -> None:
    counter = Counter(busy, brings=1)
    busy.engine._wake = counter
    busy.engine.post(lambda *_: None, can_wait=True)
    assert counter.rung == 1, "the first one ends its sleep"
    busy.engine._gather()
    assert (counter.rung, len(busy.engine._jobs)) == (2, 2)


def test_nothing_is_waited_for_while_somebody_waits_for_us(busy: Gateway) -> None:
    busy.engine._wake = Counter(busy, brings=1)
    busy.engine.post(lambda *_: None, can_wait=True)
    busy.engine.post(lambda *_: None)
    busy.engine._gather()
    assert len(busy.engine._jobs) == 2


def test_one_text_alone_is_not_kept_waiting_for_others(busy: Gateway) -> None:
    assert busy.engine.sender is not None
    busy.engine.sender.forget([{"id": n} for n in range(2, 9)])
    busy.engine._wake = Counter(busy, brings=1)
    busy.engine.post(lambda *_: None, can_wait=True)
    busy.engine._gather()
    assert len(busy.engine._jobs) == 1


def test_while_every_sender_is_busy_texts_that_wait_are_no_reason_to_go_round(
    busy: Gateway,
) -> None:
    assert busy.engine.sender is not None
    assert busy.engine.sender.room == 0
    busy.engine.cycle()
    before = busy.engine._round_at
    assert not busy.engine.cycle()
    assert busy.engine._round_at == before


def test_a_provider_that_hangs_on_one_text_keeps_no_other_from_being_recorded(
    place: Database, network: Network, clock: SteeredClock
) -> None:
    may_answer, gateway = threading.Event(), a_gateway(place, network, clock)
    network.meanwhile = lambda text: may_answer.wait(20) if text.id == 1 else None
    for n in range(12):
        writes(place, f"text {n}")
    gateway.engine.start()
    try:
        with closing(connect(place)) as store:
            accepted = "SELECT id FROM outbox WHERE state = 'accepted' ORDER BY id"
            eventually(lambda: [row["id"] for row in rows(store, accepted)] == list(range(2, 13)))
            may_answer.set()
            eventually(lambda: len(rows(store, accepted)) == 12)
    finally:
        may_answer.set()
        gateway.engine.stop()


# --- taking over ----------------------------------------------------------------------------------


def test_a_standby_takes_over_within_thirty_seconds_of_a_machine_that_is_gone(
    place: Database, network: Network, clock: SteeredClock
) -> None:
    first, standby = (a_gateway(place, each, clock, threads=0) for each in (Network(), network))
    first.engine.leader.lease.owner = "another-machine/1:7:abc"
    try:
        first.engine.settle()
        standby.engine.settle()
        clock.forward(9_000)
        first.engine.settle()  # its last sign of life
        writes(place, "a")
        seconds = 0
        while not network.sent:
            seconds += 1
            clock.forward(1_000)
            standby.engine.cycle()
            assert seconds <= 30
        assert standby.engine.active
        with closing(connect(place)) as store:
            assert rows(store, "SELECT fence FROM engine_lease") == [{"fence": 2}]
    finally:
        standby.engine.stop()
        first.engine.stop()


def test_a_take_over_that_could_not_be_kept_is_done_anew(
    place: Database, clock: SteeredClock
) -> None:
    first, standby = (a_gateway(place, Network(), clock, threads=0) for _ in range(2))
    first.engine.leader.lease.owner = "another-machine/1:7:abc"
    wrap_store(standby.engine, lambda store: Hiccup(store, fails_at="beat"))
    try:
        first.engine.settle()
        writes(place, "a")
        sender, store = first.engine.sender, engines_store(first.engine)
        assert sender is not None
        with store.transaction():
            assert sender.claim(Tx(store, first.town, clock.now()))  # and then its machine is gone
        clock.forward(90_000)
        assert not standby.engine.cycle()
        assert not standby.engine.active
        standby.engine.cycle()
        assert standby.engine.active
        assert rows(store, "SELECT error FROM outbox") == [{"error": "sender gone"}]
        assert rows(store, "SELECT owner FROM engine_lease") == [
            {"owner": standby.engine.leader.lease.owner}
        ]
    finally:
        standby.engine.stop()
        first.engine.stop()


def test_a_gateway_starts_while_another_process_holds_the_database(
    place: Database, clock: SteeredClock
) -> None:
    gateway = a_gateway(place, Network(), clock, threads=0)
    read_with(gateway, Hiccup(connect(place), fails_at="beat"))
    maintenance = Maintenance(gateway)
    try:
        maintenance.start()
    finally:
        maintenance.stop()
        gateway.close_reader()
        gateway.engine.stop()


# --- a process that stood still -------------------------------------------------------------------


class Pair:
    """An active engine that claims a text and then stands still, and one that takes over from
    it."""

    def __init__(self, place: Database, network: Network, clock: SteeredClock) -> None:
        self.place, self.network, self.clock = place, network, clock
        self.first, self.standby = (a_gateway(place, network, clock, threads=0) for _ in range(2))
        self.first.engine.leader.lease.owner = "another-machine/1:7:abc"
        self.first.engine.settle()
        writes(place, "a")
        self.claimed = self._claim(self.first)

    def _claim(self, gateway: Gateway) -> list[Any]:
        store, sender = engines_store(gateway.engine), gateway.engine.sender
        assert sender is not None
        with store.transaction():
            claimed = sender.claim(Tx(store, gateway.town, self.clock.now()))
        assert len(claimed) == 1
        return claimed

    def another_claims_it(self, seconds: int) -> list[Any]:
        """Let time pass until the text waits again, and the standby has it in hand; return it."""
        with closing(connect(self.place)) as store:
            store.run("set_pause_of", name="sender", reason="test", since_at=NOW)
            for _ in range(seconds):
                self.clock.forward(1_000)
                self.standby.engine.cycle()
            store.run("end_pause_of", name="sender")
        assert self.state() == "queued"
        return self._claim(self.standby)

    def thaw(self, gateway: Gateway, rows: list[Any]) -> None:
        """A process goes on where it stood: it hands over what it had claimed."""
        assert gateway.engine.sender is not None
        gateway.engine.sender.dispatch(rows)
        gateway.engine.settle()

    def state(self) -> str:
        with closing(connect(self.place)) as store:
            (row,) = rows(store, "SELECT state FROM outbox")
        return str(row["state"])

    def stop(self) -> None:
        self.standby.engine.stop()
        self.first.engine.stop()


@pytest.fixture
def pair(place: Database, network: Network, clock: SteeredClock) -> Iterator[Pair]:
    pair = Pair(place, network, clock)
    yield pair
    pair.stop()


def test_what_was_claimed_before_a_process_stood_still_is_not_handed_over_after_another_sent_it(
    pair: Pair,
) -> None:
    for _ in range(180):
        pair.clock.forward(1_000)
        pair.standby.engine.cycle()
    assert len(pair.network.sent) == 1
    pair.thaw(pair.first, pair.claimed)
    assert (len(pair.network.sent), pair.state()) == (1, "accepted")


def test_a_process_that_stood_still_does_not_take_a_text_out_of_the_hands_of_another(
    pair: Pair,
) -> None:
    again = pair.another_claims_it(180)
    pair.thaw(pair.first, pair.claimed)
    assert (pair.network.sent, pair.state()) == ([], "sending")
    pair.thaw(pair.standby, again)
    pair.clock.forward(60_000)
    pair.standby.engine.settle()
    assert (len(pair.network.sent), pair.state()) == (1, "accepted")


def test_what_a_process_claimed_leaves_after_a_short_stop(pair: Pair) -> None:
    pair.clock.forward(5_000)
    pair.thaw(pair.first, pair.claimed)
    assert (len(pair.network.sent), pair.state()) == (1, "accepted")


def test_a_process_that_stood_still_alone_sends_it_later_and_once(pair: Pair) -> None:
    pair.clock.forward(50_000)
    pair.thaw(pair.first, pair.claimed)
    for _ in range(180):
        pair.clock.forward(1_000)
        pair.first.engine.cycle()
    assert (len(pair.network.sent), pair.state()) == (1, "accepted")


@pytest.mark.slow
def test_a_standby_takes_over_when_the_active_engine_is_killed(
    place: Database, tmp_path: Path
) -> None:
    gateway = RunningGateway(
        tmp_path, HELPLINE_SERVICE_DATABASE=place.address, HELPLINE_BACKUP_DIRECTORY=str(tmp_path)
    )
    try:
        gateway.serve("--only", "web", ready=False)
        engines = [gateway.serve("--only", "engine", ready=False) for _ in range(2)]
        gateway.wait_until_ready()
        gateway.carrier.text("+33639980001", "AIDE")
        gateway.carrier.wait_for("+33639980001", "", 15)
        with closing(connect(place)) as store:
            (lease,) = rows(store, "SELECT owner FROM engine_lease")
        (active,) = [each for each in engines if f":{each.pid}:" in lease["owner"]]
        active.kill()
        active.wait(10)
        gateway.carrier.text("+33639980002", "AIDE")
        gateway.carrier.wait_for("+33639980002", "", 30)
    finally:
        gateway.stop()


def test_an_owner_of_this_machine_that_is_gone_is_known_and_others_are_not() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(20)
    ours = Lease().owner
    machine, _, token = ours.replace(f":{os.getpid()}:", "::").partition("::")
    assert is_dead(f"{machine}:{gone.pid}:{token}")
    assert not is_dead(f"{machine}:{os.getppid()}:{token}")
    assert not is_dead(ours)
    assert not is_dead(f"another-machine/1:{gone.pid}:{token}")
    name = machine.partition("/")[0]
    assert not is_dead(f"{name}/another-container:{gone.pid}:{token}"), (
        "its processes have numbers of their own"
    )
