"""`helpline residents|volunteers|coordinators import FILE`: registers, taken line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

import click

if TYPE_CHECKING:
    from helpline.enrolment.register.imports import LineReport, Report

SOME_REFUSED, NOT_READ = 1, 2


@click.group()
def residents() -> None:
    """Import residents from a CSV file."""


@click.group()
def volunteers() -> None:
    """Import volunteers from a CSV file."""


@click.group()
def coordinators() -> None:
    """Import coordinators from a CSV file."""


def _add_import(group: click.Group, role: str, help_text: str) -> None:
    """Give a group its command `import`."""

    @group.command(
        "import",
        help=f"{help_text}\n\nExit status: 0 all taken, 1 some lines refused, 2 file not read.",
    )
    @click.argument("file", type=click.File("rb"))
    @click.option("--all-or-nothing", is_flag=True, help="Take nothing when one line is refused.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen; keep and send nothing.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object a line of the file.")
    @click.option(
        "--language", type=click.Choice(["fr", "en"]), help="Of the report [the service's own]."
    )
    @click.pass_obj
    def import_file(
        config: str | None, /, file: BinaryIO, as_json: bool, language: str | None, **options: bool
    ) -> None:
        _import(config, role, file, as_json, language=language or "", **options)


def _import(config: str | None, role: str, file: BinaryIO, as_json: bool, **options: Any) -> None:
    """Import a file, print its report, and exit by what came of it."""
    from helpline.cli.opening import now, opened_town
    from helpline.enrolment.register.files import UnreadableFile
    from helpline.enrolment.register.imports import import_people
    from helpline.town.tx import Tx

    with opened_town(config) as (_, town, store):
        try:
            report = import_people(Tx(store, town, now()), role, file.read(), **options)
        except UnreadableFile as error:
            click.echo(error.problem, err=True)
            raise SystemExit(NOT_READ) from None
    show: Callable[[LineReport, str], str] = _as_json if as_json else _as_words
    for line in report.lines:
        click.echo(show(line, report.language))
    for sentence in (*report.notes, *_totals(report, dry_run=options["dry_run"])):
        click.echo(sentence, err=as_json)
    if report.count("refused"):
        raise SystemExit(SOME_REFUSED)


def _as_json(line: LineReport, language: str) -> str:
    told = {
        "line": line.line,
        "result": line.result,
        "phone": line.phone or None,
        "problems": line.problems,
        "warnings": line.warnings,
    }
    return json.dumps(told, ensure_ascii=False)


def _as_words(line: LineReport, language: str) -> str:
    from helpline.enrolment.register.words import say

    if line.problems:
        return say("line_refused", language, line=line.line, problems=" ".join(line.problems))
    result = say(f"result_{line.result}", language)
    text = say("line", language, line=line.line, result=result, phone=line.phone)
    return text + (
        say("warning", language, warnings="; ".join(line.warnings)) if line.warnings else ""
    )


def _totals(report: Report, *, dry_run: bool) -> list[str]:
    from helpline.enrolment.register.words import say

    refused = report.count("refused")
    if not report.kept and not dry_run:
        return [say("totals_none", report.language, refused=refused)]
    counts = {result: report.count(result) for result in ("new", "updated", "unchanged")}
    facts = {**counts, "taken": sum(counts.values()), "refused": refused, "texts": report.texts}
    return [
        say("totals", report.language, **facts),
        *([say("totals_dry", report.language)] if dry_run else []),
    ]


_add_import(
    residents,
    "resident",
    "Take residents from a CSV file: phone, name, language, zone, address, check_in_at, days, "
    "timezone, ladder, contact_name, contact_phone, consent. Only phone is required; "
    "docs/importing.md describes each.",
)
_add_import(
    volunteers,
    "volunteer",
    "Take volunteers from a CSV file: phone, name, language, zones, confirmed. Only phone is "
    "required.",
)
_add_import(
    coordinators,
    "coordinator",
    "Take coordinators from a CSV file: phone, name, language, email. Only phone is required.",
)
