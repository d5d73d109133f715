"""`helpline flows` and `helpline chat` at the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from helpline.base.errors import NotFound
from helpline.cli.chat import chat
from helpline.cli.flows import flows
from helpline.conversations.files.book import shipped_flows_dir
from helpline.conversations.files.timeline import duration, timeline
from helpline.town.ladder import Ladder, Reminder, Rung
from tests.conversations.test_flow_lint import GOOD

Run = Callable[..., Result]

pytestmark = pytest.mark.skipif(
    not (shipped_flows_dir() / "menu.yaml").is_file(), reason="no flows are shipped yet"
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(command: Command, *words: str, typed: str = "", obj: str | None = None) -> Result:
        return CliRunner().invoke(command, words, input=typed, obj=obj)

    return run


@pytest.fixture
def town(tmp_path: Path) -> Path:
    directory = tmp_path / "town"
    directory.mkdir()
    for name, text in GOOD.items():
        (directory / name).write_text(text, "utf-8")
    return directory


def test_check_of_good_files_ends_well(run: Run) -> None:
    result = run(flows, "check")
    assert result.exit_code == 0
    assert "0 errors" in result.output


def test_check_of_a_town_s_own_files_alone(run: Run, town: Path) -> None:
    result = run(flows, "check", str(town), "--alone", "--language", "fr")
    assert (result.exit_code, result.output) == (
        0,
        "2 flows, 2 phrases, 0 ladders: 0 errors, 0 warnings.\n",
    )


def test_check_names_errors_and_ends_with_one(run: Run, town: Path) -> None:
    (town / "menu.yaml").write_text("flow: menu\nstart: b\nsteps:\n  a: {end: true}\n", "utf-8")
    result = run(flows, "check", str(town), "--alone", "--language", "fr")
    assert result.exit_code == 1
    assert (
        "Errors:\n  town/menu.yaml:2: The flow starts at `b`, which is not there." in result.output
    )


def test_show_prints_each_sentence_with_its_price(run: Run) -> None:
    result = run(flows, "show", "menu", "--language", "ary")
    assert result.exit_code == 0
    assert "1 segment" in result.output
    assert "UCS-2" in result.output


def test_graph_prints_a_drawing(run: Run) -> None:
    lines = run(flows, "graph", "menu").output.splitlines()
    assert lines[0] == "flowchart TD"
    assert any("-->|help|" in line for line in lines)


@pytest.mark.parametrize(
    "words", [("show", "nothing"), ("graph", "nothing"), ("simulate", "nothing")]
)
def test_an_unknown_name_is_told_with_the_known_ones(run: Run, words: tuple[str, str]) -> None:
    error = run(flows, *words).exception
    assert isinstance(error, NotFound)
    assert error.remedy.startswith("Known ")


def test_simulate_tells_a_ladder_as_a_day(run: Run) -> None:
    output = run(flows, "simulate", "bonjour", "--at", "23:30").output
    assert "     23:30  The resident is asked." in output
    assert "+1d 02:00" in output
    assert run(flows, "simulate", "bonjour", "--at", "25:00").exit_code == 2


def test_a_timeline_in_seconds_shows_seconds() -> None:
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


def test_a_time_in_words() -> None:
    assert [duration(ms) for ms in (0, 45_000, 9_000_000, 90_000_000)] == [
        "0 s",
        "45 s",
        "2 h 30 min",
        "1 d 1 h",
    ]


def test_chat_says_what_would_be_done_and_what_each_text_costs(run: Run) -> None:
    output = run(chat, typed="0\n").output
    assert "-- 1 segment, " in output
    assert "[call_person -> called]" in output
    assert output.rstrip().endswith(">")


def test_chat_changes_channel_and_language_and_quits(run: Run) -> None:
    result = run(chat, typed="/ussd\n/lang en\n/nothing\n/flow help\n/sms\n/quit\nnever read\n")
    assert result.exit_code == 0
    assert "-- screen 1 of 1" in result.output
    assert "| What would you like?" in result.output
    assert "never read" not in result.output


def test_chat_turns_ussd_pages(run: Run, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(
        chat, "--channel", "ussd", "--language", "ary", "--flow", "help", typed="blabla\n98\n00\n"
    )
    assert result.exit_code == 0
    assert "98 " in result.output
    assert "00 " in result.output


def test_chat_knows_stop_and_begins_again(run: Run) -> None:
    output = run(chat, typed="STOP\naide\n").output
    assert "[STOP: no more texts]" in output


def test_chat_reads_the_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "helpline.toml").write_text(
        '[service]\nname = "Allo"\nlanguages = ["fr"]\n', "utf-8"
    )
    result = run(chat, "--flow", "welcome", obj="helpline.toml")
    assert result.exit_code == 0, result.exception
    assert "Allo" in result.output
