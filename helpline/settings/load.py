"""Reads the settings: a file, and the environment above it. All problems are said at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from helpline.base.errors import InvalidSettings
from helpline.settings.schema import (
    PREFIX,
    Context,
    Key,
    Place,
    ProviderSection,
    Schema,
    Section,
    keys_of,
)
from helpline.settings.sections import HABITS, OPENING, Settings, in_order
from helpline.settings.values import country, nearest

Raw = dict[Place, object]
S = TypeVar("S", bound=Section)
NOT_WELL_FORMED = (
    "Texts stand in quotes, one setting a line; compare it with deploy/helpline.example.toml."
)


def load_settings(
    path: str | None,
    environ: Mapping[str, str],
    sections: Sequence[type[ProviderSection]],
) -> Settings:
    """Return the settings of a file, overridden by `environ`.

    The file is the one at `path`, of HELPLINE_CONFIG, or ./helpline.toml; without any the
    environment alone is read. `sections` are those of the providers, whom this room does not know:
    `app.settings` names them. Raises InvalidSettings naming every problem at once.
    """
    settings, problems = read_settings(path, environ, sections)
    if problems:
        raise InvalidSettings(_listed(problems), _remedy(settings.file))
    return settings


def _listed(problems: list[str]) -> str:
    if len(problems) == 1:
        return f"A setting needs correcting: {problems[0]}"
    return f"{len(problems)} settings need correcting:\n" + "\n".join(
        f"- {each}" for each in problems
    )


def _remedy(file: Path | None) -> str:
    where = (
        f"in {file} or in the environment" if file else "in the environment, or in a helpline.toml"
    )
    read = "docs/settings.md describes each one, and `helpline doctor` checks them again"
    return f"Correct them {where}; {read}."


def read_settings(
    path: str | None,
    environ: Mapping[str, str],
    sections: Sequence[type[ProviderSection]],
) -> tuple[Settings, list[str]]:
    """Return the settings and their problems, a sentence each.

    A value that cannot be read is left at its default.
    Raises InvalidSettings when the file itself cannot be read.
    """
    file = _find_file(path, environ)
    schema, problems = Schema(in_order(sections)), list[str]()
    raw = _from_file(file, schema, problems) if file else {}
    raw |= _from_environment(environ, schema, problems)
    settings = _read_all(raw, file, sections, problems)
    unfinished = [
        (each.section, name) for each in settings.providers.values() for name in each.missing()
    ]
    problems += [
        _missing_sentence(schema.by_place[place]) for place in unfinished if not raw.get(place)
    ]
    return settings, problems


def _missing_sentence(key: Key) -> str:
    return f"{key.label} is missing, though its section is begun. It is this: {key.sentence}"


# --- the file ---


def _find_file(path: str | None, environ: Mapping[str, str]) -> Path | None:
    named = path or environ.get("HELPLINE_CONFIG")
    if named:
        return Path(named).expanduser().absolute()
    here = Path("helpline.toml").absolute()
    return here if here.exists() else None


def _from_file(file: Path, schema: Schema, problems: list[str]) -> Raw:
    raw: Raw = {}
    for section, values in _parsed(file).items():
        if section not in schema.sections:
            problems.append(_unknown(f"[{section}]", section, list(schema.sections)))
        elif not isinstance(values, dict):
            how = f"write [{section}] on a line, and its settings below"
            problems.append(f"{section} must be a section: {how}.")
        else:
            known = [key.name for key in keys_of(schema.sections[section])]
            strange = [name for name in values if name not in known]
            problems += [_unknown(f"[{section}] {name}", name, known) for name in strange]
            raw |= {(section, name): value for name, value in values.items() if name in known}
    return raw


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        problem = f"The settings file {file} is not there."
        remedy = "Make one with `helpline init`, or correct --config."
    except OSError as error:
        problem = f"The settings file {file} cannot be read: {error.strerror}."
        remedy = "Let this account read it."
    except UnicodeDecodeError:
        problem, remedy = f"The settings file {file} is not UTF-8.", "Save it again as UTF-8."
    except tomllib.TOMLDecodeError as error:
        problem, remedy = f"The settings file {file} is not well-formed: {error}.", NOT_WELL_FORMED
    raise InvalidSettings(problem, remedy)


def _unknown(label: str, typed: str, known: list[str]) -> str:
    near = nearest(typed, known)
    hint = f"Did you mean {near}?" if near else f"Known here: {', '.join(known)}."
    return f"{label} is not a setting. {hint}"


# --- the environment ---


def _from_environment(environ: Mapping[str, str], schema: Schema, problems: list[str]) -> Raw:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    raw: Raw = {}
    for key in schema.keys:
        if folder and (Path(folder) / key.credential).exists():
            _take_file(raw, key, Path(folder) / key.credential, problems)
        if environ.get(key.variable + "_FILE"):
            _take_file(raw, key, Path(environ[key.variable + "_FILE"]), problems)
        if environ.get(key.variable):
            raw[key.place] = environ[key.variable]
            if environ.get(key.variable + "_FILE"):
                both = f"{key.variable} and {key.variable}_FILE"
                problems.append(f"{both} are both set. Keep one of them.")
    strange = [name for name in sorted(environ) if _is_strange(name, schema)]
    problems += [_unknown_variable(name, schema) for name in strange]
    return raw


def _take_file(raw: Raw, key: Key, file: Path, problems: list[str]) -> None:
    try:
        raw[key.place] = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        remedy = "Correct its name or its rights"
        problems.append(f"{key.label}: the file {file} cannot be read: {reason}. {remedy}.")


def _is_strange(name: str, schema: Schema) -> bool:
    """True for a variable that looks like a setting and is none; others are not ours to judge."""
    if not name.startswith(PREFIX) or name == "HELPLINE_CONFIG":
        return False
    if name in schema.by_variable or name.removesuffix("_FILE") in schema.by_variable:
        return False
    if any(name.startswith(f"{PREFIX}{section.upper()}_") for section in schema.sections):
        return True
    return bool(_nearest_variable(name, schema, 0.85))


def _nearest_variable(name: str, schema: Schema, closeness: float) -> str:
    import difflib

    found = difflib.get_close_matches(name, schema.by_variable, n=1, cutoff=closeness)
    return next(iter(found), "")


def _unknown_variable(name: str, schema: Schema) -> str:
    near = _nearest_variable(name, schema, 0.6)
    hint = f"Did you mean {near}?" if near else "docs/settings.md lists them all."
    return f"{name} is not a setting. {hint}"


# --- the values ---


def _read_all(
    raw: Raw, file: Path | None, providers: Sequence[type[ProviderSection]], problems: list[str]
) -> Settings:
    context = _context(raw, file)
    opening = {each.section: _section(each, raw, context, problems) for each in OPENING}
    found = {each.section: _section(each, raw, context, problems) for each in providers}
    habits = {each.section: _section(each, raw, context, problems) for each in HABITS}
    own: dict[str, Any] = opening | habits
    return Settings(**own, providers=found, file=file)


def _context(raw: Raw, file: Path | None) -> Context:
    """Return what values depend on; a country that cannot be read is said in its turn."""
    context = Context(file.parent if file else Path.cwd())
    with suppress(ValueError):
        return replace(context, country=country(raw.get(("service", "country")), context))
    return context


def _section(kind: type[S], raw: Raw, context: Context, problems: list[str]) -> S:
    values: dict[str, Any] = {}
    for key in keys_of(kind):
        try:
            values[key.attribute] = key.reader(raw.get(key.place, key.default), context)
        except ValueError as error:
            problems.append(f"{key.label} {error}" + ("" if str(error).endswith("?") else "."))
    return kind(**values)
