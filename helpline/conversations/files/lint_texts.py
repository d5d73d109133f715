"""Checks of the sentences: placeholders somebody fills, the same in each language, and what each
text costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from helpline.conversations.files import samples
from helpline.conversations.files.given import given_near
from helpline.conversations.files.loaded import Loaded
from helpline.conversations.files.nodes import Source
from helpline.conversations.files.problems import nearest
from helpline.conversations.state import ActResult, Frame, Speaker
from helpline.conversations.types import Ask, Flow, Say, Step, Texts, in_language
from helpline.conversations.walk import Walk
from helpline.language import screens
from helpline.language import segments as sms
from helpline.language.answers import Lexicon
from helpline.language.rendering import counted, fill, placeholders

MAX_SEGMENTS = 10
MAX_PAGES = 3
WORTH_MEASURING = 300  # below this many characters no text comes near ten segments
FOR_HELPERS = (
    *("ask_", "alarm_", "case_", "heard_", "outcome_", "digest_", "kind_", "to_read_", "notice_"),
    *("budget_", "many_strangers", "back_after_outage", "mail_"),
)
FOR_CONTACTS = ("ask_contact_",)
FLOWS_FOR_HELPERS = frozenset({"confirm_volunteer", "doubt", "deaf"})

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A sentence as somebody reads it, with long values, and what it costs."""

    name: str
    language: str
    text: str
    sent: str
    length: sms.Length
    place: Place
    allowed: int


def find_errors(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Note placeholders that nobody fills or that differ between languages, and texts nobody can
    send."""
    given = given_near(loaded.book, loaded.acts, flow)
    for what, texts, place in sentences(flow):
        _same_placeholders(loaded, source, what, texts, place)
        for language, text in texts.items():
            _known_words(loaded, source, what, text, source.line(*place, language))
            for name in placeholders(text):
                if name not in given:
                    line = source.line(*place, language)
                    problem = f"In {what}, nobody gives `{{{name}}}`.{nearest(name, given)}"
                    loaded.report.error(
                        source.file, line, problem, f"Use one of {', '.join(sorted(given))}."
                    )
    long = any(
        len(text) > WORTH_MEASURING for _, texts, _ in sentences(flow) for text in texts.values()
    )
    for measured in measure_flow(loaded, flow) if long else ():
        if measured.length.segments > MAX_SEGMENTS:
            _too_long(loaded, source, measured)


def find_warnings(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Note sentences that cost more than one segment, or more than a few USSD screens."""
    for measured in measure_flow(loaded, flow):
        _costs(loaded, source, measured)
    for language in loaded.languages:
        for name, step in flow.steps.items():
            if isinstance(step, Ask):
                count = len(ussd_pages(loaded, flow, name, language))
                if count > MAX_PAGES:
                    line = source.line("steps", name, "ask", language)
                    text = f"In step `{name}`, {language} takes {count} USSD screens."
                    loaded.report.warn(
                        source.file, line, text, "Add a shorter `ussd` sentence, or fewer choices."
                    )


def find_phrase_errors(loaded: Loaded) -> None:
    """Note phrases with a placeholder in one language that another does not have."""
    for name, source in loaded.phrases.items():
        texts = loaded.book.phrases[name]
        what = f"phrase `{name}`"
        _same_placeholders(loaded, source, what, texts, ("phrases", name))
        for language, text in texts.items():
            _known_words(loaded, source, what, text, source.line("phrases", name, language))


def find_phrase_warnings(loaded: Loaded) -> None:
    """Note phrases that cost more than their readers' share."""
    for name, source in loaded.phrases.items():
        for measured in measure_phrase(loaded, name):
            _costs(loaded, source, measured)


def sentences(flow: Flow) -> Iterator[tuple[str, Texts, Place]]:
    """Yield (what, sentence by language, place in the file) for everything a flow says, labels
    too."""
    for name, step in flow.steps.items():
        here = ("steps", name)
        if isinstance(step, Ask | Say):
            kind = "ask" if isinstance(step, Ask) else "say"
            yield f"step `{name}`", step.texts, (*here, kind)
            if step.ussd:
                yield f"`ussd` of step `{name}`", step.ussd, (*here, "ussd")
        if isinstance(step, Ask):
            if step.invalid:
                yield f"`invalid` of step `{name}`", step.invalid, (*here, "invalid")
            for at, choice in enumerate(step.choices):
                yield (
                    f"choice `{choice.id}` of step `{name}`",
                    choice.label,
                    (*here, "choices", at, "label"),
                )


def measure_flow(loaded: Loaded, flow: Flow) -> Iterator[Measured]:
    """Yield each sentence of `flow` as sent by SMS, filled with long values, menus with their
    lines."""
    for language in loaded.languages:
        for name, step in flow.steps.items():
            allowed = segments_allowed(flow, step)
            if isinstance(step, Ask):
                texts = questions(loaded, flow, name, language)
                yield _measured(name, language, texts, ("steps", name, "ask"), allowed)
                if step.invalid:
                    texts = _filled(loaded, step.invalid, language)
                    place = ("steps", name, "invalid")
                    yield _measured(f"{name} (invalid)", language, texts, place, allowed)
            elif isinstance(step, Say):
                texts = _filled(loaded, step.texts, language)
                yield _measured(name, language, texts, ("steps", name, "say"), allowed)


def segments_allowed(flow: Flow, step: Step) -> int:
    """Return how many segments a step may take: helpers read two, and whoever is asked for a
    consent must read all it is for and how to end it."""
    consents = isinstance(step, Ask) and bool(step.consent)
    return 2 if consents or flow.name in FLOWS_FOR_HELPERS else 1


def measure_phrase(loaded: Loaded, name: str) -> Iterator[Measured]:
    """Yield a phrase in each language, filled with long values."""
    helpers = name.startswith(FOR_HELPERS) and not name.startswith(FOR_CONTACTS)
    for language in loaded.languages:
        texts = _filled(loaded, loaded.book.phrases[name], language)
        yield _measured(name, language, texts, ("phrases", name), 2 if helpers else 1)


def questions(
    loaded: Loaded, flow: Flow, step: str, language: str, channel: str = "sms"
) -> Iterator[str]:
    """Yield a question with its menu lines as somebody reads it, filled with long values, once for
    each kind of name."""
    for values in samples.values(language, loaded.book):
        speaker = Speaker(
            language=language,
            channel=channel,
            facts=values,
            lists={"zones": samples.zones(language)},
            today=samples.TODAY,
            lexicon=Lexicon({}),
        )
        book = replace(loaded.book, flows={flow.name: flow})
        walk = Walk(book, speaker, lambda action, answers: ActResult(""))
        walk.frames.append(Frame(flow.name, flow.hash, step))
        yield walk.question().text


def ussd_pages(loaded: Loaded, flow: Flow, step: str, language: str) -> tuple[str, ...]:
    """Return the USSD screens of a question, with the name that takes most."""
    phrases = loaded.book.phrases
    more = f"98 {phrases.say('ussd_more', language) or 'Suite'}"
    back = f"00 {phrases.say('ussd_back', language) or 'Retour'}"
    asked = questions(loaded, flow, step, language, "ussd")
    return max((screens.pages(text, more=more, back=back) for text in asked), key=len)


def _filled(loaded: Loaded, texts: Texts, language: str) -> Iterator[str]:
    sentence, count = in_language(texts, language), loaded.book.phrases.counter(language)
    for values in samples.values(language, loaded.book):
        known = defaultdict(lambda: samples.MISSING, values)
        yield fill(sentence, known.__getitem__, count)


def _measured(
    name: str, language: str, texts: Iterable[str], place: Place, allowed: int
) -> Measured:
    """Return the dearest of `texts`: the same sentence with different names."""
    both = ((text, sms.fit_gsm(text)) for text in texts)
    text, sent = max(both, key=lambda each: (sms.segments(each[1]), sms.units(each[1])[1]))
    return Measured(name, language, text, sent, sms.measure(sent), (*place, language), allowed)


def _costs(loaded: Loaded, source: Source, measured: Measured) -> None:
    line, segments = source.line(*measured.place), measured.length.segments
    letters = _written(measured)
    if measured.sent != measured.text and letters:
        guilty = " ".join(letters)
        text = (
            f"In `{measured.name}`, {measured.language}: {guilty} would make "
            f"{sms.segments(measured.text)} segments."
        )
        loaded.report.warn(
            source.file,
            line,
            text,
            f"Write it with plain letters; it is sent so: {measured.sent!r}.",
        )
    if segments > measured.allowed:
        guilty = " ".join(measured.length.guilty[:8])
        why = f" ({guilty} forces UCS-2)" if guilty and measured.language != "ary" else ""
        text = (
            f"In `{measured.name}`, {measured.language}: {segments} segments with long values,"
            f" {measured.length.units} {measured.length.encoding} characters{why}."
        )
        room = sms.GSM_SINGLE if measured.length.encoding == "GSM-7" else sms.UCS_SINGLE
        loaded.report.warn(source.file, line, text, f"Shorten it; one segment holds {room}.")


def _written(measured: Measured) -> list[str]:
    """Return the dear letters of a sentence itself: those of a name are nobody's fault."""
    named = set("".join(samples.NAMES))
    return [letter for letter in sms.measure(measured.text).guilty if letter not in named]


def _too_long(loaded: Loaded, source: Source, measured: Measured) -> None:
    text = f"In `{measured.name}`, {measured.language}: {measured.length.segments} segments."
    line = source.line(*measured.place)
    loaded.report.error(
        source.file, line, text, f"No text may have more than {MAX_SEGMENTS}: say it in two steps."
    )


def _known_words(loaded: Loaded, source: Source, what: str, text: str, line: int) -> None:
    words = loaded.book.phrases.counting.words
    for word in counted(text):
        if word not in words:
            problem = f"In {what}, something is counted in `{word}`, which is not there."
            remedy = f"Correct it, or add `{word}` to counted.yaml."
            loaded.report.error(source.file, line, problem + nearest(word, words), remedy)


def _same_placeholders(
    loaded: Loaded, source: Source, what: str, texts: Texts, place: Place
) -> None:
    """An extra placeholder is an error; one left out may be meant, where letters are dear: a
    warning."""
    if len(texts) < 2:
        return
    first, *others = texts
    wanted = placeholders(texts[first])
    for language in others:
        found = placeholders(texts[language])
        line = source.line(*place, language)
        for name in found:
            if name not in wanted:
                text = f"In {what}, `{{{name}}}` is in {language} but not in {first}."
                loaded.report.error(source.file, line, text, "Say the same in each language.")
        for name in wanted:
            if name not in found:
                text = f"In {what}, `{{{name}}}` is in {first} but not in {language}."
                loaded.report.warn(
                    source.file, line, text, "Say the same in each language, if there is room."
                )
