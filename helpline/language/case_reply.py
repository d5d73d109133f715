"""What a helper's text says about a case: a verb and a number, in any order, between other
words."""

from collections.abc import Sequence

from helpline.language.folding import fold
from helpline.language.lexicon import Lexicon, is_digit, is_number, only
from helpline.language.spoken_words import SpokenWords

_VERBS = ("yes", "no", "take")


def read_case_reply(lexicon: Lexicon, text: str) -> tuple[str, int | None, str]:
    """Return what a helper's text says about a case: the verb, the case number or None, and the
    other words, folded.

    The verb is "yes", "no", "take", "digit1" to "digit5", or "" when unclear. A single digit beside
    a word is the case number ("OUI 7"); beside a number it is the verb ("42 1"). Of two single
    digits one above five is the case; two different ones up to five are unclear.
    """
    words = list(lexicon.words(fold(text)))
    spoken = lexicon.spoken
    number = _take_number(spoken, words)
    verb = _take_digit(spoken, words, number is not None)
    if verb:
        return verb, number, " ".join(words)
    if number is None:
        verb, number = _two_digits(spoken, words)
        if verb:
            return verb, number, " ".join(words[2:])
        number = _take_small_number(lexicon, words)
    reading = Lexicon.read(lexicon, " ".join(words))  # the words that said nothing, one by one
    if reading.digit is not None:
        return (f"digit{reading.digit}" if 1 <= reading.digit <= 5 else ""), number, ""
    verb = lexicon.verb(text, _verb(lexicon.intents_in(reading.folded)))
    unused = set(reading.rest.split()) if verb else set(words)
    return verb, number, " ".join(word for word in words if word in unused or word.isdecimal())


def means_all(lexicon: Lexicon, rest: str) -> bool:
    """Tell whether the other words of a reply, as `read_case_reply` gives them, say that it is
    about all of them."""
    words = rest.split()
    return bool(words) and lexicon.spoken.all_of_them.issuperset(words)


def _verb(intents: Sequence[str]) -> str:
    """Return the verb that `intents` hold, whatever else they tell; "" when they hold none or a yes
    and a no."""
    verbs = set(intents).intersection(_VERBS)
    return "yes" if verbs == {"yes", "take"} else only(verbs) or ""


def _take_number(spoken: SpokenWords, words: list[str]) -> int | None:
    """Take the case number out of `words`: the one number of two to six digits that is no time or
    count."""
    short = (at for at, word in enumerate(words) if is_number(word) and len(word) <= 6)
    spots = [at for at in short if not _counts_something(spoken, words, at)]
    leading = [at for at in spots if at <= 1]
    spot = spots[0] if len(spots) == 1 else only(set(leading))
    return None if spot is None else int(words.pop(spot))


def _counts_something(spoken: SpokenWords, words: Sequence[str], at: int) -> bool:
    after, before = words[at + 1 : at + 2], words[max(at - 1, 0) : at]
    return not (spoken.counted.isdisjoint(after) and spoken.before_a_time.isdisjoint(before))


def _take_digit(spoken: SpokenWords, words: list[str], has_number: bool) -> str:
    """Take the leading outcome digit out of `words`, when a case number or nothing else stands with
    it."""
    if not words or words[0] not in tuple("12345") or not (has_number or len(words) == 1):
        return ""
    others = {word for word in words[1:] if is_digit(word)} - {words[0]}
    if _counts_something(spoken, words, 0) or others:
        return ""
    return f"digit{words.pop(0)}"


def _two_digits(spoken: SpokenWords, words: Sequence[str]) -> tuple[str, int | None]:
    """Return verb and case of a text that begins with two single digits, or ("", None)."""
    pair = [int(word) for word in words[:2] if is_digit(word)]
    if len(pair) < 2 or _counts_something(spoken, words, 1):
        return "", None
    low, high = min(pair), max(pair)
    return (
        (f"digit{low}", high) if low >= 1 and (low == high or high > 5) and low <= 5 else ("", None)
    )


def _take_small_number(lexicon: Lexicon, words: list[str]) -> int | None:
    """Take a one-digit case number out of `words` when a yes, no or take stands right beside it at
    the start."""
    for at, beside in ((1, 0), (0, 1)):
        is_case = (
            len(words) > 1
            and is_digit(words[at])
            and not _counts_something(lexicon.spoken, words, at)
        )
        if is_case and lexicon.read(words[beside]).intent in _VERBS:
            return int(words.pop(at))
    return None
