"""A small town's flows and a phone to walk through them; the conversation is stored as text between
turns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from helpline.conversations.files.flow_reader import parse_flow
from helpline.conversations.files.nodes import parse
from helpline.conversations.files.problems import Report
from helpline.conversations.files.reader import Reader
from helpline.conversations.files.shelf import Shelf, read_spoken
from helpline.conversations.turns import ActResult, Speaker, Turn, advance, begin, from_json
from helpline.conversations.types import Book, Phrasebook
from helpline.language.answers import Lexicon


def shipped_spoken() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The words of hours, dates and counts as they are read in service."""
    report, shelf = Report(), Shelf()
    text = (Path(__file__).parents[2] / "flows/spoken.yaml").read_text("utf-8")
    source = parse(text, "flows/spoken.yaml", report)
    assert source is not None
    read_spoken(Reader("flows/spoken.yaml", report), source, shelf)
    assert report.problems == []
    return shelf.spoken


SPOKEN = shipped_spoken()

WORDS = {
    "yes": {"fr": ("oui",), "ary": ("نعم",)},
    "no": {"fr": ("non",)},
    "menu": {"fr": ("menu",)},
    "help": {"fr": ("aide",)},
    "human": {"fr": ("quelqu'un",)},
    "back": {"fr": ("retour",)},
    "more": {"fr": ("encore",)},
    "hospital": {"fr": ("hôpital",)},
}
MENU = """
flow: menu
opens_on: menu
start: choose
steps:
  choose:
    ask: {fr: "Bonjour {name}. Que voulez-vous?", ary: "شنو بغيتو {name}؟"}
    ussd: {fr: "Choix?"}
    choices:
      - {id: help, key: 1, label: {fr: "De l'aide", ary: "مساعدة"}, accept_intent: help, go: help}
      - {id: sign_up, key: 2, label: {fr: "Un bonjour", ary: "سلام"}, go: sign_up}
  help: {run: help, go: choose}
  sign_up: {run: sign_up}
"""
PERSON = """
flow: person
start: call
steps:
  call: {do: call_person, then: {called: called, known: called}}
  called: {say: {fr: "Une personne vous appelle."}, end: true}
"""
HELP = """
flow: help
opens_on: help
start: need
steps:
  need:
    ask: {fr: "Quelle aide?", ary: "شنو خاصك؟"}
    choices:
      - {id: food, key: 1, label: {fr: "Manger", ary: "ماكلة"}, accept: {fr: [faim]}, go: place}
      - {id: other, key: 7, label: {fr: "Autre", ary: "حاجة خرى"}, go: place}
    save: need
  place:
    ask: {fr: "Où?", ary: "فين؟"}
    choices_from: zones
    min: 2
    max: 20
    invalid: {fr: "Un lieu, en deux mots.", ary: "كتبو البلاصة"}
    save: place
    go: confirm
  confirm:
    ask: {fr: "{need}, {place}?", ary: "{need}، {place}؟"}
    choices:
      - {id: send, key: 1, label: {fr: "Oui", ary: "نعم"}, accept_intent: yes, go: send}
      - {id: change, key: 2, label: {fr: "Changer", ary: "نبدل"}, go: need}
  send: {do: open_request, then: {opened: receipt, known: known}}
  receipt: {say: {fr: "Demande {ref} notée.", ary: "وصل {ref}"}, receipt: true, end: true}
  known: {say: {fr: "Déjà notée.", ary: "كاين"}, end: true}
"""
SIGN_UP = """
flow: sign_up
start: offer
steps:
  offer:
    ask: {fr: "On garde votre prénom. D'accord?"}
    consent: check_ins
    choices:
      - {id: yes, key: 1, label: {fr: "Oui"}, accept_intent: yes, go: hour}
      - {id: no, key: 2, label: {fr: "Non"}, accept_intent: no, go: declined}
  hour:
    ask: {fr: "A quelle heure?"}
    expect: time
    save: hour
    go: contact
  contact:
    ask: {fr: "Qui prévenir?"}
    choices: [{id: none, key: 1, value: "", label: {fr: "Personne"}, go: until}]
    expect: phone
    save: contact
    go: until
  until: {ask: {fr: "Jusqu'à quand?"}, expect: date, save: until, go: count}
  count: {ask: {fr: "Combien?"}, expect: number, min: 2, max: 9, save: count, go: sure}
  sure: {ask: {fr: "Sûr?"}, expect: yes_no, save: sure, go: enrol}
  enrol: {do: sign_up, then: {active: done, refused: declined}}
  done: {say: {fr: "A demain, {hour}."}, end: true}
  declined: {say: {fr: "D'accord."}, end: true}
"""


def book_of(*sources: str) -> Book:
    flows = {flow.name: flow for flow in (parse_flow(source, "test.yaml") for source in sources)}
    phrases = Phrasebook({"not_understood": {"fr": "Pardon?", "ary": "سمحو ليا"}})
    return Book(flows, phrases, {}, WORDS, SPOKEN, {}, {})


BOOK = book_of(MENU, PERSON, HELP, SIGN_UP)
ZONES = {"zones": (("z1", "Gratte-Ciel"), ("z2", "Croix-Rousse"))}
RENE = Speaker("fr", "sms", {"name": "René"}, ZONES, date(2026, 11, 22), Lexicon(WORDS, SPOKEN))


class Gateway:
    """Does what it is asked, with results given beforehand, and remembers it."""

    def __init__(self, **results: str) -> None:
        self.done: list[tuple[str, dict[str, str]]] = []
        self.results = {
            "open_request": "opened",
            "call_person": "called",
            "sign_up": "active",
            **results,
        }
        self.facts: dict[str, str] = {"ref": "42"}

    def __call__(self, action: str, answers: Mapping[str, str]) -> ActResult:
        self.done.append((action, dict(answers)))
        return ActResult(self.results.get(action, "done"), self.facts)


class Phone:
    """One person at a phone; the conversation is stored as text between turns."""

    def __init__(self, book: Book = BOOK, speaker: Speaker = RENE, **results: str) -> None:
        self.book, self.speaker, self.gateway = book, speaker, Gateway(**results)
        self.turn = Turn(None, ())

    def opens(self, flow: str) -> Phone:
        return self._keep(begin(self.book, flow, self.speaker, self.gateway))

    def texts(self, text: str) -> Phone:
        assert self.turn.conversation is not None
        stored = from_json(self.turn.conversation.to_json())
        assert stored == self.turn.conversation
        return self._keep(advance(self.book, stored, text, self.speaker, self.gateway))

    def _keep(self, turn: Turn) -> Phone:
        self.turn = turn
        return self

    @property
    def read(self) -> list[str]:
        return [said.text for said in self.turn.said]

    @property
    def asked(self) -> str:
        return self.turn.said[-1].name.split("+")[-1]
