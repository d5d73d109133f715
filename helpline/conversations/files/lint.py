"""The checks of the flow files: errors keep them from being used, warnings cost money or
patience."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helpline.conversations.acts import ActTable
from helpline.conversations.files import graph, lint_acts, lint_answers, lint_reading, lint_texts
from helpline.conversations.files.loaded import Loaded, read_all
from helpline.conversations.files.nodes import Source, Table
from helpline.conversations.files.problems import nearest
from helpline.conversations.files.reader import LANGUAGES
from helpline.conversations.types import Flow, Run

NEEDED_FLOWS = ("menu", "person")
NEEDED_PHRASES = ("not_understood",)


def check(
    acts: ActTable, directories: Sequence[Path], languages: Sequence[str] = LANGUAGES
) -> Loaded:
    """Return the book of these directories, for a gateway that can do `acts`, with every error and
    warning."""
    loaded = read_all(acts, directories, languages)
    find_errors(loaded)
    find_warnings(loaded)
    return loaded


def find_errors(loaded: Loaded) -> None:
    """Note in the report what keeps the files from being used."""
    for name, source in loaded.flows.items():
        flow = loaded.book.flows[name]
        _leads(loaded, flow, source)
        _reaches(loaded, flow, source)
        lint_acts.find_errors(loaded, flow, source)
        lint_answers.find_errors(loaded, flow, source)
        lint_texts.find_errors(loaded, flow, source)
    lint_texts.find_phrase_errors(loaded)
    lint_reading.find_errors(loaded)
    _circles(loaded)
    _openers(loaded)
    _needed(loaded)


def find_warnings(loaded: Loaded) -> None:
    """Note in the report what an author may want to change."""
    for name, source in loaded.flows.items():
        flow = loaded.book.flows[name]
        lint_acts.find_warnings(loaded, flow, source)
        lint_answers.find_warnings(loaded, flow, source)
        lint_texts.find_warnings(loaded, flow, source)
    lint_texts.find_phrase_warnings(loaded)


def written(source: Source) -> set[str]:
    """Return the names of the steps as written, also of those that cannot be read."""
    steps = source.root.entries.get("steps")
    return set(steps.entries) if isinstance(steps, Table) else set()


def _leads(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Each name of a step or flow is there."""
    steps = flow.steps
    if flow.start and flow.start not in written(source):
        _missing(loaded, flow, ("start",), "The flow starts at", flow.start)
    for name, step in steps.items():
        for label, go, place in graph.targets(step):
            if go and go not in written(source):
                way = (
                    f"In step `{name}`, `{label}` leads to" if label else f"Step `{name}` leads to"
                )
                _missing(loaded, flow, ("steps", name, *place), way, go)
        if isinstance(step, Run) and step.flow and step.flow not in loaded.book.flows:
            loaded.report.error(
                source.file,
                source.line("steps", name, "run"),
                f"Step `{name}` runs the flow `{step.flow}`, which is not there."
                + nearest(step.flow, loaded.book.flows),
                f"Correct it, or write {step.flow}.yaml.",
            )


def _missing(loaded: Loaded, flow: Flow, path: tuple[str | int, ...], way: str, go: str) -> None:
    source = loaded.flows[flow.name]
    remedy = f"Correct it, or add a step `{go}`."
    if go in loaded.book.flows:
        remedy = f"`{go}` is a flow: add a step `{go}: {{run: {go}}}`."
    text = f"{way} `{go}`, which is not there.{nearest(go, flow.steps)}"
    loaded.report.error(source.file, source.line(*path), text, remedy)


def _reaches(loaded: Loaded, flow: Flow, source: Source) -> None:
    """Each step can be come to, and from each an end."""
    if len(written(source)) > len(flow.steps):
        return  # a step that cannot be read may lead anywhere
    reached, ending = graph.reached(flow), graph.ending(flow)
    for name, step in flow.steps.items():
        line = source.line("steps", name)
        if flow.start in flow.steps and name not in reached:
            loaded.report.error(
                source.file,
                line,
                f"Nothing leads to step `{name}`.",
                "Lead a choice to it, or remove it.",
            )
        known = all(not go or go in flow.steps for _, go, _ in graph.targets(step))
        if name not in ending and known:
            loaded.report.error(
                source.file,
                line,
                f"From step `{name}` no way leads to an end.",
                "Add a way out, with `end: true` at last.",
            )


def _circles(loaded: Loaded) -> None:
    for flow, step in graph.circles(loaded.book.flows):
        source = loaded.flows[flow]
        loaded.report.error(
            source.file,
            source.line("steps", step),
            f"Step `{step}` leads back to itself without asking anything: it would never stop.",
            "Put a question (`ask`) on the way, or end it.",
        )


def _openers(loaded: Loaded) -> None:
    first: dict[str, str] = {}
    for name, source in loaded.flows.items():
        intent = loaded.book.flows[name].opens_on
        line = source.line("opens_on")
        if not intent:
            continue
        if intent in first:
            loaded.report.error(
                source.file,
                line,
                f"`{intent}` opens `{first[intent]}` already.",
                "Let it open one flow only.",
            )
        first.setdefault(intent, name)
        lint_answers.known_intent(loaded, source, line, intent, f"The flow `{name}` opens on")


def _needed(loaded: Loaded) -> None:
    for name in NEEDED_FLOWS:
        if name not in loaded.book.flows:
            loaded.report.error(
                f"{loaded.place}/{name}.yaml",
                1,
                f"There is no flow `{name}`.",
                f"Write {name}.yaml: every question leads there.",
            )
    for name in NEEDED_PHRASES:
        if name not in loaded.book.phrases:
            loaded.report.error(
                f"{loaded.place}/phrases.yaml",
                1,
                f"There is no phrase `{name}`.",
                "Add it, in each language.",
            )
