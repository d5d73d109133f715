"""YAML read as text only, with the line of every part.

YAML would read `no` as false, `10:30` as 630 and keep the last of two equal keys in silence. Here
`no` stays "no", and a key written twice is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from helpline.conversations.files.problems import Report

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as written."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; `lines` holds the line of each key."""

    entries: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Text | Items | Table


@dataclass(frozen=True, slots=True)
class Source:
    """A file and its parts, to name a line when something in it is wrong."""

    file: str
    root: Table

    def line(self, *path: str | int) -> int:
        """Return the line of the part at `path`, or of the nearest part around it."""
        node: Node = self.root
        line = self.root.line
        for key in path:
            if isinstance(node, Table) and isinstance(key, str) and key in node.entries:
                line, node = node.lines[key], node.entries[key]
            elif isinstance(node, Items) and isinstance(key, int) and key < len(node.items):
                node = node.items[key]
                line = node.line
            else:
                break
        return line


def parse(source: str, file: str, report: Report) -> Source | None:
    """Return the parts of a YAML text, or None with the problem noted."""
    try:
        root = yaml.compose(source, Loader=_LOADER)
        table = _node(root, file, report) if isinstance(root, yaml.MappingNode) else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "it is not YAML"
        line = mark.line + 1 if mark else 1
        report.error(
            file,
            line,
            f"This cannot be read: {said}.",
            "Check the indent, the quotes and the brackets.",
        )
        return None
    except (ValueError, RecursionError) as error:
        report.error(file, 1, f"This cannot be read: {error}.", "Write it as docs/flows.md shows.")
        return None
    if not isinstance(table, Table):
        report.error(
            file, 1, "This is not a list of `name: value` lines.", "Begin as docs/flows.md shows."
        )
        return None
    return Source(file, table)


def plain(node: Node) -> object:
    """Return the parts as dicts, lists and text."""
    match node:
        case Text(value=value):
            return value
        case Items(items=items):
            return [plain(item) for item in items]
        case Table(entries=entries):
            return {key: plain(value) for key, value in entries.items()}


def _node(node: yaml.Node, file: str, report: Report) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(item, file, report) for item in node.value), line)
    if not isinstance(node, yaml.MappingNode):
        return Text(str(node.value), line)
    entries: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key_node, value in node.value:
        key, at = str(key_node.value), key_node.start_mark.line + 1
        if key in entries:
            report.error(
                file,
                at,
                f"`{key}` is written twice, first on line {lines[key]}.",
                "Keep one of the two.",
            )
            continue
        entries[key], lines[key] = _node(value, file, report), at
    return Table(entries, lines, line)
