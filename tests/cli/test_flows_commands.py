"""`helpline flows` and `helpline chat` at the terminal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from helpline.base.errors import NotFound
from helpline.cli.chat import chat
from helpline.cli.flows import flows
from helpline.conversations.files.book import shipped_flows_dir
from helpline.conversations.files.timeline import duration, timeline
from helpline.town.ladder import Ladder, Reminder, Rung
from tests.conversations.test_flow_lint import GOOD

pytestmark = pytest.mark.skipif(
    not (shipped_flows_dir() / "menu.yaml").is_file(), reason="no flows are shipped yet"
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(command, *words: str, typed: str = "", **settings):
        return CliRunner().invoke(command, words, input=typed, **settings)

    return run


@pytest.fixture
def town(tmp_path):
    directory = tmp_path / "town"
    directory.mkdir()
    for name, text in GOOD.items():
        (directory / name).write_text(text, "utf-8")
    return directory


def test_check_of_good_files_ends_well(run):
    result = run(flows, "check")
    assert result.exit_code == 0
    assert "0 errors" in result.output


def test_check_of_a_town_s_own_files_alone(run, town):
    result = run(flows, "check", str(town), "--alone", "--language", "fr")
    assert (result.exit_code, result.output) == (
        0,
        "2 flows, 2 phrases, 0 ladders: 0 errors, 0 warnings.\n",
    )


def test_check_names_errors_and_ends_with_one(run, town):
    (town / "menu.yaml").write_text("flow: menu\nstart: b\nsteps:\n  a: {end: true}\n", "utf-8")
    result = run(flows, "check", str(town), "--alone", "--language", "fr")
    assert result.exit_code == 1
    assert (
        "Errors:\n  town/menu.yaml:2: The flow starts at `b`, which is not there." in result.output
    )


def test_show_prints_each_sentence_with_its_price(run):
    result = run(flows, "show", "menu", "--language", "ary")
    assert result.exit_code == 0
    assert "1 segment" in result.output
    assert "UCS-2" in result.output


def test_graph_prints_a_drawing(run):
    lines = run(flows, "graph", "menu").output.splitlines()
    assert lines[0] == "flowchart TD"
    assert any("-->|help|" in line for line in lines)


@pytest.mark.parametrize(
    "words", [("show", "nothing"), ("graph", "nothing"), ("simulate", "nothing")]
)
def test_an_unknown_name_is_told_with_the_known_ones(run, words):
    error = run(flows, *words).exception
    assert isinstance(error, NotFound)
    assert error.remedy.startswith("Known ")


def test_simulate_tells_a_ladder_as_a_day(run):
    output = run(flows, "simulate", "bonjour", "--at", "23:30").output
    assert "     23:30  The resident is asked." in output
    assert "+1d 02:00" in output
    assert run(flows, "simulate", "bonjour", "--at", "25:00").exit_code == 2


def test_a_timeline_in_seconds_shows_seconds():
    ladder = Ladder(
        "quick",
        (Reminder(2000, "last"),),
        6000,
        (Rung(("volunteers", "coordinators"), 2, 3000, True),),
    )
    moments = list(timeline(ladder, "09:00"))
    assert moments[1] == ("09:00:02", "Silence: the resident is told `check_in_last`.")
    assert moments[3] == (
        "09:00:06",
        "2 volunteers at once and the coordinators are asked; we wait 3 s.",
    )
    assert moments[4][1].startswith("2 volunteers at once and the coordinators are asked again")


def test_a_time_in_words():
    assert [duration(ms) for ms in (0, 45_000, 9_000_000, 90_000_000)] == [
        "0 s",
        "45 s",
        "2 h 30 min",
        "1 d 1 h",
    ]


def test_chat_says_what_would_be_done_and_what_each_text_costs(run):
    output = run(chat, typed="0\n").output
    assert "-- 1 segment, " in output
    assert "[call_person -> called]" in output
    assert output.rstrip().endswith(">")


def test_chat_changes_channel_and_language_and_quits(run):
    result = run(chat, typed="/ussd\n/lang en\n/nothing\n/flow help\n/sms\n/quit\nnever read\n")
    assert result.exit_code == 0
    assert "-- screen 1 of 1" in result.output
    assert "| What would you like?" in result.output
    assert "never read" not in result.output


def test_chat_turns_ussd_pages(run, town, monkeypatch):
    result = run(
        chat, "--channel", "ussd", "--language", "ary", "--flow", "help", typed="blabla\n98\n00\n"
    )
    assert result.exit_code == 0
    assert "98 " in result.output
    assert "00 " in result.output


def test_chat_knows_stop_and_begins_again(run):
    output = run(chat, typed="STOP\naide\n").output
    assert "[STOP: no more texts]" in output


def test_chat_reads_the_settings(run, tmp_path):
    (tmp_path / "helpline.toml").write_text(
        '[service]\nname = "Allo"\nlanguages = ["fr"]\n', "utf-8"
    )
    result = run(chat, "--flow", "welcome", obj="helpline.toml")
    assert result.exit_code == 0, result.exception
    assert "Allo" in result.output
