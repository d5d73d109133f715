"""Writes a settings file a person can read: every setting with its sentence, the unanswered ones commented out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from helpline.settings_loading import default_of
from helpline.settings_reference import KEYS, SECTIONS, Key

Answers = Mapping[tuple[str, str], object]


def file_text(answers: Answers, heading: str) -> str:
    """Return a settings file holding `answers`, by section and key; `heading` opens it as a comment."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    for section, sentence in SECTIONS.items():
        lines += ["", f"[{section}]  # {sentence}"]
        for key in KEYS:
            if key.section == section:
                lines += _lines(key, answers)
    return "\n".join(lines) + "\n"


def _lines(key: Key, answers: Answers) -> list[str]:
    place = (key.section, key.name)
    if place in answers:
        return [f"# {key.sentence}", f"{key.name} = {toml_value(answers[place])}"]
    return [f"# {key.sentence}", f"# {key.name} = {toml_value(default_of(key))}"]


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
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
