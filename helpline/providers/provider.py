"""What a provider brings to the house, and what the house makes of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from helpline.settings.schema import ProviderSection, Schema
from helpline.settings.sections import Settings, in_order

if TYPE_CHECKING:
    from flask import Blueprint

    from helpline.base.ports import Finding, Intake, Transport

Look = Callable[[Settings], "list[Finding]"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, as its folder shows it. What it cannot do is None.

    The functions are called for a provider whose section is filled in, and load what they need
    then: whoever does not use a provider pays nothing for it.
    """

    section: type[ProviderSection]
    """Its section of the settings, which also says what it carries and which number is ours."""
    transport: Callable[[Settings], Transport]
    """Its way out. What it keeps no list of, the transport itself says (`providers/listless`)."""
    webhooks: Callable[[Settings, Intake], Blueprint] | None = None
    """The routes it calls us by; each answers once what it brought is on disk."""
    signature: Look | None = None
    """For `helpline doctor`: a request as it signs them is let in, and another is not."""
    setup: Look | None = None
    """For `helpline doctor`: what is wrong with how it is set up, seen without asking anybody."""
    questions: Path | None = None
    """What `helpline init` asks when it is chosen (`cli/init_questions` reads it)."""

    @property
    def name(self) -> str:
        """Its section's name: in the file, in variables, and as the route of a text."""
        return self.section.section

    def is_set_up(self, settings: Settings) -> bool:
        """Tell whether its section is filled in."""
        return settings.of(self.section).configured


@dataclass(frozen=True)
class Providers:
    """All providers, in the order in which files name them and texts prefer them."""

    all: tuple[Provider, ...]

    def __iter__(self) -> Iterator[Provider]:
        return iter(self.all)

    @property
    def sections(self) -> tuple[type[ProviderSection], ...]:
        """The sections they add to the settings."""
        return tuple(each.section for each in self.all)

    @cached_property
    def schema(self) -> Schema:
        """All settings there are, the town's own and theirs."""
        return Schema(in_order(self.sections))

    def set_up(self, settings: Settings) -> tuple[Provider, ...]:
        """Return those whose section is filled in."""
        return tuple(each for each in self.all if each.is_set_up(settings))

    def transports(self, settings: Settings) -> Mapping[str, Transport]:
        """Return the ways out that the settings allow, by name, the first one first."""
        made = [each.transport(settings) for each in self.set_up(settings)]
        return {transport.name: transport for transport in made}

    def webhooks(self, settings: Settings, intake: Intake) -> list[Blueprint]:
        """Return the routes by which those that are set up call us."""
        brought = [each.webhooks for each in self.set_up(settings)]
        return [webhooks(settings, intake) for webhooks in brought if webhooks is not None]
