"""Who watches the watcher: pings out, systemd's watchdog, the audit as a chore, and chores that
fail aloud."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from helpline.ops.backup import backup
from helpline.ops.maintenance import Maintenance
from helpline.ops.watch.auditor import Auditor
from helpline.ops.watch.ping import Pinger
from helpline.ops.watch.systemd import Watchdog, tell
from helpline.settings.sections import BackupSettings, WatchSettings
from helpline.store.sqlite import sqlite3
from tests.behind import edit, watchdog_looks
from tests.fakes import Town
from tests.kit.gateway import RunningGateway
from tests.waiting import eventually

DAY = 86_400_000


class Monitor:
    """A monitor on loopback that keeps what it is told; it may answer badly, or not before it is
    told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/5f3a"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(monitor: Monitor) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                monitor.heard.append((self.command, self.path.removeprefix("/ping/5f3a"), body))
                monitor.may_answer.wait(20)
                try:
                    self.send_response(monitor.status)
                    self.end_headers()
                except OSError:
                    return

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def stop(self) -> None:
        self.may_answer.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    monitor = Monitor()
    yield monitor
    monitor.stop()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    town.coordinator("+33639980021", "Claire")
    town.gateway.engine.settle()
    yield town
    town.stop()


# --- pings ---


@pytest.mark.scenario("R-G38")
def test_a_monitor_hears_the_start_each_clean_audit_and_each_failed_one(monitor: Monitor) -> None:
    told: list[int] = []
    pinger = Pinger([monitor.url], on_success=lambda: told.append(1))
    pinger.start()
    eventually(lambda: len(monitor.heard) == 1)
    pinger.clean()
    eventually(lambda: len(monitor.heard) == 2)
    pinger.failed(["alarm_late", "case_late"])
    eventually(lambda: len(monitor.heard) == 3)
    pinger.stop()
    assert monitor.heard == [
        ("GET", "/start", ""),
        ("GET", "", ""),
        ("POST", "/fail", "codes=alarm_late+case_late"),
    ]
    assert (told, pinger.failures) == ([1], 0)


@pytest.mark.scenario("R-G38")
def test_a_monitor_that_hangs_holds_nobody_up_and_the_others_are_told(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    other = Monitor()
    monitor.may_answer.clear()
    pinger = Pinger([monitor.url, other.url], limit=0.1)
    pinger.start()
    for _ in range(100):
        pinger.clean()  # returns at once: what waits is replaced
    eventually(lambda: ("GET", "", "") in other.heard)
    eventually(lambda: pinger.failures > 0)
    pinger.stop()
    other.stop()
    assert "ping address 1 could not be reached" in caplog.text
    assert "5f3a" not in caplog.text


@pytest.mark.scenario("R-G38")
def test_a_monitor_that_answers_with_an_error_or_a_way_elsewhere_does_not_count(
    monitor: Monitor,
) -> None:
    told: list[int] = []
    pinger = Pinger([monitor.url], on_success=lambda: told.append(1))
    monitor.status = 500
    pinger.start()
    pinger.clean()
    eventually(lambda: pinger.failures == 2)
    monitor.status = 302
    pinger.clean()
    eventually(lambda: pinger.failures == 3)
    pinger.stop()
    assert told == []


def test_a_monitor_that_is_not_there_is_no_reason_to_stop() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    pinger = Pinger([url])
    pinger.start()
    pinger.clean()
    eventually(lambda: pinger.failures == 2)
    pinger.stop()


def test_without_an_address_nothing_is_started() -> None:
    before = threading.active_count()
    pinger = Pinger([])
    pinger.start()
    pinger.clean()
    assert threading.active_count() == before
    pinger.stop()


# --- the audit ---


def audited(town: Town, monitor: Monitor) -> Auditor:
    pinger = Pinger([monitor.url])
    pinger.start()
    eventually(lambda: len(monitor.heard) == 1)
    monitor.heard.clear()
    return Auditor(town.gateway, pinger)


def test_a_clean_audit_is_told_outside(town: Town, monitor: Monitor) -> None:
    auditor = audited(town, monitor)
    assert auditor.is_overdue()
    assert auditor.run() == []
    eventually(lambda: monitor.heard == [("GET", "", "")])
    assert not auditor.is_overdue()
    town.clock.forward(121_000)
    assert auditor.is_overdue()


def test_a_grave_breach_leaves_as_a_code_and_nothing_of_anybody(
    town: Town, monitor: Monitor
) -> None:
    auditor = audited(town, monitor)
    town.person("+33639980003", "Omar").texts("AIDE")
    edit(town, "UPDATE people SET stopped_at = 1")
    edit(town, "INSERT INTO pauses VALUES ('sender', 1, 'restored')")
    auditor.run()
    eventually(lambda: monitor.heard)
    assert monitor.heard == [("POST", "/fail", "codes=sender_paused+sent_after_stop")]


def test_what_is_so_for_a_moment_only_is_told_to_nobody(town: Town, monitor: Monitor) -> None:
    auditor = audited(town, monitor)
    town.resident("+33639980001", "René")
    town.clock.put_to(
        town.at("2026-05-04 09:02")
    )  # a machine that slept: the hello is late, the engine has not turned
    assert auditor.run() == []
    eventually(lambda: monitor.heard == [("GET", "", "")])
    assert not town.rows("SELECT 1 FROM breaches")


def test_a_light_breach_is_for_coordinators_not_for_the_monitor(
    town: Town, monitor: Monitor
) -> None:
    auditor = audited(town, monitor)
    edit(town, "INSERT INTO heartbeats VALUES ('drill', 1, '{\"ok\": false}')")
    assert [each.code for each in auditor.run()] == ["drill_failed"]
    eventually(lambda: monitor.heard == [("GET", "", "")])
    assert town.rows("SELECT 1 FROM outbox WHERE name = 'breach'")


def test_a_database_that_cannot_be_read_is_told_outside_and_no_audit_counts(
    town: Town, monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    auditor = audited(town, monitor)
    path = town.file
    path.rename(path.with_suffix(".away"))
    path.write_bytes(b"no database at all" * 1000)
    caplog.set_level(logging.CRITICAL)
    thread = threading.Thread(
        target=auditor.run
    )  # a thread of its own opens a connection of its own
    thread.start()
    thread.join()
    eventually(lambda: monitor.heard == [("POST", "/fail", "codes=database")])
    assert auditor.is_overdue()
    path.unlink()
    path.with_suffix(".away").rename(path)


# --- systemd ---


class Systemd:
    """The socket systemd listens on."""

    def __init__(self, name: str) -> None:
        self.door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.door.bind("\0" + name[1:] if name.startswith("@") else name)
        self.door.settimeout(20)
        self.environ = {"NOTIFY_SOCKET": name}

    def hears(self) -> str:
        return self.door.recv(100).decode()


@pytest.fixture(params=["file", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    found = Systemd(
        str(tmp_path / "notify") if request.param == "file" else f"@helpline-test-{os.getpid()}"
    )
    yield found
    found.door.close()


def test_systemd_is_told_by_one_datagram(systemd: Systemd) -> None:
    assert tell("READY=1", systemd.environ)
    assert systemd.hears() == "READY=1"


def test_without_systemd_nothing_is_told(tmp_path: Path) -> None:
    assert not tell("READY=1", {})
    assert not tell("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})


def test_the_watchdog_beats_only_when_the_engine_turned_and_the_audit_goes_on(
    town: Town, systemd: Systemd
) -> None:
    audits, helped = [True], list[int]()
    watchdog = Watchdog(town.gateway, lambda: audits[0], lambda: helped.append(1), systemd.environ)
    assert watchdog.look()
    assert systemd.hears() == "WATCHDOG=1"
    assert not watchdog.look()  # the engine did not go round since
    town.pass_time(minutes=1)
    audits[0] = False
    assert not watchdog.look()
    assert helped == [1]
    town.pass_time(minutes=1)
    audits[0] = True
    assert watchdog.look()


def test_the_watchdog_beats_three_times_in_the_time_systemd_gives(town: Town) -> None:
    watchdog = Watchdog(town.gateway, lambda: True, lambda: None, {"WATCHDOG_USEC": "60000000"})
    assert watchdog.period == 20


@pytest.mark.slow
@pytest.mark.parametrize("half", [(), ("--only", "web"), ("--only", "engine")])
def test_the_gateway_says_ready_alive_and_stopping(tmp_path: Path, half: tuple[str, ...]) -> None:
    systemd = Systemd(str(tmp_path / "notify"))
    gateway = RunningGateway(tmp_path, **systemd.environ, WATCHDOG_USEC="900000")
    try:
        process = gateway.serve(*half, ready=False)
        assert systemd.hears() == "READY=1"
        assert [systemd.hears(), systemd.hears()] == ["WATCHDOG=1", "WATCHDOG=1"]
        process.terminate()
        said = "WATCHDOG=1"
        while said == "WATCHDOG=1":
            said = systemd.hears()
        assert said == "STOPPING=1"
        assert process.wait(20) == 0
    finally:
        gateway.stop()
        systemd.door.close()


# --- chores ---


def test_a_copy_is_made_once_a_day_at_the_hour_that_is_set_however_often_it_is_looked_for(
    town: Town,
) -> None:
    folder = town.file.parent / "copies"
    town.settings = replace(
        town.settings, backup=BackupSettings(directory=folder, at="03:30", keep_days=2)
    )
    town.be_down()
    maintenance = Maintenance(town.gateway)
    made = []
    for moment in (
        "2026-05-04 08:00",
        "2026-05-04 23:59",
        "2026-05-05 03:29",
        "2026-05-05 03:30",
        "2026-05-07 12:00",
    ):
        town.pass_until(moment)
        maintenance.back_up_if_due()
        maintenance.back_up_if_due()
        made.append(len(backup.copies(folder)))
    assert made == [1, 1, 1, 2, 3]
    for day in range(8, 14):
        town.pass_until(f"2026-05-{day:02} 04:00")
        maintenance.back_up_if_due()
    assert len(backup.copies(folder)) == 3
    with town.gateway.read() as store:
        assert store.one("breaches") is None


def test_the_newest_copy_is_rehearsed_once_a_month(town: Town) -> None:
    maintenance = Maintenance(town.gateway)
    maintenance.rehearse_if_due()
    assert not town.rows("SELECT 1 FROM heartbeats WHERE name = 'drill'")
    maintenance.back_up_if_due()
    seen = []
    for _ in range(5):
        maintenance.rehearse_if_due()
        seen.append(town.rows("SELECT at FROM heartbeats WHERE name = 'drill'")[0]["at"])
        town.pass_time(days=10)
    assert [(at - seen[0]) // DAY for at in seen] == [0, 0, 0, 30, 30]


def test_the_canary_leaves_by_the_outbox(town: Town) -> None:
    Maintenance(town.gateway).send_canary()
    assert not town.network.sent
    town.settings = replace(town.settings, watch=WatchSettings(canary="+33639980077"))
    town.be_down()
    Maintenance(town.gateway).send_canary()
    town.gateway.engine.settle()
    assert [text.receiver for text in town.network.sent] == ["+33639980077"]


def test_a_standby_engine_leaves_copies_and_canaries_to_the_active_one(town: Town) -> None:
    town.settings = replace(town.settings, watch=WatchSettings(canary="+33639980077"))
    town.be_down()
    town.gateway.engine.leader.active = False
    maintenance = Maintenance(town.gateway)
    maintenance.send_canary()
    maintenance.back_up_if_due()
    maintenance.rehearse_if_due()
    assert not town.rows(
        "SELECT 1 FROM heartbeats WHERE name IN ('backup', 'canary_sent', 'drill')"
    )


class Clumsy(Maintenance):
    """Maintenance of which one fails."""

    def jobs(self) -> dict[str, tuple[Callable[[], object], timedelta, timedelta]]:
        return {"tidy": (lambda: 1 // 0, timedelta(minutes=1), timedelta(0))}


def test_a_chore_that_fails_is_logged_and_counted(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    maintenance = Clumsy(town.gateway)
    maintenance.start()
    eventually(lambda: town.rows("SELECT 1 FROM heartbeats WHERE name = 'chores'"))
    maintenance.stop()
    assert maintenance.troubles == {"tidy": 1}
    assert "the chore tidy failed" in caplog.text
    assert 'helpline_chore_troubles_total{chore="tidy"} 1' in town.client.get("/metrics").text


def test_a_scheduler_that_forgets_the_audit_is_helped_out_by_the_watchdog(town: Town) -> None:
    maintenance = Maintenance(town.gateway)
    assert maintenance.auditor.is_overdue()
    watchdog_looks(maintenance)
    assert not maintenance.auditor.is_overdue()
    assert town.rows("SELECT 1 FROM heartbeats WHERE name = 'audit'")


@pytest.mark.slow
@pytest.mark.scenario("N32")
def test_the_gateway_audits_itself_and_finds_a_case_without_a_timer(
    tmp_path: Path, monitor: Monitor
) -> None:
    gateway = RunningGateway(tmp_path, HELPLINE_WATCH_PING_URL=monitor.url)
    try:
        process = gateway.serve()
        eventually(lambda: ("GET", "", "") in monitor.heard)
        gateway.import_csv("coordinators", "phone,name,language,email\n+33639980021,Claire,fr,\n")
        process.terminate()
        process.wait(20)
        connection = sqlite3.connect(str(tmp_path / "town.db"))
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute(
            "INSERT INTO cases (kind, status, person_id, policy, opened_at) "
            "SELECT 'help', 'asking', id, '{}', 1 FROM people"
        )
        connection.commit()
        connection.close()
        gateway.serve(ready=False)
        gateway.carrier.wait_for("+33639980021", "sans prochaine étape", 20)
        eventually(
            lambda: any(
                path == "/fail" and "case_without_timer" in body for _, path, body in monitor.heard
            )
        )
        eventually(lambda: "case_without_timer" in gateway.get("/health")[1])
        assert gateway.get("/health")[0] == 503
    finally:
        gateway.stop()
