"""The actions of the gateway as the table that flow authors read, in docs/flows.md and in `helpline
flows actions`."""

from __future__ import annotations

from collections.abc import Iterator

from helpline.base.errors import NotFound
from helpline.conversations.acts import Act, ActTable, Answer

BEGIN = (
    "<!-- actions: made by `helpline flows actions docs/flows.md` from the declarations in the "
    "code -->"
)
END = "<!-- /actions -->"
HEAD = ("action", "what it does", "answers it reads", "results, and the facts each gives")


def table(acts: ActTable) -> str:
    """Return the actions as a Markdown table."""
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, acts.values())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def written_into(page: str, acts: ActTable) -> str:
    """Return `page` with the table anew between its two marks. Raises NotFound when they are not
    there."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NotFound(
            "The page has no place for the table of actions.", f"Write {BEGIN} and {END} into it."
        )
    return f"{before}{BEGIN}\n{table(acts)}\n{END}{after}"


def _row(act: Act) -> tuple[str, ...]:
    reads = "; ".join(map(_answer, act.reads))
    return f"`{act.name}`", act.sentence.rstrip("."), reads or "–", ", ".join(_results(act))


def _answer(answer: Answer) -> str:
    means = f" ({answer.means})" if answer.means else ""
    if answer.otherwise is None:
        return f"**{answer.name}**{means}"
    return f"{answer.name}{means}" + (f", else `{answer.otherwise}`" if answer.otherwise else "")


def _results(act: Act) -> Iterator[str]:
    for outcome, facts in act.outcomes.items():
        given = ", ".join(f"`{fact}`" for fact in facts)
        yield f"`{outcome}` ({given})" if given else f"`{outcome}`"
