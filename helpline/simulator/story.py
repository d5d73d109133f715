"""The story of two days in the demo town, played over HTTP. Every line is checked against what the
phones got."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage

from helpline.base.calendar import local
from helpline.language.segments import segments
from helpline.simulator.carrier_texts import CarrierText
from helpline.simulator.demo import CAST, EMAIL, ZONE, DemoTown
from helpline.simulator.narration import Bubble, Teller

NUMBERS = {person.name: person.number for person in CAST}
NAMES = {person.number: person.name for person in CAST}
ASKED = ("Lucie", "Amina", "Bruno", "Samir")
YES = {"fr": "OUI", "en": "YES"}
OWN_LANGUAGE = {"fr": "1", "en": "4"}  # the digits of the first text of all


class NotAsTold(Exception):
    """A line of the story did not happen: `line` is the line, `instead` what happened."""

    def __init__(self, line: str, instead: str) -> None:
        super().__init__(line)
        self.line, self.instead = line, instead


class Story:
    """Three acts. The phone of `without` stays off, to rehearse what a story that fails looks
    like."""

    def __init__(self, town: DemoTown, teller: Teller, without: str = "") -> None:
        self._town, self._teller, self._without = town, teller, without
        self._line = ""
        self._shown = 0
        self._unread: dict[str, list[CarrierText]] = {name: [] for name in NUMBERS}

    def play(self) -> NotAsTold | None:
        """Play all acts; return the line that did not happen, None when all came out as told."""
        acts: tuple[Callable[[], None], ...] = (
            self.fatima_asks,
            self.rene_is_silent,
            self.claire_reads,
        )
        for number, act in enumerate(acts, start=1):
            self._teller.chapter(f"act_{number}")
            try:
                act()
            except NotAsTold as failure:
                return failure
            self._teller.good(self._teller.say(f"act_{number}_done"))
        return None

    # --- act 1 ------------------------------------------------------------------------------------

    def fatima_asks(self) -> None:
        """Fatima asks for medicine; Amina goes, and closes it."""
        self._tell("fatima_begins")
        self._texts("Fatima", "AIDE")
        self._gets("Fatima", "1 ", "2 ")
        self._tell("fatima_answers")
        self._texts("Fatima", "2", "1", "1")
        self._tell("volunteers_asked")
        self._texts("Fatima", "1")
        ref = self._number_in(self._last("Fatima"))
        for name in ("Amina", "Bruno", "Claire"):
            self._gets(name, "Fatima", ref)
        self._tell("amina_says_yes")
        self._texts("Amina", "OUI")
        self._gets("Amina", NUMBERS["Fatima"])
        self._gets("Fatima", "Amina")
        for name in ("Bruno", "Claire"):
            self._gets(name, "Amina")
        self._until(0, "11:15")
        self._tell("amina_closes", ref=ref)
        self._texts("Amina", "1")
        self._gets("Amina", ref)
        self._gets("Fatima", ref)

    # --- act 2 ------------------------------------------------------------------------------------

    def rene_is_silent(self) -> None:
        """René signs up, does not answer one morning, is asked after, and answers late."""
        self._sign_up()
        self._morning()
        ref = self._alarm()
        self._late_answer(ref)

    def _sign_up(self) -> None:
        self._until(0, "14:00")
        self._tell("rene_begins")
        self._texts("René", "Bonjour")
        self._gets("René", "1 ", "4 ")
        self._texts("René", OWN_LANGUAGE[self._town.language])
        self._tell("rene_answers")
        self._texts("René", "2", "1", "2", "06 39 98 00 12", "1", "René")
        self._tell("rene_agrees")
        self._texts("René", "1")
        self._said("René", "René", "09:00")
        self._gets("Lucie", "René")
        self._texts("Lucie", YES[self._town.language])
        self._gets("Lucie", "René")

    def _morning(self) -> None:
        self._tell("next_morning")
        self._clear()
        self._until(1, "09:00")
        self._gets("René", "René", "1 ")
        self._until(1, "09:31")
        self._gets("Khadija", "1 ")
        self._tell("khadija_answers")
        self._texts("Khadija", "لاباس")
        self._gets("Khadija", "")
        self._tell("rene_reminded")
        self._until(1, "10:02")
        self._gets("René", "René")
        self._gets("Fatima", "1 ")
        self._texts("Fatima", "1")
        self._tell("rene_last_word")
        self._until(1, "11:02")
        self._gets("René", "11:30")

    def _alarm(self) -> str:
        self._tell("lucie_asked")
        self._until(1, "11:32")
        ref = self._number_in(self._gets("Lucie", "René"))
        self._tell("lucie_silent", ref=ref)
        self._until(1, "12:02")
        for name in ("Amina", "Bruno", "Samir"):
            self._gets(name, "René", ref)
        self._tell("amina_says_no")
        self._texts("Amina", "NON")
        self._tell("bruno_says_yes")
        self._texts("Bruno", f"{ref} {YES[self._town.language]}")
        self._gets("Bruno", NUMBERS["René"])
        self._gets("Lucie", "Bruno")
        return ref

    def _late_answer(self, ref: str) -> None:
        self._until(1, "12:12")
        self._clear()
        self._tell("rene_answers_late", ref=ref)
        self._texts("René", "1")
        self._gets("René", "René")
        for name in ASKED:
            self._gets(name, "René", ref)
        self._until(1, "17:45")
        for name in ASKED:
            self._gets_nothing_more(name)

    # --- act 3 ------------------------------------------------------------------------------------

    def claire_reads(self) -> None:
        """Claire gets the day, as one text and as an e-mail."""
        self._clear()
        self._tell("claire_reads")
        before = len(self._town.postbox.letters_to(EMAIL))
        self._until(1, "18:00")
        text = self._gets("Claire", "3")
        if segments(text) != 1:
            raise self._not_as_told("too_long", name="Claire", n=segments(text))
        self._tell("claire_mail")
        letter = self._town.postbox.wait_for(EMAIL, after=before)
        plain = letter.get_body(("plain",)) if letter is not None else None
        if letter is None or plain is None or letter.get_body(("html",)) is None:
            raise self._not_as_told("no_mail")
        assert isinstance(plain, EmailMessage)
        self._teller.letter(
            str(letter["Subject"]), str(letter["From"]), str(letter["To"]), plain.get_content()
        )

    # --- telling, doing and checking --------------------------------------------------------------

    def _tell(self, key: str, **facts: object) -> None:
        self._line = self._teller.tell(key, **facts)

    def _texts(self, name: str, *bodies: str) -> None:
        """Send texts from somebody's phone, one after the other, each answered before the next."""
        for body in bodies:
            if name.casefold() == self._without.casefold():
                self._teller.plain(self._teller.say("phone_off", name=name))
                return
            status = self._town.carrier.text(NUMBERS[name], body)
            if status != 200:
                raise self._not_as_told("not_taken", name=name, body=body, status=status)
            self._town.passing.settle()
            self._show_news()

    def _until(self, days: int, at: str) -> None:
        self._town.passing.pass_until(self._town.moment(days, at))
        self._show_news()

    def _show_news(self) -> None:
        """Print what went over the network since the last look."""
        texts = self._town.carrier.texts.all()[self._shown :]
        self._shown += len(texts)
        for text in texts:
            phone = text.sender if text.by_people else text.receiver
            name = NAMES.get(phone, phone)
            self._teller.bubble(
                Bubble(name, self._teller.moment(local(text.at, ZONE)), text.body, text.by_people)
            )
            if not text.by_people and name in self._unread:
                self._unread[name].append(text)

    def _gets(self, name: str, *pieces: str) -> str:
        """Return the first unread text of somebody that holds all pieces; it counts as read, with
        those before it."""
        unread = self._unread[name]
        for place, text in enumerate(unread):
            if all(piece.casefold() in text.body.casefold() for piece in pieces):
                del unread[: place + 1]
                return text.body
        raise self._not_as_told(
            "got_instead", name=name, pieces=", ".join(pieces), texts=self._quoted(name)
        )

    def _said(self, name: str, *pieces: str) -> None:
        """Check somebody's newest text; older ones count as read."""
        del self._unread[name][:-1]
        self._gets(name, *pieces)

    def _last(self, name: str) -> str:
        self._said(name, "")
        newest = self._town.carrier.texts_to(NUMBERS[name])[-1]
        return newest.body

    def _gets_nothing_more(self, name: str) -> None:
        if self._unread[name]:
            raise self._not_as_told("too_much", name=name, texts=self._quoted(name))

    def _number_in(self, body: str) -> str:
        """Return the number of the case a text speaks of: the first number in it."""
        found = re.search(r"\d+", body)
        if found is None:
            raise self._not_as_told("no_number", body=body)
        return found[0]

    def _clear(self) -> None:
        for unread in self._unread.values():
            unread.clear()

    def _quoted(self, name: str) -> str:
        return " | ".join(
            " ".join(text.body.split()) for text in self._unread[name]
        ) or self._teller.say("nothing")

    def _not_as_told(self, key: str, **facts: object) -> NotAsTold:
        return NotAsTold(self._line, self._teller.say(key, **facts))
