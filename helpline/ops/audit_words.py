"""What the auditor says of what is not as it must be, in French or English; it stands in
audit.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("audit.toml")

Texts = Mapping[str, str]  # language -> sentence


@dataclass(frozen=True, slots=True)
class Saying:
    """What is so and what to do. `{count}` and `{ids}` are filled in; `grave`: somebody may wait
    for nothing."""

    grave: bool
    so: Texts
    to_do: Texts

    def sentence(self, language: str | None) -> str:
        """Return what is so."""
        return self.so[_spoken(language)]

    def remedy(self, language: str | None) -> str:
        """Return what to do now."""
        return self.to_do[_spoken(language)]


@cache
def sayings() -> Mapping[str, Saying]:
    """Return what is said of each breach, by its code."""
    return {code: _saying(entry) for code, entry in _written()["breaches"].items()}


def look_again(language: str | None) -> str:
    """Return how to see everything once more."""
    found: str = _written()["remedies"]["look_again"][_spoken(language)]
    return found


def _saying(entry: Mapping[str, Any]) -> Saying:
    shared = [_written()["remedies"][name] for name in entry.get("remedies", ())]
    to_do = {
        each: " ".join(one[each] for one in shared) or entry[f"{each}_do"] for each in ("fr", "en")
    }
    return Saying(entry["grave"], {"fr": entry["fr"], "en": entry["en"]}, to_do)


def _spoken(language: str | None) -> str:
    return "en" if language == "en" else "fr"


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
