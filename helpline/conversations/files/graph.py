"""Where each step leads: for the checks, and as a Mermaid drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from helpline.conversations.types import Ask, Do, End, Flow, If, Run, Say, Step, in_language


def targets(step: Step) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:  # noqa: C901
    """Yield (label, step it leads to, place of that name in the file) for each way out; "" is the
    end."""
    match step:
        case Ask():
            for place, choice in enumerate(step.choices):
                if choice.go:
                    yield choice.id, choice.go, ("choices", place, "go")
            if step.go and (step.expect or any(not choice.go for choice in step.choices)):
                yield step.expect or "any", step.go, ("go",)
        case Say() | Run():
            yield "", step.go, ("go",)
        case Do():
            for result, go in step.then.items():
                yield result, go, ("then", result)
            if step.otherwise:
                yield "otherwise" if step.then else "", step.otherwise, ("go",)
        case If():
            yield "yes", step.go, ("go",)
            yield "no", step.otherwise, ("else",)
        case End():
            yield "", "", ()


def reached(flow: Flow) -> set[str]:
    """Return the steps that can be come to from the start."""
    found: set[str] = set()
    waiting = [flow.start]
    while waiting:
        name = waiting.pop()
        step = flow.steps.get(name)
        if step is not None and name not in found:
            found.add(name)
            waiting.extend(go for _, go, _ in targets(step) if go)
    return found


def ending(flow: Flow) -> set[str]:
    """Return the steps from which an end can be come to."""
    leads = {name: {go for _, go, _ in targets(step)} for name, step in flow.steps.items()}
    found = {name for name, after in leads.items() if "" in after}
    while more := {name for name, after in leads.items() if name not in found and after & found}:
        found |= more
    return found


def silent_flows(flows: Mapping[str, Flow]) -> set[str]:
    """Return the flows that can go from start to end without asking anything."""
    found: set[str] = set()
    while more := {
        name for name, flow in flows.items() if name not in found and _passes(flow, found)
    }:
        found |= more
    return found


def _passes(flow: Flow, silent: set[str]) -> bool:
    seen: set[str] = set()
    waiting = [flow.start]
    while waiting:
        name = waiting.pop()
        step = flow.steps.get(name)
        if name in seen or step is None or isinstance(step, Ask):
            continue
        seen.add(name)
        if isinstance(step, Run) and step.flow not in silent:
            continue
        after = [go for _, go, _ in targets(step)]
        if "" in after:
            return True
        waiting.extend(after)
    return False


def circles(flows: Mapping[str, Flow]) -> list[tuple[str, str]]:
    """Return (flow, step) of one step in each circle that never asks anything."""
    silent = silent_flows(flows)
    leads: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for flow in flows.values():
        for name, step in flow.steps.items():
            leads[flow.name, name] = _without_asking(flow, step, flows, silent)
    return _circles(leads)


def _without_asking(
    flow: Flow, step: Step, flows: Mapping[str, Flow], silent: set[str]
) -> list[tuple[str, str]]:
    if isinstance(step, Ask):
        return []
    after = [(flow.name, go) for _, go, _ in targets(step) if go]
    if isinstance(step, Run) and step.flow in flows:
        inside = [(step.flow, flows[step.flow].start)]
        return inside + (after if step.flow in silent else [])
    return after


def _circles(leads: Mapping[tuple[str, str], list[tuple[str, str]]]) -> list[tuple[str, str]]:
    done: set[tuple[str, str]] = set()
    found: list[tuple[str, str]] = []
    for start in leads:
        path: list[tuple[str, str]] = []
        stack: list[tuple[tuple[str, str], bool]] = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                path.pop()
                done.add(node)
            elif node in path:
                found.append(node)
            elif node not in done:
                path.append(node)
                stack.append((node, True))
                stack.extend((after, False) for after in leads.get(node, ()))
    return list(dict.fromkeys(found))


def mermaid(flow: Flow, language: str = "fr") -> str:
    """Return the flow as a Mermaid flowchart: questions as rounded boxes, actions as slanted
    ones."""
    lines = ["flowchart TD"]
    for name, step in flow.steps.items():
        lines.append(f"    {name}{_box(name, step, language)}")
        for label, go, _ in targets(step):
            arrow = f"-->|{label}|" if label else "-->"
            lines.append(f"    {name} {arrow} {go or 'over'}")
    if any(go == "" for step in flow.steps.values() for _, go, _ in targets(step)):
        lines.append("    over((end))")
    return "\n".join(lines)


def _box(name: str, step: Step, language: str) -> str:
    match step:
        case Ask():
            return f'("{_words(in_language(step.texts, language)) or name}")'
        case Say():
            return f'["{_words(in_language(step.texts, language)) or name}"]'
        case Do():
            return f'[/"{step.action}"/]'
        case If():
            return f'{{"{step.fact or step.answer} = {step.value}?"}}'
        case Run():
            return f'[["{step.flow}"]]'
        case End():
            return f'["{name}"]'


def _words(text: str) -> str:
    short = text if len(text) <= 60 else f"{text[:57]}..."
    return short.replace('"', "#quot;").replace("\n", "<br>")
