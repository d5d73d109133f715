"""Consent, and a text that answers no question: what is wholly clear, or nothing."""

from typing import TYPE_CHECKING

from helpline.language import digits, hello
from helpline.language.analysis import HARMLESS, Analysis
from helpline.language.reading import LATER, NO, NOW, Understood

if TYPE_CHECKING:
    from helpline.language.reader import Text

_YES = frozenset({"yes", "thumb_up"})
_NO = frozenset({"no", "thumb_down", "no_need"})
_KEYS = {1: "yes", 2: "no"}
_SERIOUS = (("help", "help"), ("human", "person"), ("notok", "help"), ("soso", "soso"))
# STOP was decided before, by the whole text: inside a sentence it is about something else
_NOT_READ = frozenset(
    {"ok", "yes", "no", "take", "decline", "thumb_up", "thumb_down", "more", "wait", "stop"}
)


def read_consent(text: "Text") -> Understood:
    """Return yes or no when the whole text says so and asks nothing; anything else is asked
    again."""
    found = hello.cry(text) or hello.stop(text)
    if found is not None:
        return found
    pressed = digits.whole(text)
    if len(pressed) == 1 and (key := _KEYS.get(next(iter(pressed)))):
        return Understood(key, NO)
    analysis = text.analysis
    asks = any(token.asks for token in analysis.tokens)
    said = None if asks else _wholly(text, _NO, "no") or _wholly(text, _YES, "yes")
    return said or _serious(text, ("human",)) or Understood("other", LATER)


def _wholly(text: "Text", kinds: frozenset[str], reading: str) -> Understood | None:
    """Return `reading` when the text consists of `kinds` and politeness, nothing guessed, nothing
    left."""
    analysis = text.analysis
    pieces = [piece for piece in analysis.pieces if piece.kind not in HARMLESS]
    if not pieces or any(piece.kind not in kinds for piece in pieces):
        return None
    if any(piece.denied or piece.match.cost > 2 for piece in pieces):
        return None
    if reading == "yes" and (analysis.of("frames", "exceptions") or _denies(analysis)):
        return None
    if _left(text) or analysis.loose_negators:
        return None
    return Understood(reading, NO, (), text.why(*(piece.match for piece in pieces)))


def _denies(analysis: Analysis) -> bool:
    return any(piece.kind == "denies_nothing" for piece in analysis.pieces)


def _left(text: "Text") -> bool:
    """Return whether a word stands in the text that is neither an answer nor politeness nor
    little."""
    analysis = text.analysis
    inside = {at for piece in analysis.pieces for at in range(piece.start, piece.end)}
    little = analysis.lists.little
    return any(
        at not in inside and (token.word not in little or token.word.isdecimal())
        for at, token in enumerate(analysis.tokens)
    )


def read_menu(text: "Text") -> Understood:
    """Return what a text asks for when nothing was asked."""
    found = hello.cry(text) or hello.stop(text)
    if found is not None:
        return found
    pressed = digits.whole(text)
    if _only_help(text):
        return Understood("help", NO, (), text.why(text.analysis.pieces[0].match))
    if pressed == {0}:
        return Understood("person", NOW)
    if len(pressed) == 1:
        return Understood("other", LATER)
    return _serious(text) or _asked_for(text)


def _only_help(text: "Text") -> bool:
    """Return whether a text asks for help and says nothing else: the flow of help asks for what."""
    analysis = text.analysis
    told = {piece.kind for piece in analysis.pieces if piece.kind != "polite"}
    return told == {"help"} and not _left(text)


def _serious(
    text: "Text", kinds: tuple[str, ...] = ("help", "human", "notok", "soso")
) -> Understood | None:
    for kind, reading in _SERIOUS:
        pieces = [
            p
            for p in text.analysis.pieces
            if p.kind == kind and not (p.denied and p.match.kind == kind)
        ]
        if kind in kinds and pieces:
            return Understood(reading, NOW, (), text.why(pieces[0].match))
    return None


def _asked_for(text: "Text") -> Understood:
    """Return the one intent that a whole text names, a greeting, or what is left for a person to
    read."""
    analysis = text.analysis
    pieces = [piece for piece in analysis.pieces if piece.kind not in HARMLESS]
    inside = {at for piece in analysis.pieces for at in range(piece.start, piece.end)}
    bare = any(at not in inside for at in range(len(analysis.tokens)))
    if not pieces and analysis.pieces and not bare:
        return Understood("other", NO, ("greeting",))
    kinds = {piece.kind for piece in pieces} - _NOT_READ
    if len(kinds) == 1 and len(pieces) == 1 and not analysis.left_over and not pieces[0].denied:
        return Understood("other", NO, (f"intent:{pieces[0].kind}",), text.why(pieces[0].match))
    return Understood("other", LATER)
