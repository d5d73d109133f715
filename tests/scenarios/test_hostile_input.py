"""Whatever strangers, robots and odd telephones send: one clear outcome, nothing stored twice,
nothing in the logs."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpline.cli import cli
from helpline.cli.opening import open_town
from helpline.enrolment.register.imports import import_people
from helpline.settings.database import Server
from helpline.town.tx import Tx
from tests.fakes import OUR_NUMBER, SID, Phone, Town
from tests.kit.must import below
from tests.kit.sids import message_sid
from tests.scenarios.conftest import BuildTown
from tests.scenarios.telling import TODAY, falls_silent


@pytest.mark.scenario("R-G19")
@pytest.mark.parametrize("words", ["1 ", "１", "١", "1.", "Oui!", "ok merci", " 1\n", "1️⃣"])
def test_one_is_one_however_it_is_typed(town: Town, rene: Phone, amina: Phone, words: str) -> None:
    town.pass_until(f"{TODAY} 09:01")
    rene.gets("bonjour René")
    rene.texts(words)
    rene.gets("Merci René")
    assert town.rows("SELECT status, answer FROM check_ins") == [
        {"status": "answered", "answer": "ok"}
    ]
    town.pass_until(f"{TODAY} 17:00")


@pytest.mark.scenario("R-G23")
def test_a_stranger_is_shown_the_menu_five_times_an_hour_at_most_and_coordinators_can_read_it(
    town: Town,
) -> None:
    stranger = town.phone("+33639980090")
    for _ in range(12):
        stranger.texts("AIDE")
        town.pass_time(minutes=4)
    said = stranger.unread()
    assert "Quelle aide?" in said[0]
    assert 1 <= len(said) <= 6
    assert town.rows("SELECT count(*) AS n FROM inbox WHERE unread = 1")[0]["n"] >= 6


@pytest.mark.scenario("R-G24")
@pytest.mark.parametrize("known", [True, False], ids=["a volunteer's phone", "a stranger's"])
def test_a_robot_that_answers_every_text_gets_five_answers_and_a_cry_for_help_is_still_heard(
    town: Town, claire: Phone, known: bool
) -> None:
    robot = town.volunteer("+33639980012", "Bruno") if known else town.phone("+33639980090")
    for number in range(200):
        robot.texts(f"Je suis absent jusqu'au {1 + number % 28}/06, message {number}")
        town.pass_time(seconds=5)
    assert len(robot.unread()) <= 6
    claire.unread()
    robot.texts("AIDE")
    robot.gets("Quelle aide?")
    for words in ("2", "2", "1", "1"):
        robot.texts(words)
    assert str(town.cases()[-1]["number"]) in robot.unread()[-1]
    assert town.cases()[-1]["kind"] == "help"
    claire.gets("ALERTE")


@pytest.mark.scenario("R-G32")
def test_names_that_look_like_formulas_leave_as_the_text_they_are(tmp_path: Path) -> None:
    config = tmp_path / "helpline.toml"
    config.write_text('[service]\nname = "Allô"\n', encoding="utf-8")
    _, town, store = open_town(str(config))
    names = ["=1+1", "+cmd", "-2", "@SUM", '"a";b']
    lines = "".join(
        f'+336399800{n:02d},"{name.replace(chr(34), chr(34) * 2)}",fr\n'
        for n, name in enumerate(names, 1)
    )
    import_people(
        Tx(store, town, 1_772_960_400_000), "resident", f"phone,name,language\n{lines}".encode()
    )
    store.close()
    printed = CliRunner().invoke(cli, ["--config", str(config), "people", "--json"]).stdout
    assert [
        json.loads(line)["name"] for line in printed.splitlines()
    ] == names  # JSON is the only export there is


@pytest.mark.scenario("R-G34", "R-G42")
def test_no_number_no_name_and_no_word_of_anybody_reaches_the_log_whatever_goes_wrong(
    town: Town, rene: Phone, amina: Phone, claire: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    town.webhook("+33639980090\r\nX-Injected: 1", "au secours\r\nINFO all is well")
    assert town.rows("SELECT count(*) AS n FROM inbox") == [{"n": 1}]
    town.phone("+33639980090").unread()
    town.network.is_down = True
    for number in range(6):
        town.phone(f"+336399800{31 + number}").texts("je cherche Mireille, 12 rue Cachée")
    town.pass_time(minutes=3)
    town.network.is_down = False
    town.post(
        "/twilio/sms",
        {"MessageSid": message_sid("1"), "AccountSid": SID, "From": "+33639980031"},
        signature="x",
    )
    town.be_down(minutes=10)
    falls_silent(town, rene, f"{TODAY} 11:45")
    for phone in (amina, claire, *(town.phone(f"+336399800{31 + n}") for n in range(6))):
        phone.unread()
    pages = (
        town.client.get("/health").text
        + town.client.get("/metrics").text
        + town.client.get("/nowhere").text
    )
    for hidden in (
        "63998",
        "39980",
        "Mireille",
        "Cachée",
        "secours",
        "all is well",
        "René",
        "Amina",
        "rue Piat",
    ):
        assert hidden not in caplog.text + pages, hidden
    assert caplog.records  # something was logged


def takes_odd_bytes(town: Town) -> None:
    form = {
        "MessageSid": message_sid("nul"),
        "AccountSid": SID,
        "From": "+33639980031",
        "To": OUR_NUMBER,
        "NumMedia": "0",
    }
    assert town.post("/twilio/sms", {**form, "Body": "aide\x00 ici \ufffd\ufffd"}) == 200
    with town.gateway.read() as store:
        (row,) = below(store).execute("SELECT body FROM inbox").fetchall()
    assert row["body"] == "aide ici \ufffd\ufffd"
    assert town.phone("+33639980031").unread()


@pytest.mark.scenario("R-G35")
def test_bytes_that_no_text_should_hold_are_kept_without_nul_in_a_file(town: Town) -> None:
    takes_odd_bytes(town)


@pytest.mark.scenario("R-G35")
def test_bytes_that_no_text_should_hold_are_kept_without_nul_on_a_server(
    postgres_url: str, build_town: BuildTown
) -> None:
    takes_odd_bytes(build_town(database=Server(postgres_url)))
