"""Digits as answers: keys pressed alone or beside words, never counts, hours or dates."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpline.language.reader import Text

LONGEST = 9  # digits of a number that is read as one


def whole(text: "Text") -> set[int]:
    """Return the digits that a text consists of, politeness and words such as "number" apart; none
    if more is said."""
    analysis, lists = text.analysis, text.lists
    polite = {at for m in analysis.of("polite") for at in range(m.start, m.end)}
    told = [token.word for at, token in enumerate(analysis.tokens) if at not in polite]
    typed = any(is_digit(word) for word in told)
    found: set[int] = set()
    for word in told:
        digit = None if typed and word in lists.beside_digit else _digit(text, word)
        if digit is not None:
            found.add(digit)
        elif word not in lists.beside_digit and not is_number(word):
            return set()
    return found


def _digit(text: "Text", word: str) -> int | None:
    """Return the digit of a word; a letter is one only when nothing else was typed."""
    bare = word.removeprefix("l") if word.startswith("lw") else word
    letter = len(bare) == 1 and not bare.isdecimal()
    return None if letter and len(text.own.text.strip()) > 1 else text.lists.digits.get(bare)


def leading(text: "Text") -> list[tuple[int, int]]:
    """Return (position, digit) of keys that open or close a text of more words; a count or a date
    is no key."""
    analysis = text.analysis
    spots = [at for at, token in enumerate(analysis.tokens) if is_digit(token.word)]
    return [(at, int(analysis.tokens[at].word)) for at in spots if _is_key(text, at)]


def _is_key(text: "Text", at: int) -> bool:
    analysis, spoken = text.analysis, text.spoken
    tokens = analysis.tokens
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and (after.word in spoken.counted or after.word in spoken.months):
        return False
    if before in spoken.before_a_time or before in spoken.months:
        return False
    if at == 0:
        return after is None or after.clause != tokens[at].clause or _understood(text, at + 1)
    alone = before == "" or tokens[at - 1].clause != tokens[at].clause or _understood(text, at - 1)
    return alone and (
        after is None or after.clause != tokens[at].clause or _understood(text, at + 1)
    )


def _understood(text: "Text", at: int) -> bool:
    analysis = text.analysis
    if is_digit(analysis.tokens[at].word) or is_number(analysis.tokens[at].word):
        return True
    return any(m.start <= at < m.end for m in analysis.matches if m.kind not in ("frames",))


def numbers(text: "Text") -> list[tuple[int, int]]:
    """Return (position, number) of each number of two to nine digits in a text."""
    tokens = text.analysis.tokens
    return [
        (at, int(token.word))
        for at, token in enumerate(tokens)
        if is_number(token.word) and len(token.word) <= LONGEST
    ]


def is_digit(word: str) -> bool:
    """Return whether a folded word is one digit."""
    return len(word) == 1 and word.isdecimal()


def is_number(word: str) -> bool:
    """Return whether a folded word is a number of two digits or more."""
    return len(word) > 1 and word.isdecimal()
