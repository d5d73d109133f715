"""The page docs/settings.md, made by `python -m helpline.app.settings > docs/settings.md`."""

from __future__ import annotations

from helpline.settings.schema import Key, Schema, Section, keys_of, sentence_of

HEAD = """\
# Settings

Made from `helpline/settings/sections.py` and each provider's `settings.py` by
`python -m helpline.app.settings`; change those, not this page.

`helpline init` asks the few that matter and writes the file. Every setting has a default; an
empty file starts.

- The file is the one named by `--config`, else by `HELPLINE_CONFIG`, else `helpline.toml` in the
  current folder. No file at all is fine: the environment alone is enough.
- Every setting can be overridden by the environment variable beside it. A list is written with
  commas there:
  `HELPLINE_SERVICE_LANGUAGES=fr,en`. An empty variable counts as not set.
- Put `_FILE` after a variable's name to read the value from a file:
  `HELPLINE_TWILIO_AUTH_TOKEN_FILE=/run/secrets/twilio`.
- Under systemd, a file in the credentials directory named `SECTION_KEY`, as `twilio_auth_token`,
  does the same
  (`LoadCredential=twilio_auth_token:/etc/helpline/twilio_auth_token`).
- The order, the strongest first: variable, `_FILE`, credential, file, default.
- A relative path starts at the folder of the settings file, without one at the current folder.
- All problems are reported together, each with what to write. `helpline doctor` says the rest.
- 🔒 marks a secret. Keep it out of the file where several people read that file.
"""


def page(schema: Schema) -> str:
    """Return the whole page."""
    return HEAD + "".join(_section(each) for each in schema.sections.values())


def _section(section: type[Section]) -> str:
    rows = "".join(_row(key) for key in keys_of(section))
    head = "| key | variable | default | what it is |\n|---|---|---|---|\n"
    return f"\n## [{section.section}]\n\n{sentence_of(section)}\n\n{head}{rows}"


def _row(key: Key) -> str:
    lock = " 🔒" if key.secret else ""
    return f"| `{key.name}`{lock} | `{key.variable}` | {_shown(key.default)} | {key.sentence} |\n"


def _shown(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case "" | ():
            return ""
        case tuple():
            return "`[" + ", ".join(f'"{part}"' for part in value) + "]`"
        case _:
            return f"`{value}`"
