"""Recorded conversations in four languages, replayed turn by turn through the webhook, kept in the
file between turns.

`> text` is what a person sends, `< text` the whole answer (`↵` a line break, `...` anything,
`{ref}` the number of their request), `= check-in` says the daily hello now.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpline.check_ins import hello
from helpline.people.rows import RESIDENT_OF_PERSON
from helpline.town.tx import Tx
from tests.fakes import Phone, Town

SCRIPTS = Path(__file__).parent / "scripts"
ZONES = ("Belleville", "Ménilmontant", "Charonne")


def scripts() -> list[str]:
    return sorted(str(path.relative_to(SCRIPTS)) for path in SCRIPTS.rglob("*.txt"))


@pytest.mark.parametrize("name", scripts())
def test_the_conversation_goes_as_recorded(name: str, tmp_path: Path) -> None:
    town = Town(tmp_path, zones=ZONES)
    try:
        play(town, town.phone("+33639980031"), (SCRIPTS / name).read_text("utf-8").splitlines())
    finally:
        town.stop()


def play(town: Town, phone: Phone, lines: list[str]) -> None:
    before = ""
    for place, line in enumerate(lines, 1):
        kind, words = line[:2], line[2:]
        if kind == "> ":
            answered(phone, place)
            if words == before:  # meant anew, and no echo of the first
                town.pass_time(seconds=61)
            before = words
            phone.texts(words.replace("{ref}", ref(town)))
        elif kind == "< ":
            expect(town, phone, words, place)
        elif line == "= check-in":
            answered(phone, place)
            say_hello(town, phone)
    answered(phone, len(lines))


def answered(phone: Phone, place: int) -> None:
    left = phone.unread()
    assert not left, f"line {place}: an answer the script does not have: {left}"


def expect(town: Town, phone: Phone, words: str, place: int) -> None:
    got = phone.gets().replace("\n", "↵")
    pattern = (
        re.escape(words).replace(re.escape("..."), ".*").replace(re.escape("{ref}"), ref(town))
    )
    assert re.fullmatch(pattern, got), f"line {place}: got {got!r}, the script has {words!r}"


def ref(town: Town) -> str:
    cases = town.cases()
    return str(cases[0]["number"]) if cases else "0"


def say_hello(town: Town, phone: Phone) -> None:
    def ask(tx: Tx) -> hello.Asked:
        resident = tx.one(RESIDENT_OF_PERSON, person_id=town.id_of(phone.number))
        assert resident is not None
        return hello.ask_now(tx, resident)

    town.clock.forward(60_000)
    assert town.change(ask).result == "asked"
    town.gateway.engine.settle()
