"""A reading in words, step by step: what was cut, the words as compared, what was found, what it
came to."""

from collections.abc import Iterator

from helpline.language.alarms import Sign
from helpline.language.reader import Text
from helpline.language.reading import Understood
from helpline.language.vocabulary import ALIKE, BARE, EXACT, TYPO

_HOW = {EXACT: "as typed", BARE: "without its beginning", ALIKE: "sounds alike", TYPO: "one typo"}
_PERSON = {
    "now": "a person is told now",
    "later": "unread: a person reads it, and is told when nobody does",
    "no": "nobody is told",
}


def explain(text: Text, understood: Understood) -> Iterator[str]:
    """Yield the steps from a text to its reading, a line each."""
    yield from _own(text)
    yield f"words: {' '.join(token.word for token in text.analysis.tokens) or '(none)'}"
    yield from _meant(text)
    yield from (f"sign of {_sign(sign, text)}" for sign in text.signs)
    yield from _pieces(text)
    yield from _left(text)
    yield f"reading: {understood.reading}; {_PERSON[understood.person]}"
    yield from (f"because of {why}" for why in understood.why)
    if understood.flags:
        yield f"flags: {', '.join(understood.flags)}"


def _own(text: Text) -> Iterator[str]:
    if text.own.reaction:
        yield f"a handset reports a reaction to a text of ours: {text.own.reaction}"
    elif text.own.quoted:
        yield f"our own words were cut; what is left: {text.own.text or '(nothing)'}"
    if text.own.signed:
        yield "the signature was cut"
    if text.analysis.cut:
        yield "only its beginning and its end were read"


def _meant(text: Text) -> Iterator[str]:
    for token, meant in zip(text.analysis.tokens, text.analysis.meant, strict=True):
        others = [f"{word} ({_HOW[far]})" for word, far in meant.items() if far != EXACT][:5]
        if others:
            yield f"{token.word} may be {', '.join(others)}"


def _sign(sign: Sign, text: Text) -> str:
    words = text.analysis.words(sign.match.start, sign.match.end)
    excuse = f"; taken back: {sign.excuse}" if sign.excuse else ""
    return f"{sign.kind}: {words} ({sign.match.phrase.text}){excuse}"


def _pieces(text: Text) -> Iterator[str]:
    for piece in text.analysis.pieces:
        denied = ", denied" if piece.denied else ""
        yield f"{piece.match.kind}{denied}: {text.analysis.words(piece.start, piece.end)}"
    for kind in ("exceptions", "frames", "corrections", "past", "told"):
        for match in text.analysis.of(kind)[:3]:
            yield f"{kind}: {text.analysis.words(match.start, match.end)}"


def _left(text: Text) -> Iterator[str]:
    analysis = text.analysis
    if analysis.left_over:
        yield f"left over: {' '.join(analysis.tokens[at].word for at in analysis.left_over)}"
    if analysis.loose_negators:
        yield f"denials: {' '.join(analysis.tokens[at].word for at in analysis.loose_negators)}"
