"""Gathers what the file, the environment and secret files say, reads each value, and notes every problem."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpline.core.errors import InvalidSettings
from helpline.settings import SECTION_TYPES, Settings
from helpline.settings_reference import BY_PLACE, BY_VARIABLE, KEYS, PREFIX, SECTIONS, Key
from helpline.settings_values import Context, nearest, read_value

Raw = dict[Key, object]


def read_settings(path: str | None, environ: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """Return the settings and their problems, a sentence each; a value that cannot be read is left at its default.

    Raises InvalidSettings when the file itself cannot be read.
    """
    file = _find_file(path, environ)
    problems: list[str] = []
    raw = _from_file(file, problems) if file else {}
    raw |= _from_environment(environ, problems)
    settings = _read_all(raw, file, problems)
    problems += [_missing_sentence(key) for key in _unfinished(settings) if not raw.get(key)]
    return settings, problems


def _find_file(path: str | None, environ: Mapping[str, str]) -> Path | None:
    named = path or environ.get("HELPLINE_CONFIG")
    if named:
        return Path(named).expanduser().absolute()
    here = Path("helpline.toml").absolute()
    return here if here.exists() else None


def _from_file(file: Path, problems: list[str]) -> Raw:
    raw: Raw = {}
    for section, values in _parsed(file).items():
        if section not in SECTIONS:
            problems.append(_unknown(f"[{section}]", section, list(SECTIONS)))
        elif not isinstance(values, dict):
            problems.append(f"{section} must be a section: write [{section}] on a line, and its settings below.")
        else:
            for name, value in values.items():
                if key := BY_PLACE.get((section, name)):
                    raw[key] = value
                else:
                    names = [key.name for key in KEYS if key.section == section]
                    problems.append(_unknown(f"[{section}] {name}", name, names))
    return raw


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise InvalidSettings(
            f"The settings file {file} is not there.", "Make one with `helpline init`, or correct --config."
        ) from None
    except OSError as error:
        raise InvalidSettings(
            f"The settings file {file} cannot be read: {error.strerror}.", "Let this account read it."
        ) from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"The settings file {file} is not UTF-8.", "Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings(
            f"The settings file {file} is not well-formed: {error}.",
            "Texts stand in quotes, one setting a line; compare it with deploy/helpline.example.toml.",
        ) from None


def _unknown(label: str, typed: str, known: list[str]) -> str:
    hint = nearest(typed, known)
    return f"{label} is not a setting. " + (f"Did you mean {hint}?" if hint else f"Known here: {', '.join(known)}.")


def _from_environment(environ: Mapping[str, str], problems: list[str]) -> Raw:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    raw: Raw = {}
    for key in KEYS:
        if folder and (Path(folder) / key.credential).exists():
            _take_file(raw, key, Path(folder) / key.credential, problems)
        if environ.get(key.variable + "_FILE"):
            _take_file(raw, key, Path(environ[key.variable + "_FILE"]), problems)
        if environ.get(key.variable):
            raw[key] = environ[key.variable]
            if environ.get(key.variable + "_FILE"):
                problems.append(f"{key.variable} and {key.variable}_FILE are both set. Keep one of them.")
    problems += [_unknown_variable(name) for name in sorted(environ) if _is_strange(name)]
    return raw


def _take_file(raw: Raw, key: Key, file: Path, problems: list[str]) -> None:
    try:
        raw[key] = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        problems.append(f"{key.label}: the file {file} cannot be read: {reason}. Correct its name or its rights.")


def _is_strange(name: str) -> bool:
    """True for a variable that looks like a setting and is none; other HELPLINE_ variables are not ours to judge."""
    if not name.startswith(PREFIX) or name == "HELPLINE_CONFIG":
        return False
    if name in BY_VARIABLE or name.removesuffix("_FILE") in BY_VARIABLE:
        return False
    in_section = any(name.startswith(f"{PREFIX}{section.upper()}_") for section in SECTIONS)
    return in_section or bool(_nearest_variable(name, 0.85))


def _nearest_variable(name: str, closeness: float) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(name, BY_VARIABLE, n=1, cutoff=closeness)), "")


def _unknown_variable(name: str) -> str:
    hint = _nearest_variable(name, 0.6)
    return f"{name} is not a setting. " + (f"Did you mean {hint}?" if hint else "docs/settings.md lists them all.")


def _read_all(raw: Raw, file: Path | None, problems: list[str]) -> Settings:
    context = Context(folder=file.parent if file else Path.cwd())
    values: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for key in KEYS:
        given = raw.get(key, default_of(key) if key.kind == "database" else None)
        if given is None:
            continue
        try:
            values[key.section][key.attribute] = read_value(key.kind, given, context)
        except ValueError as error:
            problems.append(f"{key.label} {error}" + ("" if str(error).endswith("?") else "."))
        if key.kind == "country" and key.attribute in values[key.section]:
            context = replace(context, country=values[key.section][key.attribute])
    sections = {section: SECTION_TYPES[section](**values[section]) for section in SECTIONS}
    return Settings(**sections, file=file)


def default_of(key: Key) -> object:
    """Return what a setting is when nothing is written."""
    return getattr(SECTION_TYPES[key.section](), key.attribute)


def _unfinished(settings: Settings) -> list[Key]:
    """Sections left out whole are fine; begun and not finished, they would fail at the first text."""
    twilio, talking, email = settings.twilio, settings.africastalking, settings.email
    wanted: list[tuple[str, str, object]] = []
    if twilio.account_sid or twilio.auth_token or twilio.number or twilio.messaging_service_sid:
        wanted += [("twilio", "account_sid", twilio.account_sid), ("twilio", "auth_token", twilio.auth_token)]
        wanted += [("twilio", "number", twilio.number or twilio.messaging_service_sid)]
    if talking.username or talking.api_key or talking.number or talking.service_code:
        wanted += [("africastalking", "username", talking.username), ("africastalking", "api_key", talking.api_key)]
    if email.host or email.sender or email.username:
        wanted += [("email", "host", email.host), ("email", "from", email.sender)]
    if email.username:
        wanted += [("email", "password", email.password)]
    return [BY_PLACE[section, name] for section, name, value in wanted if not value]


def _missing_sentence(key: Key) -> str:
    return f"{key.label} is missing, though its section is begun. It is this: {key.sentence}"
