"""Signs of distress and need in a text that was taken apart, and what takes them back."""

from dataclasses import dataclass

from helpline.language.analysis import Analysis
from helpline.language.lists import Compiled
from helpline.language.phrases import Match

PREFIX = "distress:"


@dataclass(frozen=True, slots=True)
class Sign:
    """A phrase of distress: its class and `queue`, the `need` it is, and why it is none of now (""
    when it is)."""

    kind: str
    queue: int
    need: str
    match: Match
    excuse: str = ""


def signs(analysis: Analysis, lists: Compiled) -> tuple[Sign, ...]:
    """Return the signs in a text, the most serious first; those with an `excuse` are for a person
    to read later."""
    found = [
        _sign(match, analysis, lists)
        for match in analysis.starting(PREFIX)
        if _counts(match, analysis)
    ]
    return tuple(sorted(found, key=lambda sign: (bool(sign.excuse), sign.match.phrase.rank)))


def _counts(match: Match, analysis: Analysis) -> bool:
    """Return whether `match`, when it counts as a whole message only, is one."""
    if not match.phrase.alone:
        return True
    if any(each.covers(match) and match.is_shorter_than(each) for each in analysis.of("polite")):
        return False
    others = [at for at in range(len(analysis.tokens)) if not match.start <= at < match.end]
    polite = {at for each in analysis.of("polite", "help") for at in range(each.start, each.end)}
    said = {analysis.tokens[at].word for at in range(match.start, match.end)}
    return all(at in polite or analysis.tokens[at].word in said for at in others)


def _sign(match: Match, analysis: Analysis, lists: Compiled) -> Sign:
    kind = match.kind.removeprefix(PREFIX)
    excuse = _excuse(match, analysis)
    return Sign(kind, lists.queues.get(kind, 1), lists.needs.get(kind, ""), match, excuse)


def _excuse(match: Match, analysis: Analysis) -> str:
    if analysis.is_idiom(match):
        return "idiom"
    if analysis.of("past"):
        return "past"
    if match.denied or _is_denied(match, analysis):
        return "denied"
    if analysis.of("told") and not analysis.first_person_near(match):
        return "told"
    return ""


def _is_denied(match: Match, analysis: Analysis) -> bool:
    """Return whether a denial stands right before `match`, little words apart, or closes the clause
    after it."""
    if analysis.holds_denial(match.start, match.end):
        return False
    if analysis.denied_before(match):
        return True
    return analysis.denied_after(match)
