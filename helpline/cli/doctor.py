"""`helpline doctor`: what is right, what is wrong, and what to do about it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from helpline.ops.doctor.doctor import Line

LEVELS = {"ok": ("OK", "green"), "warning": ("ATTENTION", "yellow"), "problem": ("PROBLEM", "red")}


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line: check, level, text, remedy."
)
@click.option("--offline", is_flag=True, help="Ask no provider.")
@click.pass_obj
def doctor(config: str | None, as_json: bool, offline: bool) -> None:
    """Say in words what is wrong; ends with status 1 when there is a problem."""
    from helpline.base.clock import SystemClock
    from helpline.ops.doctor.doctor import examine

    lines = examine(config, os.environ, SystemClock(), offline=offline)
    for line in lines:
        click.echo(_as_json(line) if as_json else _in_words(line))
    problems = sum(line.finding.level == "problem" for line in lines)
    if not as_json:
        click.echo(_summary(problems, sum(line.finding.level == "warning" for line in lines)))
    if problems:
        raise SystemExit(1)


def _as_json(line: Line) -> str:
    finding = line.finding
    kept = {
        "check": line.check,
        "level": finding.level,
        "text": finding.text,
        "remedy": finding.remedy,
    }
    return json.dumps(kept, ensure_ascii=False)


def _in_words(line: Line) -> str:
    word, colour = LEVELS[line.finding.level]
    said = f"{click.style(f'{word:<10}', fg=colour)} {line.finding.text}"
    remedy = line.finding.remedy if line.finding.level != "ok" else ""
    return f"{said}\n{'':<11}→ {remedy}" if remedy else said


def _summary(problems: int, warnings: int) -> str:
    if not problems and not warnings:
        return "All is well."
    return f"Problems: {problems}. Points for attention: {warnings}."
