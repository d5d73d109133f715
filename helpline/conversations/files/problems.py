"""What is wrong in the flow files, gathered so that an author sees everything at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from helpline.base.errors import InvalidFlow


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: an `error` keeps the files from being used, a `warning` does not."""

    file: str
    line: int
    text: str
    remedy: str
    level: str = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} {self.remedy}".rstrip()


@dataclass
class Report:
    """The problems found so far."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, file: str, line: int, text: str, remedy: str) -> None:
        """Note something that keeps the files from being used."""
        self.problems.append(Problem(file, line, text, remedy))

    def warn(self, file: str, line: int, text: str, remedy: str) -> None:
        """Note something an author may want to change."""
        self.problems.append(Problem(file, line, text, remedy, "warning"))

    @property
    def errors(self) -> list[Problem]:
        """Return what must be mended, by file and line."""
        return sorted({problem for problem in self.problems if problem.level == "error"})

    @property
    def warnings(self) -> list[Problem]:
        """Return what may be mended, by file and line."""
        return sorted({problem for problem in self.problems if problem.level == "warning"})

    def raise_errors(self) -> None:
        """Raise InvalidFlow with all errors, one a line, when there are any."""
        errors = self.errors
        if errors:
            listed = "\n".join(map(str, errors))
            things = "1 thing" if len(errors) == 1 else f"{len(errors)} things"
            raise InvalidFlow(
                f"The flow files cannot be used, {things} to mend:\n{listed}",
                "Mend them, then run `helpline flows check`.",
            )


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean `x`?" when a known word is near, else ""."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean `{close[0]}`?" if close else ""
