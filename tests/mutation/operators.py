"""Which small faults code can have: each rule takes a node and gives what could stand there
instead."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

MANY = 12  # longer tuples and tables are lists of words, not decisions

Fault = tuple[str, ast.AST]  # what kind, and what stands there instead


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule may know about the place of a node."""

    parent: ast.AST
    words: tuple[str, ...] = ()  # the strings this module compares with, in order
    decides: bool = False  # its value is taken as true or false
    may_be_none: bool = False  # it is returned where None may be
    set_again: bool = False  # it gives a name a value that had one

    def another(self, word: str) -> str:
        """Return a word of the module's that is not this one."""
        later = [each for each in self.words if each > word] or [
            each for each in self.words if each != word
        ]
        return later[0] if later else f"not_{word}"


SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def _swapped(operator: ast.AST) -> Any:
    other = SWAPPED.get(type(operator))
    return other() if other else None


def comparisons(node: ast.AST, around: Around) -> Iterator[Fault]:
    """`<` becomes `<=`, `==` becomes `!=`, `in` becomes `not in`; a word compared with another
    word."""
    if not isinstance(node, ast.Compare):
        return
    for place, operator in enumerate(node.ops):
        if other := _swapped(operator):
            yield (
                "comparison",
                ast.Compare(node.left, _with(node.ops, place, other), node.comparators),
            )
    for place, side in enumerate(node.comparators):
        if isinstance(side, ast.Constant) and isinstance(side.value, str) and side.value:
            word = ast.Constant(around.another(side.value))
            yield "word", ast.Compare(node.left, node.ops, _with(node.comparators, place, word))


def _with(parts: list[Any], place: int, instead: Any) -> list[Any]:
    return [*parts[:place], instead, *parts[place + 1 :]]


def conditions(node: ast.AST, around: Around) -> Iterator[Fault]:
    """What is taken as true or false always is, or never."""
    if around.decides and isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
        if not isinstance(around.parent, ast.While):
            yield "always", ast.Constant(True)
        yield "never", ast.Constant(False)


def logic(node: ast.AST, around: Around) -> Iterator[Fault]:
    """`and` becomes `or`; one of the conditions is dropped; a `not` is dropped."""
    match node:
        case ast.BoolOp(op=operator, values=values):
            other = _swapped(operator)
            yield "and/or", ast.BoolOp(other, values)
            for place in range(len(values)):
                rest = [*values[:place], *values[place + 1 :]]
                yield "dropped", rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not", operand
        case _:
            pass


def arithmetic(node: ast.AST, around: Around) -> Iterator[Fault]:
    """`+` becomes `-`; a sign is dropped; one side of a union or intersection is dropped."""
    match node:
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd(), left=left, right=right):
            yield "dropped", left
            yield "dropped", right
        case ast.BinOp(op=operator, left=left, right=right) if not (
            _is_words(left) or _is_words(right)
        ):
            if other := _swapped(operator):
                yield "arithmetic", ast.BinOp(left, other, right)
        case ast.AugAssign(op=operator, value=value) if not _is_words(value):
            if other := _swapped(operator):
                yield "arithmetic", ast.AugAssign(node.target, other, value)
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            yield "sign", operand


def _is_words(node: ast.expr) -> bool:
    """Tell whether this surely is no number."""
    if isinstance(node, ast.BinOp):
        return _is_words(node.left) or _is_words(node.right)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, ast.JoinedStr | ast.Tuple | ast.List | ast.ListComp)


def constants(node: ast.AST, around: Around) -> Iterator[Fault]:
    """A number is one more; True becomes False."""
    if not isinstance(node, ast.Constant) or isinstance(around.parent, ast.FormattedValue):
        return
    match node.value:
        case bool():
            yield "flipped", ast.Constant(not node.value)
        case int() | float():
            yield "number", ast.Constant(node.value + 1)
        case _:
            pass


def members(node: ast.AST, around: Around) -> Iterator[Fault]:
    """One of several names in a set, tuple, list, table or pattern is left out."""
    match node:
        case ast.Set(elts=elements) | ast.Tuple(elts=elements) | ast.List(elts=elements):
            if _are_names(elements) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                for rest in _each_left_out(elements):
                    yield "left out", _like(node, rest)
        case ast.Dict(keys=keys, values=values) if _are_names(keys):
            pairs = list(zip(keys, values, strict=True))
            for left in _each_left_out(pairs):
                yield "left out", ast.Dict([key for key, _ in left], [value for _, value in left])
        case ast.MatchOr(patterns=patterns):
            for rest in _each_left_out(patterns):
                yield "left out", rest[0] if len(rest) == 1 else ast.MatchOr(rest)
        case _:
            pass


def _each_left_out(parts: list[Any]) -> Iterator[list[Any]]:
    for place in range(len(parts)):
        yield [*parts[:place], *parts[place + 1 :]]


def _are_names(elements: list[Any]) -> bool:
    names = all(isinstance(each, ast.Constant) or _is_member(each) for each in elements)
    return 2 <= len(elements) <= MANY and names and not any(_is_flag(each) for each in elements)


def _is_member(node: ast.AST | None) -> bool:
    """Tell whether this reads like a constant or a member: `GROUPS`, `Status.TAKEN`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.isupper()
        case _:
            pass
    return False


def _is_flag(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _like(node: ast.AST, elements: list[ast.expr]) -> ast.AST:
    if isinstance(node, ast.Set):
        return ast.Set(elements)
    return (
        ast.Tuple(elements, ast.Load())
        if isinstance(node, ast.Tuple)
        else ast.List(elements, ast.Load())
    )


def patterns(node: ast.AST, around: Around) -> Iterator[Fault]:
    """The word a case stands for is another."""
    match node:
        case ast.MatchValue(value=ast.Constant(value=str(word))):
            yield "word", ast.MatchValue(ast.Constant(around.another(word)))
        case _:
            pass


def order(node: ast.AST, around: Around) -> Iterator[Fault]:
    """The first becomes the last: `min` and `max`, `any` and `all`, a sorted list reversed."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in TWINS:
            yield "twin", ast.Call(ast.Name(TWINS[name], ast.Load()), args, keywords)
        case ast.Call(func=ast.Name(id="sorted") as name, args=args, keywords=keywords):
            if not any(each.arg == "reverse" for each in keywords):
                reverse = ast.keyword("reverse", ast.Constant(True))
                yield "order", ast.Call(name, args, [*keywords, reverse])
        case _:
            pass


def statements(node: ast.AST, around: Around) -> Iterator[Fault]:
    """What a statement does is not done; a loop ends instead of going on, or goes on."""
    match node:
        case ast.Continue():
            yield "loop", ast.Break()
        case ast.Break():
            yield "loop", ast.Continue()
        case ast.Expr(value=ast.Call() | ast.Yield()) | ast.AugAssign() | ast.Delete():
            yield "not done", ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "not done", ast.Pass()
        case ast.Return(value=None):
            yield "not done", ast.Pass()
        case ast.Assign() if around.set_again:
            yield "not done", ast.Pass()


def results(node: ast.AST, around: Around) -> Iterator[Fault]:
    """Nothing is given back where nothing may be."""
    if around.may_be_none:
        yield "none", ast.Constant(None)


RULES: tuple[Callable[[ast.AST, Around], Iterator[Fault]], ...] = (
    comparisons,
    conditions,
    logic,
    arithmetic,
    constants,
    members,
    patterns,
    order,
    statements,
    results,
)


def faults(node: ast.AST, around: Around) -> Iterator[Fault]:
    """Give every fault this node can have, each text once."""
    seen = {ast.unparse(node)}
    for rule in RULES:
        for kind, instead in rule(node, around):
            text = ast.unparse(instead)
            if text not in seen:
                seen.add(text)
                yield kind, instead
