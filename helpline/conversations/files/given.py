"""Which names a flow's sentences and actions may count on: somewhere near, or on every way to a
step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from helpline.conversations.acts import ActTable
from helpline.conversations.files.facts import CONDITIONS, FACTS, OPENED_WITH
from helpline.conversations.files.graph import targets
from helpline.conversations.types import Ask, Book, Do, Flow, Run, Step

Names = frozenset[str]
NOTHING: Names = frozenset()
Ways = Callable[[Step], Iterator[tuple[str, Names]]]


def given_at_start(flow: Flow) -> Names:
    """Return the facts that are there before the first step of `flow`."""
    return FACTS | CONDITIONS | OPENED_WITH.get(flow.name, NOTHING)


def given_near(book: Book, acts: ActTable, flow: Flow) -> set[str]:
    """Return the names that sentences of `flow` may use: usual facts, and what its neighbours'
    steps give."""
    return {*given_at_start(flow), *given_by_others(book, acts, flow), *given_by(acts, flow)}


def given_by_others(book: Book, acts: ActTable, flow: Flow) -> set[str]:
    """Return what the flows give that `flow` runs or that run it."""
    others = _neighbours(book, flow.name) - {flow.name}
    return {name for other in others for name in given_by(acts, book.flows[other])}


def asked_by_others(book: Book, flow: Flow) -> set[str]:
    """Return the answers that questions save in the flows that `flow` runs or that run it."""
    others = _neighbours(book, flow.name) - {flow.name}
    return {name for other in others for name in book.flows[other].questions}


def given_by(acts: ActTable, flow: Flow) -> set[str]:
    """Return the answers and facts that the steps of `flow` give, and those it is opened with."""
    done = (step.action for step in flow.steps.values() if isinstance(step, Do))
    facts = (fact for action in done if action in acts for fact in acts[action].gives)
    return {*flow.questions, *facts, *OPENED_WITH.get(flow.name, NOTHING)}


def given_before(flow: Flow, ways: Ways, at_start: Names) -> Mapping[str, Names]:
    """Return for each step that can be come to the names that every way to it gives."""
    known = {flow.start: at_start}
    waiting = [flow.start]
    while waiting:
        name = waiting.pop()
        step = flow.steps.get(name)
        for go, given in ways(step) if step is not None else ():
            sure = known[name] | given
            after = known[go] & sure if go in known else sure
            if go and after != known.get(go):
                known[go] = after
                waiting.append(go)
    return known


def answers_on_the_way(step: Step) -> Iterator[tuple[str, Names]]:
    """Yield (where it leads, the answers it saves) for each way out of a step."""
    saved = frozenset((step.save,)) if isinstance(step, Ask) and step.save else NOTHING
    for _, go, _ in targets(step):
        yield go, saved


def names_on_the_way(acts: ActTable) -> Ways:
    """Return what yields (where it leads, the answers and facts given) for each way out of a
    step."""

    def ways(step: Step) -> Iterator[tuple[str, Names]]:
        if not isinstance(step, Do):
            yield from answers_on_the_way(step)
            return
        outcomes = acts[step.action].outcomes if step.action in acts else {}
        for outcome, facts in outcomes.items():
            yield step.then.get(outcome, step.otherwise), frozenset(facts)

    return ways


def _neighbours(book: Book, name: str) -> set[str]:
    """Return the flow, those it runs, and those that run it."""
    runs = {
        flow.name: {step.flow for step in flow.steps.values() if isinstance(step, Run)}
        & set(book.flows)
        for flow in book.flows.values()
    }
    return (
        {name} | _closure(name, runs) | {other for other in runs if name in _closure(other, runs)}
    )


def _closure(name: str, runs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(runs.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(runs.get(one, ()))
    return found
