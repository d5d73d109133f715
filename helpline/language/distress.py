"""Words that bring a person at once, found in any text; the lists are distress.yaml.

The honest limit: lists see what is said outright, in the kinds of phrases they know. So an alarm
only puts a text first
in a person's queue; no alarm means nothing at all, and every free text still has to be read by a
person.
"""

from dataclasses import dataclass

from helpline.language.reader import Reader


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a text needs a person now.

    `kind` is a class of distress.yaml, `queue` 1 before 2, `phrase` the entry that was found, as
    written there.
    `need`: which need of the help flow it is, if it is one. `idiom`: a figure of speech stands in
    the text too; it is
    shown to a person and never takes back an alarm outside it.
    """

    kind: str
    queue: int
    phrase: str
    idiom: bool
    need: str = ""


class DistressWords:
    """Looks through texts for signs of distress with what `reader` knows."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def scan(self, text: str, language: str = "") -> Alarm | None:
        """Return the most serious alarm that `text` gives, or None, which never means that all is
        well."""
        taken = self._reader.take_apart(text, "menu", language)
        sign = taken.alarm()
        if sign is None:
            return None
        idiom = bool(taken.analysis.of("idiom"))
        return Alarm(sign.kind, sign.queue, sign.match.phrase.text, idiom, sign.need)
