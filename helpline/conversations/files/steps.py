"""The steps of a flow, from a file's parts."""

from __future__ import annotations

import re

from helpline.conversations.files.facts import EXPECTS
from helpline.conversations.files.nodes import Items, Node, Table, Text
from helpline.conversations.files.problems import nearest
from helpline.conversations.files.reader import Reader
from helpline.conversations.types import Ask, Choice, Do, End, If, Run, Say, Step

MAX_CHOICES = 9
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:-]{0,39}")
KINDS = {
    "ask": (
        "ask", "ussd", "choices", "choices_from", "expect", "min", "max", "save", "go",
        "invalid", "consent",
    ),
    "say": ("say", "ussd", "receipt", "go", "end"),
    "do": ("do", "then", "go"),
    "if": ("if", "go", "else"),
    "run": ("run", "go"),
    "end": ("end",),
}  # fmt: skip
CHOICE_KEYS = ("id", "key", "label", "accept", "accept_intent", "go", "value")


def read_step(reader: Reader, name: str, node: Node, line: int) -> Step | None:
    """Return the step, or None with the problem noted."""
    what = f"step `{name}`"
    table = reader.table(node, what, line)
    if table is None:
        return None
    kinds = [kind for kind in KINDS if kind in table.entries and kind != "end"] or [
        kind for kind in ("end",) if kind in table.entries
    ]
    if len(kinds) != 1:
        found = " and ".join(f"`{kind}`" for kind in kinds) or "none"
        reader.error(
            line, f"{what} must be one thing; it has {found}.", f"Keep one of {', '.join(KINDS)}."
        )
        return None
    kind = kinds[0]
    reader.table(table, what, line, KINDS[kind])
    match kind:
        case "ask":
            return _ask(reader, name, table, what)
        case "say":
            return _say(reader, name, table, what)
        case "do":
            return _do(reader, name, table, what)
        case "if":
            return _if(reader, name, table, what)
        case "run":
            return Run(
                name, reader.text(table, "run", what, required=True), reader.text(table, "go", what)
            )
        case _:
            return End(name)


def _ask(reader: Reader, name: str, table: Table, what: str) -> Ask:
    choices = _choices(reader, table, what)
    listed = reader.text(table, "choices_from", what)
    expect = reader.text(table, "expect", what) or ("text" if listed else "")
    if expect and expect not in EXPECTS:
        reader.error(
            table.lines["expect"],
            f"{what} expects `{expect}`, which we cannot read.{nearest(expect, EXPECTS)}",
            f"Use one of {', '.join(EXPECTS)}.",
        )
    if not choices and not expect and "choices" not in table.entries:
        reader.error(
            table.line,
            f"{what} asks, but nothing can answer it.",
            "Add `choices`, `choices_from` or `expect`.",
        )
    low, high = reader.number(table, "min", what), reader.number(table, "max", what)
    if low is not None and high is not None and low > high:
        reader.error(table.lines["min"], f"{what} has a `min` above its `max`.", "Exchange them.")
    go = reader.text(table, "go", what)
    if not go and expect:
        reader.error(table.line, f"{what} leads nowhere after an answer.", "Add `go: STEP`.")
    return Ask(
        name=name,
        texts=reader.texts(table, "ask", what),
        ussd=reader.texts(table, "ussd", what, every=False),
        choices=tuple(choices),
        choices_from=listed,
        expect=expect,
        min=low,
        max=high,
        save=reader.name(table, "save", what),
        go=go,
        invalid=reader.texts(table, "invalid", what),
        consent=reader.name(table, "consent", what),
    )


def _choices(reader: Reader, table: Table, what: str) -> list[Choice]:
    node = table.entries.get("choices")
    if node is None:
        return []
    if not isinstance(node, Items) or not node.items:
        reader.error(
            table.lines["choices"],
            f"`choices` of {what} is not a list.",
            "Write each choice on its own line after `- `.",
        )
        return []
    if sum(1 for item in node.items if not _is_zero(item)) > MAX_CHOICES:
        reader.error(
            node.line, f"{what} has more than {MAX_CHOICES} choices and a 0.", "Ask in two steps."
        )
    read = (_choice(reader, item, what, "go" in table.entries) for item in node.items)
    return [choice for choice in read if choice is not None]


def _is_zero(item: Node) -> bool:
    key = item.entries.get("key") if isinstance(item, Table) else None
    return isinstance(key, Text) and key.value == "0"


def _choice(reader: Reader, node: Node, what: str, has_go: bool) -> Choice | None:
    table = reader.table(node, f"a choice of {what}", node.line, CHOICE_KEYS)
    if table is None:
        return None
    id = reader.text(table, "id", f"a choice of {what}", required=True)
    if id and not _ID.fullmatch(id):
        reader.error(
            table.lines["id"],
            f"a choice of {what} has the id `{id}`.",
            "Use letters a-z, digits, `_`, `-` and `:`.",
        )
    what = f"choice `{id}` of {what}"
    key = reader.text(table, "key", what, required=True)
    if key and not (len(key) == 1 and key.isascii() and key.isdigit()):
        reader.error(table.lines["key"], f"{what} has the key `{key}`.", "Use one digit, 0 to 9.")
    go = reader.text(table, "go", what)
    if not go and not has_go:
        reader.error(
            table.line,
            f"{what} leads nowhere.",
            "Add `go: STEP` to it, or to the step for all its choices.",
        )
    return Choice(
        id=id,
        key=key,
        label=reader.texts(table, "label", what, required=True),
        accept=reader.words(table, "accept", what),
        intents=reader.strings(
            table.entries.get("accept_intent"), f"`accept_intent` of {what}", table.line
        ),
        go=go,
        value=reader.text(table, "value", what) if "value" in table.entries else None,
    )


def _say(reader: Reader, name: str, table: Table, what: str) -> Say:
    go, end = reader.text(table, "go", what), reader.flag(table, "end", what)
    if bool(go) == end:
        reader.error(
            table.line, f"{what} must say where it leads, once.", "Keep `go: STEP` or `end: true`."
        )
    return Say(
        name=name,
        texts=reader.texts(table, "say", what),
        ussd=reader.texts(table, "ussd", what, every=False),
        receipt=reader.flag(table, "receipt", what),
        go=go,
    )


def _do(reader: Reader, name: str, table: Table, what: str) -> Do:
    node = table.entries.get("then")
    then = (
        _results(reader, node, f"`then` of {what}", table.lines["then"]) if node is not None else {}
    )
    return Do(
        name, reader.text(table, "do", what, required=True), then, reader.text(table, "go", what)
    )


def _results(reader: Reader, node: Node, what: str, line: int) -> dict[str, str]:
    table = reader.table(node, what, line)
    if table is None:
        return {}
    return {result: reader.text(table, result, what, required=True) for result in table.entries}


def _if(reader: Reader, name: str, table: Table, what: str) -> If:
    test = reader.table(
        table.entries["if"], f"`if` of {what}", table.lines["if"], ("fact", "answer", "is")
    )
    fact = reader.text(test, "fact", what) if test else ""
    answer = reader.text(test, "answer", what) if test else ""
    if test and bool(fact) == bool(answer):
        reader.error(
            test.line,
            f"`if` of {what} must look at one thing.",
            "Write `{fact: NAME, is: VALUE}` or `{answer: NAME, is: VALUE}`.",
        )
    return If(
        name=name,
        fact=fact,
        answer=answer,
        value=reader.text(test, "is", what) if test else "",
        go=reader.text(table, "go", what, required=True),
        otherwise=reader.text(table, "else", what, required=True),
    )
