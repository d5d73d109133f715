"""A text taken apart: its words in one spelling, with the marks that stand between them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helpline.language.folding import fold

HEAD, TAIL = 1000, 300  # characters of a long text that are read: its beginning and its end
MOST_TOKENS = 300
_MARK = re.compile(
    r"(?P<ask>[?؟？⁇❓❔])|(?P<mark>(?<!\d)[.,:]|[.,:](?!\d)|[;!،؛…\n\r«»\"“”()\[\]]|\s[-–—]+\s|--+)"
)
_SPACED = re.compile(r"\b([^\W\d_])\.([^\W\d_])\.([^\W\d_])\b\.?")
_GLUED = re.compile(r"(\d+)([^\W\d_]{2,})|([^\W\d_]{2,})(\d{2,})")
_MA_CH = re.compile(r"ma(?P<latin>[a-z0-9]{3,})(?:ch|sh|chi|x)|ما?(?P<arabic>[\u0621-\u064a]{3,})ش")
_CH = re.compile(r"(?P<latin>[a-z0-9]{3,}?)(?:ch|sh|chi|x)|(?P<arabic>[\u0621-\u064a]{3,})ش")


@dataclass(frozen=True, slots=True)
class Token:
    """One word as compared. `clause` counts the marks before it, `asks` says that a question mark
    follows it."""

    word: str
    clause: int = 0
    asks: bool = False


def cut(text: str) -> str:
    """Return `text`, or the beginning and the end of one that is longer than anybody types."""
    if len(text) <= HEAD + TAIL:
        return text
    return f"{text[:HEAD]} \n {text[-TAIL:]}"


class Splitter:
    """Takes texts apart; `spellings` says what to write for a word (one or several), `known` which
    words are words."""

    def __init__(self, spellings: Mapping[str, str], known: frozenset[str]) -> None:
        self._spellings = {
            fold(word): tuple(fold(meant).split()) for word, meant in spellings.items()
        }
        self._known = known

    def split(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of a text that was cut already."""
        tokens: list[Token] = []
        clause = 0
        for piece, mark in _pieces(_SPACED.sub(r"\1\2\3", text)):
            words = self._words(piece)
            tokens += [Token(word, clause) for word in words]
            if mark == "?" and tokens:
                tokens[-1] = Token(tokens[-1].word, tokens[-1].clause, True)
            clause += bool(words)
        return tuple(tokens[:MOST_TOKENS])

    def words(self, phrase: str) -> tuple[str, ...]:
        """Return the words of a phrase of the lists, taken apart as those of texts are."""
        return tuple(self._words(phrase))

    def _words(self, piece: str) -> list[str]:
        words: list[str] = []
        for word in self._joined(fold(piece).split()):
            for part in self._spellings.get(word) or self._parted(word):
                self._add(words, part)
        return words

    def _joined(self, words: list[str]) -> Iterator[str]:
        """Yield the words, those that an apostrophe parted as one where the spellings have them so:
        "don t"."""
        at = 0
        while at < len(words):
            pair = " ".join(words[at : at + 2])
            if pair in self._spellings and " " in pair:
                yield pair
                at += 2
            else:
                yield words[at]
                at += 1

    def _add(self, words: list[str], word: str) -> None:
        """Add `word`; a Darija verb wrapped in "ma" and "ch" becomes "ma" and the verb."""
        after_ma = bool(words) and words[-1] in ("ma", "ما")
        if word in self._known and not after_ma:
            words.append(word)
        elif after_ma and (bare := _CH.fullmatch(word)):
            words.append(bare["latin"] or bare["arabic"])
        elif wrapped := _MA_CH.fullmatch(word):
            words += ["ma" if wrapped["latin"] else "ما", wrapped["latin"] or wrapped["arabic"]]
        else:
            words.append(word)

    def _parted(self, word: str) -> tuple[str, ...]:
        """Return "201oui" as two words where the letters are a word; anything else as it is."""
        glued = None if word in self._known or word.isdecimal() else _GLUED.fullmatch(word)
        if glued is None:
            return (word,)
        letters, number = glued[2] or glued[3], glued[1] or glued[4]
        if letters not in self._known and letters not in self._spellings:
            return (word,)
        meant = self._spellings.get(letters, (letters,))
        return (number, *meant) if glued[1] else (*meant, number)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield (stretch of text, the mark after it): "?", another one, or none at the end."""
    start = 0
    for found in _MARK.finditer(text):
        yield text[start : found.start()], "?" if found["ask"] else ","
        start = found.end()
    yield text[start:], ""
