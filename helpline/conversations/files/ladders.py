"""ladders.yaml: who is asked when nobody answers, and how long each is waited for."""

from __future__ import annotations

from collections.abc import Mapping

from helpline.conversations.files.nodes import Items, Node, Source, Table
from helpline.conversations.files.problems import nearest
from helpline.conversations.files.reader import Reader
from helpline.town.ladder import DEFAULT_PROMISE, GROUPS, Ladder, Reminder, Rung

LADDER_KEYS = ("resident", "deadline", "humans", "promise")
RUNG_KEYS = ("ask", "at_once", "wait", "repeat")
EVERYONE = 99
AT_ONCE = {"contacts": EVERYONE, "volunteers": 3, "coordinators": EVERYONE}


def read_ladders(
    reader: Reader, source: Source, phrases: Mapping[str, object]
) -> dict[str, Ladder]:
    """Return the ladders of a file by name; their sentences must be in `phrases`."""
    ladders: dict[str, Ladder] = {}
    root = reader.table(source.root, "the file", 1, ("ladders",))
    node = root.entries.get("ladders") if root else None
    table = reader.table(node, "`ladders`", source.line("ladders"))
    for name, inner in table.entries.items() if table else ():
        line = source.line("ladders", name)
        reader.is_name(name, line, "the name of a ladder")
        ladder = _ladder(reader, name, inner, line, phrases)
        if ladder is not None:
            ladders[name] = ladder
    return ladders


def _ladder(
    reader: Reader, name: str, node: Node, line: int, phrases: Mapping[str, object]
) -> Ladder | None:
    what = f"ladder `{name}`"
    table = reader.table(node, what, line, LADDER_KEYS)
    if table is None:
        return None
    if "deadline" not in table.entries:
        reader.error(line, f"{what} has no `deadline`.", "Add `deadline: 150m`: then a case opens.")
    deadline = reader.duration(table, "deadline", what, 0) or 0
    return Ladder(
        name=name,
        resident=_reminders(reader, table, what, deadline, phrases),
        deadline=deadline,
        humans=_rungs(reader, table, what, line),
        promise=reader.duration(table, "promise", what, DEFAULT_PROMISE) or DEFAULT_PROMISE,
    )


def _rows(reader: Reader, table: Table, key: str, what: str, known: tuple[str, ...]) -> list[Table]:
    node = table.entries.get(key)
    if node is None:
        return []
    if not isinstance(node, Items):
        reader.error(
            table.lines[key], f"`{key}` of {what} is not a list.", "Write each line after `- `."
        )
        return []
    read = (
        reader.table(item, f"a line of `{key}` of {what}", item.line, known) for item in node.items
    )
    return [row for row in read if row is not None]


def _reminders(
    reader: Reader, table: Table, what: str, deadline: int, phrases: Mapping[str, object]
) -> tuple[Reminder, ...]:
    reminders: list[Reminder] = []
    for row in _rows(reader, table, "resident", what, ("after", "say")):
        say = reader.text(row, "say", f"a reminder of {what}", required=True)
        if say and f"check_in_{say}" not in phrases:
            reader.error(
                row.lines["say"],
                f"{what} says `{say}`, but there is no phrase "
                f"`check_in_{say}`.{nearest(f'check_in_{say}', phrases)}",
                f"Add `check_in_{say}` to phrases.yaml.",
            )
        if "after" not in row.entries:
            reader.error(row.line, f"a reminder of {what} has no `after`.", "Add `after: 60m`.")
        after = reader.duration(row, "after", f"a reminder of {what}") or 0
        if after and reminders and after <= reminders[-1].after:
            reader.error(
                row.lines["after"],
                f"The reminders of {what} do not follow each other in time.",
                "Give each a later `after`.",
            )
        if after and deadline and after >= deadline:
            reader.error(
                row.lines["after"],
                f"A reminder of {what} comes at or after its deadline.",
                "Say it earlier, or move `deadline`.",
            )
        reminders.append(Reminder(after, say))
    return tuple(reminders)


def _rungs(reader: Reader, table: Table, what: str, line: int) -> tuple[Rung, ...]:
    rows = _rows(reader, table, "humans", what, RUNG_KEYS)
    rungs = tuple(_rung(reader, row, what) for row in rows)
    if not rungs:
        reader.error(line, f"{what} asks nobody.", "Add `humans:` with at least the coordinators.")
    elif not (rungs[-1].repeat and "coordinators" in rungs[-1].ask):
        reader.error(
            rows[-1].line,
            f"The last line of {what} does not ask the coordinators again and again: a case could "
            "be left alone.",
            "End with `{ask: coordinators, wait: 15m, repeat: true}`.",
        )
    for row, rung in zip(rows[:-1], rungs[:-1], strict=True):
        if rung.repeat:
            reader.error(
                row.lines["repeat"],
                f"A line of {what} before the last repeats: the next are never asked.",
                "Keep `repeat` for the last line.",
            )
    return rungs


def _rung(reader: Reader, row: Table, what: str) -> Rung:
    what = f"a line of `humans` of {what}"
    groups = reader.strings(
        row.entries.get("ask"), f"`ask` of {what}", row.lines.get("ask", row.line)
    )
    for group in groups:
        if group not in GROUPS:
            reader.error(
                row.lines["ask"],
                f"{what} asks `{group}`.{nearest(group, GROUPS)}",
                f"Use {', '.join(GROUPS)}.",
            )
    if not groups:
        reader.error(
            row.line, f"{what} asks nobody.", f"Add `ask:` with one of {', '.join(GROUPS)}."
        )
    if "wait" not in row.entries:
        reader.error(
            row.line, f"{what} has no `wait`.", "Add `wait: 15m`: how long we wait for an answer."
        )
    at_once = reader.number(
        row, "at_once", what, min((AT_ONCE.get(group, 1) for group in groups), default=1)
    )
    if at_once == 0:
        reader.error(row.lines["at_once"], f"{what} asks 0 people at once.", "Write 1 or more.")
    return Rung(
        groups,
        at_once or 1,
        reader.duration(row, "wait", what, 0) or 0,
        reader.flag(row, "repeat", what),
    )
