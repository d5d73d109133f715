"""What a helper answers: taking or leaving a request, and what was found there."""

from typing import TYPE_CHECKING

from helpline.language import digits, hello
from helpline.language.alarms import Sign
from helpline.language.analysis import Piece
from helpline.language.reading import LATER, NO, NOW, Understood, Why

if TYPE_CHECKING:
    from helpline.language.phrases import Match
    from helpline.language.reader import Text

_TAKES = frozenset({"yes", "ok", "take", "thumb_up"})
_LEAVES = frozenset({"no", "decline", "thumb_down", "no_need"})
OUTCOMES = ("outcome3", "outcome4", "outcome5", "outcome2", "outcome1")


def read_volunteer(text: "Text") -> Understood:
    """Return take or decline of somebody who is asked about a case; the word beside the number
    decides."""
    if stopped := hello.stop(text):
        return stopped
    number = _case_number(text)
    verb = _verb(text, number)
    sign = _own_sign(text, 2)
    if sign is not None and (sign.queue == 1 or not verb):
        if verb != "take":
            return hello.cry(text) or Understood("other", LATER)
        return Understood("take", NOW, (f"distress:{sign.kind}",), text.why(sign.match), number)
    if verb:
        return Understood(verb, NO, (), (), number)
    if any(piece.kind == "human" and not piece.denied for piece in text.analysis.pieces):
        return Understood("person", NOW, (), (), number)
    return Understood("other", LATER, (), (), number)


def _case_number(text: "Text") -> int | None:
    """Return the one number of two to six digits that counts nothing."""
    tokens, spoken = text.analysis.tokens, text.spoken
    found = []
    for at, number in digits.numbers(text):
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        before = tokens[at - 1].word if at else ""
        if after not in spoken.counted and before not in spoken.before_a_time and number < 10**6:
            found.append(number)
    return found[0] if len(found) == 1 else None


def _verb(text: "Text", number: int | None) -> str:
    """Return take, decline or "" for what the words say; the word beside the number decides."""
    said = [piece for piece in text.analysis.pieces if _way(piece)]
    if not said or text.analysis.of("doubts") or _is_asked(text, said[0]):
        return ""
    beside = _beside_number(text, said, number)
    leaving = [piece for piece in said if _way(piece) == "decline"]
    taking = [piece for piece in said if _way(piece) == "take"]
    if beside is not None:
        return _way(beside) if not _taken_back(beside, leaving) else "decline"
    if not leaving or not taking:
        return _way(said[0])
    return _of_both(leaving, taking)


def _is_asked(text: "Text", piece: Piece) -> bool:
    """Return whether the clause in which `piece` stands ends with a question mark; a question after
    it, in another clause, asks for something else."""
    clause = text.analysis.tokens[piece.start].clause
    return any(token.asks and token.clause == clause for token in text.analysis.tokens)


def _beside_number(text: "Text", said: list[Piece], number: int | None) -> Piece | None:
    """Return the yes, no or take that stands right beside the number of the case."""
    spots = [at for at, found in digits.numbers(text) if found == number]
    return next((p for p in said for at in spots if at in (p.start - 1, p.end)), None)


def _taken_back(beside: Piece, leaving: list[Piece]) -> bool:
    """Return whether a plain no comes later than the taking beside the number."""
    plain = [piece for piece in leaving if piece.match.kind in _LEAVES and not piece.denied]
    return _way(beside) == "take" and any(piece.start > beside.end for piece in plain)


def _of_both(leaving: list[Piece], taking: list[Piece]) -> str:
    """Return what a text comes to that says both: what is said last, where it is said plainly."""
    if leaving[-1].start > taking[-1].start:
        return "decline"
    return "take" if taking[-1].match.kind == "take" else ""


def _way(piece: Piece) -> str:
    kind = piece.match.kind
    if kind in _LEAVES:
        return "decline"
    if kind in _TAKES:
        return "decline" if piece.denied else "take"
    return ""


def read_owner(text: "Text") -> Understood:
    """Return the outcome that the owner of a case reports; what was found is read before the words
    of distress."""
    if stopped := hello.stop(text):
        return stopped
    number = _case_number(text)
    digit = _outcome_digit(text)
    outcome = digit or _outcome_in_words(text)
    sign, any_sign = _own_sign(text), text.alarm(1)
    flags = (f"distress:{any_sign.kind}",) if any_sign is not None else ()
    if digit or (outcome == 3 and any_sign is not None):
        person = NOW if sign is not None else NO
        return Understood(f"outcome:{outcome}", person, flags, (), number)
    if sign is not None:
        return Understood("distress", NOW, flags, text.why(sign.match), number)
    if outcome:
        person = LATER if outcome == 2 and _is_told_by_denial(text) else NO
        return Understood(f"outcome:{outcome}", person, (), _outcome_why(text, outcome), number)
    return Understood("other", LATER, (), (), number)


def _own_sign(text: "Text", queue: int = 1) -> Sign | None:
    """Return the most serious sign of now that is not what a report is about: "does not answer"
    is an outcome, and so is "the ambulance is here"."""
    reported = text.analysis.of("outcome3", "outcome4")
    for sign in text.signs:
        if sign.excuse or sign.queue > queue:
            continue
        if not any(match.covers(sign.match) for match in reported):
            return sign
    return None


def _outcome_digit(text: "Text") -> int:
    """Return the digit from 1 to 5 that leads a report, beside a number or before words; 0 when
    there is none."""
    pressed = digits.whole(text)
    if len(pressed) == 1:
        digit = next(iter(pressed))
        return digit if 1 <= digit <= 5 else 0
    tokens = text.analysis.tokens
    first = [at for at in range(min(2, len(tokens))) if digits.is_digit(tokens[at].word)]
    for at in first:
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        beside = at == 0 or digits.is_number(tokens[at - 1].word)
        counted = after in text.spoken.counted or after in text.spoken.months
        if beside and not counted and 1 <= int(tokens[at].word) <= 5:
            return int(tokens[at].word)
    return 0


def _outcome_in_words(text: "Text") -> int:
    analysis = text.analysis
    if analysis.of("doubts") or any(token.asks for token in analysis.tokens):
        return 0
    found = {kind: [m for m in analysis.of(kind) if _stands(text, m)] for kind in OUTCOMES}
    if found["outcome1"] and not any(found[kind] for kind in OUTCOMES[:4]):
        return 0 if _spoilt(text, found["outcome1"]) else 1
    for kind in OUTCOMES[:4]:
        if found[kind]:
            return int(kind[-1])
    return 2 if _is_denied_fine(text) else 0


def _stands(text: "Text", match: "Match") -> bool:
    return not match.denied and text.analysis.denial_of(match) is None and match.cost < 3


def _spoilt(text: "Text", fine: list["Match"]) -> bool:
    """Return whether an exception with more words follows "she is fine"."""
    last = max(match.end for match in fine)
    return any(
        match.start >= last - 1 and match.end < len(text.analysis.tokens)
        for match in text.analysis.of("exceptions")
    )


def _is_denied_fine(text: "Text") -> bool:
    pieces = text.analysis.pieces
    return any(
        p.kind == "notok" and not (p.denied and p.match.kind == "notok") for p in pieces
    ) or any(text.analysis.denial_of(m) is not None for m in text.analysis.of("outcome1"))


def _is_told_by_denial(text: "Text") -> bool:
    """Return whether a report says no more than what is not: "she is not well"."""
    found = text.analysis.of("outcome2")
    return all(text.analysis.holds_denial(match.start, match.end) for match in found)


def _outcome_why(text: "Text", outcome: int) -> tuple[Why, ...]:
    return text.why(*text.analysis.of(f"outcome{outcome}")[:1])
