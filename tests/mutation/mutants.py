"""The faults that are planted: where each is, what it changes, how it is put into a syntax tree."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from tests.mutation.operators import Around, faults

LOGS = ("log", "_log", "logger", "_logger")
NOT_DECIDING = ("__repr__", "__str__")
NO_CODE = ("annotation", "returns", "decorator_list", "bases", "ctx", "op", "ops")
SET_AT_IMPORT = (
    ast.Assign,
    ast.AnnAssign,
    ast.FunctionDef,
    ast.ClassDef,
)  # what can be done again while alive


@dataclass(frozen=True, eq=False, slots=True)
class Edit:
    """One node of a module's tree that another takes the place of.

    `whole` is what is around it where nodes know no columns of their own: a text with values in it.
    """

    tree: ast.Module
    top: ast.stmt
    parent: ast.AST
    field: str
    index: int | None
    instead: ast.AST
    whole: ast.AST | None = None

    @property
    def node(self) -> ast.AST:
        """What stands there."""
        held = getattr(self.parent, self.field)
        found: ast.AST = held if self.index is None else held[self.index]
        return found

    @contextmanager
    def made(self) -> Iterator[None]:
        """Hold the tree changed."""
        old = self.node
        self._put(ast.copy_location(self.instead, old))
        ast.fix_missing_locations(self.tree)
        try:
            yield
        finally:
            self._put(old)

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, eq=False, slots=True)
class SqlEdit:
    """The text of one named statement that another takes the place of."""

    before: str
    after: str


@dataclass(frozen=True, eq=False, slots=True)
class Mutant:
    """One fault.

    `function` is the qualified name of what holds it, or the name of a statement of SQL;
    `statement` the code it stands in, on one line; `lines` those on which a test must have been
    that notices, None when it acts at import.
    """

    room: str
    file: str
    function: str
    kind: str
    original: str
    mutated: str
    statement: str
    lines: tuple[int, int] | None
    edit: Edit | SqlEdit

    @property
    def key(self) -> str:
        """What names this fault whatever stands on the lines around it."""
        return "\n".join(
            (self.room, self.function, self.kind, self.original, self.mutated, self.statement)
        )

    def is_sampled(self, share: int, of: int) -> bool:
        """Tell whether this one is among `share` of every `of`, always the same ones."""
        return int(sha256(self.key.encode()).hexdigest(), 16) % of < share


def mutants_of(room: str, file: str, source: str) -> Iterator[Mutant]:
    """Give every mutant of a module."""
    tree = ast.parse(source)
    words = tuple(sorted(_words_compared(tree)))
    for top in tree.body:
        for place in _places(ast.Module([top], []), _Scope(), top):
            for kind, instead in faults(place.node, place.around(words)):
                edit = Edit(tree, top, place.parent, place.field, place.index, instead, place.whole)
                yield _mutant(room, file, kind, place, edit)


def _mutant(room: str, file: str, kind: str, place: _Place, edit: Edit) -> Mutant:
    return Mutant(
        room,
        file,
        place.scope.name,
        kind,
        ast.unparse(edit.node),
        ast.unparse(edit.instead),
        ast.unparse(place.statement).splitlines()[0],
        None if place.scope.at_import else _lines(place, edit.tree),
        edit,
    )


def _words_compared(tree: ast.Module) -> set[str]:
    """Return the short strings this module compares something with."""
    sides = [
        side
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for side in node.comparators
    ]
    sides += [node.value for node in ast.walk(tree) if isinstance(node, ast.MatchValue)]
    words = {
        side.value
        for side in sides
        if isinstance(side, ast.Constant) and isinstance(side.value, str)
    }
    return words - {""}


def _lines(place: _Place, tree: ast.Module) -> tuple[int, int]:
    """Return the first and last line on which a test that notices must have been."""
    if place.scope.is_kept:
        return 1, max(getattr(node, "end_lineno", 0) for node in tree.body)
    statement: Any = place.statement
    if isinstance(place.node, ast.pattern) or place.field == "guard":
        statement = place.node
    body = getattr(statement, "body", None) or getattr(statement, "cases", None)
    if not body:
        return statement.lineno, statement.end_lineno
    first: Any = body[0] if isinstance(body, list) else body
    return statement.lineno, max(
        statement.lineno, getattr(first, "lineno", statement.lineno + 1) - 1
    )


def diff(mutant: Mutant, source: str) -> str:
    """Return what the mutant changes as a unified diff that `git apply` takes."""
    match mutant.edit:
        case SqlEdit(before, after):
            return f"-- {mutant.file}: {mutant.function}\n-{before}\n+{after}\n"
        case Edit() as edit:
            names = f"a/{mutant.file}", f"b/{mutant.file}"
            lines = source.splitlines(True), _with_text(source, edit).splitlines(True)
            return "".join(difflib.unified_diff(*lines, *names, n=2))


def _with_text(source: str, edit: Edit) -> str:
    """Return the source with the text of the changed node in place of the old."""
    at: Any = edit.whole or edit.node
    with edit.made():
        text = ast.unparse(edit.whole or edit.instead)
    lines = source.encode().splitlines(True)
    before, after = (
        lines[at.lineno - 1][: at.col_offset],
        lines[at.end_lineno - 1][at.end_col_offset :],
    )
    return b"".join(
        [*lines[: at.lineno - 1], before, text.encode(), after, *lines[at.end_lineno :]]
    ).decode()


# --- walking --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """The function or class around; `at_import` when its code runs once, at import."""

    name: str = ""
    at_import: bool = True
    made_at_import: bool = True
    returns: str = ""
    is_kept: bool = False  # what it gives back is kept: whoever comes second does not enter
    settings_again: frozenset[ast.AST] = (
        frozenset()
    )  # assignments to names that have a value before

    def of_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Scope:
        """The scope of a function defined here."""
        returns = ast.unparse(node.returns) if node.returns else ""
        is_kept = self.is_kept or any(
            "cached_property" in ast.unparse(each) for each in node.decorator_list
        )
        return _Scope(
            self._within(node.name), False, self.at_import, returns, is_kept, _settings_again(node)
        )

    def of_class(self, name: str) -> _Scope:
        """The scope of a class defined here."""
        return replace(self, name=self._within(name))

    def _within(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name


def _settings_again(function: ast.AST) -> frozenset[ast.AST]:
    seen = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    again: set[ast.AST] = set()
    assigns = (node for node in ast.walk(function) if isinstance(node, ast.Assign))
    for node in sorted(assigns, key=lambda each: each.lineno):
        match node.targets:
            case [ast.Name(id=name)] if name in seen:
                again.add(node)
            case [ast.Name(id=name)]:
                seen.add(name)
            case _:
                pass
    return frozenset(again)


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, how to get at it, and what is around it."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    scope: _Scope
    statement: ast.stmt
    whole: ast.AST | None

    def around(self, words: tuple[str, ...]) -> Around:
        """What the rules may know of it."""
        returned = isinstance(self.parent, ast.Return)
        return Around(
            self.parent,
            words,
            decides=self._decides() or (returned and self.scope.returns == "bool"),
            may_be_none=returned and "None" in self.scope.returns,
            set_again=self.node in self.scope.settings_again,
        )

    def _decides(self) -> bool:
        match self.parent:
            case ast.If() | ast.While() | ast.IfExp():
                return self.field == "test"
            case ast.match_case() | ast.comprehension():
                return self.field in ("guard", "ifs")
            case _:
                pass
        return False


def _places(
    node: ast.AST, scope: _Scope, statement: ast.stmt, whole: ast.AST | None = None
) -> Iterator[_Place]:
    """Give every node below `node` that may be changed, outer ones first."""
    for child, field, index in _children(node):
        if _is_left_alone(child, node) or (scope.at_import and _cannot_be_done_again(child)):
            continue
        stands_in = child if isinstance(child, ast.stmt) else statement
        if not (scope.at_import and isinstance(child, ast.stmt)):
            yield _Place(child, node, field, index, scope, stands_in, whole)
        around = whole or (child if isinstance(child, ast.JoinedStr) else None)
        yield from _places(child, _scope_of(child, scope), stands_in, around)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    for field, value in ast.iter_fields(node):
        if field in NO_CODE or (field == "keywords" and isinstance(node, ast.ClassDef)):
            continue
        if isinstance(value, ast.AST):
            yield value, field, None
        elif isinstance(value, list):
            yield from (
                (each, field, index)
                for index, each in enumerate(value)
                if isinstance(each, ast.AST)
            )


def _scope_of(child: ast.AST, scope: _Scope) -> _Scope:
    match child:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return scope.of_function(child)
        case ast.ClassDef(name=name):
            return scope.of_class(name)
        # What a parameter is when not given is settled where the function is made
        case ast.arguments():
            return replace(scope, at_import=scope.made_at_import and scope.name != "")
        case _:
            pass
    return scope


def _cannot_be_done_again(child: ast.AST) -> bool:
    return isinstance(child, ast.stmt) and not isinstance(child, SET_AT_IMPORT)


def _is_left_alone(child: ast.AST, parent: ast.AST) -> bool:
    """Tell whether this decides nothing: it is logged, raised, for programmers or type checkers."""
    match child:
        case ast.Assert() | ast.Raise() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return name in LOGS
        case ast.FunctionDef(name=name):
            return name in NOT_DECIDING
        case ast.If(test=ast.Name(id=name)):
            return name == "TYPE_CHECKING"
        case ast.Assign(targets=[ast.Name(id=name)]) if name in ("__all__", "__slots__"):
            return True
        case ast.Assign(value=ast.BinOp(op=ast.BitOr())) if isinstance(parent, ast.Module):
            return True  # the name of a type
        case ast.Assign() if isinstance(parent, ast.ClassDef):
            return any(ast.unparse(base).endswith("Enum") for base in parent.bases)
    return False
