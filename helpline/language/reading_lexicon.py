"""The lexicon in service: what a text means whatever was asked is the reader's to say; the lines of
a menu are found as ever."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from helpline.language import digits
from helpline.language.compiling import Rows
from helpline.language.lexicon import Lexicon, Option, Reading, by_key_or_words
from helpline.language.reader import Reader
from helpline.language.reading import NO, Understood
from helpline.language.spoken_words import Rows as SpokenRows

_SERIOUS = ("help", "human", "notok", "soso")
_FRAGILE = frozenset({"ok", "help", "human", "notok", "soso"})
_OF_READINGS = {"person": "human", "distress": "help"}
_TAKES = frozenset({"yes", "take"})
_THUMBS = {"thumb_up": "ok", "thumb_down": "notok"}
_HELLO = frozenset({"ok", "soso"})


class ReadingLexicon(Lexicon):
    """A lexicon that asks `reader` wherever a mistake would cost somebody."""

    def __init__(self, words: Mapping[str, Rows], spoken: SpokenRows, reader: Reader) -> None:
        super().__init__(words, spoken)
        self._reader = reader

    def read(self, text: str) -> Reading:
        """Return what `text` says by itself, whatever was asked."""
        plain = super().read(text)
        if plain.digit is not None:
            return plain
        said = self._reader.read(text, "hello")
        return replace(plain, intent=_intent(plain, said), rest=_rest(plain, said))

    def intents_in(self, text: str) -> tuple[str, ...]:
        """Return every intent that `text` holds."""
        said = _said(self._reader.read(text, "hello"))
        return (*super().intents_in(text), *((said,) if said in _SERIOUS else ()))

    def choose(
        self,
        text: str,
        options: Sequence[Option],
        intents: Mapping[str, str] | None = None,
        language: str = "",
    ) -> str | None:
        """Return the id of the option `text` chooses; the answer to a hello is read as one."""
        wanted = intents or {}
        if not _HELLO.issubset(wanted) or self._is_key(text):
            return super().choose(text, options, wanted)
        said = self._reader.read(text, "hello", language)
        kind = _said(said)
        if kind in wanted and said.reading != "other":
            return wanted[kind]
        exactly = by_key_or_words(self.words_of(text), tuple(options))
        return exactly or (super().choose(text, options, wanted) if kind == "no" else None)

    def _is_key(self, text: str) -> bool:
        return bool(digits.whole(self._reader.take_apart(text, "hello")))

    def consent(self, text: str, language: str = "") -> str:
        """Return yes or no when the whole text says so, else ""."""
        said = self._reader.read(text, "consent", language).reading
        return said if said in ("yes", "no") else ""

    def is_clear_yes(self, text: str) -> bool:
        """Return whether the whole message says yes, and asks nothing."""
        return super().read(text).digit is None and self.consent(text) == "yes"

    def is_clear_no(self, text: str) -> bool:
        """Return whether the whole message says no, and asks nothing."""
        return super().read(text).digit is None and self.consent(text) == "no"

    def is_stop(self, text: str) -> bool:
        """Return whether the whole message asks for no more texts."""
        return self._reader.read(text, "menu").reading == "stop"

    def verb(self, text: str, verb: str, language: str = "") -> str:
        """Return what a helper's text says about a case: yes, take or no; digits stay."""
        if verb.startswith("digit"):
            return verb
        match self._reader.read(text, "volunteer", language).reading:
            case "take":
                return verb if verb in _TAKES else "yes"
            case "decline":
                return "no"
            case _:
                return ""

    def outcome(self, text: str, language: str = "") -> int:
        """Return from 1 to 5 what the owner of a case reports in words, or 0."""
        said = self._reader.read(text, "owner", language).reading
        return int(said[-1]) if said.startswith("outcome:") else 0


def _said(said: Understood) -> str:
    """Return the intent that decided a hello."""
    kind = said.why[0].kind if said.why else ""
    kind = _THUMBS.get(kind, kind)
    if kind in _FRAGILE or (kind == "no" and said.reading == "soso"):
        return "notok" if kind == "ok" and said.reading == "help" else kind
    return _OF_READINGS.get(said.reading, said.reading)


def _intent(plain: Reading, said: Understood) -> str:
    """Return the intent of a text: the reader's where one of its kinds is at stake."""
    kind = _said(said)
    if kind in ("help", "human") or (kind in _SERIOUS and plain.intent in {"", *_FRAGILE}):
        return kind
    if plain.intent in _FRAGILE:
        return "ok" if said.reading == "ok" else ""
    return plain.intent or ("ok" if said.reading == "ok" else "")


def _rest(plain: Reading, said: Understood) -> str:
    """Return the words for a person to read: none where the reader knows them all."""
    if said.reading != "ok":
        return plain.rest
    return "" if said.person == NO else plain.rest or plain.folded
