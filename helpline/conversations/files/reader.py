"""Values taken out of a file's parts: sentences, names, numbers, durations; each problem noted
where it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from helpline.base.spans import DAY, HOUR, MINUTE
from helpline.conversations.files.nodes import Items, Node, Table, Text
from helpline.conversations.files.problems import Report, nearest

LANGUAGES = ("fr", "ary", "ary-Latn", "en")
UNITS = {"s": 1_000, "m": MINUTE, "h": HOUR, "d": DAY}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DURATION = re.compile(r"(\d{1,6})\s*([smhd])")


@dataclass(frozen=True)
class Reader:
    """Reads the parts of one file. `languages` must each have their sentence; without it, none
    must."""

    file: str
    report: Report
    languages: Sequence[str] = ()

    def error(self, line: int, text: str, remedy: str) -> None:
        """Note what is wrong at `line`."""
        self.report.error(self.file, line, text, remedy)

    def table(
        self, node: Node | None, what: str, line: int, known: Collection[str] | None = None
    ) -> Table | None:
        """Return `node` as a table whose keys are all in `known`; note each that is not."""
        if not isinstance(node, Table):
            self.error(
                node.line if node else line,
                f"{what} is not a list of `name: value` pairs.",
                "Write it as docs/flows.md shows.",
            )
            return None
        for key in node.entries if known is not None else ():
            if key not in (known or ()):
                allowed = ", ".join(f"`{name}`" for name in known or ())
                self.error(
                    node.lines[key],
                    f"{what} has a key `{key}`, which means nothing "
                    f"here.{nearest(key, known or ())}",
                    f"Use one of {allowed}, or remove it.",
                )
        return node

    def text(self, table: Table, key: str, what: str, *, required: bool = False) -> str:
        """Return the text at `key`; "" when it is not there."""
        node = table.entries.get(key)
        if isinstance(node, Text) and (node.value.strip() or not required):
            return node.value.strip()
        if node is not None:
            self.error(
                table.lines[key],
                f"`{key}` of {what} is not a text.",
                f"Write `{key}: ...` with one word or sentence.",
            )
        elif required:
            self.error(table.line, f"{what} has no `{key}`.", f"Add `{key}: ...`.")
        return ""

    def name(self, table: Table, key: str, what: str, *, required: bool = False) -> str:
        """Return the name at `key`: lower-case letters, digits and underscores."""
        name = self.text(table, key, what, required=required)
        if name:
            self.is_name(name, table.lines[key], f"`{key}` of {what}")
        return name

    def is_name(self, name: str, line: int, what: str) -> bool:
        """Return whether `name` is one; note it when it is not."""
        good = _NAME.fullmatch(name) is not None
        if not good:
            self.error(
                line,
                f"{what} is `{name}`.",
                "Use lower-case letters a-z, digits and underscores, a letter first.",
            )
        return good

    def texts(
        self, table: Table, key: str, what: str, *, required: bool = False, every: bool = True
    ) -> dict[str, str]:
        """Return the sentence at `key` by language; `every` language must have one when it is
        there."""
        if key not in table.entries:
            if required:
                self.error(
                    table.line, f"{what} has no `{key}`.", f"Add `{key}: {{fr: ..., en: ...}}`."
                )
            return {}
        return self.sentence(
            table.entries[key], f"`{key}` of {what}", table.lines[key], every=every
        )

    def sentence(self, node: Node, what: str, line: int, *, every: bool = True) -> dict[str, str]:
        """Return one sentence by language."""
        found: dict[str, str] = {}
        inner = self.table(node, what, line)
        for language, words in inner.entries.items() if inner else ():
            at = inner.lines[language] if inner else line
            if self.is_language(language, at, what):
                if isinstance(words, Text) and words.value.strip():
                    found[language] = words.value.strip("\n")
                else:
                    self.error(
                        at,
                        f"{what} says nothing in `{language}`.",
                        "Write the sentence, between double quotes.",
                    )
        missing = [
            language for language in self.languages if inner and language not in inner.entries
        ]
        if every and missing:
            self.error(
                line,
                f"{what} is not said in {', '.join(missing)}.",
                "Add the sentence in each language.",
            )
        return found

    def is_language(self, language: str, line: int, what: str) -> bool:
        """Return whether `language` is one we speak; note it when it is not."""
        known = dict.fromkeys((*LANGUAGES, *self.languages))
        if language in known:
            return True
        self.error(
            line,
            f"{what} has a language `{language}` we do not speak.{nearest(language, known)}",
            f"Use {', '.join(known)}.",
        )
        return False

    def words(self, table: Table, key: str, what: str) -> dict[str, tuple[str, ...]]:
        """Return lists of words by language."""
        found: dict[str, tuple[str, ...]] = {}
        if key not in table.entries:
            return found
        inner = self.table(table.entries[key], f"`{key}` of {what}", table.lines[key])
        for language, node in inner.entries.items() if inner else ():
            line = inner.lines[language] if inner else 0
            if self.is_language(language, line, f"`{key}` of {what}"):
                found[language] = self.strings(node, f"`{key}` of {what}", line)
        return found

    def strings(self, node: Node | None, what: str, line: int) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        if isinstance(node, Text):
            return (node.value.strip(),) if node.value.strip() else ()
        if isinstance(node, Items) and all(isinstance(item, Text) for item in node.items):
            return tuple(item.value.strip() for item in node.items if isinstance(item, Text))
        if node is not None:
            self.error(line, f"{what} is not a list of words.", "Write `[one, two]`.")
        return ()

    def number(self, table: Table, key: str, what: str, default: int | None = None) -> int | None:
        """Return the whole number at `key`, or `default` when it is not there."""
        text = self.text(table, key, what)
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) <= 12:
            return int(text)
        self.error(
            table.lines[key],
            f"`{key}` of {what} is `{text}`, not a whole number.",
            "Write digits only.",
        )
        return default

    def flag(self, table: Table, key: str, what: str) -> bool:
        """Return whether `key` is true; false when it is not there."""
        text = self.text(table, key, what)
        if text not in ("", "true", "false"):
            self.error(table.lines[key], f"`{key}` of {what} is `{text}`.", "Write true or false.")
        return text == "true"

    def duration(self, table: Table, key: str, what: str, default: int | None = None) -> int | None:
        """Return the milliseconds of `30m`, `2h` and the like at `key`, or `default` when it is not
        there."""
        text = self.text(table, key, what)
        if not text:
            return default
        match = _DURATION.fullmatch(text)
        if match and int(match[1]) > 0:
            return int(match[1]) * UNITS[match[2]]
        self.error(
            table.lines[key],
            f"`{key}` of {what} is `{text}`, not a time we can count.",
            "Write a whole number and s, m, h or d, such as 30m.",
        )
        return default
