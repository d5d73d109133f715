"""Which tests are tried on a mutant, and in which order: those that caught its neighbours, then the quickest."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from tests.mutation.mutants import Edit, Mutant
from tests.mutation.record import Test
from tests.mutation.rooms import HOUSE, PACKAGE

NEAR = 0.1  # of what a test touches stands in the file: it is about that file

Readers = dict[str, dict[str, int]]  # name -> file -> lines on which functions read it, as bits


class Chooser:
    """Knows the tests, what they touch, and which were good at finding faults so far."""

    def __init__(self, tests: list[Test], seconds: float) -> None:
        self.tests, self.seconds = tests, seconds
        self.caught: dict[str, Counter[str]] = defaultdict(Counter)

    def tests_for(self, mutant: Mutant) -> list[Test]:
        """Return the tests to try: all about this file, others as long as one mutant may take."""
        chosen: list[Test] = []
        spent = 0.0
        for test in self._in_order(mutant, [test for test in self.tests if _may_notice(test, mutant)]):
            if _share_in(test, mutant.file) < NEAR:
                spent += test.seconds
            if chosen and spent > self.seconds:
                break
            chosen.append(test)
        return chosen

    def note(self, mutant: Mutant, test: str) -> None:
        """Note that a test caught a mutant."""
        self.caught[mutant.function][test] += 1
        self.caught[mutant.file][test] += 1

    def _in_order(self, mutant: Mutant, tests: list[Test]) -> list[Test]:
        """Those that caught the most around here first, then those about this file, then each file in turn."""
        here, near = self.caught[mutant.function], self.caught[mutant.file]
        good = {name: place for place, (name, _) in enumerate([*here.most_common(8), *near.most_common(8)][::-1])}
        quickest = sorted(tests, key=lambda each: each.seconds)
        turns = _turns(quickest)
        is_near = {test.name: _share_in(test, mutant.file) >= NEAR for test in tests}

        def place(test: Test) -> tuple[int, bool, int]:
            return (
                -good.get(test.name, -1),
                not is_near[test.name],
                0 if is_near[test.name] else turns[test.name],
            )

        return sorted(quickest, key=place)


def _turns(tests: list[Test]) -> dict[str, int]:
    """Return which turn each has when every file gives one in turn: ten of one tell less than ten of ten."""
    so_far: Counter[str] = Counter()
    turns = {}
    for test in tests:
        so_far[test.file] += 1
        turns[test.name] = so_far[test.file]
    return turns


def _share_in(test: Test, file: str) -> float:
    """Return how much of what a test touches stands in `file`."""
    mine = test.lines.get(file, 0).bit_count()
    return mine / max(1, test.size)


def _may_notice(test: Test, mutant: Mutant) -> bool:
    if not isinstance(mutant.edit, Edit):
        return mutant.function in test.statements
    if mutant.lines is not None:
        first, last = mutant.lines
        return test.touches(mutant.file, (1 << (last + 1)) - (1 << first))
    return any(test.touches(file, lines) for file, lines in _read_by(mutant).items())


def _read_by(mutant: Mutant) -> dict[str, int]:
    """Return the lines, by file, that read what the mutant changes at import."""
    assert isinstance(mutant.edit, Edit)
    found: dict[str, int] = defaultdict(int)
    for name in _names_changed(mutant.edit):
        for file, lines in readers().get(name, {}).items():
            found[file] |= lines
    return found


def _names_changed(edit: Edit) -> set[str]:
    """Return what the changed statement names, and what the rest of its module makes of that at import."""
    names = set(_names_set(edit.top))
    for statement in edit.tree.body[edit.tree.body.index(edit.top) + 1 :]:
        read = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if names & read and isinstance(statement, ast.Assign | ast.AnnAssign):
            names |= set(_names_set(statement))
    return names


def _names_set(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.FunctionDef(name=name):
            yield name
        case ast.ClassDef(name=name, body=body):
            yield name
            for each in body:
                yield from (inner for inner in _names_set(each) if not inner.startswith("__"))
        case _:
            pass


@cache
def readers() -> Readers:
    """Return, for each name, the lines in functions of the package on which it is read."""
    found: Readers = defaultdict(lambda: defaultdict(int))
    for path in sorted((HOUSE / PACKAGE).rglob("*.py")):
        file = path.relative_to(HOUSE).as_posix()
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.Lambda):
                for name, line in _reads(function):
                    found[name][file] |= 1 << line
    return found


def _reads(function: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name, node.lineno
            case _:
                pass
