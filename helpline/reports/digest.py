"""The day's summary: one text and one e-mail for each coordinator, every day at a set time, quiet
days too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpline.base.calendar import local_date, moment_on
from helpline.conversations.types import in_language
from helpline.messaging.outbox import Mail, Message, queue, queue_mail
from helpline.people.rows import COORDINATORS, CoordinatorRow
from helpline.reports import day as today
from helpline.reports.summary import Day, OpenCase, Sentences, sms_text, with_cases
from helpline.reports.words import Words
from helpline.town.town import Town
from helpline.town.tx import Tx

if TYPE_CHECKING:
    from jinja2 import Environment

LATIN = {"ary": "ary-Latn"}  # one segment of Arabic letters holds 70: too few for a day
DAY_LETTERS = {"fr": "j", "en": "d"}


def send_due(tx: Tx) -> int:
    """Queue the summary of the latest date whose time has come, unless it was sent. Return how many
    letters left.

    After days of downtime only the latest one leaves. A new service sends its first one at the
    first set time.
    """
    day = due_date(tx)
    if not day or not tx.run("add_digest", local_date=day, now=tx.now):
        return 0
    # sent late, after an outage: what is open is told as of now
    facts = with_cases(today.read_day(tx, day), today.open_cases(tx, tx.now + 1))
    return sum(_send_to(tx, facts, coordinator) for coordinator in tx.all(COORDINATORS))


def next_at(tx: Tx) -> int:
    """Return the moment at which the next summary is due."""
    at, zone = tx.town.settings.digest.at, tx.town.zone_name
    today_ = date.fromisoformat(local_date(tx.now, zone))
    moment = moment_on(today_, at, zone)
    if moment > tx.now or tx.one("digest_of", local_date=today_.isoformat()) is None:
        return moment
    return moment_on(today_ + timedelta(days=1), at, zone)


def due_date(tx: Tx) -> str:
    """Return the date whose summary should leave now, "" when none should."""
    at, zone = tx.town.settings.digest.at, tx.town.zone_name
    day = local_date(tx.now, zone)
    if tx.now < moment_on(date.fromisoformat(day), at, zone):
        day = today.span_of(day, zone, -1).date
        if tx.one("any_digest") is None:
            return ""
    return "" if tx.one("digest_of", local_date=day) else day


def _send_to(tx: Tx, day: Day, coordinator: CoordinatorRow) -> int:
    sent = 0
    person = coordinator["person_id"]
    if coordinator["stopped_at"] is None:
        message = Message(
            idempotency_key=f"digest:{day.date}:{person}",
            purpose="digest",
            person_id=person,
            receiver=coordinator["phone"],
            name="digest",
            body=text_of(tx.town, day, coordinator["language"]),
        )
        sent += bool(queue(tx, message))
    if coordinator["email"] and tx.town.settings.can_mail:
        content = mail_of(tx.town, day, coordinator["language"], tx.now)
        key = f"digest:{day.date}:{person}:mail"
        mail = Mail(key, "digest_mail", person, coordinator["email"], "digest", **content)
        sent += bool(queue_mail(tx, mail))
    return sent


def digest_text(tx: Tx, language: str | None) -> str:
    """Return today so far as one text of one segment: the answer to BILAN."""
    return text_of(tx.town, today.read_day(tx, local_date(tx.now, tx.town.zone_name)), language)


def text_of(town: Town, day: Day, language: str | None) -> str:
    """Return a day as one text of one GSM-7 segment, in a language the town speaks, in Latin
    letters."""
    spoken = town.language_of(LATIN.get(language or "", language))
    raw = {
        name: in_language(town.book.phrases.get(f"digest_{name}", {}), spoken)
        for name in ("overdue", "sms", "quiet")
    }
    letter, count = DAY_LETTERS.get(spoken, "j"), town.book.phrases.counter(spoken)
    sentences = Sentences(raw["overdue"], raw["sms"], raw["quiet"], letter, count)
    return sms_text(_called(town, day, spoken), sentences, town.standing_facts)


def _called(town: Town, day: Day, language: str) -> Day:
    """Return a day whose people are named in the letters of `language`."""
    named = (
        replace(case, name=town.called(language, case.name, case.other_name))
        for case in day.open_cases
    )
    return replace(day, open_cases=tuple(named))


def mail_of(town: Town, day: Day, language: str | None, now: int) -> Mapping[str, str]:
    """Return the day's e-mail as subject, text and html, in French or English. No phone number
    stands in it."""
    words = Words("en" if language == "en" else "fr", town.zone_name)
    service = town.settings.service
    facts = {
        "day": day,
        "t": words,
        "service": service.name,
        "subject": subject_of(day, words, service.name),
        "address": f"{service.public_url.rstrip('/')}/desk/today" if service.public_url else "",
        "now": now,
        "figures": figures_of(day, words),
        "facts": facts_of(day, words),
        "line": lambda case: _line(case, words, now),
    }
    return {
        "subject": str(facts["subject"]),
        "text": letters().get_template("digest_mail.txt").render(facts).strip() + "\n",
        "html": letters().get_template("digest_mail.html").render(facts),
    }


def figures_of(day: Day, words: Words) -> list[tuple[str, int]]:
    """Return what became of the hellos, as (what, how many), without the zeros."""
    names = (
        "ok_first",
        "ok_reminded",
        "soso",
        "help",
        "other",
        "silent",
        "waiting",
        "could_not_be_asked",
    )
    asked = [(words.count("asked", day.asked), day.asked)]
    return [
        each
        for each in asked + [(words(f"bar_{name}"), getattr(day, name)) for name in names]
        if each[1]
    ]


def facts_of(day: Day, words: Words) -> list[str]:
    """Return what else a coordinator should know of the day, a sentence each."""
    facts = [
        words("opened_closed", opened=day.opened, closed=day.closed),
        _fact(words, "texts_heading", day.unread) if day.unread else words("no_texts"),
        _fact(
            words, "duty_heading", f"{day.on_duty} {words('on_duty_of', volunteers=day.volunteers)}"
        ),
    ]
    for each in day.not_told:
        facts.append(
            words(f"was_{each.kind}", name=each.name or words("nameless"), number=each.number)
        )
    if day.holes and day.volunteers:
        zones = (
            words.count("hole", hole.residents, zone=hole.zone or words("zoneless"))
            for hole in day.holes
        )
        facts.append(_fact(words, "holes_heading", ", ".join(zones)))
    if day.undelivered:
        facts.append(_fact(words, "numbers_heading", day.undelivered))
    facts += [words.count(key, number) for key, number in _counted(day) if number]
    facts += [words.count("residents", day.residents), words.count("segments", day.segments)]
    return [*facts, words.money(day)] if day.budget else facts


def _fact(words: Words, what: str, fact: object) -> str:
    return words("mail_fact", what=words(what), fact=fact)


def _counted(day: Day) -> tuple[tuple[str, int], ...]:
    half_way = ("half_way", len(day.half_way))
    return (half_way, ("stops", day.stops), ("back_tomorrow", day.back_tomorrow))


def _line(case: OpenCase, words: Words, now: int) -> str:
    """Return a case on one line of plain text."""
    who = ", ".join(filter(None, (f"{case.number} {case.name or words('nameless')}", case.zone)))
    kind = words.either(f"kind_{case.kind}", case.kind)
    since = words("since", time=words.when(case.opened_at, now), lasted=words.lasted(case.age))
    owner = words("has_it", name=case.owner) if case.owner else words("nobody_has_it")
    return f"- {who}, {kind}, {since}. {owner}."


def subject_of(day: Day, words: Words, service: str) -> str:
    """Return the subject line: what is overdue first."""
    if day.overdue:
        what = words.count("overdue_cases", len(day.overdue))
    elif day.open_cases:
        what = words.count("open_cases", len(day.open_cases))
    else:
        what = words("all_quiet")
    return " ".join(
        words("mail_fact", what=f"{service}, {words.long_date(day.date)}", fact=what).split()
    )


@cache
def letters() -> Environment:
    """Return the templates of the e-mail; whatever a person wrote is inert in its HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
