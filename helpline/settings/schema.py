"""What a setting is: a field of its section with a default, a reader and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar

PREFIX = "HELPLINE_"
T = TypeVar("T")
Place = tuple[str, str]  # of a setting in the file: its section, its key


@dataclass(frozen=True, slots=True)
class Context:
    """What a value may depend on: where relative paths start, and the country of numbers."""

    folder: Path = Path()
    country: str = "FR"


# Turns a value as typed, in the file or the environment, into the value as used. Raises ValueError
# with two parts: what is wrong, as the end of a sentence, and what to write.
Reader = Callable[[object, Context], T]


def setting(
    default: object, reader: Reader[T], sentence: str, *, secret: bool = False, key: str = ""
) -> T:
    """Return a field that holds what `reader` makes of the file.

    `default` stands as one would write it in the file. `key` is the name there when it is not the
    field's own. A `secret` appears in no message and no print.
    """
    about = {
        "default": default,
        "reader": reader,
        "sentence": sentence,
        "secret": secret,
        "key": key,
    }
    return field(
        default_factory=lambda: reader(default, Context()), repr=not secret, metadata=about
    )


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the file. The first line of its docstring is its sentence."""

    section: ClassVar[str]


class Screen(NamedTuple):
    """How many characters one USSD screen holds: in Latin letters, in others."""

    gsm: int = 182
    ucs: int = 80


@dataclass(frozen=True, slots=True)
class ProviderSection(Section):
    """The section of a provider. Rooms ask it what it can do, without knowing whose it is."""

    carries: ClassVar[str] = "sms"  # or "email"
    has_ussd: ClassVar[bool] = False

    @property
    def configured(self) -> bool:
        """True when something can be sent with it."""
        raise NotImplementedError

    def missing(self) -> list[str]:
        """Return the keys a begun section still lacks; none when it is left out whole."""
        raise NotImplementedError

    @property
    def number(self) -> str:
        """The number or name that texts come from; "" for none."""
        return ""

    @property
    def api_base(self) -> str:
        """Where it is asked over HTTP; "" where it is not."""
        return ""

    @property
    def segments_per_second(self) -> float:
        """How fast texts may leave."""
        return 30.0

    @property
    def service_code(self) -> str:
        """What people dial for USSD; "" for nothing."""
        return ""

    @property
    def screen(self) -> Screen:
        """How much a USSD screen holds."""
        return Screen()


@dataclass(frozen=True, slots=True)
class Key:
    """One setting, and where it stands. `attribute` is its name in the section's class."""

    section: str
    name: str
    attribute: str
    default: object
    reader: Reader[object]
    sentence: str
    secret: bool

    @property
    def place(self) -> Place:
        """Where it stands in the file."""
        return self.section, self.name

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"{PREFIX}{self.section}_{self.name}".upper()

    @property
    def credential(self) -> str:
        """Its file name in systemd's credentials directory."""
        return f"{self.section}_{self.name}"

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"[{self.section}] {self.name} ({self.variable})"


def keys_of(section: type[Section]) -> tuple[Key, ...]:
    """Return the settings of a section, in the order in which they are written."""
    return tuple(
        Key(
            section=section.section,
            name=each.metadata["key"] or each.name,
            attribute=each.name,
            default=each.metadata["default"],
            reader=each.metadata["reader"],
            sentence=each.metadata["sentence"],
            secret=each.metadata["secret"],
        )
        for each in fields(section)
    )


def sentence_of(section: type[Section]) -> str:
    """Return what a section is for."""
    return " ".join((section.__doc__ or "").partition("\n\n")[0].split())


class Schema:
    """All settings of some sections, in order, found by place or by variable."""

    def __init__(self, sections: Iterable[type[Section]]) -> None:
        self.sections = {each.section: each for each in sections}
        self.keys = tuple(key for each in self.sections.values() for key in keys_of(each))

    @cached_property
    def by_place(self) -> dict[Place, Key]:
        """Each setting by section and key."""
        return {key.place: key for key in self.keys}

    @cached_property
    def by_variable(self) -> dict[str, Key]:
        """Each setting by its environment variable."""
        return {key.variable: key for key in self.keys}
