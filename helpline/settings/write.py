"""Writes a settings file for people: every setting with its sentence, defaults as comments."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from helpline.settings.database import File, Server
from helpline.settings.schema import Key, Place, Schema, keys_of, sentence_of

Answers = Mapping[Place, object]


def file_text(schema: Schema, answers: Answers, heading: str) -> str:
    """Return a settings file of all in `schema`, holding `answers`; `heading` opens it."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    for name, section in schema.sections.items():
        lines += ["", f"[{name}]  # {sentence_of(section)}"]
        for key in keys_of(section):
            lines += _lines(key, answers)
    return "\n".join(lines) + "\n"


def _lines(key: Key, answers: Answers) -> list[str]:
    if key.place in answers:
        written = as_written(key, answers[key.place])
        return [f"# {key.sentence}", f"{key.name} = {toml_value(written)}"]
    return [f"# {key.sentence}", f"# {key.name} = {toml_value(key.default)}"]


def as_written(key: Key, value: object) -> object:
    """Return a value as one would write it: several in one text have commas between them."""
    match value:
        case File() | Server():
            return value.address
        case tuple() if isinstance(key.default, str):
            return ",".join(value)
        case _:
            return value


def toml_value(value: object) -> str:
    """Return `value` as TOML writes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def write_private(path: Path, text: str) -> None:
    """Put `text` at `path` whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
