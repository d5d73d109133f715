"""`python -m tests.chaos.series --deaths 1000`: campaign after campaign until so many died in all;
one table."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from itertools import count, cycle, product
from pathlib import Path
from typing import Any

from tests.chaos.__main__ import add_options, campaign_of, show

COUNTED = ("deaths", "named", "expected", "lost", "doubled", "extra", "broken")


def main(arguments: list[str] | None = None) -> int:
    """Play campaigns in turn and print the table of all. Return 0 when nothing was lost, doubled or
    broken."""
    given = _read(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kept = Path(given.results) if given.results else None
    rows = read(kept)
    kinds = cycle(product(given.engines, given.databases))
    seeds = count(max((row["seed"] for row in rows), default=given.first_seed - 1) + 1)
    while sum(row["deaths"] for row in rows) < given.deaths:
        engines, database = next(kinds)
        one = argparse.Namespace(
            **{**vars(given), "deaths": given.each, "engines": engines, "database": database}
        )
        one.seed, one.folder = next(seeds), ""
        result = campaign_of(one)
        show(result)
        print(flush=True)
        rows.append(result.row())
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    print(table(rows))
    return 1 if any(row[name] for row in rows for name in ("lost", "doubled", "broken")) else 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.series", description=__doc__)
    add_options(parser)
    parser.add_argument("--deaths", type=int, default=1000, help="in all")
    parser.add_argument("--each", type=int, default=60, help="deaths of one campaign")
    parser.add_argument("--engines", type=int, nargs="+", default=[1, 3])
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"]
    )
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument(
        "--results",
        default="",
        help="keep a line of JSON for each campaign here, and go on from there",
    )
    return parser.parse_args(arguments)


def read(kept: Path | None) -> list[dict[str, Any]]:
    """Return the campaigns that were played already."""
    if kept is None or not kept.exists():
        return []
    return [json.loads(line) for line in kept.read_text("utf-8").splitlines()]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the campaigns added up by database, engines and troubles, as a table of Markdown."""
    lines = [
        "| database | engines | troubles | seeds | deaths (at named steps) "
        "| texts expected | lost | doubled | extra | broken |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    kinds = sorted(
        {(row["database"], row["engines"], row["troubles"]) for row in rows}, reverse=True
    )
    for kind in kinds:
        lines.append(
            _line(*kind, [r for r in rows if (r["database"], r["engines"], r["troubles"]) == kind])
        )
    return "\n".join([*lines, _line("all", "", "", rows)])


def _line(database: str, engines: object, troubles: str, rows: Sequence[dict[str, Any]]) -> str:
    total = {name: sum(row[name] for row in rows) for name in COUNTED}
    seeds = ", ".join(str(row["seed"]) for row in rows)
    cells = [
        database,
        engines,
        troubles,
        seeds,
        f"{total['deaths']:,} ({total['named']:,})",
        f"{total['expected']:,}",
    ]
    return (
        "| "
        + " | ".join(str(cell) for cell in [*cells, *(total[name] for name in COUNTED[3:])])
        + " |"
    )


if __name__ == "__main__":
    sys.exit(main())
