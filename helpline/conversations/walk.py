"""From one question to the next: the steps between them, the sentences on the way, and the
bounds."""

from __future__ import annotations

from dataclasses import replace

from helpline.conversations.reading import Taken, listed
from helpline.conversations.state import (
    MAX_TRAIL,
    Conversation,
    Frame,
    Perform,
    Said,
    Speaker,
    Turn,
)
from helpline.conversations.types import (
    Ask,
    Book,
    Do,
    End,
    Flow,
    If,
    Run,
    Say,
    Step,
    Texts,
    in_language,
)
from helpline.language import segments
from helpline.language.rendering import fill

MAX_STEPS, MAX_TEXTS, MAX_DEPTH = 100, 5, 8


def here(book: Book, conversation: Conversation) -> tuple[Flow, Ask] | None:
    """Return the open question in its own version of its flow, or None when it can no longer be
    found."""
    if not conversation.frames:
        return None
    frame = conversation.frames[-1]
    flow = book.flow_by_hash(frame.hash)
    step = flow.steps.get(frame.step) if flow else None
    return (flow, step) if flow is not None and isinstance(step, Ask) else None


class Walk:
    """One turn in the making. It starts empty, or from a conversation (`take_up`), and ends with
    `turn`."""

    def __init__(self, book: Book, speaker: Speaker, act: Perform) -> None:
        self.book, self.speaker, self.act = book, speaker, act
        self.frames: list[Frame] = []
        self.answers: dict[str, str] = {}
        self.facts: dict[str, str] = {}
        self.trail: list[tuple[int, str]] = []
        self.misses = 0
        self.said: list[Said] = []
        self.understood, self.handed_over = True, False
        self.consent: tuple[str, bool, str] | None = None
        self.opened: str | None = None
        self.stopped = ""
        self._left = MAX_STEPS

    def take_up(self, conversation: Conversation) -> None:
        """Start from where `conversation` stands."""
        self.frames = list(conversation.frames)
        self.answers, self.facts = dict(conversation.answers), dict(conversation.facts)
        self.trail, self.misses = list(conversation.trail), conversation.misses

    def turn(self) -> Turn:
        """Return what was said and where the conversation now stands."""
        conversation = None
        if self.frames:
            conversation = Conversation(
                tuple(self.frames),
                self.answers,
                self.facts,
                self.misses,
                tuple(self.trail[-MAX_TRAIL:]),
            )
        return Turn(
            conversation,
            tuple(_joined(self.said)),
            self.understood,
            self.handed_over,
            self.consent,
            self.opened,
            self.stopped,
        )

    def enter(self, name: str, step: str = "") -> None:
        """Start the flow `name`, or its `step`, on top of what is open; walk to its first question
        or its end."""
        self.misses = 0
        self._push(name)
        if step and self.frames:
            self._to(step)
        self._walk()

    def answered(self, ask: Ask, taken: Taken) -> None:
        """Keep an answer and walk on from it."""
        if ask.save:
            self.answers[ask.save] = taken.value
            self.facts.pop(ask.save, None)
        self.trail.append((len(self.frames), ask.name))
        self._to(taken.go)
        self._walk()

    def step_back(self) -> bool:
        """Go to the question before; return whether there was one in this flow."""
        while self.trail:
            depth, step = self.trail.pop()
            if depth == len(self.frames):
                self._to(step)
                return True
        return False

    def ask_again(self) -> None:
        """Say the open question, or the menu's when that one can no longer be found."""
        if here(self.book, Conversation(tuple(self.frames))) is not None:
            self.said.append(self.question())
        else:
            self._stop("the open question is not there any more")

    def question(self) -> Said:
        """Return the open question with its menu lines, in the speaker's language and for their
        channel."""
        flow, ask = self._flow(), self._step()
        assert isinstance(ask, Ask)
        lines = in_language(flow.menus[ask.name].lines, self.speaker.language)
        text = self._sentence(ask.texts, ask.ussd)
        if lines and "{" in lines:
            lines = self._filled(lines)
        from_list = "\n".join(f"{key} {label}" for key, _, label in listed(ask, self.speaker))
        whole = "\n".join(part for part in (text, from_list, lines) if part)
        return Said(f"{flow.name}.{ask.name}", whole, asks=True, consent=ask.consent)

    def say_not_understood(self, ask: Ask) -> None:
        """Say that the answer could not be read, in the question's own words when it has some."""
        texts = ask.invalid or self.book.phrases.get("not_understood", {})
        text = self._filled(in_language(texts, self.speaker.language))
        if (
            self.speaker.channel == "ussd" or not text
        ):  # the screen before is gone: show the question again
            again = self.question()
            text = f"{text}\n{again.text}" if text else again.text
        self.said.append(Said("not_understood", text, asks=True))

    def _walk(self) -> None:
        while self.frames and not self.stopped:
            self._left -= 1
            if self._left < 0:
                self._stop(f"more than {MAX_STEPS} steps in one turn, at {self._name()}")
            elif self._visit():
                return

    def _visit(self) -> bool:  # noqa: C901
        """Do the step we stand on; return whether to wait there for an answer."""
        step = self._step()
        if isinstance(step, Ask | Say) and len(self.said) >= MAX_TEXTS:
            self._stop(f"more than {MAX_TEXTS} texts in one turn, at {self._name()}")
            return False
        match step:
            case Ask():
                self.said.append(self.question())
                return True
            case Say(texts=texts, ussd=ussd, receipt=receipt, go=go):
                self.said.append(Said(self._name(), self._sentence(texts, ussd), receipt))
                self._to(go)
            case Do() as step:
                self._do(step)
            case If() as step:
                self._to(step.go if self._holds(step) else step.otherwise)
            case Run(flow=flow):
                self._push(flow)
            case End():
                self._to("")
            case None:
                self._stop(f"{self._name()} is not there")
        return False

    def _do(self, step: Do) -> None:
        name = self._name()
        result = self.act(step.action, dict(self.answers))
        self.facts.update(result.facts)
        self.trail.clear()  # what is done is not undone by going back
        if language := result.facts.get("language"):
            self.speaker = replace(self.speaker, language=language)
        go = step.then.get(result.outcome, step.otherwise)
        if go:
            self._to(go)
        else:
            self._stop(f"no way on from {name} for {result.outcome}")

    def _holds(self, step: If) -> bool:
        if step.answer:
            return self.answers.get(step.answer, "") == step.value
        return (self.facts.get(step.fact) or self.speaker.facts.get(step.fact, "")) == step.value

    def _push(self, name: str) -> None:
        flow = self.book.flows.get(name)
        if flow is None:
            self._stop(f"there is no flow {name}")
            return
        self.frames.append(Frame(flow.name, flow.hash, flow.start))
        if len(self.frames) > MAX_DEPTH:
            del self.frames[0]
            self.trail = [(depth - 1, step) for depth, step in self.trail if depth > 1]

    def _to(self, step: str) -> None:
        """Move to `step` of the innermost flow; an empty one ends that flow and goes on in the one
        below."""
        if step:
            self.frames[-1] = replace(self.frames[-1], step=step)
            return
        while self.frames:
            self.frames.pop()
            if not self.frames:
                break
            below = self._step()
            if not isinstance(below, Run):
                break  # an interrupted question: it is asked again
            if below.go:
                self.frames[-1] = replace(self.frames[-1], step=below.go)
                break
        self.trail = [place for place in self.trail if place[0] <= len(self.frames)]

    def _stop(self, reason: str) -> None:
        """Give up this path and offer the menu once; when even that does not wait for an answer,
        end."""
        if self.stopped:
            self.frames.clear()
            return
        self.frames.clear()
        self.trail.clear()
        del self.said[MAX_TEXTS - 1 :]
        menu = self.book.flows.get("menu")
        if menu is not None and isinstance(menu.steps.get(menu.start), Ask):
            self.frames.append(Frame(menu.name, menu.hash, menu.start))
            self.said.append(self.question())
        self.stopped = reason

    def _flow(self) -> Flow:
        flow = self.book.flow_by_hash(self.frames[-1].hash)
        assert flow is not None
        return flow

    def _step(self) -> Step | None:
        flow = self.book.flow_by_hash(self.frames[-1].hash)
        return flow.steps.get(self.frames[-1].step) if flow else None

    def _name(self) -> str:
        return f"{self.frames[-1].flow}.{self.frames[-1].step}"

    def _sentence(self, texts: Texts, ussd: Texts) -> str:
        language = self.speaker.language
        shorter = ussd.get(language) if self.speaker.channel == "ussd" else None
        return self._filled(shorter or in_language(texts, language))

    def _filled(self, text: str) -> str:
        return fill(text, self._value, self.book.phrases.counter(self.speaker.language))

    def _value(self, name: str) -> str:
        """Return what stands for `{name}`: what an action gave, else what was answered, else what
        is known."""
        if name in self.facts:
            return self.facts[name] or ""
        if name in self.answers:
            return self._label(name, self.answers[name])
        return self.speaker.facts.get(name) or ""

    def _label(self, name: str, answer: str) -> str:
        """Return the words of a choice in the speaker's language, or the answer itself."""
        flows = (self.book.flow_by_hash(frame.hash) for frame in reversed(self.frames))
        pinned = (ask for flow in flows if flow for ask in flow.questions.get(name, ()))
        for ask in (*pinned, *self.book.questions.get(name, ())):
            for choice in ask.choices:
                if answer == (choice.id if choice.value is None else choice.value):
                    return in_language(choice.label, self.speaker.language)
            for id, label in self.speaker.lists.get(ask.choices_from, ()):
                if id == answer:
                    return label
        return answer


def _joined(said: list[Said]) -> list[Said]:
    """Return the texts with a question joined to the sentence before it where one segment holds
    both."""
    if len(said) < 2 or not said[-1].asks or said[-2].receipt or said[-2].asks:
        return said
    before, question = said[-2], said[-1]
    both = f"{before.text}\n{question.text}"
    if segments.segments(segments.fit_gsm(both)) > 1:
        return said
    return [*said[:-2], replace(question, name=f"{before.name}+{question.name}", text=both)]
