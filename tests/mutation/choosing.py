"""Which tests are tried on a mutant, in which order: those that caught its neighbours come
first."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from tests.mutation.mutants import Edit, Mutant
from tests.mutation.record import Lines, Record, Test
from tests.mutation.rooms import HOUSE, PACKAGE

NEAR = 0.1  # of what a test touches stands in the file: it is about that file
SMALL = 400  # lines; what touches no more is about one thing

Readers = dict[str, dict[str, int]]  # name -> file -> lines on which functions read it, as bits


class Chooser:
    """Knows the tests, what they touch, and which were good at finding faults so far."""

    def __init__(self, record: Record, seconds: float) -> None:
        self.record, self.seconds = record, seconds
        self.caught: dict[str, Counter[str]] = defaultdict(Counter)

    def acts_early(self, mutant: Mutant) -> bool:
        """Tell whether it changes what is made before any test runs: it must be there earlier."""
        touched = (self.record.at_first, *self.record.collected.values())
        return any(_acts_in(mutant, lines) for lines in touched)

    def tests_for(self, mutant: Mutant) -> list[Test]:
        """Return the tests to try: all about this file, others as long as one mutant may take."""
        chosen: list[Test] = []
        spent = 0.0
        for test in self._in_order(mutant, list(self._may_notice(mutant))):
            if not _is_near(test, mutant.file):
                spent += test.seconds
            if chosen and spent > self.seconds:
                break
            chosen.append(test)
        return chosen

    def note(self, mutant: Mutant, test: str) -> None:
        """Note that a test caught a mutant."""
        self.caught[mutant.function][test] += 1
        self.caught[mutant.file][test] += 1

    def _may_notice(self, mutant: Mutant) -> Iterator[Test]:
        makers = {file for file, lines in self.record.collected.items() if _acts_in(mutant, lines)}
        for_all = _acts_in(mutant, self.record.at_first)
        for test in self.record.tests:
            if (
                test.file in makers
                or _may_notice(test, mutant)
                or (for_all and mutant.file in test.lines)
            ):
                yield test

    def _in_order(self, mutant: Mutant, tests: list[Test]) -> list[Test]:
        """Those that caught the most around here, then those about this file, then each file in
        turn."""
        here, near = self.caught[mutant.function], self.caught[mutant.file]
        good = {
            name: place
            for place, (name, _) in enumerate([*here.most_common(8), *near.most_common(8)][::-1])
        }
        quickest = sorted(tests, key=lambda each: each.seconds)
        turns = _turns(quickest)
        is_near = {test.name: _is_near(test, mutant.file) for test in tests}

        def place(test: Test) -> tuple[int, bool, int]:
            return (
                -good.get(test.name, -1),
                not is_near[test.name],
                0 if is_near[test.name] else turns[test.name],
            )

        return sorted(quickest, key=place)


def _turns(tests: list[Test]) -> dict[str, int]:
    """Return the turn of each when every file gives one in turn: ten of one tell less than ten of
    ten."""
    so_far: Counter[str] = Counter()
    turns = {}
    for test in tests:
        so_far[test.file] += 1
        turns[test.name] = so_far[test.file]
    return turns


def _is_near(test: Test, file: str) -> bool:
    """Tell whether a test is about `file`, or about one thing that happens to use it."""
    mine = test.lines.get(file, 0).bit_count()
    return test.size <= SMALL or mine >= NEAR * test.size


def _acts_in(mutant: Mutant, lines: Lines) -> bool:
    """Tell whether code that touches these lines comes by the mutant."""
    if not isinstance(mutant.edit, Edit):
        return False
    if mutant.lines is not None:
        first, last = mutant.lines
        return bool(lines.get(mutant.file, 0) & ((1 << (last + 1)) - (1 << first)))
    return any(lines.get(file, 0) & read for file, read in _read_by(mutant).items())


def _may_notice(test: Test, mutant: Mutant) -> bool:
    if not isinstance(mutant.edit, Edit):
        return mutant.function in test.statements
    if _acts_in(mutant, test.lines):
        return True
    if mutant.lines is not None:
        return False
    return bool(_names_changed(mutant.edit) & _names_in(test.file).get(test.function, frozenset()))


@cache
def _names_in(test_file: str) -> dict[str, frozenset[str]]:
    """Return the names that each test of a file says itself."""
    tree = ast.parse((HOUSE / test_file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {each.name: frozenset(name for name, _ in _reads(each)) for each in functions}


@cache
def _read_by(mutant: Mutant) -> dict[str, int]:
    """Return the lines, by file, that read what the mutant changes at import."""
    assert isinstance(mutant.edit, Edit)
    found: dict[str, int] = defaultdict(int)
    if isinstance(top := mutant.edit.top, ast.FunctionDef):  # what a parameter is when not given
        found[mutant.file] |= (1 << ((top.end_lineno or top.lineno) + 1)) - (
            1 << top.body[0].lineno
        )
    for name in _names_changed(mutant.edit):
        for file, lines in readers().get(name, {}).items():
            found[file] |= lines
    return found


@cache
def _names_changed(edit: Edit) -> set[str]:
    """Return what the changed statement names, and what its module makes of that at import."""
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
