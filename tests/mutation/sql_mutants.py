"""Which small faults a statement of SQL can have: a condition gone, a comparison or an order
turned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutation.mutants import Mutant, SqlEdit

TOKEN = re.compile(r"'(?:[^']|'')*'|:?\w+(?:\.\w+)?|<=|>=|<>|\|\||[^\s\w]")
NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
TURNED = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "<>",
    "<>": "=",
    "AND": "OR",
    "OR": "AND",
}
CLAUSES = frozenset(
    (
        "SELECT",
        "FROM",
        "JOIN",
        "ON",
        "WHERE",
        "SET",
        "ORDER",
        "GROUP",
        "HAVING",
        "LIMIT",
        "VALUES",
        "RETURNING",
        "UNION",
    )
)
ENDS = CLAUSES - {"SELECT"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign, where it stands, how many brackets are open, and the clause it is part of."""

    text: str
    start: int
    end: int
    depth: int
    clause: str

    @property
    def decides(self) -> bool:
        """Tell whether a comparison here chooses rows or values, and does not join or set."""
        return self.clause in ("WHERE", "WHEN", "HAVING", "SELECT")


def names_in(source: str) -> list[str]:
    """Return the names of the statements of a file."""
    return NAME.findall(source)


def mutants_of_sql(room: str, file: str, name: str, statement: str) -> Iterator[Mutant]:
    """Give every mutant of one statement, as the store runs it: on one line, without comments."""
    tokens = list(_tokens(statement))
    seen = {statement}
    for kind, start, end, instead in _changes(tokens):
        after = statement[:start] + instead + statement[end:]
        if after not in seen:
            seen.add(after)
            shown = statement[max(0, start - 30) : end + 30]
            changed = statement[max(0, start - 30) : start] + instead + statement[end : end + 30]
            yield Mutant(
                room,
                file,
                name,
                kind,
                shown,
                changed,
                statement[start:end],
                None,
                SqlEdit(statement, after),
            )


Change = tuple[str, int, int, str]  # what kind, from where, to where, and what stands there instead


def _changes(tokens: list[Token]) -> Iterator[Change]:
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else token
        yield from _turned(tokens, place, after)
        if token.text == "IN" and after.text == "(":
            yield from _names_left_out(tokens, place + 1)
        if token.text in ("WHERE", "HAVING") or (token.text == "(" and token.clause == "WHERE"):
            yield from _conditions_dropped(tokens, place + 1)
        if token.text == "BY" and token.clause == "ORDER":
            yield from _orders_reversed(tokens, place + 1)


def _turned(tokens: list[Token], place: int, after: Token) -> Iterator[Change]:
    token, before = tokens[place], tokens[place - 1]
    if not token.decides:
        return
    match token.text:
        case "=" | "<" | "<=" | ">" | ">=" | "<>":
            yield "comparison", token.start, token.end, TURNED[token.text]
        case "IS":
            instead = "IS" if after.text == "NOT" else "IS NOT"
            yield (
                "comparison",
                token.start,
                after.end if after.text == "NOT" else token.end,
                instead,
            )
        case "IN" | "EXISTS" | "LIKE":
            negated = before.text == "NOT"
            start = before.start if negated else token.start
            yield "comparison", start, token.end, token.text if negated else f"NOT {token.text}"
        case text if text.isdecimal() and token.clause in ("WHERE", "WHEN"):
            yield "number", token.start, token.end, str(int(text) + 1)
        case text if text.startswith("'") and before.text in ("=", "<>"):
            yield "word", token.start, token.end, f"'not_{text[1:]}"


def _names_left_out(tokens: list[Token], opening: int) -> Iterator[Change]:
    words: list[Token] = []
    for token in tokens[opening + 1 :]:
        if token.text == ")":
            break
        if token.text != ",":
            words.append(token)
    if len(words) < 2 or not all(word.text.startswith("'") for word in words):
        return
    for left in words:
        rest = ", ".join(word.text for word in words if word is not left)
        yield "left out", words[0].start, words[-1].end, rest


def _conditions_dropped(tokens: list[Token], first: int) -> Iterator[Change]:
    """Drop each condition that `AND` or `OR` joins from `first` on, until clause or bracket
    ends."""
    depth = tokens[first].depth if first < len(tokens) else 0
    joins: list[Token] = []
    end, between, cases = first, False, 0
    for place in range(first, len(tokens)):
        token = tokens[place]
        if token.depth < depth or (token.depth == depth and token.text in ENDS):
            break
        end = place
        cases += (token.text == "CASE") - (token.text == "END")
        if token.depth == depth and not cases:
            if token.text in ("AND", "OR") and not between:
                joins.append(token)
            between = token.text == "BETWEEN" or (between and token.text != "AND")
    yield from _without_each(tokens[first : end + 1], joins)


def _without_each(span: list[Token], joins: list[Token]) -> Iterator[Change]:
    if not joins or len({join.text for join in joins}) > 1:
        return
    yield "dropped", span[0].start, joins[0].end + 1, ""
    for place, join in enumerate(joins):
        end = joins[place + 1].start - 1 if place + 1 < len(joins) else span[-1].end
        yield "dropped", join.start, end, ""


def _orders_reversed(tokens: list[Token], first: int) -> Iterator[Change]:
    depth = tokens[first].depth
    for place in range(first, len(tokens)):
        token = tokens[place]
        if token.depth < depth or token.text in ("LIMIT", ";", "UNION", "RETURNING", "FOR"):
            return
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        ends = (
            after is None
            or after.depth < depth
            or (after.depth == depth and after.text in (",", "LIMIT"))
        )
        if ends and token.depth >= depth and token.text != ",":
            if token.text in ("DESC", "ASC"):
                yield "order", token.start, token.end, "ASC" if token.text == "DESC" else "DESC"
            else:
                yield "order", token.end, token.end, " DESC"


def _tokens(statement: str) -> Iterator[Token]:
    clauses = [""]
    whens: list[str] = []
    for found in TOKEN.finditer(statement):
        text = found[0]
        if text == ")" and len(clauses) > 1:
            clauses.pop()
        if text in CLAUSES:
            clauses[-1] = text
        elif text == "WHEN":
            whens.append(clauses[-1])
            clauses[-1] = "WHEN"
        elif text == "THEN" and whens:
            clauses[-1] = whens.pop()
        yield Token(text, found.start(), found.end(), len(clauses) - 1, clauses[-1])
        if text == "(":
            clauses.append(clauses[-1])
