"""The scenarios by name: which tests show each, and docs/scenarios.md, which tells it.

`python -m tests.scenarios.catalogue > docs/scenarios.md` writes the page anew.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "scenarios.md"
PARTS = {
    "R-G": "Faults, attacks and the calendar",
    "P": "Incidents at others, so that they are none of ours",
    "E-G": "What GoAlert tests of its engine, where it makes sense here",
    "N": "What a town needs beyond that",
}
HEAD = """# The scenarios

Short stories with telephones and a clock, played on the real code: a town with the real web
application, engine and database (`tests/fakes.py`), and where the wire matters the real gateway as
a process of its own beside a simulated carrier. In `tests/scenarios` any text or e-mail that the
story does not expect fails it.

    pytest tests/scenarios                 # the stories written for this list
    pytest tests/scenarios -m 'not slow'   # without those of seconds
    pytest -m scenario                     # all tests that show a scenario, wherever they stand

Each has a name. `tests/scenarios/catalogue.toml` is the list, and a test fails when one of it is
neither shown by a test nor waits for something that does not exist yet.
"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One line of the list. `later`: what it waits for; `lacks`: what its tests do not show."""

    id: str
    says: str
    later: str = ""
    lacks: str = ""

    @property
    def part(self) -> str:
        """The list it belongs to."""
        return next(part for part in PARTS if self.id.removeprefix(part).isdigit())


def scenarios() -> list[Scenario]:
    """Return the list, in its order."""
    read = tomllib.loads(TESTS.joinpath("scenarios", "catalogue.toml").read_text("utf-8"))
    return [Scenario(id, **about) for id, about in read.items()]


@cache
def shown() -> dict[str, list[str]]:
    """Return for each id the tests marked with it, as path::name, by reading all test files."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, ids in _marked(ast.parse(path.read_text("utf-8"))):
            for id in ids:
                found.setdefault(id, []).append(f"{path.relative_to(TESTS)}::{name}")
    return found


def _marked(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = [each for each in node.decorator_list if isinstance(each, ast.Call)]
            marks = [each for each in marks if ast.unparse(each.func) == "pytest.mark.scenario"]
            yield node.name, [ast.literal_eval(word) for each in marks for word in each.args]


def page() -> str:
    """Return docs/scenarios.md."""
    tests, lines = shown(), [HEAD]
    for part, title in PARTS.items():
        lines += [f"## {title}", "", "| | scenario | shown in |", "|---|---|---|"]
        lines += [_line(each, tests.get(each.id, [])) for each in scenarios() if each.part == part]
        lines.append("")
    return "\n".join(lines)


def _line(scenario: Scenario, tests: list[str]) -> str:
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    where = ", ".join(f"`{file.removesuffix('.py')}`" for file in files)
    if scenario.later:
        where = f"later: {scenario.later}"
    elif scenario.lacks:
        where += f"; {scenario.lacks}"
    return f"| {scenario.id} | {scenario.says} | {where} |"


if __name__ == "__main__":
    print(page(), end="")
