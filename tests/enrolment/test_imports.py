"""Registers imported: each person once, nobody texted twice, nobody taken against their word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from helpline.base.calendar import moment_on
from helpline.cli import cli
from helpline.store.opening import connect
from tests.enrolment.register_office import FILES, NOW, PAUL, RENE, Office, problem, results
from tests.kit.must import below


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def run(office: Office) -> Callable[..., Result]:
    """Run `helpline ...` on the office's town."""
    return lambda *words: CliRunner().invoke(cli, ["--config", str(office.config), *words])


# --- once, and never against somebody's word ------------------------------------------------------


def test_the_same_file_again_changes_nothing_and_texts_nobody(office: Office) -> None:
    office.imports("resident", "residents.csv")
    before = below(office.store).execute("SELECT count(*) FROM outbox").fetchone()[0]
    again = office.imports("resident", "residents.csv", now=NOW + 86_400_000)
    assert (results(again), again.texts) == (["unchanged", "unchanged"], 0)
    assert below(office.store).execute("SELECT count(*) FROM outbox").fetchone()[0] == before


def test_what_differs_is_updated_and_an_empty_cell_says_nothing(office: Office) -> None:
    office.imports("resident", "residents.csv")
    report = office.imports("resident", b"phone,name,zone,check_in_at\n+33639980001,,Est,11:00\n")
    rene = office.resident(RENE)
    assert results(report) == ["updated"]
    assert (rene["name"], rene["zone"], rene["status"]) == ("René Durand", "Est", "active")
    plan = office.store.all("due_plans", now=NOW + 9e9, count=9)[0]
    assert plan["ask_at"] == moment_on(date(2026, 3, 9), "11:00", "Europe/Paris")


def test_an_invited_resident_whose_paper_comes_later_becomes_active(office: Office) -> None:
    office.residents(f"{RENE},René,,")
    report = office.residents(f"{RENE},René,,05/03/2026")
    assert (results(report), report.texts, office.resident(RENE)["status"]) == (
        ["updated"],
        0,
        "active",
    )


def test_somebody_who_said_stop_is_neither_texted_nor_taken_back(office: Office) -> None:
    office.residents(f"{RENE},René,,2026-03-05")
    office.says_stop(RENE)
    report = office.residents(f"{RENE},René,{PAUL},2026-03-05")
    assert "said STOP: gets no text and stays out" in report.lines[0].warnings
    assert office.resident(RENE)["status"] == "stopped"
    assert (report.texts, office.texts(PAUL)) == (0, [])


def test_somebody_who_said_stop_before_being_on_the_register_gets_no_text(office: Office) -> None:
    office.says_stop(RENE)
    report = office.residents(f"{RENE},René,,2026-03-05")
    assert (results(report), report.texts, office.resident(RENE)["status"]) == (
        ["new"],
        0,
        "invited",
    )
    assert office.store.all("due_plans", now=NOW + 9e9, count=9) == []


def test_a_no_by_text_outweighs_an_older_paper_but_not_a_newer_one(office: Office) -> None:
    office.residents(f"{RENE},René,,")
    with office.store.transaction():
        person_id = office.person(RENE)["id"]
        told = {
            "purpose": "check_ins",
            "given": 0,
            "basis": "consent",
            "words": "?",
            "language": "fr",
            "channel": "sms",
        }
        office.store.add("add_consent", person_id=person_id, **told, now=NOW)
        office.store.run("set_resident_status", id=office.resident(RENE)["id"], status="declined")
    older = office.residents(f"{RENE},René,,2026-03-05")
    assert office.resident(RENE)["status"] == "declined"
    assert "stays out, unless they agree anew" in " ".join(older.lines[0].warnings)
    office.residents(f"{RENE},René,,2026-03-09", now=NOW + 3 * 86_400_000)
    assert office.resident(RENE)["status"] == "active"


# --- contacts -------------------------------------------------------------------------------------


def test_a_contact_is_asked_once_and_counts_only_after_a_yes(office: Office) -> None:
    office.imports("resident", "residents.csv")
    contact = office.store.all("contacts_of", resident_id=office.resident(RENE)["id"])[0]
    assert (contact["called"], contact["phone"], contact["status"]) == ("Paul", PAUL, "invited")
    assert "René Durand" in office.texts(PAUL)[0]
    office.store.run("answer_contact", person_id=contact["id"], status="confirmed")
    office.imports("resident", "residents.csv")
    assert len(office.texts(PAUL)) == 1


def test_a_contact_who_said_stop_or_no_is_left_in_peace(office: Office) -> None:
    office.says_stop(PAUL)
    report = office.residents(f"{RENE},René,{PAUL},2026-03-05")
    assert f"the contact {PAUL} said STOP and gets no text" in report.lines[0].warnings
    assert office.texts(PAUL) == []


def test_contacts_and_residents_who_answer_yes_count_from_then_on(office: Office) -> None:
    office.imports("resident", "residents.csv")
    office.hears(PAUL, "oui")
    office.hears("+33639980002", "IYEH")
    assert [row["status"] for row in office.store.all("contacts_of", resident_id=1)] == [
        "confirmed"
    ]
    assert office.resident("+33639980002")["status"] == "active"
    assert len(office.store.all("due_plans", now=NOW + 9e9, count=9)) == 2


def test_an_import_waits_for_a_gateway_that_is_writing(office: Office) -> None:
    other = connect(office.database)
    with other.transaction():
        other.add(
            "add_person", phone="+447700900199", name="", language=None, line="unknown", now=NOW
        )
        importing = Thread(target=office.residents, args=(f"{RENE},René,,",))
        importing.start()
        importing.join(0.2)
        assert importing.is_alive()
    importing.join(10)
    assert [row["phone"] for row in office.store.all("report_people")] == ["+447700900199", RENE]


# --- volunteers and coordinators ------------------------------------------------------------------


def test_volunteers_count_when_they_agreed_and_are_asked_when_not(office: Office) -> None:
    report = office.imports("volunteer", "volunteers.csv")
    rows = [office.store.one("volunteer_of_person", person_id=n) for n in (1, 2, 3)]
    kept = [(row["zones"], row["status"]) for row in rows if row]
    assert kept == [
        ("Nord|Sud", "confirmed"),
        ("Nord|Est", "confirmed"),
        ("Centre|Ouest", "invited"),
    ]
    assert [len(office.texts(f"+3363998002{n}")) for n in (1, 2, 3)] == [0, 0, 1]
    assert "“peut-être” in confirmed is neither a date nor yes" in problem(report, 5)


def test_a_resident_may_be_a_volunteer_too(office: Office) -> None:
    office.imports("resident", "residents.csv")
    report = office.imports("volunteer", b"phone,confirmed\n+33639980001,oui\n")
    assert results(report) == ["new"]
    assert office.person(RENE)["name"] == "René Durand"


def test_coordinators_are_taken_with_their_address(office: Office) -> None:
    report = office.imports("coordinator", "coordinators.csv")
    assert [row["email"] for row in office.store.all("coordinators")] == ["amina@ville.example"]
    assert "“not an address” is not an e-mail address" in problem(report, 3)
    assert results(office.imports("coordinator", "coordinators.csv")) == ["unchanged", "refused"]


# --- the command ----------------------------------------------------------------------------------


def test_the_report_names_each_line_and_the_totals(run: Callable[..., Result]) -> None:
    result = run("residents", "import", str(FILES / "residents_troubles.csv"), "--language", "en")
    assert result.exit_code == 1
    assert "line 2: refused: the language “klingon”" in result.output
    assert "line 16: taken (new), +33639980015, warning: +33639980015 is not known" in result.output
    assert (
        "Taken: 1 (1 new, 0 updated, 0 unchanged). Refused: 14. Texts to send: 1." in result.output
    )


def test_the_report_speaks_the_first_language_of_the_service(run: Callable[..., Result]) -> None:
    result = run("residents", "import", str(FILES / "residents.csv"))
    assert result.exit_code == 0
    assert "ligne 2 : prise (nouvelle), +33639980001, attention : " in result.output
    assert "SMS à envoyer : 2." in result.output


def test_programs_get_one_object_a_line(run: Callable[..., Result]) -> None:
    result = run("residents", "import", str(FILES / "residents_bom_semicolon.csv"), "--json")
    line = json.loads(result.stdout)
    assert (line["line"], line["result"], line["phone"], line["problems"]) == (2, "new", RENE, [])
    assert "Colonnes non utilisées : Âge." in result.stderr


def test_all_or_nothing_takes_nothing_when_a_line_is_wrong(
    run: Callable[..., Result], office: Office
) -> None:
    result = run(
        "residents",
        "import",
        str(FILES / "residents_troubles.csv"),
        "--all-or-nothing",
        "--language",
        "en",
    )
    assert result.exit_code == 1
    assert "line 16: not taken, because another line is refused" in result.output
    assert office.store.all("report_people") == []


def test_a_dry_run_reports_and_keeps_nothing(run: Callable[..., Result], office: Office) -> None:
    result = run(
        "residents", "import", str(FILES / "residents.csv"), "--dry-run", "--language", "en"
    )
    assert "line 2: taken (new)" in result.output
    assert "nothing was kept and nobody is texted" in result.output
    assert office.store.all("report_people") == []
    assert office.store.all("report_messages", phone="", since=0) == []


def test_a_file_that_cannot_be_read_ends_with_status_2(run: Callable[..., Result]) -> None:
    result = run("volunteers", "import", str(FILES / "wrong_columns.csv"))
    assert result.exit_code == 2
    assert (
        "Il n'y a pas de colonne pour le téléphone. Trouvé : Titre, Ville, Date de naissance."
        in result.stderr
    )


def test_every_sentence_stands_in_both_languages() -> None:
    from helpline.enrolment.register.words import WORDS

    assert WORDS["fr"].keys() == WORDS["en"].keys()
    fields = {key: set(re.findall(r"\{\w+\}", text)) for key, text in WORDS["en"].items()}
    assert fields == {key: set(re.findall(r"\{\w+\}", text)) for key, text in WORDS["fr"].items()}
