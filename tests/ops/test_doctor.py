"""`helpline doctor`: says in words what is right, what is wrong, and what to do."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpline.app.settings import load_settings
from helpline.base.clock import SteeredClock
from helpline.base.ports import Finding
from helpline.cli import cli
from helpline.ops.doctor import machine, outside
from helpline.ops.doctor import town as town_checks
from helpline.ops.doctor.doctor import CHECKS, examine, tried
from helpline.ops.doctor.patient import Patient
from helpline.store.migrations import open_file as open_store
from helpline.store.sqlite import Store

NOON = 1_800_000_000_000
TWILIO = {
    "HELPLINE_TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "HELPLINE_TWILIO_AUTH_TOKEN": "new,old",
    "HELPLINE_TWILIO_NUMBER": "+33644631234",
    "HELPLINE_SERVICE_PUBLIC_URL": "https://aide.example",
}
TALKING = {"HELPLINE_AFRICASTALKING_USERNAME": "sandbox", "HELPLINE_AFRICASTALKING_API_KEY": "key"}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The town's database."""
    store = open_store(tmp_path / "helpline.db")
    yield store
    store.close()


def patient(**environ: str) -> Patient:
    """Return a gateway with these settings, at NOON, that may not ask anybody."""
    return Patient(load_settings(None, environ), (), NOON, offline=True, patience=0.01)


def only(findings: list[Finding]) -> Finding:
    """Return the one finding."""
    assert len(findings) == 1
    return findings[0]


# --- settings and machine ---


def test_all_wrong_settings_are_findings_and_the_other_checks_still_run() -> None:
    lines = examine(
        None,
        {"HELPLINE_WEB_PORT": "x", "HELPLINE_SERVICE_COUNTRY": "ZZ"},
        SteeredClock(NOON),
        offline=True,
    )
    settings = [line.finding for line in lines if line.check == "settings"]
    assert [finding.level for finding in settings] == ["problem", "problem"]
    assert {line.check for line in lines} >= {"sqlite", "database", "clock"}


def test_a_settings_file_that_is_not_there_is_the_only_finding() -> None:
    assert (
        "town.toml is not there"
        in only([line.finding for line in examine("town.toml", {}, SteeredClock(NOON))]).text
    )


def test_without_a_provider_nothing_can_be_sent() -> None:
    assert "no text can be sent" in machine.settings_are_complete(patient())[-1].text


def test_simulated_phones_beside_a_real_provider_are_a_problem() -> None:
    finding = machine.settings_are_complete(patient(**TWILIO, HELPLINE_WEB_PHONES="true"))[-1]
    assert finding.level == "problem"
    assert "/phones" in finding.text


@pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o644, "warning")])
def test_a_file_with_secrets_is_for_its_owner_only(tmp_path: Path, mode: int, level: str) -> None:
    file = tmp_path / "town.toml"
    file.write_text(
        '[email]\nhost = "m"\nfrom = "a@b"\nusername = "a"\npassword = "s3cret"\n', encoding="utf-8"
    )
    file.chmod(mode)
    finding = only(machine.secrets_are_kept(Patient(load_settings(str(file), {}), (), NOON)))
    assert finding.level == level
    assert "s3cret" not in finding.text


def test_a_file_without_secrets_may_be_read_by_all(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text('[service]\nname = "Allô"\n', encoding="utf-8")
    settings = load_settings("town.toml", {})
    assert only(machine.secrets_are_kept(Patient(settings, (), NOON))).level == "ok"


def zone_of(folder: Path, hours: int) -> Path:
    """Write a zone `Town` that is `hours` ahead of UTC for ever, and return its folder."""
    folder.mkdir()
    head = b"TZif2" + bytes(15)
    body = struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", hours * 3600, 0, 0) + b"TWN\0"
    (folder / "Town").write_bytes(head + body + head + body + f"\nTWN{-hours}\n".encode())
    return folder


@pytest.mark.scenario("N25")
def test_zones_that_differ_are_found_with_the_first_day(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    ours, theirs = zone_of(tmp_path / "ours", 0), zone_of(tmp_path / "theirs", 1)
    assert machine.first_difference("Town", ours, theirs, now) == now
    assert machine.first_difference("Town", ours, ours, now) is None
    assert machine.first_difference("Town", ours, tmp_path, now) is None


@pytest.mark.scenario("N25")
def test_zones_that_agree_are_named_and_of_those_that_differ_it_says_which_copy_is_used() -> None:
    findings = machine.time_zones(patient())
    said = {
        "ok": "agreement for Europe/Paris and Africa/Casablanca",
        "warning": "Helpline uses its own copy",
    }
    assert findings
    assert all(said[finding.level] in finding.text for finding in findings)


def test_a_database_not_made_yet_is_pointed_out_and_not_made() -> None:
    one = patient()
    assert "is not there yet" in only(machine.database(one)).text
    assert not one.has_database


def test_a_sound_database_is_left_as_it_was(store: Store) -> None:
    before = store.change_count()
    assert only(machine.database(patient())).level == "ok"
    assert store.change_count() == before


def test_a_file_that_is_no_database_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "helpline.db").write_bytes(b"not a database" * 100)
    finding = only(tried(machine.database, patient()))
    assert finding.level == "problem"
    assert finding.remedy


def test_a_database_that_another_program_holds_is_a_problem_in_words(store: Store) -> None:
    store.connection.execute("BEGIN EXCLUSIVE")
    assert "locked" in only(tried(machine.database, patient())).text


# --- outside ---


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("https://aide.example", "ok"),
        ("https://aide.example:8443/town", "ok"),
        ("http://aide.example", "problem"),
        ("", "problem"),
        ("https://localhost", "problem"),
        ("https://192.168.1.20", "problem"),
        ("https://pi.local", "problem"),
    ],
)
def test_the_public_address_must_be_seen_from_outside_and_encrypted(url: str, level: str) -> None:
    finding = only(outside.public_address(patient(**TWILIO | {"HELPLINE_SERVICE_PUBLIC_URL": url})))
    assert finding.level == level
    assert level == "ok" or "https://aide.example" in finding.remedy


def test_without_a_provider_an_inside_address_is_enough_to_try() -> None:
    assert only(outside.public_address(patient())).level == "warning"


def test_each_provider_that_is_set_up_is_looked_at_without_being_asked() -> None:
    known = patient(**TWILIO, **TALKING)
    assert only(outside.signature(known)).level == "ok"
    said = [finding.text for finding in outside.number(known)]
    assert len(said) == 2
    assert "is a French mobile number" in said[0]
    assert "Africa's Talking signs nothing" in said[1]


def test_a_provider_that_is_not_set_up_is_not_looked_at() -> None:
    assert outside.signature(patient()) == outside.number(patient()) == []


class Refusing(BaseHTTPRequestHandler):
    """A provider that knows nobody, and the time."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def refusing() -> Iterator[str]:
    """The address of a provider that refuses everybody."""
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_provider_that_refuses_us_is_a_problem_with_a_remedy(refusing: str) -> None:
    online = replace(patient(**TWILIO, HELPLINE_TWILIO_API_BASE=refusing), offline=False)
    assert any(
        finding.level == "problem" and finding.remedy for finding in outside.provider(online)
    )


def test_the_clock_is_compared_with_the_providers(refusing: str) -> None:
    online = replace(patient(**TWILIO, HELPLINE_TWILIO_API_BASE=refusing), offline=False)
    assert only(outside.clock(online)) == Finding("ok", "The clock goes with the provider's.")


@pytest.mark.parametrize(
    ("ahead", "level"), [(0, "ok"), (-4, "ok"), (30, "warning"), (-3600, "problem")]
)
def test_a_clock_that_is_wrong_is_said_with_how_much(ahead: float, level: str) -> None:
    finding = outside.judged_clock(ahead)
    assert finding.level == level
    assert (
        level == "ok"
        or f"{abs(ahead)} seconds {'ahead' if ahead > 0 else 'behind'}" in finding.text
    )


def test_offline_says_what_was_not_asked() -> None:
    assert only(outside.provider(patient(**TWILIO))).text == "The provider was not asked."
    assert "was not compared" in only(outside.clock(patient(**TWILIO))).text


def test_without_a_mail_server_the_summary_goes_by_sms() -> None:
    assert "goes by SMS alone" in only(outside.email(patient())).text


# --- the town ---


def test_the_shipped_flows_are_in_order() -> None:
    assert only(town_checks.flows(patient())).level == "ok"


def test_a_ladder_nobody_wrote_is_a_problem() -> None:
    finding = only(town_checks.flows(patient(HELPLINE_CHECK_INS_LADDER="stairs")))
    assert finding.text == "There is no ladder named stairs."
    assert "bonjour" in finding.remedy


def test_a_new_town_lacks_people_and_signs_of_life(store: Store) -> None:
    checks = (
        town_checks.last_tick,
        town_checks.last_inbound,
        town_checks.logins,
        town_checks.coordinators,
        town_checks.volunteers,
    )
    findings = [only(check(patient())) for check in checks]
    assert [finding.level for finding in findings] == ["warning"] * 5
    assert all(finding.remedy for finding in findings)


def test_without_a_database_the_town_is_not_asked_about() -> None:
    assert town_checks.logins(patient()) == []


@pytest.mark.parametrize(("minutes", "level"), [(1, "ok"), (120, "problem")])
def test_an_engine_that_stopped_is_a_problem(store: Store, minutes: int, level: str) -> None:
    store.connection.execute(
        "INSERT INTO heartbeats (name, at) VALUES ('engine', ?)", (NOON - minutes * 60_000,)
    )
    finding = only(town_checks.last_tick(patient()))
    assert finding.level == level
    assert level == "ok" or "2 hours ago" in finding.text


@pytest.mark.parametrize(("days", "level"), [(1, "ok"), (8, "warning")])
def test_a_long_silence_is_pointed_out(store: Store, days: int, level: str) -> None:
    store.connection.execute(
        "INSERT INTO inbox (provider, provider_id, channel, sender, receiver, body, received_at)"
        " VALUES ('twilio', 'SM1', 'sms', '+33600000000', '36123', 'AIDE', ?)",
        (NOON - days * 86_400_000,),
    )
    assert only(town_checks.last_inbound(patient())).level == level


def test_only_volunteers_who_answered_count(store: Store) -> None:
    for number, status in enumerate(["confirmed", "invited", "invited"], 1):
        store.connection.execute(
            "INSERT INTO people (id, phone, created_at) VALUES (?, ?, 0)", (number, f"+{number}")
        )
        store.connection.execute(
            "INSERT INTO volunteers (person_id, status) VALUES (?, ?)", (number, status)
        )
    text = only(town_checks.volunteers(patient())).text
    assert text == "1 volunteer may be asked to go. 2 have not answered OUI yet."


# --- the command ---


def test_a_check_that_crashes_is_a_problem_and_no_traceback() -> None:
    def crashing(_: Patient) -> list[Finding]:
        raise KeyError("x")

    finding = only(tried(crashing, patient()))
    assert finding.level == "problem"
    assert "KeyError" in finding.text


def test_every_finding_is_a_line_with_its_remedy_below() -> None:
    result = CliRunner().invoke(cli, ["doctor", "--offline"])
    assert result.exit_code == 1
    assert "PROBLEM    No provider is set up" in result.output
    assert "           → Fill in [twilio]" in result.output
    assert "ATTENTION  Nothing" not in result.output
    assert "Problems: 1." in result.output


def test_without_a_problem_the_status_is_0(store: Store) -> None:
    result = CliRunner(env=TWILIO).invoke(cli, ["doctor", "--offline"])
    assert "PROBLEM" not in result.output
    assert result.exit_code == 0


def test_programs_get_one_object_a_line() -> None:
    result = CliRunner().invoke(cli, ["doctor", "--offline", "--json"])
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert all(line.keys() == {"check", "level", "text", "remedy"} for line in lines)
    assert {"settings", "database", "flows"} <= {line["check"] for line in lines} <= CHECKS.keys()
