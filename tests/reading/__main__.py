"""The command: `python -m tests.reading [--half held] [--language fr] [--kind ok-but] [--list]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.reading import report
from tests.reading.asking import NoReader, read_all, understood
from tests.reading.scoring import Result
from tests.reading.texts import HALVES, LANGUAGES, Entry, entries
from tests.reading.variants import variants

Reader = Callable[[Iterable[Mapping[str, str]]], Iterator[dict[str, Any]]]


def main(arguments: list[str] | None = None, reader: Reader = read_all) -> int:
    """Ask about the texts wished for and print the figures. Return 1 when there was no reader."""
    wishes = _parser().parse_args(arguments)
    asked = list(_chosen(wishes))
    try:
        results = _results(asked, reader)
    except NoReader as why:
        print(f"Nothing was read: {why}", file=sys.stderr)
        return 1
    if wishes.markdown:
        wishes.markdown.write_text(report.page(results), encoding="utf-8")
    for line in _told(results, wishes.list):
        print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reading", description=__doc__)
    parser.add_argument("--half", choices=HALVES, help="only this half")
    parser.add_argument(
        "--language", choices=LANGUAGES, action="append", help="only this one; may be given again"
    )
    parser.add_argument(
        "--kind", action="append", help="only kinds that begin so; may be given again"
    )
    parser.add_argument("--list", action="store_true", help="show each text that was read wrong")
    parser.add_argument("--no-variants", action="store_true", help="only texts as written")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there")
    return parser


def _chosen(wishes: argparse.Namespace) -> Iterator[Entry]:
    everything = entries()
    written = [each for each in everything if _is_wished(each, wishes)]
    yield from written
    if not wishes.no_variants:
        yield from variants(written, everything)


def _is_wished(entry: Entry, wishes: argparse.Namespace) -> bool:
    return (
        wishes.half in (None, entry.half)
        and entry.language in (wishes.language or LANGUAGES)
        and entry.kind.startswith(tuple(wishes.kind or [""]))
    )


def _results(asked: list[Entry], reader: Reader) -> list[Result]:
    answers = reader(each.question for each in asked)
    pairs = zip(asked, answers, strict=True)
    return [Result(entry, understood(told, entry.situation)) for entry, told in pairs]


def _told(results: list[Result], is_listed: bool) -> Iterator[str]:
    if is_listed:
        yield from report.wrong_lines(results)
    for heading, table in report.tables(results):
        yield from ("", heading, "")
        yield from report.as_lines(table)
    yield from ("", "Kinds with something wrong", "")
    yield from report.as_lines(report.kinds_table(results))


if __name__ == "__main__":
    sys.exit(main())
