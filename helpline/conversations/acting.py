"""An action of a flow: declared beside the function that does it, and held to what it declared."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from helpline.conversations.acts import Act, ActTable, Answer, table_of
from helpline.conversations.state import ActResult, Perform
from helpline.people.callers import Caller
from helpline.town.tx import Tx

log = logging.getLogger(__name__)

DONE = ActResult("done")


@dataclass(frozen=True, slots=True)
class Call:
    """What every action is given: the town's memory, in the transaction of the text that asked, and
    who asks."""

    tx: Tx
    caller: Caller


Doing = Callable[[Call, Mapping[str, str]], ActResult]


@dataclass(frozen=True, slots=True)
class Action:
    """Something a flow may do: what it declares to flows, and the function that does it."""

    act: Act
    do: Doing

    def __call__(self, call: Call, answers: Mapping[str, str]) -> ActResult:
        """Do it with those of the answers that it declares to read; a result it does not declare is
        logged."""
        result = self.do(call, self.act.read(answers))
        if broken := self.act.broken_by(result):
            log.error("a flow's action is not as declared: %s", broken)
        return result


def act(
    *, outcomes: Mapping[str, tuple[str, ...]], reads: tuple[Answer, ...] = ()
) -> Callable[[Doing], Action]:
    """Declare a function as an action of flows, under its own name; the first line of its docstring
    is the docs'.

    `outcomes` names each way it may end, with the facts that this end gives; all of them, and no
    others.
    """

    def declared(do: Doing) -> Action:
        sentence = " ".join((do.__doc__ or "").partition("\n\n")[0].split())
        return Action(Act(do.__name__, sentence, reads, outcomes), do)

    return declared


def declarations(actions: Iterable[Action]) -> ActTable:
    """Return what flows may ask for: the table that the flow files are checked against."""
    return table_of(action.act for action in actions)


def performing(call: Call) -> Perform:
    """Return what does, for this call, each action that a flow asks for; `caller.ran` tells
    afterwards which."""

    def perform(name: str, answers: Mapping[str, str]) -> ActResult:
        action = call.tx.town.actions.get(name)
        if action is None:  # an old version of a flow: the conversation offers the menu
            log.warning("a flow asks for an action that is not there any more: %s", name)
            return ActResult("")
        result = action(call, answers)
        call.caller.ran.append(name)
        return result

    return perform
