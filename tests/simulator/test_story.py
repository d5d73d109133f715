"""The story a newcomer watches: it comes out as told, or says which line did not happen."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import urllib3

from helpline.base.errors import HelplineError
from helpline.base.spans import HOUR
from helpline.cli.story import language_of
from helpline.simulator import demo
from helpline.simulator.demo import EMAIL, DemoTown, free_port
from helpline.simulator.narration import Bubble, Teller
from helpline.simulator.postbox import Postbox
from helpline.simulator.story import Story
from helpline.simulator.story_words import WORDS
from tests.waiting import eventually

PATIENCE = 90


def command(folder: Path, *options: str) -> list[str]:
    """The command line of a story that plays in `folder`."""
    return [
        sys.executable,
        "-m",
        "helpline",
        "story",
        "--fast",
        "--port",
        "0",
        "--folder",
        str(folder),
        *options,
    ]


def environ(**more: str) -> dict[str, str]:
    """The environment of a terminal that speaks no language we know."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "HELPLINE_"))
    }
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), **more}


def played(folder: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A whole story, as a newcomer starts it."""
    return subprocess.run(
        command(folder, "--story", *options),
        cwd=folder,
        env=environ(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


# --- the command ----------------------------------------------------------------------------------


def test_the_story_comes_out_as_told_in_three_acts(tmp_path: Path) -> None:
    done = played(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for piece in (
        "Act 1",
        "Act 2",
        "Act 3",
        "AIDE",
        "OUI",
        "NON",
        "لاباس",
        "Subject:",
        "The story came out as told.",
    ):
        assert piece in done.stdout
    assert not done.stderr
    assert "\x1b[" not in done.stdout  # colours are for terminals


@pytest.mark.slow
def test_it_is_told_in_french_where_the_terminal_speaks_french_and_fits_eighty_columns(
    tmp_path: Path,
) -> None:
    done = played(tmp_path, LANG="fr_FR.UTF-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "L'histoire s'est passée comme prévu." in done.stdout
    assert not [
        line for line in done.stdout.splitlines() if len(line) > 80 and str(tmp_path) not in line
    ]


def test_a_line_that_does_not_happen_is_named(tmp_path: Path) -> None:
    done = played(tmp_path, "--without", "bruno")
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "This line did not happen: “Bruno can." in told
    assert "Bruno was to get" in told
    assert "Act 3" not in told


def test_somebody_unknown_cannot_be_left_out(tmp_path: Path) -> None:
    done = played(tmp_path, "--without", "Zoé")
    assert done.returncode == 1
    assert "Nobody in the town is called Zoé." in done.stderr


def test_a_folder_that_holds_a_town_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "town.db").write_bytes(b"precious")
    done = played(tmp_path)
    assert done.returncode == 1
    assert "holds a town already" in done.stderr
    assert (tmp_path / "town.db").read_bytes() == b"precious"


@contextmanager
def open_town(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A story left open, with what it said until then."""
    process = subprocess.Popen(
        command(folder),
        cwd=folder,
        env=environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line.strip())
            if "Ctrl-C" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_town_stays_open_until_ctrl_c_and_frees_its_port(
    tmp_path: Path, how: signal.Signals
) -> None:
    with open_town(tmp_path) as (process, said):
        address = next(line.split()[0] for line in said if "/phones" in line)
        assert any(EMAIL in line and "password" in line for line in said)
        assert urllib3.request("GET", address, retries=False).status == 200
        process.send_signal(how)
        rest, _ = process.communicate(timeout=20)
        assert process.returncode == 0, rest
        assert "every port is free again" in rest
        assert "Traceback" not in rest
        port = int(address.split(":")[2].split("/")[0])
        assert free_port(port) == port


# --- the town behind it ---------------------------------------------------------------------------


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with DemoTown(tmp_path, 0):
        pass
    assert set(threading.enumerate()) <= before


def test_a_week_that_is_passing_ends_with_the_town(tmp_path: Path) -> None:
    with DemoTown(tmp_path, 0) as town:
        begun = town.clock.now()
        week = threading.Thread(target=town.passing.forward, args=[7 * 24 * 60], daemon=True)
        week.start()
        eventually(lambda: town.clock.now() - begun > HOUR)
    week.join(5)
    assert not week.is_alive()


def test_everything_told_went_over_the_network(tmp_path: Path) -> None:
    lines: list[str] = []
    with DemoTown(tmp_path, 0, "fr") as town:
        assert Story(town, Teller("fr", fast=True, echo=lines.append)).play() is None
        texts = town.carrier.texts.all()
    shown = [line for line in lines if " · " in line and "segment" in line]
    assert len(shown) == len(texts)
    assert any(text.by_people for text in texts)


def test_the_printed_password_opens_the_desk(tmp_path: Path) -> None:
    from helpline.base.passwords import is_password

    with DemoTown(tmp_path, 0) as town, town.gateway.read() as store:
        login = store.one("login_by_email", email=EMAIL)
        assert login is not None
        assert is_password(login["password_hash"], town.password)


def test_a_taken_port_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        taken = door.getsockname()[1]
        monkeypatch.setattr(demo, "USUAL_PORT", taken)
        monkeypatch.setattr(demo, "LAST_PORT", min(taken + 30, 65535))
        assert free_port(None) != taken
        with pytest.raises(HelplineError, match="taken by another program"):
            free_port(taken)


def test_both_languages_tell_the_same_story() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
        ({"LC_ALL": "fr", "LANG": "en"}, "fr"),
    ],
)
def test_the_terminal_says_its_language(variables: dict[str, str], language: str) -> None:
    assert language_of(variables) == language


def test_a_bubble_names_phone_way_time_and_segments() -> None:
    lines: list[str] = []
    teller = Teller("en", fast=True, echo=lines.append)
    teller.bubble(Bubble("Khadija", "Mon 09:31", "لاباس " * 20, is_theirs=True))
    assert "Khadija → helpline · Mon 09:31 · 2 segments" in lines[0]


# --- the mail server beside it --------------------------------------------------------------------


def test_the_postbox_keeps_letters_as_they_were_sent() -> None:
    import smtplib

    with Postbox() as postbox, smtplib.SMTP("127.0.0.1", postbox.port) as server:
        server.sendmail(
            "a@b.example",
            ["c@d.example"],
            "To: c@d.example\r\nSubject: s\r\n\r\n..dot\r\n.\r\nlast\r\n",
        )
        letter = postbox.wait_for("c@d.example")
        assert letter is not None
        assert letter.get_content().splitlines() == ["..dot", ".", "last"]
        assert postbox.wait_for("nobody@d.example", 0.01) is None
        assert server.docmd("VRFY", "x")[0] == 502
