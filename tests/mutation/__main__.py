"""The command: `python -m tests.mutation [--room cases] [--sample 1/10] [--list]`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.mutation import report
from tests.mutation.campaign import Fate, Verdict, Wishes, run
from tests.mutation.equivalents import apart, listed
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.record import recorded
from tests.mutation.rooms import HOUSE, ROOMS, Room, room_named, sql_loader
from tests.mutation.sql_mutants import mutants_of_sql, names_in


def main(arguments: list[str] | None = None) -> None:
    """Plant the faults that are asked for and say which ones no test notices."""
    wishes = _parser().parse_args(arguments)
    say = _progress()
    rooms = [room_named(name) for name in wishes.room] or list(ROOMS)
    everything = [mutant for room in rooms for mutant in _mutants_in(room)]
    _, _, idle = apart(
        everything, [entry for entry in listed() if entry.room in {room.name for room in rooms}]
    )
    chosen = list(_chosen(everything, wishes))
    mutants, same, _ = apart(chosen, listed())
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    record = recorded(say, wishes.tests)
    verdicts = run(mutants, record, Wishes(wishes.workers, wishes.seconds, wishes.each), say)
    verdicts += [Verdict(mutant, Fate.EQUIVALENT) for mutant in same]
    place = {mutant: at for at, mutant in enumerate(chosen)}
    verdicts.sort(key=lambda each: place[each.mutant])
    say("")
    _tell(
        wishes,
        verdicts,
        f"{len(verdicts)} of {len(everything)} mutants, {time.monotonic() - began:.0f} s.",
    )
    for entry in idle:
        print(
            f"equivalent.toml: no mutant is like {entry.room}, {entry.function}: {entry.original} "
            f"→ {entry.mutated}"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "--room", action="append", default=[], help="only this room; may be given several times"
    )
    parser.add_argument(
        "--file", action="append", default=[], help="only files whose path holds this"
    )
    parser.add_argument(
        "--sample", default="1/1", metavar="N/M", help="N of every M mutants, always the same ones"
    )
    parser.add_argument(
        "--again", type=Path, metavar="FILE", help="only those not killed in an earlier --json FILE"
    )
    parser.add_argument(
        "--tests",
        default="*",
        metavar="GLOB",
        help="only the test files whose path fits, say tests/cases/*",
    )
    parser.add_argument(
        "--list", action="store_true", help="show what was not killed, each as a unified diff"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all verdicts there")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the table of docs/mutation.md there"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.0,
        help="stop after so many seconds; 0: when all are tried",
    )
    parser.add_argument(
        "--each", type=float, default=20.0, help="seconds of tests that one mutant may take"
    )
    parser.add_argument(
        "--workers", type=int, default=2, choices=(1, 2), help="mutants tried at once"
    )
    return parser


def _mutants_in(room: Room) -> Iterator[Mutant]:
    table = sql_loader()("sqlite")
    for path in room.paths():
        source = (HOUSE / path).read_text(encoding="utf-8")
        if path.endswith(".sql"):
            for name in names_in(source):
                yield from mutants_of_sql(room.name, path, name, table[name])
        else:
            yield from mutants_of(room.name, path, source)


def _chosen(mutants: Iterable[Mutant], wishes: argparse.Namespace) -> Iterator[Mutant]:
    share, of = (int(part) for part in wishes.sample.split("/"))
    again = None
    if wishes.again:
        lines = json.loads(wishes.again.read_text(encoding="utf-8"))
        again = {
            each["key"] for each in lines if each["fate"] not in (Fate.KILLED, Fate.EQUIVALENT)
        }
    for mutant in mutants:
        in_files = not wishes.file or any(part in mutant.file for part in wishes.file)
        if in_files and mutant.is_sampled(share, of) and (again is None or mutant.key in again):
            yield mutant


def _tell(wishes: argparse.Namespace, verdicts: list[Verdict], told: str) -> None:
    if wishes.list:
        print("\n".join(report.as_diffs(verdicts)))
    print("\n".join(report.as_lines(verdicts)))
    print(told)
    if wishes.json:
        wishes.json.write_text(report.as_json(verdicts), encoding="utf-8")
    if wishes.markdown:
        wishes.markdown.write_text(report.as_markdown(verdicts, told), encoding="utf-8")


def _progress() -> Callable[[str], None]:
    """Return what shows how far we are: a line that changes on a terminal, now and then one
    elsewhere."""
    shown = [0.0]

    def say(words: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)
        elif words and time.monotonic() - shown[0] > 20:
            shown[0] = time.monotonic()
            print(words, file=sys.stderr, flush=True)

    return say


if __name__ == "__main__":
    main()
