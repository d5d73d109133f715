"""`helpline check-ins`: say hello now, whatever the hour, and see who was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpline.base.ports import Store
from helpline.cli import cli
from helpline.cli.opening import now, open_town
from helpline.enrolment import membership
from helpline.enrolment.register.imports import import_people
from helpline.people.callers import who
from helpline.town.town import Town
from helpline.town.tx import Tx
from tests.kit.must import must

RENE, FATIMA, LOU = "+33639980001", "+33639980002", "+33639980003"
RESIDENTS = f"phone,name,consent\n{RENE},René,2026-01-05\n{FATIMA},Fatima,2026-01-05\n{LOU},Lou,\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    config = tmp_path / "helpline.toml"
    config.write_text('[service]\nname = "Allô Montreuil"\n', encoding="utf-8")
    return lambda *words: CliRunner().invoke(cli, ["--config", str(config), *words])


@pytest.fixture
def opened(run: Run, tmp_path: Path) -> Iterator[tuple[Town, Store]]:
    """The town with two active residents and an invited one, open as a running gateway has it."""
    _, town, store = open_town(str(tmp_path / "helpline.toml"))
    import_people(Tx(store, town, now()), "resident", RESIDENTS.encode())
    yield town, store
    store.close()


def listed(run: Run, *words: str) -> list[dict[str, Any]]:
    """Return the check-ins as programs get them."""
    return [json.loads(line) for line in run("check-ins", "--json", *words).stdout.splitlines()]


def test_a_resident_is_asked_now(run: Run, opened: tuple[Town, Store]) -> None:
    result = run("check-ins", "ask", "06 39 98 00 01")
    assert (result.exit_code, result.output) == (0, f"{RENE}: asked.\n")
    (asked,) = listed(run)
    assert {
        "resident": "René",
        "phone": RENE,
        "slot": "now-1",
        "status": "asking",
        "answer": None,
    }.items() <= asked.items()
    assert asked["due_at"].endswith("Z")
    day = must(opened[1].one("last_check_in_of", resident_id=1))["local_date"]
    assert opened[1].one("text_was_decided", idempotency_key=f"ask:1:{day}:now-1") is not None


def test_a_question_still_open_is_not_put_twice(run: Run, opened: tuple[Town, Store]) -> None:
    run("check-ins", "ask", RENE)
    assert "already waiting for an answer" in run("check-ins", "ask", RENE).output
    assert len(listed(run)) == 1


def test_everybody_active_is_asked(run: Run, opened: tuple[Town, Store]) -> None:
    result = run("check-ins", "ask", "--all")
    assert result.output == f"{RENE}: asked.\n{FATIMA}: asked.\n"


def test_whoever_may_not_be_asked_is_said_so_in_words(run: Run, opened: tuple[Town, Store]) -> None:
    town, store = opened
    with store.transaction():
        membership.stop(Tx(store, town, now()), who(Tx(store, town, now()), FATIMA))
        store.run("set_pause", id=1, until=now() + 86_400_000, reason="holiday")
    lines = run("check-ins", "ask", RENE, FATIMA, LOU).output.splitlines()
    assert lines == [
        f"{RENE}: paused; not asked.",
        f"{FATIMA}: not active as a resident; not asked.",
        f"{LOU}: not active as a resident; not asked.",
    ]
    assert listed(run) == []


def test_an_unknown_number_is_a_sentence_and_the_others_are_asked(
    run: Run, opened: tuple[Town, Store]
) -> None:
    result = run("check-ins", "ask", "+447700900111", "hello", RENE)
    assert result.exit_code == 1
    assert "+447700900111: nobody with this number is a resident." in result.stderr
    assert "“hello” is not a phone number." in result.stderr
    assert f"{RENE}: asked." in result.stdout


@pytest.mark.parametrize("words", [(), ("--all", RENE)])
def test_one_says_whom_to_ask_or_all(
    run: Run, opened: tuple[Town, Store], words: tuple[str, ...]
) -> None:
    result = run("check-ins", "ask", *words)
    assert result.exit_code == 2
    assert "Give one or more phone numbers, or --all." in result.output


def test_check_ins_of_one_date_are_picked_out(run: Run, opened: tuple[Town, Store]) -> None:
    run("check-ins", "ask", RENE)
    assert listed(run, "--date", "2020-01-01") == []
    assert len(listed(run, "--date", listed(run)[0]["date"])) == 1
