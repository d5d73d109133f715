"""Checks of what people may answer: no word means two things or STOP, a consent can be given and
refused."""

from __future__ import annotations

from collections.abc import Iterator

from helpline.conversations.files.facts import CONDITIONS, FACTS, LISTS
from helpline.conversations.files.loaded import Loaded
from helpline.conversations.files.nodes import Source
from helpline.conversations.files.problems import nearest
from helpline.conversations.types import Ask, Choice, Flow, If
from helpline.language.answers import fold

# Twilio keeps these for itself on long numbers: the first ones sign the person out, the others it
# answers itself.
SIGN_OUT = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
)
ANSWERED = frozenset(("START", "UNSTOP", "YES", "INFO", "HELP"))
MAX_LABEL = 32
COMFORTABLE = 7

Place = tuple[str | int, ...]


def find_errors(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Note answers that cannot work."""
    for step in flow.steps.values():
        match step:
            case Ask():
                _distinct(loaded, step, source)
                _intents(loaded, step, source)
                _kept_words(loaded, step, source)
                _consent(loaded, step, source)
                _list(loaded, step, source)
            case If() if step.answer and step.answer not in _answers(loaded):
                line = source.line("steps", step.name, "if", "answer")
                text = (
                    f"Step `{step.name}` looks at the answer `{step.answer}`, which no question "
                    "saves."
                )
                loaded.report.error(
                    source.file,
                    line,
                    text + nearest(step.answer, _answers(loaded)),
                    "Save it, or correct the name.",
                )
            case _:
                pass


def find_warnings(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Note answers that work but may surprise."""
    for step in flow.steps.values():
        if isinstance(step, Ask):
            _reserved(loaded, step, source)
            _alarming(loaded, step, source)
            _long_labels(loaded, step, source)
            _many(loaded, step, source)
        if isinstance(step, If) and step.fact:
            known = FACTS | CONDITIONS
            if step.fact not in known:
                line = source.line("steps", step.name, "if", "fact")
                text = (
                    f"Step `{step.name}` looks at the fact `{step.fact}`, which is not a usual one."
                )
                loaded.report.warn(
                    source.file,
                    line,
                    text + nearest(step.fact, known),
                    f"Usual ones are {', '.join(sorted(known))}.",
                )


def known_intent(loaded: Loaded, source: Source, line: int, intent: str, what: str) -> None:
    """Note an intent that words.yaml does not have."""
    if intent not in loaded.book.words:
        loaded.report.error(
            source.file,
            line,
            f"{what} `{intent}`, which words.yaml does not "
            f"have.{nearest(intent, loaded.book.words)}",
            "Correct it, or add its words to words.yaml.",
        )


def _answers(loaded: Loaded) -> set[str]:
    return set(loaded.book.questions)


def said_words(ask: Ask) -> Iterator[tuple[Choice, str, str, Place]]:
    """Yield (choice, word, language, place in the file) for each label and accepted word."""
    for at, choice in enumerate(ask.choices):
        for language, label in choice.label.items():
            yield choice, label, language, ("steps", ask.name, "choices", at, "label", language)
        for language, words in choice.accept.items():
            for word in words:
                yield choice, word, language, ("steps", ask.name, "choices", at, "accept", language)


def _distinct(loaded: Loaded, ask: Ask, source: Source) -> None:
    seen: dict[tuple[str, str], Choice] = {}
    for at, choice in enumerate(ask.choices):
        for kind, value in (("id", choice.id), ("key", choice.key)):
            if seen.setdefault((kind, value), choice) is not choice:
                line = source.line("steps", ask.name, "choices", at, kind)
                text = f"In step `{ask.name}` the {kind} `{value}` stands twice."
                loaded.report.error(source.file, line, text, f"Give each choice its own {kind}.")
    owners = {fold(choice.key): choice for choice in ask.choices} | _owned_by_intents(loaded, ask)
    said: dict[str, Choice] = {}
    for choice, word, _, place in said_words(ask):
        folded = fold(word)
        other = said.setdefault(folded, choice)
        if other is choice:
            other = owners.get(folded, choice)
        if other is not choice and folded:
            text = f"In step `{ask.name}`, `{word}` means both `{other.id}` and `{choice.id}`."
            loaded.report.error(source.file, source.line(*place), text, "Keep it for one of them.")


def _owned_by_intents(loaded: Loaded, ask: Ask) -> dict[str, Choice]:
    return {
        word: choice
        for choice in ask.choices
        for intent in choice.intents
        for word in _words_of(loaded, intent)
    }


def _words_of(loaded: Loaded, intent: str) -> frozenset[str]:
    """Return the words of an intent in the spelling they are compared in."""
    found = loaded.folded.get(intent)
    if found is None:
        rows = loaded.book.words.get(intent, {}).values()
        found = loaded.folded[intent] = frozenset(fold(word) for words in rows for word in words)
    return found


def _intents(loaded: Loaded, ask: Ask, source: Source) -> None:
    first: dict[str, Choice] = {}
    for at, choice in enumerate(ask.choices):
        line = source.line("steps", ask.name, "choices", at, "accept_intent")
        for intent in choice.intents:
            known_intent(
                loaded, source, line, intent, f"Choice `{choice.id}` of step `{ask.name}` accepts"
            )
            if first.setdefault(intent, choice) is not choice:
                text = (
                    f"In step `{ask.name}` the intent `{intent}` means both `{first[intent].id}` "
                    f"and `{choice.id}`."
                )
                loaded.report.error(source.file, line, text, "Keep it for one of them.")


def _kept_words(loaded: Loaded, ask: Ask, source: Source) -> None:
    stop = _words_of(loaded, "stop")
    for choice, word, _, place in said_words(ask):
        accepted = "accept" in place
        if fold(word) in stop:
            text = (
                f"In step `{ask.name}`, `{word}` of choice `{choice.id}` is a word of STOP: it "
                "ends all texts instead."
            )
            loaded.report.error(source.file, source.line(*place), text, "Use another word.")
        elif accepted and word.upper() in SIGN_OUT:
            text = (
                f"In step `{ask.name}`, `{word}` of choice `{choice.id}` never arrives: Twilio "
                "signs the person out."
            )
            loaded.report.error(source.file, source.line(*place), text, "Use another word.")


def _reserved(loaded: Loaded, ask: Ask, source: Source) -> None:
    for choice, word, _, place in said_words(ask):
        upper = word.upper()
        accepted = "accept" in place
        if upper in SIGN_OUT and not accepted:
            text = f"In step `{ask.name}`, who types the label `{word}` is signed out by Twilio."
            loaded.report.warn(
                source.file, source.line(*place), text, "Choose a label that people may type."
            )
        elif upper in ANSWERED and accepted:
            text = (
                f"In step `{ask.name}`, `{word}` may be answered by Twilio itself; the key "
                f"{choice.key} always arrives."
            )
            loaded.report.warn(
                source.file,
                source.line(*place),
                text,
                "Switch Twilio's own answers off, or use another word.",
            )


def _long_labels(loaded: Loaded, ask: Ask, source: Source) -> None:
    for _, word, _, place in said_words(ask):
        if "label" in place and len(word) > MAX_LABEL:
            text = f"In step `{ask.name}` the label `{word}` has {len(word)} characters."
            loaded.report.warn(
                source.file, source.line(*place), text, f"Keep labels within {MAX_LABEL}."
            )


def _consent(loaded: Loaded, ask: Ask, source: Source) -> None:
    if not ask.consent:
        return
    meant = [intent for choice in ask.choices for intent in choice.intents]
    for wanted, done in (("yes", "given"), ("no", "refused")):
        if wanted not in meant:
            text = (
                f"The consent in step `{ask.name}` cannot be {done}: no choice has "
                f"`accept_intent: {wanted}`."
            )
            loaded.report.error(
                source.file, source.line("steps", ask.name, "consent"), text, "Add it to a choice."
            )


def _list(loaded: Loaded, ask: Ask, source: Source) -> None:
    if ask.choices_from and ask.choices_from not in LISTS:
        line = source.line("steps", ask.name, "choices_from")
        text = (
            f"Step `{ask.name}` offers the list `{ask.choices_from}`, which the gateway does not "
            "have."
        )
        loaded.report.error(source.file, line, text, f"Use {', '.join(sorted(LISTS))}.")


def _alarming(loaded: Loaded, ask: Ask, source: Source) -> None:
    alarming = set(_alarm_words(loaded))
    for choice, word, _, place in said_words(ask):
        if fold(word) in alarming:
            text = (
                f"In step `{ask.name}`, `{word}` of choice `{choice.id}` is a word of distress: a "
                "person is told first."
            )
            loaded.report.warn(
                source.file, source.line(*place), text, "Use another word, unless this is meant."
            )


def _alarm_words(loaded: Loaded) -> Iterator[str]:
    """Yield the folded words of the most serious classes of distress.yaml."""
    classes = loaded.book.distress.get("classes")
    for entry in classes.values() if isinstance(classes, dict) else ():
        if isinstance(entry, dict) and entry.get("queue") == "1":
            for words in entry.values():
                if isinstance(words, list):
                    yield from (fold(word.strip("=^*")) for word in words if isinstance(word, str))


def _many(loaded: Loaded, ask: Ask, source: Source) -> None:
    count = sum(choice.key != "0" for choice in ask.choices)
    if count > COMFORTABLE:
        line = source.line("steps", ask.name, "choices")
        text = f"Step `{ask.name}` offers {count} choices and perhaps a 0."
        loaded.report.warn(
            source.file, line, text, f"Up to {COMFORTABLE} are easily read; ask in two steps."
        )
