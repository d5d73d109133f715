"""The whole gateway as a town runs it: its own process, its own file, commands beside it, texts
over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.simulator import carrier_faults as faults
from tests.kit.gateway import RunningGateway
from tests.waiting import eventually

pytestmark = pytest.mark.slow

RENE, LUCIE, ODETTE, AMINA, BRUNO, CLAIRE = (f"+336399800{n:02d}" for n in (1, 2, 3, 11, 12, 21))

RESIDENTS = f"""phone,name,language,zone,address,check_in_at,contact_name,contact_phone,consent
{RENE},René,fr,Belleville,3 rue Piat,23:59,Lucie,{LUCIE},2026-01-05
"""
NEIGHBOUR = f"""phone,name,language,zone,check_in_at,consent
{ODETTE},Odette,fr,Belleville,23:59,2026-01-05
"""
VOLUNTEERS = f"""phone,name,language,zones,confirmed
{AMINA},Amina,fr,Belleville,2026-01-05
{BRUNO},Bruno,fr,Belleville,2026-01-06
"""
COORDINATORS = f"phone,name,language,email\n{CLAIRE},Claire,fr,claire@mairie.example\n"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    gateway = RunningGateway(tmp_path)
    yield gateway
    gateway.stop()


def people(gateway: RunningGateway) -> None:
    gateway.import_csv("residents", RESIDENTS)
    gateway.import_csv("volunteers", VOLUNTEERS)
    gateway.import_csv("coordinators", COORDINATORS)


def test_silence_climbs_to_a_volunteer_and_a_late_answer_calls_everyone_off(
    gateway: RunningGateway,
) -> None:
    gateway.serve()
    people(gateway)
    carrier = gateway.carrier
    carrier.wait_for(LUCIE, "René", 10)
    assert carrier.text(LUCIE, "OUI") == 200
    carrier.wait_for(LUCIE, "Merci", 10)
    assert "+33639980001" in gateway.run("check-ins", "ask", RENE)
    carrier.wait_for(RENE, "bonjour René", 10)
    carrier.wait_for(LUCIE, "pas de réponse de René", 20)
    carrier.wait_for(AMINA, "René", 10)
    number = gateway.json("cases")[0]["number"]
    assert carrier.text(AMINA, f"NON {number}") == 200
    carrier.wait_for(BRUNO, "René", 10)
    assert carrier.text(BRUNO, f"{number} oui") == 200
    carrier.wait_for(BRUNO, "3 rue Piat", 10)
    case = gateway.json("cases")[0]
    assert (case["status"], case["owner"], case["resident"]) == ("taken", "Bruno", "René")
    assert carrier.text(RENE, "1") == 200
    for phone in (LUCIE, AMINA, BRUNO):
        carrier.wait_for(phone, "nouvelles de René", 10)
    eventually(lambda: gateway.json("cases")[0]["status"] == "closed")
    assert not [text for text in carrier.texts_to(CLAIRE) if "René" in text.body]


def test_nobody_says_yes_so_the_coordinator_is_asked_again_and_again(
    gateway: RunningGateway,
) -> None:
    gateway.serve()
    people(gateway)
    gateway.run("check-ins", "ask", "--all")
    eventually(
        lambda: len([t for t in gateway.carrier.texts_to(CLAIRE) if "René" in t.body]) >= 2, 40
    )
    number = gateway.json("cases")[0]["number"]
    gateway.carrier.text(CLAIRE, f"OUI {number}")
    gateway.carrier.text(CLAIRE, f"{number} 1")
    eventually(lambda: gateway.json("cases")[0]["status"] == "closed")


def test_web_and_engine_run_apart_on_one_file(gateway: RunningGateway) -> None:
    gateway.serve("--only", "web", ready=False)
    gateway.serve("--only", "engine", ready=False)
    gateway.wait_until_ready()
    gateway.carrier.text(RENE, "AIDE")
    gateway.carrier.wait_for(RENE, "Quelle aide?", 10)


def test_a_gateway_killed_and_started_again_goes_on(gateway: RunningGateway) -> None:
    process = gateway.serve()
    people(gateway)
    gateway.run("check-ins", "ask", RENE)
    gateway.carrier.wait_for(RENE, "bonjour René", 10)
    process.kill()
    process.wait(10)
    gateway.serve()
    gateway.carrier.wait_for(CLAIRE, "René", 40)
    assert (
        len([text for text in gateway.carrier.texts_to(RENE) if "Tout va bien?" in text.body]) == 1
    )


def test_an_answer_given_during_a_restart_is_heard_before_anybody_is_alarmed(
    gateway: RunningGateway,
) -> None:
    process = gateway.serve()
    people(gateway)
    gateway.import_csv("residents", NEIGHBOUR)
    gateway.run("check-ins", "ask", RENE, ODETTE)
    gateway.carrier.wait_for(RENE, "bonjour René", 10)
    gateway.carrier.wait_for(ODETTE, "bonjour Odette", 10)
    process.kill()
    process.wait(10)
    assert gateway.carrier.text(RENE, "1") == 0, "nobody answers"
    gateway.serve()
    gateway.carrier.wait_for(RENE, "Merci", 10)
    gateway.carrier.wait_for(
        AMINA, "Odette", 30
    )  # asked with him, and silent: his ladder is over too
    assert [case["resident"] for case in gateway.json("cases")] == ["Odette"]
    assert not [text for text in gateway.carrier.texts_to(AMINA) if "René" in text.body]


def test_it_stops_cleanly_when_told(gateway: RunningGateway) -> None:
    process = gateway.serve()
    process.terminate()
    assert process.wait(15) == 0


@pytest.mark.scenario("R-G04")
def test_it_stops_at_once_also_while_the_first_audit_waits_for_a_quiet_moment(
    gateway: RunningGateway,
) -> None:
    process = gateway.serve()
    gateway.carrier.next_faults([faults.hang(3, after_accepting=True)])
    gateway.carrier.text(RENE, "AIDE")
    process.terminate()
    assert process.wait(15) == 0


@pytest.mark.scenario("R-G42")
def test_metrics_and_health_name_no_person(gateway: RunningGateway) -> None:
    gateway.serve()
    people(gateway)
    status, page = gateway.get("/metrics")
    assert status == 200
    assert "helpline_queue_depth" in page
    assert "3363998" not in page + gateway.get("/health")[1]
    assert "3363998" not in gateway.log.read_text("utf-8")
    assert "René" not in gateway.log.read_text("utf-8")
