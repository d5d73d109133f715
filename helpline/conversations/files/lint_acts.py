"""Checks of what a flow asks of the gateway: it can be done, each end leads on, and what is read or
said is given."""

from __future__ import annotations

from helpline.conversations.acts import Act
from helpline.conversations.files import given
from helpline.conversations.files.lint_texts import sentences
from helpline.conversations.files.loaded import Loaded
from helpline.conversations.files.nodes import Source
from helpline.conversations.files.problems import nearest
from helpline.conversations.types import Do, Flow
from helpline.language.rendering import placeholders


def find_errors(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Note actions that are not there, ends that lead nowhere, and answers that no question
    saves."""
    for step in flow.steps.values():
        if isinstance(step, Do) and step.action:
            act = loaded.acts.get(step.action)
            if act is None:
                _not_there(loaded, step, source)
            else:
                _ends(loaded, step, act, source)
                _saved(loaded, flow, step, act, source)


def find_warnings(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Note what is given on some ways to a step, and not on others."""
    _unread(loaded, flow, source)
    _empty(loaded, flow, source)


def _not_there(loaded: Loaded, step: Do, source: Source) -> None:
    text = (
        f"Step `{step.name}` does `{step.action}`, which the gateway cannot "
        f"do.{nearest(step.action, loaded.acts)}"
    )
    line = source.line("steps", step.name, "do")
    loaded.report.error(source.file, line, text, f"Use one of {', '.join(loaded.acts)}.")


def _ends(loaded: Loaded, step: Do, act: Act, source: Source) -> None:
    """Each end named is one, and each end there is leads somewhere."""
    for outcome in step.then:
        if outcome not in act.outcomes:
            line = source.line("steps", step.name, "then", outcome)
            text = f"`{act.name}` never ends as `{outcome}`.{nearest(outcome, act.outcomes)}"
            loaded.report.error(
                source.file, line, text, f"Its results are {', '.join(act.outcomes)}."
            )
    missing = [outcome for outcome in act.outcomes if outcome not in step.then]
    if missing and not step.otherwise:
        line = source.line("steps", step.name, "then")
        text = f"Step `{step.name}` does not say what follows {', '.join(missing)}."
        loaded.report.error(
            source.file, line, text, "Add `then: {RESULT: STEP}` for each, or `go: STEP` for all."
        )


def _saved(loaded: Loaded, flow: Flow, step: Do, act: Act, source: Source) -> None:
    """Each answer that the action must have is asked for here or nearby."""
    asked = {*flow.questions, *given.asked_by_others(loaded.book, flow)}
    for answer in act.must_have:
        if answer not in asked:
            line = source.line("steps", step.name, "do")
            text = (
                f"`{act.name}` of step `{step.name}` reads the answer `{answer}`, which no "
                "question saves."
            )
            loaded.report.error(source.file, line, text, f"Ask before, with `save: {answer}`.")


def _unread(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Each answer that an action must have is asked for on every way to it."""
    sure = given.given_before(flow, given.answers_on_the_way, given.NOTHING)
    elsewhere = given.asked_by_others(loaded.book, flow)
    for name, saved in sure.items():
        step = flow.steps.get(name)
        act = loaded.acts.get(step.action) if isinstance(step, Do) else None
        for answer in act.must_have if act is not None else ():
            if answer in flow.questions and answer not in saved | elsewhere:
                text = (
                    f"Step `{name}` reads the answer `{answer}`, which is not asked for on every "
                    "way to it."
                )
                line = source.line("steps", name, "do")
                loaded.report.warn(
                    source.file, line, text, f"Ask on each way, with `save: {answer}`."
                )


def _empty(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Each name in a sentence is given on every way to it."""
    sure = given.given_before(flow, given.names_on_the_way(loaded.acts), given.given_at_start(flow))
    elsewhere = given.given_by_others(loaded.book, loaded.acts, flow)
    here = given.given_by(loaded.acts, flow) - elsewhere
    for what, texts, place in sentences(flow):
        used = {name for text in texts.values() for name in placeholders(text)}
        for hole in sorted(used & here - sure.get(str(place[1]), used)):
            text = f"In {what}, `{{{hole}}}` may be empty: one way to it gives none."
            loaded.report.warn(
                source.file, source.line(*place), text, "Give it on each way, or say it otherwise."
            )
