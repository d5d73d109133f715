"""What is not the writer's: our own words quoted back, reactions of handsets, signatures, mail
headers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpline.language.folding import fold

_QUOTED = re.compile(r"[«“\"‟„](?P<inside>[^«»“”\"]{3,})[»”\"]", re.DOTALL)
_REACTION_AT_MOST = 40  # characters before the quotation
_OUR_MARKS = "?؟:\n"  # a name of the service before what is said, a question
_LEAST_OF_OURS = 6  # a shorter sentence of ours may be an answer too
_UP, _DOWN = "👍", "👎"
_GOOD_PICTURES = frozenset("👍👌❤😍🙏😀😊🥰✅🧡💚💙")
_BAD_PICTURES = frozenset("👎😢😭😡😠💔")


@dataclass(frozen=True, slots=True)
class Own:
    """What the writer wrote: `text`, and whether we or somebody else was `quoted`; `reaction`: up,
    down, other."""

    text: str
    quoted: bool = False
    reaction: str = ""
    signed: bool = False


class Quotes:
    """Takes away what is not the writer's; the words are the lists of reading.yaml."""

    def __init__(self, reading: Mapping[str, Any]) -> None:
        reactions = reading.get("reactions", {})
        self._reactions = {
            kind: tuple(fold(start) for start in reactions.get(kind, ()))
            for kind in ("down", "up", "other", "reacted")
        }
        self._signatures = tuple(
            fold(start) for start in reading.get("signatures", ()) if fold(start)
        )
        self._headers = tuple(fold(word) for word in reading.get("quoting", ()))

    def own(self, text: str, said: Sequence[str] = ()) -> Own:
        """Return what the writer wrote of `text`; `said` are the last texts we sent, the newest
        first."""
        text, signed = self._unsigned(text)
        if reaction := self._reaction(text):
            return Own("", True, reaction, signed)
        bare, cut_lines = self._without_lines(text)
        bare, cut_quotes = _without_quotes(bare, said)
        bare, cut_said = _without_said(bare, said)
        return Own(bare.strip(), cut_lines or cut_quotes or cut_said, "", signed)

    def _unsigned(self, text: str) -> tuple[str, bool]:
        """Return `text` up to the line where a handset or a mail program signs."""
        if "\n" not in text:
            return text, False
        lines = text.split("\n")
        for at, line in enumerate(lines[1:], start=1):
            bare = line.strip()
            if bare in ("--", "—", "-- ") or fold(bare).startswith(self._signatures or ("\0",)):
                return "\n".join(lines[:at]), True
        return text, False

    def _reaction(self, text: str) -> str:
        """Return up, down or other when a handset reports what somebody thought of a text of
        ours."""
        found = _QUOTED.search(text)
        if found is None or found.start() > _REACTION_AT_MOST or text[found.end() :].strip():
            return ""
        before = text[: found.start()]
        folded = fold(before)
        for kind in ("down", "other", "up"):
            if folded and folded.startswith(self._reactions[kind]):
                return kind
        pictures = set(before)
        if folded.startswith(self._reactions["reacted"]) or _only_picture(folded):
            if pictures & _GOOD_PICTURES:
                return "up"
            return "down" if pictures & _BAD_PICTURES else "other"
        return ""

    def _without_lines(self, text: str) -> tuple[str, bool]:
        """Return `text` without lines that begin with ">", and without a header such as "X
        wrote:"."""
        lines = text.split("\n")
        kept = [line for line in lines if not line.lstrip().startswith(">")]
        cut = len(kept) < len(lines)
        for at, line in enumerate(kept):
            words = set(fold(line).split())
            if ":" in line and any(set(head.split()) <= words for head in self._headers):
                below = kept[at + 1 :]
                blank = next((i for i, each in enumerate(below) if not each.strip()), None)
                after = below if cut else ([] if blank is None else below[blank + 1 :])
                return "\n".join([*kept[:at], *after]), True
        return "\n".join(kept), cut


def _only_picture(folded: str) -> bool:
    return bool(folded) and not folded[0].isalnum() and len(folded.split()) <= 3


def _without_quotes(text: str, said: Sequence[str]) -> tuple[str, bool]:
    """Return `text` without a question of ours in quotation marks at its beginning or end."""
    found = _QUOTED.search(text)
    if found is None or not _is_ours(found["inside"], said):
        return text, False
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    if before and after:
        return text, False
    return (after or before), True


def _is_ours(quoted: str, said: Sequence[str]) -> bool:
    """Return whether a quotation is a text of ours, or looks like one: it asks, or names itself."""
    return any(mark in quoted for mark in _OUR_MARKS) or any(
        quoted.strip() in text for text in said
    )


def _without_said(text: str, said: Sequence[str]) -> tuple[str, bool]:
    """Return `text` without a whole text of ours that stands in it."""
    for ours in said:
        bare = ours.strip()
        if len(bare) >= _LEAST_OF_OURS and len(text) > len(bare) and bare in text:
            return text.replace(bare, " "), True
        if len(bare) >= 2 * _LEAST_OF_OURS and fold(bare) == fold(text):
            return "", True
    return text, False
