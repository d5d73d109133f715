"""What the database holds, for programs as JSON lines and for people as tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpline.base.errors import HelplineError
from helpline.base.ports import Store
from helpline.cases import rules as case_rules
from helpline.cases.work import NewCase, happen, open_case
from helpline.cli import cli
from helpline.cli.opening import open_town
from helpline.cli.tables import as_moment, table
from helpline.enrolment.register.imports import import_people
from helpline.settings.database import File
from helpline.store.opening import connect
from helpline.town.tx import Tx

NOW = 1_772_960_400_000  # 2026-03-08T09:00Z
RENE, PAUL, NADIA, AMINA = "+33639980001", "+33639980011", "+33639980021", "+447700900101"
RESIDENTS = (
    "phone,name,language,zone,contact_name,contact_phone,consent\n"
    f"{RENE},René,fr,Nord,Paul,{PAUL},2026-03-05\n+33639980002,,en,Sud,,,\n"
)
CASE_KEYS = ["kind", "status", "resident", "owner", "opened_at", "outcome"]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `helpline ...` on a town with residents, a volunteer and a coordinator."""
    config = tmp_path / "helpline.toml"
    config.write_text('[service]\nname = "Allô Montreuil"\n', encoding="utf-8")
    _, town, store = open_town(str(config))
    import_people(Tx(store, town, NOW), "resident", RESIDENTS.encode())
    import_people(
        Tx(store, town, NOW),
        "volunteer",
        f"phone,name,zones,confirmed\n{NADIA},Nadia,Nord|Est,oui\n".encode(),
    )
    import_people(
        Tx(store, town, NOW),
        "coordinator",
        f"phone,name,email\n{AMINA},Amina,a@ville.example\n".encode(),
    )
    with store.transaction():
        number, _ = open_case(
            Tx(store, town, NOW),
            NewCase("help", "help:1", 1, resident_id=1, need="food", wanted="now"),
        )
        happen(Tx(store, town, NOW + 60_000), number, case_rules.Accepted(_id(store, NADIA)))
    store.close()
    return lambda *words: CliRunner().invoke(cli, ["--config", str(config), *words])


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Store:
    """The same town's database."""
    return connect(File(tmp_path / "helpline.db"))


def _id(store: Store, phone: str) -> int:
    row = store.one("person_by_phone", phone=phone)
    assert row is not None
    return int(row["id"])


def rows(result: Result) -> list[dict[str, Any]]:
    """Return the JSON lines a command printed."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_people_come_with_their_roles_and_what_the_register_says(run: Run) -> None:
    rene = rows(run("people", "--json"))[0]
    assert (rene["phone"], rene["name"], rene["other_name"]) == (RENE, "René", "")
    assert (rene["language"], rene["roles"]) == (
        "fr",
        ["resident"],
    )
    assert rene["resident"] == {
        "status": "active",
        "zone": "Nord",
        "address": "",
        "check_in_at": "09:00",
        "days": "1234567",
        "timezone": "Europe/Paris",
        "ladder": "",
        "paused_until": None,
        "next_ask_at": "2026-03-09T08:00:00.000Z",
        "consent": "paper 2026-03-05",
    }
    assert rene["contacts"] == [{"phone": PAUL, "name": "Paul", "status": "invited"}]
    assert (rene["volunteer"], rene["stopped_at"], rene["heard_at"]) == (None, None, None)


def test_contacts_volunteers_and_coordinators_are_people_too(run: Run) -> None:
    by_phone = {row["phone"]: row for row in rows(run("people", "--json"))}
    assert by_phone[PAUL]["roles"] == ["contact"]
    assert by_phone[NADIA]["volunteer"] == {
        "status": "confirmed",
        "zones": ["Nord", "Est"],
        "away_until": None,
    }
    assert by_phone[AMINA]["coordinator"] == {"email": "a@ville.example"}
    assert [row["phone"] for row in rows(run("people", "--json", "--role", "volunteer"))] == [NADIA]


def test_a_case_names_whom_it_is_about_and_who_has_it(run: Run) -> None:
    (case,) = rows(run("cases", "--json"))
    assert {key: case[key] for key in CASE_KEYS} == {
        "kind": "help",
        "status": "taken",
        "resident": "René",
        "owner": "Nadia",
        "opened_at": "2026-03-08T09:00:00.000Z",
        "outcome": None,
    }
    assert case["number"] > 0
    assert case["next_action_at"].endswith("Z")
    assert (case["zone"], case["need"], case["wanted"], case["urgent"]) == (
        "Nord",
        "food",
        "now",
        False,
    )
    nadia = {"phone": NADIA, "name": "Nadia", "role": "volunteer", "answer": "yes"}
    assert [{key: ask[key] for key in nadia} for ask in case["asks"]] == [nadia]
    assert case["asks"][0]["asked_at"] == "2026-03-08T09:00:00.000Z"


def test_somebody_without_a_name_goes_by_the_number(run: Run, tmp_path: Path) -> None:
    _, town, store = open_town(str(tmp_path / "helpline.toml"))
    with store.transaction():
        open_case(Tx(store, town, NOW), NewCase("person", "person:2", _id(store, "+33639980002")))
    store.close()
    assert [case["resident"] for case in rows(run("cases", "--json", "--open"))] == [
        "René",
        "+33639980002",
    ]
    assert rows(run("cases", "--json", "--closed")) == []


def test_texts_in_and_out_are_listed_in_the_order_they_came_about(run: Run, store: Store) -> None:
    texts = rows(run("messages", "--json"))
    assert [
        (text["direction"], text["phone"], text["name"], text["priority"]) for text in texts[:2]
    ] == [
        ("out", PAUL, "confirm_contact", "status"),
        ("out", "+33639980002", "confirm_resident", "status"),
    ]
    (case,) = rows(run("cases", "--json"))
    assert {"state": "queued", "case": case["number"], "priority": "alarm"}.items() <= texts[
        2
    ].items()
    assert texts[0]["at"] == "2026-03-08T09:00:00.000Z"


def test_texts_of_one_number_are_picked_out(run: Run) -> None:
    assert {
        text["phone"] for text in rows(run("messages", "--json", "--phone", "06 39 98 00 11"))
    } == {PAUL}
    assert rows(run("messages", "--json", "--since", "2026-03-09")) == []
    assert len(rows(run("messages", "--json", "--since", "2026-03-08T10:00"))) >= 3


def test_an_e_mail_has_an_address_and_no_phone(run: Run, tmp_path: Path) -> None:
    from helpline.messaging.outbox import Mail, queue_mail

    _, town, store = open_town(str(tmp_path / "helpline.toml"))
    mail = Mail("m1", "digest_mail", None, "a@ville.example", "digest", "s", "t", "h")
    queue_mail(Tx(store, town, NOW + 9), mail)
    sent = next(text for text in rows(run("messages", "--json")) if text["channel"] == "email")
    assert (sent["phone"], sent["email"], sent["body"]) == (None, "a@ville.example", "t")


def test_a_since_that_is_no_date_is_said_so(run: Run) -> None:
    result = run("messages", "--since", "yesterday")
    assert isinstance(result.exception, HelplineError)
    assert "“yesterday” is not a date." in str(result.exception)


@pytest.mark.parametrize("command", ["people", "cases", "messages", "check-ins"])
def test_every_report_is_a_table_for_people(run: Run, command: str) -> None:
    result = run(command)
    assert result.exit_code == 0
    heading = result.output.splitlines()[0]
    assert "status" in heading
    assert "{" not in result.output


def test_a_table_is_aligned_whatever_the_letters() -> None:
    lines = list(
        table(
            [
                {"a": "é", "b": 1},
                {"a": "東京", "b": None},
                {"a": "x\x1b[31m\ny" + "z" * 90, "b": ["p", "q"]},
            ],
            "ab",
        )
    )
    assert lines[1] == "é" + " " * 49 + "1"
    assert lines[2] == "東京" + " " * 46 + "-"
    assert "\x1b" not in lines[3]
    assert lines[3].endswith("…  p, q")


def test_moments_are_in_utc() -> None:
    assert as_moment(NOW) == "2026-03-08T09:00:00.000Z"
    assert as_moment(None) is None
