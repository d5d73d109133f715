"""Puts a changed module in place of the living one: code swapped, constants set wherever they are
known.

Nothing is imported again: objects stay the same, only what they do changes. Done in a child, never
undone.
"""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutation.rooms import HOUSE, PACKAGE, read_once

CACHED = type(cache(lambda: None))


class CannotPlant(Exception):
    """The changed code cannot stand in for the old: it would need other variables from outside."""


def load_everything() -> None:
    """Import every module of the package, so that a child finds them all."""
    package = importlib.import_module(PACKAGE)
    for found in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def spare_time() -> None:
    """Have what takes most of a test's time done once."""
    for slow, quick in read_once().items():
        put_in_place_of(slow, quick)


def clear_caches() -> None:
    """Forget what functions of the package keep of earlier calls."""
    for module in _modules():
        for value in list(vars(module).values()):
            if isinstance(value, CACHED) and value.__module__ == module.__name__:
                value.cache_clear()


def put_in_place_of(old: object, new: object) -> None:
    """Have every module of the package that knows `old` know `new` instead."""
    for module in _modules():
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)


def _modules() -> Iterator[ModuleType]:
    """Modules of the house and of its tests."""
    root = f"{HOUSE}/"
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None) or ""
        if file.startswith(root) and "/.venv/" not in file:
            yield module


@dataclass
class Town:
    """What is alive in a process: functions by file, and who took which name from which module."""

    functions: dict[str, list[FunctionType]] = field(default_factory=lambda: defaultdict(list))
    takers: dict[tuple[str, str], list[tuple[ModuleType, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    modules: dict[str, ModuleType] = field(default_factory=dict)

    def plant(self, file: str, tree: ast.Module, changed: ast.stmt) -> None:
        """Make the process behave as if `file` had been `tree`, which differs in `changed`.

        Raises CannotPlant.
        """
        path = str(HOUSE / file)
        code = compile(tree, path, "exec", dont_inherit=True)
        self._swap(path, code)
        self._refresh(self.modules[path], tree, changed)
        clear_caches()

    def _swap(self, path: str, code: CodeType) -> None:
        new = _codes(code)
        for function in self.functions[path]:
            there = new.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
            if there is None or there == function.__code__:
                continue
            try:
                function.__code__ = there
            except ValueError as error:
                raise CannotPlant(str(error)) from error

    def _refresh(self, module: ModuleType, tree: ast.Module, changed: ast.stmt) -> None:
        """Work out again what `changed` set when it was imported, and what was made of it."""
        for name in _Import(module, changed).again():
            self._tell(module, name, [*tree.body[tree.body.index(changed) + 1 :]])

    def _tell(self, module: ModuleType, name: str, later: list[ast.stmt]) -> None:
        """`name` of `module` has a new value: whoever took it, and what was made of it, follows."""
        for place, statement in enumerate(later):
            if name in _names_read(statement):
                for other in _Import(module, statement).again():
                    self._tell(module, other, later[place + 1 :])
        for taker, alias in self.takers[module.__name__, name]:
            setattr(taker, alias, getattr(module, name))
            self._tell(taker, alias, _source_of(taker).body)


def look_around() -> Town:
    """Return what is alive now. Call once everything is imported."""
    town = Town()
    for module in _modules():
        assert module.__file__ is not None
        town.modules[module.__file__] = module
        for node in _source_of(module).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    town.takers[node.module, alias.name].append(
                        (module, alias.asname or alias.name)
                    )
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            town.functions[each.__code__.co_filename].append(each)
    return town


def _source_of(module: ModuleType) -> ast.Module:
    assert module.__file__ is not None
    with open(module.__file__, encoding="utf-8") as file:
        return ast.parse(file.read())


def _codes(code: CodeType) -> dict[tuple[str, int], CodeType | None]:
    """Return all code in `code` by name and first line; None where two share both."""
    found: dict[tuple[str, int], CodeType | None] = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            key = (constant.co_qualname, constant.co_firstlineno)
            inner = {key: constant, **_codes(constant)}
            for name, each in inner.items():
                found[name] = None if name in found else each
    return found


class _Import:
    """One top-level statement, done again in the living module."""

    def __init__(self, module: ModuleType, statement: ast.stmt) -> None:
        self.module, self.statement = module, statement

    def again(self) -> list[str]:
        """Do it again; return the names that have a new value."""
        match self.statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                setattr(self.module, name, self._value(value))
                return [name]
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                setattr(self.module, name, self._value(value))
                return [name]
            case ast.FunctionDef(name=name):
                self._defaults(getattr(self.module, name, None), self.statement)
            case ast.ClassDef(name=name):
                self._class(getattr(self.module, name), self.statement)
            case _:
                pass
        return []

    def _value(self, node: ast.expr) -> Any:
        expression = ast.fix_missing_locations(ast.Expression(node))
        return eval(compile(expression, "<planted>", "eval", dont_inherit=True), vars(self.module))

    def _defaults(self, function: Any, node: ast.FunctionDef) -> None:
        function = getattr(function, "fget", None) or getattr(function, "__func__", function)
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        if not isinstance(function, FunctionType):
            return
        if node.args.defaults:
            function.__defaults__ = tuple(self._value(each) for each in node.args.defaults)
        named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if fresh := {each.arg: self._value(value) for each, value in named if value is not None}:
            function.__kwdefaults__ = fresh

    def _class(self, cls: Any, node: ast.ClassDef) -> None:
        for each in node.body:
            match each:
                case ast.FunctionDef(name=name):
                    self._defaults(vars(cls).get(name), each)
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._attribute(cls, name, value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._attribute(cls, name, value)
                case _:
                    pass

    def _attribute(self, cls: Any, name: str, node: ast.expr) -> None:
        """Set a class's attribute, or what its `__init__` takes when a field is not given."""
        match node:
            case ast.Call(func=ast.Name(id="field"), keywords=keywords):
                given = [each.value for each in keywords if each.arg == "default"]
                if not given:
                    return
                node = given[0]
            case _:
                pass
        if "__dataclass_fields__" not in vars(cls):
            setattr(cls, name, self._value(node))
        elif name in cls.__dataclass_fields__:
            _set_default(cls.__init__, name, self._value(node))


def _set_default(function: FunctionType, name: str, value: object) -> None:
    """Have `function` take `value` when its parameter `name` is not given."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = list(function.__defaults__ or ())
    offset = len(names) - len(defaults)
    if name in names:
        defaults[names.index(name) - offset] = value
        function.__defaults__ = tuple(defaults)
    elif function.__kwdefaults__ is not None:
        function.__kwdefaults__ = {**function.__kwdefaults__, name: value}


def _names_read(statement: ast.stmt) -> set[str]:
    """Return the names that `statement` reads at import, what its methods take when not given
    included."""
    match statement:
        case ast.FunctionDef(args=args):
            parts: list[ast.AST] = [
                *args.defaults,
                *(each for each in args.kw_defaults if each is not None),
            ]
        case ast.ClassDef(body=body):
            return {name for each in body for name in _names_read(each)}
        case ast.Assign(value=value):
            parts = [value]
        case ast.AnnAssign(value=ast.expr() as value):
            parts = [value]
        case _:
            parts = []
    return {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}
