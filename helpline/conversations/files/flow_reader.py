"""A flow file's text -> Flow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath

from helpline.conversations.files.nodes import Source, parse, plain
from helpline.conversations.files.problems import Report
from helpline.conversations.files.reader import Reader
from helpline.conversations.files.steps import read_step
from helpline.conversations.types import Flow

FLOW_KEYS = ("flow", "version", "opens_on", "start", "expires", "private", "steps")
DAY = 86_400


def parse_flow(source_text: str, file_name: str) -> Flow:
    """Return the flow written in `source_text`, such as an old version kept in the database.

    Languages are not required here: what was good when it was kept stays good. Raises InvalidFlow.
    """
    report = Report()
    read = read_flow(source_text, file_name, (), report, check_name=False)
    report.raise_errors()
    assert read is not None
    return read[0]


def read_flow(
    text: str, file: str, languages: Sequence[str], report: Report, *, check_name: bool = True
) -> tuple[Flow, Source] | None:
    """Return the flow and its lines, or None when no flow can be made of it; problems are noted in
    `report`."""
    source = parse(text, file, report)
    if source is None:
        return None
    reader = Reader(file, report, languages)
    root = source.root
    reader.table(root, "the flow", 1, FLOW_KEYS)
    name = reader.name(root, "flow", "the file", required=True)
    if check_name and name and name != PurePath(file).stem:
        reader.error(
            root.lines["flow"],
            f"This flow is called `{name}`, its file {PurePath(file).name}.",
            "Give both one name.",
        )
    if "steps" not in root.entries:
        reader.error(1, "The flow has no `steps`.", "Add `steps:` and at least one step.")
        return None
    table = reader.table(root.entries["steps"], "`steps`", root.lines["steps"])
    steps = {}
    for step_name, node in table.entries.items() if table else ():
        line = source.line("steps", step_name)
        reader.is_name(step_name, line, "the name of a step")
        step = read_step(reader, step_name, node, line)
        if step is not None:
            steps[step_name] = step
    flow = Flow(
        name=name,
        version=reader.number(root, "version", "the flow", 1) or 1,
        hash=content_hash(source),
        source=text,
        steps=steps,
        start=reader.text(root, "start", "the flow", required=True),
        expires=(reader.duration(root, "expires", "the flow", DAY * 1000) or 0) // 1000,
        private=reader.flag(root, "private", "the flow"),
        opens_on=reader.name(root, "opens_on", "the flow"),
    )
    return flow, source


def content_hash(source: Source) -> str:
    """Return 16 hex digits that name the content, whatever its layout and comments."""
    content = json.dumps(
        plain(source.root), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
