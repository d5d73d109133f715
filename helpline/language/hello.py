"""The answer to a hello: all is well only where nothing in the text speaks against it."""

from typing import TYPE_CHECKING

from helpline.language import digits
from helpline.language.analysis import HARMLESS, Analysis, Piece
from helpline.language.phrases import Match
from helpline.language.reading import LATER, NO, NOW, Understood
from helpline.language.vocabulary import ALIKE

if TYPE_CHECKING:
    from helpline.language.reader import Text

KEYS = {1: "ok", 2: "soso", 3: "help"}
SERIOUS = (("help", "help"), ("human", "person"), ("notok", "help"), ("soso", "soso"))
_FINE = frozenset({"ok", "yes", "thumb_up", "no_need"})
# Beside an "all is well" they are about something else than the hello: my husband is in hospital
_OTHER_WISHES = ("hospital", "stop", "erase", "follow")
_ANSWERS = frozenset(
    {"ok", "yes", "no", "soso", "notok", "help", "human", "thumb_up", "thumb_down", "no_need"}
)


def read(text: "Text") -> Understood:
    """Return what a text answers to a hello."""
    return cry(text) or stop(text) or _keys(text) or _words(text)


def cry(text: "Text") -> Understood | None:
    """Return the reading of a text with a sign of distress or need of now, or None."""
    sign = text.alarm()
    if sign is None:
        return None
    reading = "distress" if sign.queue == 1 else "help"
    flags = (f"distress:{sign.kind}", *((f"need:{sign.need}",) if sign.need else ()))
    return Understood(reading, NOW, flags, text.why(sign.match))


def stop(text: "Text") -> Understood | None:
    """Return STOP when the whole text asks for it, politeness apart, and nothing was guessed in a
    single word."""
    pieces = text.analysis.pieces
    stops = [piece for piece in pieces if piece.kind == "stop" and not piece.denied]
    others = {p.kind for p in pieces} - {"stop", "polite", "no", "denies_nothing", "daily", "yes"}
    if not stops or others or any(_is_guessed(piece) for piece in stops):
        return None
    if any(token.asks for token in text.analysis.tokens):
        return None
    if any(p.denied for p in pieces if p.kind == "stop") or _more_said(text):
        return None
    return Understood("stop", NO, (), text.why(*(piece.match for piece in stops)))


def _is_guessed(piece: Piece) -> bool:
    """Return whether a word of STOP itself was guessed; in a longer phrase one may be misspelt."""
    return piece.match.cost > (1 if piece.end - piece.start == 1 else 3)


def _more_said(text: "Text") -> bool:
    """Return whether a word of any kind stands beside STOP: then it may be about something else."""
    analysis = text.analysis
    inside = {at for piece in analysis.pieces for at in range(piece.start, piece.end)}
    beside = (at for at in range(len(analysis.tokens)) if at not in inside)
    return any(not analysis.is_little(at) for at in beside)


def _keys(text: "Text") -> Understood | None:
    """Return the reading of a text that is a key, or several."""
    pressed = digits.whole(text)
    if not pressed:
        return None
    if len(pressed) > 1:
        return Understood("other", LATER, ("two_keys",))
    digit = next(iter(pressed))
    if digit not in KEYS:
        return Understood("other", LATER)
    return _of(KEYS[digit])


def _of(reading: str) -> Understood:
    return Understood(reading, NO if reading == "ok" else NOW)


def _words(text: "Text") -> Understood:
    said = _said(text)
    if len({digit for _, digit in digits.leading(text)}) > 1:
        return _corrected_keys(text)
    for kind, reading in SERIOUS:
        if found := [piece for piece in said if piece.kind == kind and not piece.denied]:
            return Understood(reading, NOW, (), text.why(found[0].match))
    for _, digit in digits.leading(text):
        if KEYS.get(digit) in ("soso", "help"):
            return _of(KEYS[digit])
    if any(piece.kind == "notok" for piece in said):
        return Understood("help", NOW, ("denied",), text.why(*(p.match for p in said)))
    if any(piece.kind == "thumb_down" for piece in said):
        return Understood("help", NOW)
    return _fine_or_other(text, said)


def _said(text: "Text") -> list[Piece]:
    return [piece for piece in text.analysis.pieces if piece.kind in _ANSWERS]


def _corrected_keys(text: "Text") -> Understood:
    """Read two keys where the second takes the first back; else nobody knows which was meant."""
    keys = [digit for _, digit in digits.leading(text)]
    last = KEYS.get(keys[-1], "")
    taken_back = bool(text.analysis.of("corrections", "no"))
    if taken_back and last and last != "ok":
        return _of(last)
    if taken_back and last == "ok" and text.analysis.of("corrections"):
        return Understood("ok", LATER, ("corrected",))
    return Understood("other", LATER, ("two_keys",))


def _fine_or_other(text: "Text", said: list[Piece]) -> Understood:
    fine = [
        piece
        for piece in said
        if piece.kind in _FINE and not piece.denied and not _is_of_another_script(text, piece)
    ]
    key = any(KEYS.get(digit) == "ok" for _, digit in digits.leading(text))
    if not fine and not key:
        return _without_fine(text, said)
    doubt = _doubt(text, fine, said)
    if doubt is None:
        return Understood("ok", NO, (), text.why(*(piece.match for piece in fine)))
    return doubt


def _is_of_another_script(text: "Text", piece: Piece) -> bool:
    """Return whether a single word was taken for one in other letters by its sound alone: "mrit", I
    fell ill, sounds like مرتاح, at ease."""
    if piece.end - piece.start > 1 or piece.match.cost < ALIKE:
        return False
    typed = text.analysis.tokens[piece.start].word
    return typed.isascii() and not piece.match.phrase.text.isascii()


def _without_fine(text: "Text", said: list[Piece]) -> Understood:
    if (
        any(piece.kind == "no" and not piece.denied for piece in said)
        and not text.analysis.left_over
    ):
        return Understood("soso", NOW, (), text.why(*(p.match for p in said)))
    pieces = text.analysis.pieces
    greeting = bool(pieces) and all(piece.kind in HARMLESS for piece in pieces)
    if greeting and not text.analysis.left_over and not _bare_words(text.analysis):
        return Understood("other", NO, ("greeting",))
    return Understood("other", LATER)


def _bare_words(analysis: Analysis) -> bool:
    inside = {at for piece in analysis.pieces for at in range(piece.start, piece.end)}
    return any(at not in inside for at in range(len(analysis.tokens)))


def _doubt(text: "Text", fine: list[Piece], said: list[Piece]) -> Understood | None:
    """Return what a text with an "all is well" is read as when something speaks against it, or
    None."""
    analysis = text.analysis
    if any(piece.asks for piece in fine):
        return Understood("other", LATER, ("asks",))
    if exception := _exception(text, fine):
        return exception
    if frames := _frames(text, fine):
        return Understood("other", LATER, ("framed",), text.why(*frames[:1]))
    if _takes_back(text, fine, said):
        return Understood("soso", NOW, ("taken_back",))
    if analysis.loose_negators or analysis.left_over or analysis.of(*_OTHER_WISHES):
        return Understood("other", LATER, ("more_said",))
    return None


def _frames(text: "Text", fine: list[Piece]) -> list[Match]:
    """Return the frames that stand outside what was said politely and well."""
    inside = [piece.match for piece in text.analysis.pieces if piece.kind in _FINE | HARMLESS]
    return [
        frame
        for frame in text.analysis.of("frames")
        if not any(match.covers(frame) for match in inside)
    ]


def _takes_back(text: "Text", fine: list[Piece], said: list[Piece]) -> bool:
    """Return whether a "no" comes after the "all is well", as in "ça va... enfin non"."""
    last_fine = max((piece.start for piece in fine), default=0)
    refusals = [piece.start for piece in said if piece.kind == "no" and not piece.denied]
    corrections = [match.start for match in text.analysis.of("corrections")]
    if refusals and max(refusals) > last_fine:
        return True
    return (
        bool(corrections)
        and max(corrections) > last_fine
        and bool(refusals or text.analysis.loose_negators)
    )


def _exception(text: "Text", fine: list[Piece]) -> Understood | None:
    """Return the reading of "all is well, but ...": a person now, unless what follows is the
    weather."""
    analysis = text.analysis
    first = min((piece.start for piece in fine), default=0)
    found = [match for match in analysis.of("exceptions") if match.start >= first]
    found = [m for m in found if not any(p.match.covers(m) for p in fine)]
    if not found:
        return None
    exception = found[0]
    after = range(exception.end, len(analysis.tokens))
    if not after or all(_is_said(analysis, at, ("polite", "ok", "yes", "no")) for at in after):
        return None
    flags = ("exception",)
    if analysis.holds_any(analysis.lists.body, exception.end) and not _grave(
        analysis, exception.end
    ):
        return Understood("soso", NOW, flags, text.why(exception))
    if _grave(analysis, exception.end) or analysis.of("frames"):
        return Understood("person", NOW, flags, text.why(exception))
    return Understood("ok", LATER, flags, text.why(exception))


def _grave(analysis: Analysis, start: int) -> bool:
    """Return whether a denial, or a word that nobody knows, stands from `start` on."""
    denied = any(at >= start for at in analysis.loose_negators)
    unknown = [at for at in analysis.left_over if at >= start]
    known = analysis.lists.body
    return denied or any(analysis.meant[at].keys().isdisjoint(known) for at in unknown)


def _is_said(analysis: Analysis, at: int, kinds: tuple[str, ...]) -> bool:
    match = analysis.covered_by.get(at)
    return match is not None and match.kind in kinds
