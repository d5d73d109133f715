"""What a text was read as, and why; the same for whoever asked."""

from dataclasses import dataclass, replace

NOW, LATER, NO = "now", "later", "no"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in the writer's own words: `kind` as the lists name it, `words` as compared, `entry`
    as the file has it."""

    kind: str
    words: str
    entry: str = ""

    def __str__(self) -> str:
        entry = f" ({self.entry})" if self.entry and self.entry != self.words else ""
        return f"{self.kind}: {self.words}{entry}"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text comes to.

    `reading` is ok, soso, help, distress, person, stop, yes, no, take, decline, outcome:1 to
    outcome:5, an intent of
    words.yaml such as pause, or other. `person` says whether somebody is told: now, later (unread),
    or no.
    `flags` say what else was seen: distress:KIND, need:NEED, idiom, denied, machine, reaction,
    quoted, cut ...
    """

    reading: str
    person: str = NO
    flags: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()
    number: int | None = None

    def with_flags(self, *flags: str) -> "Understood":
        """Return the same reading with more flags."""
        return replace(self, flags=(*self.flags, *flags))
