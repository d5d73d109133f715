"""Asks the reader, as an operator would: the command `helpline flows read --json`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COMMAND = (sys.executable, "-m", "helpline", "flows", "read", "--json")
# What a plain yes or no means where it is the answer to a question of ours (flows/check_in.yaml).
SAME_AS = {
    ("hello", "yes"): "ok",
    ("hello", "no"): "soso",
    ("volunteer", "yes"): "take",
    ("volunteer", "no"): "decline",
}


@dataclass(frozen=True)
class Read:
    """What was read in a text, who is told (`now`, `later`, `no`), and the words that gave it."""

    reading: str
    person: str
    flags: tuple[str, ...] = ()
    why: str = ""


class NoReader(RuntimeError):
    """The reader is not there, failed, or did not answer each line with one line."""


def read_all(
    lines: Iterable[Mapping[str, str]], command: Sequence[str] = COMMAND
) -> Iterator[dict[str, Any]]:
    """Give for each line (text, language, as) what was read: reading, flags, person, why.

    Raises NoReader when the command fails or its answers are not one a line.
    """
    asked = [json.dumps(dict(line), ensure_ascii=False) for line in lines]
    answered = _run(command, "".join(f"{line}\n" for line in asked))
    if len(answered) != len(asked):
        raise NoReader(f"{len(asked)} texts were asked about, {len(answered)} were answered")
    for line in answered:
        yield _told(line)


def _run(command: Sequence[str], asked: str) -> list[str]:
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as why:
        raise NoReader(f"{command[0]} could not be started: {why}") from why
    if done.returncode:
        raise NoReader(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-600:]}")
    return done.stdout.split("\n")[:-1]  # not splitlines: a text may hold a line separator


def _told(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError as why:
        raise NoReader(f"this answer is no JSON: {line[:200]}") from why
    if not isinstance(told, dict) or not {"reading", "person"} <= set(told):
        raise NoReader(f"this answer has no reading or no person: {line[:200]}")
    return told


def understood(told: Mapping[str, Any], situation: str) -> Read:
    """Return one answer of the reader; a plain yes or no means what it answers."""
    reading = str(told["reading"])
    return Read(
        reading=SAME_AS.get((situation, reading), reading),
        person=str(told["person"]),
        flags=tuple(str(flag) for flag in told.get("flags") or ()),
        why=_in_words(told.get("why")),
    )


def _in_words(why: object) -> str:
    return "; ".join(str(step) for step in why) if isinstance(why, list | tuple) else str(why or "")
